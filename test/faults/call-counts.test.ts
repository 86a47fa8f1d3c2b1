import { startSecretsManager, type SecretsManagerSandbox } from "../../sandbox/secrets-manager";
import { Engine, sandboxWorld, Surroundings } from "../support/faults";
import { eve, run, scenarios } from "../support/faults-scenarios";
import { Clock } from "../support/merchant";

const clock = new Clock();
let sandbox: SecretsManagerSandbox;

beforeAll(async () => {
  sandbox = await startSecretsManager({ now: clock.now });
});
afterAll(() => sandbox.close());

async function engineOnEveOf(name: string): Promise<Engine> {
  sandbox.reset();
  const scenario = scenarios.find((candidate) => candidate.name === name)!;
  const engine = await eve(scenario, new Engine(new Surroundings(sandboxWorld(sandbox, clock))));
  sandbox.journal.clear();
  return engine;
}

const counts = () => ({ writes: sandbox.journal.count("writes"), reads: sandbox.journal.count("reads") });

describe("AWS calls, from the journal", () => {
  it.each<[string, { writes: number; reads: number }]>([
    ["create", { writes: 2, reads: 2 }],
    ["create on a name that is scheduled for deletion", { writes: 3, reads: 2 }],
    ["adopt", { writes: 2, reads: 2 }],
    ["complete the first issuance", { writes: 4, reads: 2 }],
    ["begin a renewal", { writes: 1, reads: 3 }],
    ["complete a renewal", { writes: 4, reads: 3 }],
    ["renew the same key while a request for another is open", { writes: 5, reads: 3 }],
    ["roll back", { writes: 2, reads: 3 }],
    ["change tags, KMS key and replicas", { writes: 5, reads: 2 }],
    ["delete with replicas", { writes: 2, reads: 1 }],
  ])("%s: %o", async (name, expected) => {
    const engine = await engineOnEveOf(name);
    await run(
      scenarios.find((scenario) => scenario.name === name)!,
      engine,
    );
    expect(counts()).toEqual(expected);
    // One that fails, because the name is taken, still counts.
    if (!name.startsWith("create on") && name !== "adopt") {
      expect(sandbox.journal.entries().filter(({ status }) => status !== 200)).toEqual([]);
    }
  });

  it.each(["create", "complete the first issuance", "begin a renewal", "change tags, KMS key and replicas"])(
    "an unchanged up makes none, after: %s",
    async (name) => {
      const engine = await engineOnEveOf(name);
      await engine.up();
      sandbox.journal.clear();
      expect(await engine.up()).toBe(false);
      expect(sandbox.journal.entries()).toEqual([]);
    },
  );

  it("a preview makes none, even when it sees that something is due", async () => {
    const engine = await engineOnEveOf("begin a renewal");
    expect(engine.preview()).toBe(true);
    expect(sandbox.journal.entries()).toEqual([]);
  });

  it("a refresh makes one read, of no secret value", async () => {
    for (const name of [
      "complete the first issuance",
      "complete a renewal",
      "change tags, KMS key and replicas",
    ]) {
      const engine = await engineOnEveOf(name);
      await engine.refresh();
      expect(sandbox.journal.entries().map(({ operation }) => operation)).toEqual(["DescribeSecret"]);
    }
  });

  it("a refresh of a secret that is gone asks once more, for the account", async () => {
    const engine = await engineOnEveOf("complete the first issuance");
    sandbox.faults.add({
      kind: "error",
      errorType: "ResourceNotFoundException",
      operation: "DescribeSecret",
    });
    await engine.refresh();
    expect(sandbox.journal.entries().map(({ operation }) => operation)).toEqual([
      "DescribeSecret",
      "GetCallerIdentity",
    ]);
    expect(engine.state).toBeUndefined();
  });

  it("a rejected certificate costs the reads and no write", async () => {
    const engine = await engineOnEveOf("complete a renewal");
    const stranger = await strangersCertificate(engine);
    engine.change({ certificate: stranger });
    await engine.up();
    expect(engine.unmet).toEqual([expect.stringMatching(/its key matches none in the vault/)]);
    expect(counts()).toEqual({ writes: 0, reads: 3 });
  });
});

/** For the same merchant, of a key that is in another vault. */
async function strangersCertificate(engine: Engine): Promise<string> {
  const other = await startSecretsManager({ now: clock.now });
  const stranger = new Engine(new Surroundings(sandboxWorld(other, clock), engine.surroundings));
  await stranger.up();
  stranger.bringCertificate();
  await other.close();
  return stranger.certificates[0]!;
}
