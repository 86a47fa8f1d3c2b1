import type { SecretsManagerSandbox } from "../../sandbox/secrets-manager";
import { modelWorld, sandboxWorld, Surroundings, type Engine, type Phase, type World } from "./faults";
import { assertEnd, carryOut, secretEve, type SecretScenario } from "./faults-secret-scenarios";
import { assertNothingLeaks, leftoverLabels, served, verifiedWith, waiting, Watch } from "./faults-secrets";
import { ModelSecretsManager } from "./faults-vault";
import { Clock } from "./merchant";

export const dawn = new Date("2026-11-22T12:00:00Z");
const phases: readonly Phase[] = ["before", "after"];

export interface Trial {
  engine: Engine;
  watch: Watch;
}

/** Where trials happen: an engine on the eve of the scenario's change, over and over. */
export type Stage = (scenario: SecretScenario) => Promise<Trial>;

/** The engine of a credential, before its first run. */
export type MakeEngine = (world: World) => Engine;

/** Fast enough for every variant: forked, not played again. */
export function modelStage(makeEngine: MakeEngine): Stage {
  const eves = new Map<SecretScenario, { engine: Engine; model: ModelSecretsManager }>();
  return async (scenario) => {
    if (!eves.has(scenario)) {
      const clock = new Clock(dawn);
      const model = new ModelSecretsManager(clock.now);
      eves.set(scenario, {
        engine: await secretEve(scenario, makeEngine(modelWorld(model, clock))),
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

export function sandboxStage(sandbox: SecretsManagerSandbox, clock: Clock, makeEngine: MakeEngine): Stage {
  return async (scenario) => {
    sandbox.reset();
    clock.set(dawn);
    const engine = await secretEve(scenario, makeEngine(sandboxWorld(sandbox, clock)));
    sandbox.journal.clear();
    const watch = new Watch(engine.surroundings, scenario.isImmediate);
    sandbox.onRequest((phase) => (phase === "after" ? watch.look() : undefined));
    return { engine, watch };
  };
}

/** What runs every night: a refresh, then an up. The first up is the one that was interrupted, sent again. */
async function night(engine: Engine): Promise<void> {
  await engine.up();
  await engine.refresh();
  await engine.up();
}

/** The runs after the disaster reach the end, lose nothing, and leave nothing to do. */
export async function assertRecovery(scenario: SecretScenario, { engine, watch }: Trial): Promise<void> {
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
  const previous = engine.state!.outputs.previous as { versionId: string } | null | undefined;
  expect(verifiedWith(secret).map(({ id }) => id)).toEqual(previous ? [previous.versionId] : []);
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

export const ignored = () => undefined;

export async function callsOf(scenario: SecretScenario, stage: Stage): Promise<string[]> {
  const { engine } = await stage(scenario);
  await carryOut(scenario, engine);
  return [...engine.calls];
}

/** Tells which moment of which trial an expectation was about. */
export async function at(moment: string, trial: () => Promise<void>): Promise<void> {
  try {
    await trial();
  } catch (error) {
    (error as Error).message = `${moment}: ${(error as Error).message}`;
    throw error;
  }
}

export async function everyMoment(
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
