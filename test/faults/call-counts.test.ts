import { startSecretsManager, type SecretsManagerSandbox } from "../../sandbox/secrets-manager";
import { Engine, sandboxWorld, Surroundings } from "../support/faults";
import { eve, run, scenarios as plainScenarios } from "../support/faults-scenarios";
import { transitionScenarios } from "../support/faults-transitions";
import { carryOut, secretEve, secretScenarios } from "../support/faults-secret-scenarios";
import { keyScenarios } from "../support/faults-key-scenarios";
import { keyEngine, secretEngine } from "../support/faults-secrets";
import { Clock } from "../support/merchant";

const scenarios = [...plainScenarios, ...transitionScenarios];
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
    ["create with a certificate and its key", { writes: 4, reads: 1 }],
    ["import a certificate and its key over one that serves", { writes: 3, reads: 2 }],
    ["change tags, KMS key and replicas", { writes: 5, reads: 2 }],
    ["delete with replicas", { writes: 2, reads: 1 }],
    ["ask for the upgrade of a certificate that WeChat Pay has issued", { writes: 1, reads: 3 }],
    ["complete the upgrade of a certificate that WeChat Pay has issued", { writes: 4, reads: 3 }],
    ["roll back an upgrade", { writes: 2, reads: 3 }],
    ["call the certificate compromised that serves", { writes: 3, reads: 3 }],
    [
      "call the certificate compromised that is due for renewal, with a request open",
      { writes: 2, reads: 3 },
    ],
    ["replace a compromised certificate", { writes: 4, reads: 3 }],
    ["call a certificate compromised that was replaced", { writes: 2, reads: 3 }],
    ["give up the first request", { writes: 4, reads: 4 }],
    ["give up the request of a renewal", { writes: 4, reads: 5 }],
  ])("%s: %o", async (name, expected) => {
    const engine = await engineOnEveOf(name);
    await run(
      scenarios.find((scenario) => scenario.name === name)!,
      engine,
    );
    expect(counts()).toEqual(expected);
    // One that fails, because the name or the first version id is taken, still counts.
    if (!/^(create on|adopt|give up)/.test(name)) {
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

describe("AWS calls for an API secret, from the journal", () => {
  const scenarioOf = (name: string) => secretScenarios.find((scenario) => scenario.name === name)!;

  async function secretOnEveOf(name: string): Promise<Engine> {
    sandbox.reset();
    clock.set("2026-11-22T12:00:00Z");
    const engine = await secretEve(scenarioOf(name), secretEngine(sandboxWorld(sandbox, clock)));
    sandbox.journal.clear();
    return engine;
  }

  it.each<[string, { writes: number; reads: number }]>([
    ["create", { writes: 2, reads: 2 }],
    ["create on a name that is scheduled for deletion", { writes: 3, reads: 2 }],
    ["activate the first value", { writes: 3, reads: 2 }],
    ["begin a rotation by age", { writes: 2, reads: 3 }],
    ["begin a rotation by trigger", { writes: 2, reads: 3 }],
    ["activate a rotation", { writes: 3, reads: 3 }],
    ["activate a rotation after which the next is due", { writes: 5, reads: 4 }],
    ["promote the first value", { writes: 3, reads: 2 }],
    ["promote a rotation", { writes: 3, reads: 3 }],
    ["create where values are current at once", { writes: 5, reads: 2 }],
    ["rotate where values are current at once", { writes: 5, reads: 3 }],
    ["create with a value in use", { writes: 6, reads: 1 }],
    ["import over a value that serves", { writes: 5, reads: 2 }],
    ["import while a first value waits", { writes: 7, reads: 2 }],
    ["import while a rotation waits", { writes: 5, reads: 3 }],
    ["import from another reference", { writes: 5, reads: 2 }],
    ["adopt the 32 characters of another tool", { writes: 6, reads: 2 }],
  ])("%s: %o", async (name, expected) => {
    const engine = await secretOnEveOf(name);
    await carryOut(scenarioOf(name), engine);
    expect(counts()).toEqual(expected);
  });

  it.each([
    "create",
    "activate a rotation",
    "begin a rotation by trigger",
    "import over a value that serves",
  ])("an unchanged up and its preview make none, and a refresh one read, after: %s", async (name) => {
    const engine = await secretOnEveOf(name);
    await engine.up();
    sandbox.journal.clear();
    expect(engine.preview()).toBe(false);
    expect(await engine.up()).toBe(false);
    expect(sandbox.journal.entries()).toEqual([]);
    await engine.refresh();
    expect(sandbox.journal.entries().map(({ operation }) => operation)).toEqual(["DescribeSecret"]);
  });

  it("a preview makes none, even when it sees that a rotation is due", async () => {
    const engine = await secretOnEveOf("begin a rotation by age");
    expect(engine.preview()).toBe(true);
    expect(sandbox.journal.entries()).toEqual([]);
  });
});

describe("AWS calls for a merchant key, from the journal", () => {
  const scenarioOf = (name: string) => keyScenarios.find((scenario) => scenario.name === name)!;

  async function keyOnEveOf(name: string): Promise<Engine> {
    sandbox.reset();
    clock.set("2026-11-22T12:00:00Z");
    const engine = await secretEve(scenarioOf(name), keyEngine(sandboxWorld(sandbox, clock)));
    sandbox.journal.clear();
    return engine;
  }

  it.each<[string, { writes: number; reads: number }]>([
    ["create", { writes: 2, reads: 2 }],
    ["activate the first key", { writes: 3, reads: 2 }],
    ["begin a rotation by age", { writes: 2, reads: 3 }],
    ["begin a rotation by trigger", { writes: 2, reads: 3 }],
    ["begin a rotation during the overlap", { writes: 2, reads: 4 }],
    ["activate a rotation", { writes: 4, reads: 3 }],
    ["activate a rotation without an overlap", { writes: 3, reads: 3 }],
    ["activate a rotation after which the next is due", { writes: 6, reads: 4 }],
    ["promote the first key", { writes: 3, reads: 2 }],
    ["promote a rotation", { writes: 3, reads: 3 }],
    ["take in a promotion", { writes: 1, reads: 3 }],
    ["end an overlap by its days", { writes: 1, reads: 2 }],
    ["end an overlap in the program", { writes: 1, reads: 2 }],
    ["end an overlap by its days and activate the key that it held", { writes: 5, reads: 4 }],
    ["create with a key in use", { writes: 6, reads: 1 }],
    ["import over a key that serves", { writes: 6, reads: 2 }],
    ["adopt the key of another tool", { writes: 6, reads: 2 }],
  ])("%s: %o", async (name, expected) => {
    const engine = await keyOnEveOf(name);
    await carryOut(scenarioOf(name), engine);
    expect(counts()).toEqual(expected);
  });

  it.each(["create", "activate a rotation", "end an overlap by its days"])(
    "an unchanged up and its preview make none, and a refresh one read, after: %s",
    async (name) => {
      const engine = await keyOnEveOf(name);
      await engine.up();
      sandbox.journal.clear();
      expect(engine.preview()).toBe(false);
      expect(await engine.up()).toBe(false);
      expect(sandbox.journal.entries()).toEqual([]);
      await engine.refresh();
      expect(sandbox.journal.entries().map(({ operation }) => operation)).toEqual(["DescribeSecret"]);
    },
  );

  it("a preview makes none, even when it sees that an overlap is over", async () => {
    const engine = await keyOnEveOf("end an overlap by its days");
    expect(engine.preview()).toBe(true);
    expect(sandbox.journal.entries()).toEqual([]);
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
