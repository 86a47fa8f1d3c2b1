import {
  startSecretsManager,
  type FaultRule,
  type SecretsManagerSandbox,
} from "../../sandbox/secrets-manager";
import { VaultError } from "../../provider/vault/vault";
import type { Engine } from "./faults";
import { assertEnd, carryOut, type SecretScenario } from "./faults-secret-scenarios";
import {
  assertRecovery,
  at,
  callsOf,
  dawn,
  everyMoment,
  ignored,
  modelStage,
  sandboxStage,
  type MakeEngine,
  type Stage,
} from "./faults-secret-trials";
import { Clock } from "./merchant";

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

/** Tests that each scenario survives whatever befalls the provider at any of its calls, against the model. */
export function describeCrashes(scenarios: readonly SecretScenario[], makeEngine: MakeEngine): void {
  describe.each(scenarios.map((scenario) => [scenario.name, scenario] as const))("%s", (_name, scenario) => {
    const stage = modelStage(makeEngine);

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
  });
}

const isRead = (operation: string) => operation === "DescribeSecret" || operation === "GetSecretValue";

/** The same at any write over HTTP, and what the SDK or the run copes with by itself, for scenarios that are named. */
export function describeCrashesOverHttp(
  scenarios: readonly SecretScenario[],
  everyKindOfWrite: readonly string[],
  makeEngine: MakeEngine,
): void {
  describe("over HTTP", () => {
    const clock = new Clock(dawn);
    let sandbox: SecretsManagerSandbox;
    let stage: Stage;

    beforeAll(async () => {
      sandbox = await startSecretsManager({ now: clock.now });
      stage = sandboxStage(sandbox, clock, makeEngine);
    });
    afterEach(() => jest.restoreAllMocks());
    afterAll(() => sandbox.close());

    it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
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

    const cases = troubles.flatMap((trouble) =>
      scenarios
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
}
