import { readFileSync } from "node:fs";
import type { RunningCommand } from "../../sandbox/engine/running-command";
import { privateKeys, Stage } from "../support/stage";

jest.setTimeout(180_000);

const merchantId = "1900000109";
const ids = [merchantId, "1900000110", "1900000111", "1900000112", "1900000113"];

/** A moment in a run: before or after the effect of a write. */
interface Moment {
  phase: "before" | "after";
  operation: string;
  /** Start of a staging label in the request. */
  label?: string;
}

const begin = { operation: "PutSecretValue", label: "MC_REQUEST_" };
const complete = { operation: "PutSecretValue", label: "MC_CERT_" };
const promote = { operation: "UpdateSecretVersionStage", label: "AWSCURRENT" };

function title({ phase, operation, label }: Moment): string {
  return `${phase} ${operation}${label ? ` of ${label}` : ""}`;
}

describe("a run whose provider is killed", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
    stage.declare({ shop: { merchantId } });
  });
  afterAll(() => stage.close());

  const creating: Moment[] = [
    { phase: "before", operation: "CreateSecret" },
    { phase: "after", operation: "CreateSecret" },
    { phase: "before", ...begin },
    { phase: "after", ...begin },
  ];
  const completing: Moment[] = [
    { phase: "before", ...complete },
    { phase: "after", ...complete },
    { phase: "before", ...promote },
    { phase: "after", ...promote },
  ];
  let request: unknown;

  it.each(creating.map((moment) => [title(moment), moment] as const))("%s is red", async (_, moment) => {
    const { exitCode, signal } = await killedAt(stage, moment);
    expect({ signal, failed: exitCode !== 0 }).toEqual({ signal: null, failed: true });
    await expectClean(stage);
  });

  it("goes on with the key that was stored", async () => {
    const [stored] = privateKeys(stage.secret(merchantId));
    await stage.up();
    request = (await stage.outputs("shop")).certificateRequest;
    expect(privateKeys(stage.secret(merchantId))).toEqual([stored]);
    await stage.sign({ name: "shop" });
  });

  it.each(completing.map((moment) => [title(moment), moment] as const))("%s is red", async (_, moment) => {
    const { exitCode, signal } = await killedAt(stage, moment);
    expect({ signal, failed: exitCode !== 0 }).toEqual({ signal: null, failed: true });
    await expectClean(stage);
    expect((await stage.outputs("shop")).certificateRequest).toBe(request);
  });

  it("ends with the certificate current, and loses no version on the way", async () => {
    await stage.up();
    expectServing(stage, "shop");
    expect(stage.secret(merchantId).versions.map(({ labels }) => labels)).toEqual([
      ["AWSPREVIOUS"],
      [],
      ["AWSCURRENT", "AWSPENDING", expect.stringMatching(/^MC_CERT_/)],
    ]);
    await stage.expectUnchanged();
  });
});

describe("a run whose engine is killed, while its provider goes on", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
    stage.declare({ shop: { merchantId } });
  });
  afterAll(() => stage.close());

  it("is taken up by the next one, with one key between them", async () => {
    const orphan = await pausedAt(stage, { phase: "before", ...begin });
    orphan.command.kill();
    await orphan.command.exited;

    const locked = await stage.up([], { expectFailure: true });
    expect(locked.output).toContain("pulumi cancel");
    await stage.engine.run(["cancel", "--yes"]);
    await stage.engine.refresh(["--clear-pending-creates"]);
    const next = stage.up();
    orphan.goOn();
    await next;
    await orphan.finished();
    expect(privateKeys(stage.secret(merchantId))).toHaveLength(1);
    await expectClean(stage);
    await stage.sign({ name: "shop" });
  });

  it("is taken up when it was about to make the certificate current", async () => {
    const orphan = await pausedAt(stage, { phase: "before", ...promote });
    orphan.command.kill();
    await orphan.command.exited;
    await stage.engine.run(["cancel", "--yes"]);
    await stage.up();
    orphan.goOn();
    await orphan.finished();
    expectServing(stage, "shop");
    expect(privateKeys(stage.secret(merchantId))).toHaveLength(1);
    await expectClean(stage);
  });
});

describe("a run that is cut short", () => {
  let stage: Stage;
  afterEach(() => stage.close());

  it("by a second Ctrl-C comes out with the same request next time", async () => {
    stage = await Stage.open();
    stage.declare({ shop: { merchantId } });
    const run = await pausedAt(stage, { phase: "after", ...begin });
    const [stored] = privateKeys(stage.secret(merchantId));
    process.kill(-run.command.child.pid!, "SIGINT");
    await run.command.printed(/press \^C again/);
    process.kill(-run.command.child.pid!, "SIGINT");
    const { exitCode } = await run.command.exited;
    expect(exitCode).not.toBe(0);
    run.goOn();
    await run.finished();
    const { deployment } = await stage.engine.state();
    expect(deployment.pending_operations).toMatchObject([{ type: "creating" }]);
    await stage.engine.refresh(["--clear-pending-creates"]);
    await stage.up();
    expect(privateKeys(stage.secret(merchantId))).toEqual([stored]);
    await expectClean(stage);
  });

  it("by AWS leaves nothing in the state when nothing was made, and goes on from what was", async () => {
    stage = await Stage.open();
    stage.declare({ shop: { merchantId } });
    stage.aws.faults.add({ kind: "drop-before", times: 1000 });
    const create = await stage.up([], { expectFailure: true });
    expect(create.output).toMatch(
      /CreateSecret: no answer from the endpoint \(ECONNRESET\)\. Nothing is lost; run the same command again, it goes on where this one stopped\. \[vault-unavailable\]/,
    );
    expect(await stage.resources()).toEqual({});
    stage.aws.faults.clear();
    await stage.up();
    await stage.sign({ name: "shop" });

    stage.aws.faults.add({ kind: "drop-before", operation: "UpdateSecretVersionStage", times: 1000 });
    const update = await stage.up([], { expectFailure: true });
    expect(update.output).toMatch(
      /UpdateSecretVersionStage: .*(socket hang up|ECONNRESET).* \[vault-unavailable\]/,
    );
    expect((await stage.outputs("shop")).unmet).toHaveLength(1);
    stage.aws.faults.clear();
    await stage.up();
    expectServing(stage, "shop");
    await stage.expectUnchanged();
  });

  it("by throttling waits and makes one key for each of five merchants", async () => {
    stage = await Stage.open();
    stage.declare(Object.fromEntries(ids.map((id, index) => [`shop${index}`, { merchantId: id }])));
    stage.aws.faults.add({ kind: "throttle", operation: "CreateSecret", times: 5 });
    await stage.up();
    expect(stage.aws.faults.pending()).toEqual([]);
    for (const id of ids) expect(privateKeys(stage.secret(id))).toHaveLength(1);
  });
});

/** An `up` that stands still at a moment until it is told to go on. */
async function pausedAt(stage: Stage, { phase, operation, label }: Moment) {
  const command = stage.engine.spawn(["up", "--yes", "--skip-preview", "--non-interactive"]);
  let goOn!: () => void;
  const released = new Promise<void>((resolve) => (goOn = resolve));
  const reached = new Promise<void>((resolve) => {
    const forget = stage.aws.onRequest((now, asked, body) => {
      const labels = [body.VersionStages ?? [], body.VersionStage ?? []].flat() as string[];
      const there =
        now === phase && asked === operation && (!label || labels.some((each) => each.startsWith(label)));
      if (!there) return undefined;
      forget();
      resolve();
      return released;
    });
  });
  const ended = command.exited.then(({ output }) => {
    throw new Error(`The run ended before it came to the moment ${phase} ${operation}:\n${output}`);
  });
  await Promise.race([reached, ended]);
  ended.catch(() => undefined);
  /** Resolves when whatever the provider still does has ended. */
  const finished = async () => {
    let before = -1;
    while (before !== stage.aws.journal.entries().length) {
      before = stage.aws.journal.entries().length;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  };
  return { command, goOn, finished };
}

/** The end of an `up` whose provider is killed at a moment; the request that stands still there never goes on. */
async function killedAt(stage: Stage, moment: Moment) {
  const { command } = await pausedAt(stage, moment);
  killProvider(command);
  return command.exited;
}

function killProvider(command: RunningCommand): void {
  const providers = command
    .processes()
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("dynamic-provider"));
  expect(providers).not.toEqual([]);
  for (const pid of providers) process.kill(pid, "SIGKILL");
}

async function expectClean(stage: Stage): Promise<void> {
  const { deployment } = await stage.engine.state();
  expect(deployment.pending_operations ?? []).toEqual([]);
}

function expectServing(stage: Stage, name: string): void {
  expect(stage.credential(merchantId).certificate).toBe(stage.certificateOf(name));
}
