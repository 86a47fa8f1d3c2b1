import { X509Certificate } from "node:crypto";
import {
  startSecretsManager,
  type FaultRule,
  type SecretsManagerSandbox,
} from "../../sandbox/secrets-manager";
import {
  assertNothingIsLost,
  Engine,
  leftovers,
  modelWorld,
  openRequests,
  requestsMade,
  sandboxWorld,
  servedCertificate,
  Surroundings,
  type Phase,
  type StoredSecret,
} from "../support/faults";
import {
  assertUnmet,
  eve,
  run,
  scenarios as plainScenarios,
  type Scenario,
} from "../support/faults-scenarios";
import { transitionScenarios } from "../support/faults-transitions";
import { ModelSecretsManager } from "../support/faults-vault";
import type * as memory from "../support/faults-memory";
import { Clock } from "../support/merchant";
import { tokens } from "../../provider/domain/staging-labels";
import { VaultError } from "../../provider/vault/vault";

/** What thousands of trials compute again and again. */
jest.mock("../../provider/domain/certificate", () => rememberingActual("certificate", "parseCertificate"));
jest.mock("../../provider/domain/private-key", () =>
  rememberingActual("private-key", "publicKeySha256", "privateKeyPem", "readPrivateKey"),
);
jest.mock("../../provider/domain/signing-request", () =>
  rememberingActual("signing-request", "signingRequest", "requestSubject"),
);

function rememberingActual(module: string, ...names: string[]): object {
  const { remembering } = jest.requireActual<typeof memory>("../support/faults-memory");
  return remembering(
    jest.requireActual<Record<string, unknown>>(`../../provider/domain/${module}`),
    ...names,
  );
}

const scenarios = [...plainScenarios, ...transitionScenarios];
const dawn = new Date("2026-11-22T12:00:00Z");
const phases: readonly Phase[] = ["before", "after"];

/** Where trials happen: an engine on the eve of the scenario's change, over and over. */
interface Stage {
  engine(scenario: Scenario): Promise<Engine>;
  /** Moments since then at which the vault was not as it must always be. */
  violations(): string[];
}

/** Fast enough for every variant: forked, not played again. */
function modelStage(): Stage {
  const eves = new Map<Scenario, { engine: Engine; model: ModelSecretsManager }>();
  let violations: string[] = [];
  return {
    async engine(scenario) {
      if (!eves.has(scenario)) {
        const clock = new Clock(dawn);
        const model = new ModelSecretsManager(clock.now);
        const engine = await eve(scenario, new Engine(new Surroundings(modelWorld(model, clock))));
        eves.set(scenario, { engine, model });
      }
      const { engine, model } = eves.get(scenario)!;
      const clock = new Clock(engine.world.clock.now());
      const fork = model.fork(clock.now);
      const surroundings = new Surroundings(modelWorld(fork, clock), engine.surroundings);
      violations = watched(surroundings, (look) => fork.onWrite(look));
      return engine.copy(surroundings);
    },
    violations: () => violations,
  };
}

function sandboxStage(sandbox: SecretsManagerSandbox, clock: Clock): Stage {
  let violations: string[] = [];
  return {
    async engine(scenario) {
      sandbox.reset();
      clock.set(dawn);
      const surroundings = new Surroundings(sandboxWorld(sandbox, clock));
      const engine = await eve(scenario, new Engine(surroundings));
      sandbox.journal.clear();
      violations = watched(surroundings, (look) =>
        sandbox.onRequest((phase) => (phase === "after" ? look() : undefined)),
      );
      return engine;
    },
    violations: () => violations,
  };
}

function watched({ world, handedOut }: Surroundings, watch: (look: () => void) => void): string[] {
  const violations: string[] = [];
  watch(() => {
    try {
      world.secrets().forEach((secret) => assertNothingIsLost(secret, handedOut));
    } catch (error) {
      violations.push((error as Error).message);
    }
  });
  return violations;
}

async function callsOf(scenario: Scenario, stage: Stage): Promise<string[]> {
  const engine = await stage.engine(scenario);
  await run(scenario, engine);
  return [...engine.calls];
}

/** What the run that follows starts from. */
interface Aftermath {
  name: string;
  stateOf: (engine: Engine) => Engine["state"];
  stateLost?: boolean;
  /** The state may say already what the program says, and only a refresh sees the vault. */
  refreshes?: boolean;
}

const aftermaths: readonly Aftermath[] = [
  { name: "the state is as it was", stateOf: (engine) => engine.state },
  { name: "the state is lost", stateOf: () => undefined, stateLost: true },
  {
    name: "the state is an older checkpoint",
    stateOf: (engine) => engine.checkpoints.at(-1),
    refreshes: true,
  },
];

async function dies(run: Promise<unknown>): Promise<void> {
  await run.catch(() => undefined);
}

/** The run after the disaster reaches the end, loses nothing, and leaves nothing to do. */
async function assertRecovery(
  scenario: Scenario,
  engine: Engine,
  stage: Stage,
  aftermath: Aftermath = aftermaths[0]!,
): Promise<void> {
  const { surroundings } = engine;
  engine.state = aftermath.stateOf(engine);
  if (scenario.removes) return assertRemoval(scenario, engine, stage, aftermath);
  const isUnchanged = !(await engine.up());
  if (isUnchanged && aftermath.refreshes) {
    await engine.refresh();
    await engine.up();
  }
  const [secret] = surroundings.world.secrets() as [StoredSecret];
  expect(stage.violations()).toEqual([]);
  assertUnmet(scenario, engine);
  assertNothingIsLost(secret, surroundings.handedOut);
  scenario.reached(secret, engine, { stateLost: engine.state !== undefined && !!aftermath.stateLost });
  expect(leftovers(secret)).toEqual([]);
  const { lease, pendingVersionId, currentVersionId, certificateRequest } = engine.state!.outputs;
  expect(secret.tags["merchant-credentials:lease"]).toBe(lease);
  expect(openRequests(secret)).toHaveLength(pendingVersionId ? 1 : 0);
  expect(Boolean(certificateRequest)).toBe(Boolean(pendingVersionId));
  const current = secret.versions.find(({ labels }) => labels.includes("AWSCURRENT"))!;
  if (currentVersionId) expect(current.id).toBe(currentVersionId);

  await assertNothingToDo(scenario, engine);
  await engine.refresh();
  expect(engine.state!.outputs.drift).toEqual([]);
  await assertNothingToDo(scenario, engine);
}

/** A run that is red looks again at what it waits for, and writes nothing. */
async function assertNothingToDo(scenario: Scenario, engine: Engine): Promise<void> {
  expect(await engine.up()).toBe(scenario.red !== undefined);
  if (scenario.red) assertUnmet(scenario, engine);
  expect(engine.calls.filter((call) => !scenario.red || !/^(describe|read)$/.test(call))).toEqual([]);
}

const leaseOf = ({ state }: Engine) => state?.outputs.lease;

/** Of two creates at once the later write of the lease decides; the other state shows it as drift and takes it back. */
async function assertTakenOver(engine: Engine, other: Engine): Promise<void> {
  const lease = engine.secret.tags["merchant-credentials:lease"];
  expect([leaseOf(engine), leaseOf(other)]).toContain(lease);
  if (lease === leaseOf(engine)) return;
  await engine.refresh();
  expect(engine.state!.outputs.drift).toEqual(["tags differ: merchant-credentials:lease"]);
}

/** A resource that the program has no more: gone if the state has it, else it is there to be found again. */
async function assertRemoval(
  scenario: Scenario,
  engine: Engine,
  stage: Stage,
  { stateLost, refreshes }: Aftermath,
): Promise<void> {
  const { surroundings } = engine;
  if (stateLost) {
    await engine.up();
    expect(engine.unmet).toEqual([]);
  } else {
    const refusal = await engine.destroy().then(
      () => undefined,
      (error: Error) => error.message,
    );
    // The older checkpoint is from before the protection was taken off.
    if (refusal !== undefined && refreshes) expect(refusal).toMatch(/protected/);
    else expect(refusal).toBeUndefined();
  }
  const [secret] = surroundings.world.secrets() as [StoredSecret];
  expect(stage.violations()).toEqual([]);
  assertNothingIsLost(secret, surroundings.handedOut);
  if (!stateLost && !refreshes) scenario.reached(secret, engine, { stateLost: false });
}

/** Tells which moment of which trial an expectation was about. */
async function at(moment: string, trial: () => Promise<void>): Promise<void> {
  try {
    await trial();
  } catch (error) {
    (error as Error).message = `${moment}: ${(error as Error).message}`;
    throw error;
  }
}

async function everyMoment(
  scenario: Scenario,
  stage: Stage,
  trial: (engine: Engine, call: number, phase: Phase) => Promise<void>,
): Promise<void> {
  const calls = await callsOf(scenario, stage);
  expect(calls.length).toBeGreaterThan(1);
  for (const [index, operation] of calls.entries()) {
    for (const phase of phases) {
      await at(`${phase} call ${index + 1}, ${operation}`, async () =>
        trial(await stage.engine(scenario), index + 1, phase),
      );
    }
  }
}

describe.each(scenarios.map((scenario) => [scenario.name, scenario] as const))("%s", (_name, scenario) => {
  const stage = modelStage();

  it("reaches its end undisturbed", async () => {
    const engine = await stage.engine(scenario);
    await run(scenario, engine);
    if (scenario.removes) scenario.reached(engine.secret, engine, { stateLost: false });
    else await assertRecovery(scenario, engine, stage);
  });

  it.each(aftermaths.map((aftermath) => [aftermath.name, aftermath] as const))(
    "survives the provider's death at any call when %s",
    (_aftermath, aftermath) =>
      everyMoment(scenario, stage, async (engine, call, phase) => {
        await dies(run(scenario, engine, { call, phase }));
        await assertRecovery(scenario, engine, stage, aftermath);
      }),
  );

  it("survives it with a second run that starts at that moment, and runs again after", () =>
    everyMoment(scenario, stage, async (engine, call, phase) => {
      const second = engine.copy();
      await dies(run(scenario, engine, { call, phase, meanwhile: () => run(scenario, second) }));
      assertUnmet(scenario, second);
      await assertRecovery(scenario, engine, stage);
      if (second.state) await run(scenario, second);
      assertNothingIsLost(engine.secret, engine.surroundings.handedOut);
      scenario.reached(engine.secret, engine, { stateLost: false });
    }));

  it("survives a second run that does it all while the first stands still, and then goes on", () =>
    everyMoment(scenario, stage, async (engine, call, phase) => {
      const second = engine.copy();
      const meanwhile = () => run(scenario, second);
      const first = run(scenario, engine, { call, phase, meanwhile, dies: false });
      if (scenario.removes) await dies(first);
      else await first;
      if (leaseOf(engine) !== leaseOf(second)) await assertTakenOver(engine, second);
      if (engine.state || !scenario.removes) await assertRecovery(scenario, engine, stage);
      else scenario.reached(engine.secret, engine, { stateLost: false });
    }));

  it("ends red when a call fails for good, with everything in the state that the next run needs", () =>
    everyMoment(scenario, stage, async (engine, call, phase) => {
      const error = new VaultError("unavailable", "no answer", "any");
      const before = engine.state;
      const first = await run(scenario, engine, { call, phase, error, dies: false }).then(
        () => "over",
        (refusal: Error) => refusal.message,
      );
      if (first !== "over") expect(first).toMatch(/no answer/);
      else if (!scenario.removes) expect(engine.unmet).toEqual([expect.stringMatching(/no answer/)]);
      if (before) expect(engine.state?.id).toBe(before.id);
      await assertRecovery(scenario, engine, stage);
    }));

  it("survives two deaths, one at any call and one at any call of the run after it", async () => {
    const calls = await callsOf(scenario, stage);
    for (let first = 1; first <= calls.length; first++) {
      for (let second = 1; second <= calls.length; second++) {
        const engine = await stage.engine(scenario);
        await at(`after calls ${first} and ${second}`, async () => {
          await dies(run(scenario, engine, { call: first, phase: "after" }));
          if (engine.state || !scenario.removes)
            await dies(run(scenario, engine, { call: second, phase: "after" }));
          if (engine.state || !scenario.removes) await assertRecovery(scenario, engine, stage);
        });
      }
    }
  });
});

describe("a begin that is overtaken", () => {
  it("by a request that is begun and completed meanwhile makes no second one: only a fresh look may decide that", async () => {
    const [create] = scenarios as [Scenario];
    const stage = modelStage();
    const call = (await callsOf(create, stage)).indexOf("put") + 1;
    const engine = await stage.engine(create);
    const other = engine.copy();
    const meanwhile = async () => {
      await other.up();
      other.bringCertificate();
      await other.up();
    };
    await engine.up({ call, phase: "before", meanwhile, dies: false });
    expect(stage.violations()).toEqual([]);
    expect(servedCertificate(engine.secret)).toBe(other.inputs.certificate);
    expect([openRequests(engine.secret), requestsMade(engine.secret)]).toEqual([[], 1]);
  });
});

describe("a promotion that is overtaken", () => {
  it("is decided again, from what the vault holds by then", async () => {
    const scenario = scenarios.find(({ name }) => name === "complete a renewal")!;
    const stage = modelStage();
    const call = (await callsOf(scenario, stage)).indexOf("put") + 1;
    const engine = await stage.engine(scenario);
    const vault = engine.world.vault({ region: "us-east-1" }, new AbortController().signal);
    const { arn, name } = engine.secret;
    const labelled = (label: string) =>
      engine.secret.versions.find(({ labels }) => labels.some((held) => held.startsWith(label)))!.id;
    // Somebody finds out that the new key is out in the world, and takes the credential out of service.
    const meanwhile = async () => {
      const serial = new X509Certificate(engine.inputs.certificate as string).serialNumber;
      await vault.moveLabel(arn, `MC_COMPROMISED_${serial}`, { to: labelled(`MC_CERT_${serial}`) });
      await vault.moveLabel(arn, "AWSCURRENT", { from: labelled("AWSCURRENT"), to: tokens.create(name) });
    };
    await engine.up({ call, phase: "after", meanwhile, dies: false });
    expect(servedCertificate(engine.secret)).toBeUndefined();
    expect(engine.unmet).toEqual([expect.stringMatching(/marked as compromised/)]);
    assertNothingIsLost(engine.secret);
  });
});

const isRead = (operation: string) => operation === "DescribeSecret" || operation === "GetSecretValue";
const isWrite = (operation: string) => !isRead(operation);

describe("over HTTP", () => {
  const clock = new Clock(dawn);
  let sandbox: SecretsManagerSandbox;
  let stage: Stage;

  beforeAll(async () => {
    sandbox = await startSecretsManager({ now: clock.now });
    stage = sandboxStage(sandbox, clock);
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => sandbox.close());

  const operationOf: Readonly<Record<string, string>> = {
    create: "CreateSecret",
    describe: "DescribeSecret",
    read: "GetSecretValue",
    put: "PutSecretValue",
    moveLabel: "UpdateSecretVersionStage",
    tag: "TagResource",
    untag: "UntagResource",
    setKmsKey: "UpdateSecret",
    addReplicas: "ReplicateSecretToRegions",
    removeReplicas: "RemoveRegionsFromReplication",
    restore: "RestoreSecret",
    scheduleDeletion: "DeleteSecret",
  };

  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    "%s survives the provider's death at any call",
    async (_name, scenario) => {
      const calls = await callsOf(scenario, stage);
      expect(sandbox.journal.entries().map(({ operation }) => operation)).toEqual(
        calls.map((call) => operationOf[call]),
      );
      // What lies in the vault differs only from write to write.
      const writes = calls.flatMap((operation, index) =>
        operation === "describe" || operation === "read" ? [] : [index + 1],
      );
      for (const [call, phase] of [[writes[0]!, "before"], ...writes.map((write) => [write, "after"])] as [
        number,
        Phase,
      ][]) {
        await at(`${phase} call ${call}, ${calls[call - 1]}`, async () => {
          const engine = await stage.engine(scenario);
          await dies(run(scenario, engine, { call, phase }));
          await assertRecovery(scenario, engine, stage);
        });
      }
    },
  );

  /** Answers that the SDK or the run copes with by itself: the first run ends green all the same. */
  const troubles: { name: string; rule: FaultRule; hits: (operation: string) => boolean; only?: string }[] = [
    {
      name: "a write whose answer is lost, so that the SDK sends it again",
      rule: { kind: "drop-after" },
      hits: isWrite,
    },
    { name: "a read from before the last write", rule: { kind: "stale-read" }, hits: isRead },
    { name: "a server error", rule: { kind: "error" }, hits: () => true, only: "complete a renewal" },
    {
      name: "a server error after the effect",
      rule: { kind: "error", after: true },
      hits: isWrite,
      only: "complete a renewal",
    },
  ];

  const cases = troubles.flatMap((trouble) =>
    scenarios
      // A lost answer to DeleteSecret makes the run red; the next one is green.
      .filter(({ name, removes }) => !removes && (trouble.only ?? name) === name)
      .map((scenario) => [trouble.name, scenario.name, trouble, scenario] as const),
  );

  it.each(cases)("%s does not disturb %s", async (_trouble, _scenario, { rule, hits }, scenario) => {
    // The SDK waits a random time before it tries again.
    jest.spyOn(Math, "random").mockReturnValue(0);
    const calls = (await callsOf(scenario, stage)).map((call) => operationOf[call]!);
    const matching = rule.kind === "stale-read" ? calls.filter(isRead) : calls;
    for (const [index, operation] of matching.entries()) {
      // What was written days ago has arrived everywhere.
      const isOld = rule.kind === "stale-read" && index === 0 && scenario.before.length > 0;
      if (!hits(operation) || isOld) continue;
      await at(`call ${index + 1}, ${operation}`, async () => {
        const engine = await stage.engine(scenario);
        sandbox.faults.add({ ...rule, nth: index + 1 });
        await run(scenario, engine);
        expect(sandbox.faults.pending()).toEqual([]);
        assertUnmet(scenario, engine);
        await assertRecovery(scenario, engine, stage);
      });
    }
  });

  it("a throttled call is sent again, and the run ends green", async () => {
    jest.spyOn(Math, "random").mockReturnValue(0);
    // A client of its own: after a throttled call the SDK slows all calls of a client down.
    const other = await startSecretsManager({ now: clock.now });
    const engine = new Engine(new Surroundings(sandboxWorld(other, clock)));
    other.faults.add({ kind: "throttle", operation: "PutSecretValue" });
    await engine.up();
    expect(other.journal.entries().map(({ operation, errorType }) => errorType ?? operation)).toEqual([
      "CreateSecret",
      "DescribeSecret",
      "ThrottlingException",
      "PutSecretValue",
      "GetSecretValue",
    ]);
    expect(engine.unmet).toEqual([]);
    await other.close();
  });

  it("a call that hangs ends with the host's time limit, and the next run goes on", async () => {
    const scenario = scenarios.find(({ name }) => name === "complete the first issuance")!;
    const engine = await stage.engine(scenario);
    sandbox.faults.add({ kind: "hang", operation: "UpdateSecretVersionStage" });
    const limit = new AbortController();
    sandbox.onRequest((_phase, operation) => {
      if (operation === "UpdateSecretVersionStage") setImmediate(() => limit.abort());
    });
    await engine.up(undefined, limit);
    expect(engine.unmet).toHaveLength(1);
    await assertRecovery(scenario, engine, stage);
  });
});
