import {
  startSecretsManager,
  type FaultRule,
  type SecretsManagerSandbox,
} from "../../sandbox/secrets-manager";
import { modelWorld, sandboxWorld, Surroundings, type Engine, type Phase } from "../support/faults";
import {
  assertEnd,
  carryOut,
  secretEve,
  secretScenarios,
  type SecretScenario,
} from "../support/faults-secret-scenarios";
import {
  activate,
  assertNothingLeaks,
  leftoverLabels,
  secretEngine,
  served,
  waiting,
  Watch,
} from "../support/faults-secrets";
import { ModelSecretsManager } from "../support/faults-vault";
import { Clock } from "../support/merchant";
import { VaultError } from "../../provider/vault/vault";

const dawn = new Date("2026-11-22T12:00:00Z");
const phases: readonly Phase[] = ["before", "after"];

interface Trial {
  engine: Engine;
  watch: Watch;
}

/** Where trials happen: an engine on the eve of the scenario's change, over and over. */
type Stage = (scenario: SecretScenario) => Promise<Trial>;

/** Fast enough for every variant: forked, not played again. */
function modelStage(): Stage {
  const eves = new Map<SecretScenario, { engine: Engine; model: ModelSecretsManager }>();
  return async (scenario) => {
    if (!eves.has(scenario)) {
      const clock = new Clock(dawn);
      const model = new ModelSecretsManager(clock.now);
      eves.set(scenario, {
        engine: await secretEve(scenario, secretEngine(modelWorld(model, clock))),
        model,
      });
    }
    const { engine, model } = eves.get(scenario)!;
    const clock = new Clock(engine.world.clock.now());
    const fork = model.fork(clock.now);
    const surroundings = new Surroundings(modelWorld(fork, clock), engine.surroundings);
    const watch = new Watch(surroundings, scenario.isImmediate);
    fork.onWrite(watch.look);
    return { engine: engine.copy(surroundings), watch };
  };
}

function sandboxStage(sandbox: SecretsManagerSandbox, clock: Clock): Stage {
  return async (scenario) => {
    sandbox.reset();
    clock.set(dawn);
    const engine = await secretEve(scenario, secretEngine(sandboxWorld(sandbox, clock)));
    sandbox.journal.clear();
    const watch = new Watch(engine.surroundings, scenario.isImmediate);
    sandbox.onRequest((phase) => (phase === "after" ? watch.look() : undefined));
    return { engine, watch };
  };
}

/** What the run that follows starts from. */
const aftermaths: readonly [name: string, happens: (engine: Engine) => void][] = [
  ["the state is as it was", () => undefined],
  ["the state is an older checkpoint", (engine) => (engine.state = engine.checkpoints.at(-1))],
  ["the state is lost", (engine) => (engine.state = undefined)],
  [
    "the state is lost and a week passes",
    (engine) => {
      engine.state = undefined;
      engine.world.clock.advanceDays(7);
    },
  ],
];

/** What runs every night: a refresh, then an up. The first up is the one that was interrupted, sent again. */
async function night(engine: Engine): Promise<void> {
  await engine.up();
  await engine.refresh();
  await engine.up();
}

/** The runs after the disaster reach the end, lose nothing, and leave nothing to do. */
async function assertRecovery(scenario: SecretScenario, { engine, watch }: Trial): Promise<void> {
  await night(engine);
  expect(watch.breaches).toEqual([]);
  expect(engine.unmet).toEqual([]);
  if (scenario.promotes) {
    await carryOut(scenario, engine);
    await night(engine);
  }
  const { secret } = engine;
  expect(watch.breaches).toEqual([]);
  expect(engine.unmet).toEqual([]);
  assertEnd(scenario, secret, engine);
  expect(leftoverLabels(secret)).toEqual([]);
  assertNothingLeaks(engine, secret);
  const { lease, pendingVersionId, currentVersionId } = engine.state!.outputs;
  expect(secret.tags["merchant-credentials:lease"]).toBe(lease);
  expect(waiting(secret).map(({ id }) => id)).toEqual(pendingVersionId ? [pendingVersionId] : []);
  if (currentVersionId) expect(served(secret).id).toBe(currentVersionId);
  expect(secret.tags["merchant-credentials:last-change"] ?? "").toContain(currentVersionId ?? "");

  expect(await engine.up()).toBe(false);
  expect(engine.calls).toEqual([]);
  await engine.refresh();
  expect(engine.state!.outputs.drift).toEqual([]);
  expect(await engine.up()).toBe(false);
}

const ignored = () => undefined;

async function callsOf(scenario: SecretScenario, stage: Stage): Promise<string[]> {
  const { engine } = await stage(scenario);
  await carryOut(scenario, engine);
  return [...engine.calls];
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
  scenario: SecretScenario,
  stage: Stage,
  play: (trial: Trial, call: number, phase: Phase) => Promise<void>,
): Promise<void> {
  const calls = await callsOf(scenario, stage);
  expect(calls.length).toBeGreaterThan(1);
  for (const [index, operation] of calls.entries()) {
    for (const phase of phases) {
      await at(`${phase} call ${index + 1}, ${operation}`, async () =>
        play(await stage(scenario), index + 1, phase),
      );
    }
  }
}

describe.each(secretScenarios.map((scenario) => [scenario.name, scenario] as const))(
  "%s",
  (_name, scenario) => {
    const stage = modelStage();

    it("reaches its end undisturbed", async () => {
      const trial = await stage(scenario);
      await carryOut(scenario, trial.engine);
      if (!scenario.promotes) assertEnd(scenario, trial.engine.secret, trial.engine);
      await assertRecovery(scenario, trial);
    });

    it.each(aftermaths)("survives the provider's death at any call when %s", (_aftermath, happens) =>
      everyMoment(scenario, stage, async (trial, call, phase) => {
        await carryOut(scenario, trial.engine, { call, phase }).catch(ignored);
        happens(trial.engine);
        if (scenario.needsState && !trial.engine.state) return;
        await assertRecovery(scenario, trial);
      }),
    );

    it("survives it with a second run that starts at that moment, and runs again after", () =>
      everyMoment(scenario, stage, async (trial, call, phase) => {
        const second = trial.engine.copy();
        const meanwhile = () => carryOut(scenario, second);
        await carryOut(scenario, trial.engine, { call, phase, meanwhile }).catch(ignored);
        expect(second.unmet).toEqual([]);
        await assertRecovery(scenario, trial);
        await carryOut(scenario, second);
        assertEnd(scenario, trial.engine.secret, trial.engine);
        expect(trial.watch.breaches).toEqual([]);
      }));

    it("survives a second run that does it all while the first stands still, and then goes on", () =>
      everyMoment(scenario, stage, async (trial, call, phase) => {
        const second = trial.engine.copy();
        const meanwhile = () => carryOut(scenario, second);
        await carryOut(scenario, trial.engine, { call, phase, meanwhile, dies: false });
        await assertRecovery(scenario, trial);
      }));

    it("ends red when a call fails for good, with everything in the state that the next run needs", () =>
      everyMoment(scenario, stage, async (trial, call, phase) => {
        const { engine } = trial;
        const error = new VaultError("unavailable", "no answer", "any");
        const { state } = engine;
        const outcome = await carryOut(scenario, engine, { call, phase, error, dies: false }).then(
          () => "over",
          (refusal: Error) => refusal.message,
        );
        if (outcome !== "over") expect(outcome).toMatch(/no answer/);
        else expect(engine.unmet).toEqual([expect.stringMatching(/no answer/)]);
        if (state) expect(engine.state?.id).toBe(state.id);
        await assertRecovery(scenario, trial);
      }));

    it("survives two deaths, one at any call and one at any call of the run after it", async () => {
      const calls = await callsOf(scenario, stage);
      for (let first = 1; first <= calls.length; first++) {
        for (let second = 1; second <= calls.length; second++) {
          const trial = await stage(scenario);
          await at(`after calls ${first} and ${second}`, async () => {
            await carryOut(scenario, trial.engine, { call: first, phase: "after" }).catch(ignored);
            await carryOut(scenario, trial.engine, { call: second, phase: "after" }).catch(ignored);
            await assertRecovery(scenario, trial);
          });
        }
      }
    });

    it("leaves the secret alone when the resource is renamed half way, and the new one goes on", () =>
      everyMoment(scenario, stage, async (trial, call, phase) => {
        const { engine: old } = trial;
        await carryOut(scenario, old, { call, phase }).catch(ignored);
        const engine = old.copy();
        if (scenario.needsState) return;
        engine.state = undefined;
        engine.change({ logicalName: "store" });
        await engine.up();
        if (old.state)
          await old.destroy().catch((refusal: Error) => expect(refusal.message).toMatch(/protected/));
        expect(engine.secret.isScheduledForDeletion).toBe(false);
        await assertRecovery(scenario, { ...trial, engine });
      }));
  },
);

it("after 50 rotations there are no more labels than after one", async () => {
  const rotation = secretScenarios.find(({ name }) => name === "activate a rotation")!;
  const { engine, watch } = await modelStage()(rotation);
  await engine.up();
  const labels = () => engine.secret.versions.flatMap((version) => version.labels).sort();
  const afterOne = labels();
  for (let n = 0; n < 49; n++) {
    engine.change({ triggers: [n] });
    await engine.up();
    activate(engine);
    await engine.up();
  }
  expect(labels()).toEqual(afterOne);
  expect(afterOne).toEqual(["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"]);
  expect(watch.breaches).toEqual([]);
});

const isRead = (operation: string) => operation === "DescribeSecret" || operation === "GetSecretValue";

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

  it.each(secretScenarios.map((scenario) => [scenario.name, scenario] as const))(
    "%s survives the provider's death at any write",
    async (_name, scenario) => {
      const calls = await callsOf(scenario, stage);
      const operations = sandbox.journal.entries().map(({ operation }) => operation);
      expect(operations).toHaveLength(calls.length);
      // What lies in the vault differs only from write to write.
      for (const [index, operation] of operations.entries()) {
        if (isRead(operation)) continue;
        await at(`after call ${index + 1}, ${operation}`, async () => {
          const trial = await stage(scenario);
          await carryOut(scenario, trial.engine, { call: index + 1, phase: "after" }).catch(ignored);
          await assertRecovery(scenario, trial);
        });
      }
    },
  );

  /** Answers that the SDK or the run copes with by itself: the first run ends green all the same. */
  const troubles: { name: string; rule: FaultRule; hits: (operation: string) => boolean }[] = [
    {
      name: "a write whose answer is lost, so that the SDK sends it again",
      rule: { kind: "drop-after" },
      hits: (operation) => !isRead(operation),
    },
    { name: "a read from before the last write", rule: { kind: "stale-read" }, hits: isRead },
  ];

  /** Between them they make every kind of write. */
  const everyKindOfWrite: readonly string[] = [
    "create",
    "begin a rotation by trigger",
    "activate a rotation",
    "promote a rotation",
    "import while a first value waits",
    "adopt the JSON object of another tool",
  ];

  const cases = troubles.flatMap((trouble) =>
    secretScenarios
      .filter(({ name }) => everyKindOfWrite.includes(name))
      .map((scenario) => [trouble.name, scenario.name, trouble, scenario] as const),
  );

  it.each(cases)("%s does not disturb %s", async (_trouble, _scenario, { rule, hits }, scenario) => {
    // The SDK waits a random time before it tries again.
    jest.spyOn(Math, "random").mockReturnValue(0);
    await callsOf(scenario, stage);
    const operations = sandbox.journal.entries().map(({ operation }) => operation);
    const matching = rule.kind === "stale-read" ? operations.filter(isRead) : operations;
    for (const [index, operation] of matching.entries()) {
      // What was written days ago has arrived everywhere.
      const isOld = rule.kind === "stale-read" && index === 0 && scenario.before.length > 0;
      if (!hits(operation) || isOld) continue;
      await at(`call ${index + 1}, ${operation}`, async () => {
        const trial = await stage(scenario);
        sandbox.faults.add({ ...rule, nth: index + 1 });
        await carryOut(scenario, trial.engine);
        expect(sandbox.faults.pending()).toEqual([]);
        expect(trial.engine.unmet).toEqual([]);
        await assertRecovery(scenario, trial);
      });
    }
  });
});
