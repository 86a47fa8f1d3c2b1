import * as fc from "fast-check";
import type { Vault } from "../../provider/vault/vault";
import { modelWorld, Surroundings, type Engine } from "./faults";
import type { MakeEngine } from "./faults-secret-trials";
import {
  activate,
  assertNothingLeaks,
  leftoverLabels,
  promote,
  secretIn,
  served,
  valuesMade,
  verifiedWith,
  waiting,
  Watch,
} from "./faults-secrets";
import { intercepted, ModelSecretsManager } from "./faults-vault";
import { Clock } from "./merchant";

const trials = { numRuns: 60, seed: 20261122, endOnFailure: false } as const;

export type Run = (engine: Engine) => Promise<unknown>;

/** What several runs do at once, from a common eve. */
export interface Situation {
  name: string;
  eve: Run;
  /** Each a pipeline or a person of its own; the first one's program is the one that holds in the end. */
  runs: Run[];
  isImmediate?: true;
  /** How many values may have been drawn in the end. */
  made: readonly number[];
  waits: readonly (0 | 1)[];
  /** Versions by the order in which people named them, or values in use by their variables. */
  serves: readonly (number | "OLD" | "NEW" | "FOREIGN" | "placeholder" | "any")[];
}

export const up: Run = (engine) => engine.up();

export const stateless: Run = (engine) => {
  engine.state = undefined;
  return engine.up();
};

export const changed =
  (inputs: Parameters<Engine["change"]>[0], run: Run = up): Run =>
  (engine) => {
    engine.change(inputs);
    return run(engine);
  };

export const steps =
  (...runs: Run[]): Run =>
  async (engine) => {
    for (const run of runs) await run(engine);
  };

export const nothing: Run = () => Promise.resolve();

export const activated: Run = (engine) => {
  if (!engine.state?.outputs.pendingVersionId) return Promise.resolve();
  activate(engine);
  return engine.up();
};

/** A person sets the value that waits, in the run before or in this one. */
export const set: Run = (engine) => {
  const version = engine.state?.outputs.pendingVersionId;
  if (typeof version === "string") engine.surroundings.named.add(version);
  return Promise.resolve();
};

/** What a person has set is made current. */
export const promoted: Run = async (engine) => {
  const version = [...engine.surroundings.named].at(-1);
  if (version !== undefined) await promote(engine, version);
};

interface Weather {
  /** For each run: at which of its calls it dies, if it does, and on which side of the effect. */
  deaths: ({ call: number; phase: "before" | "after" } | undefined)[];
  /** Whether the n-th read of all is from before the last write. */
  stale: boolean[];
}

const weather: fc.Arbitrary<Weather> = fc.record({
  deaths: fc.array(
    fc.option(
      fc.record({
        call: fc.integer({ min: 1, max: 9 }),
        phase: fc.constantFrom("before" as const, "after" as const),
      }),
      { nil: undefined, freq: 4 },
    ),
    { minLength: 3, maxLength: 3 },
  ),
  stale: fc.array(fc.boolean(), { maxLength: 9 }),
});

/** Every call waits for the scheduler: any order of the calls of all runs is possible. */
function scheduled(vault: Vault, scheduler: fc.Scheduler): Vault {
  return intercepted(vault, (operation, perform) =>
    scheduler.schedule(Promise.resolve(), operation).then(perform),
  );
}

async function eveOf({ eve, isImmediate }: Situation, makeEngine: MakeEngine) {
  const clock = new Clock(new Date("2026-11-22T12:00:00Z"));
  const model = new ModelSecretsManager(clock.now);
  const engine = makeEngine(modelWorld(model, clock));
  await eve(engine);
  return () => {
    const later = new Clock(clock.now());
    const fork = model.fork(later.now);
    const surroundings = new Surroundings(modelWorld(fork, later), engine.surroundings);
    const watch = new Watch(surroundings, isImmediate);
    fork.onWrite(watch.look);
    return { engine: engine.copy(surroundings), model: fork, watch };
  };
}

/** The program that holds in the end runs until it has nothing to do. */
async function settle(situation: Situation, engine: Engine): Promise<void> {
  await situation.runs[0]!(engine);
  await engine.refresh();
  await engine.up();
  // What other programs have left half way shows only to a run that has something to do.
  engine.change({ tags: { night: "1" } });
  await engine.up();
}

function serving({ serves }: Situation, { secret, surroundings }: Engine): boolean {
  const { env, named } = surroundings;
  const { id } = served(secret);
  const value = secretIn(served(secret));
  return serves.some((each) => {
    if (each === "any") return true;
    if (each === "placeholder") return value === undefined;
    return typeof each === "number" ? id === [...named][each] : value === env[each];
  });
}

/** Tests each situation in any order of the calls, with deaths and stale reads. */
export function describeSituations(situations: readonly Situation[], makeEngine: MakeEngine): void {
  describe.each(situations.map((situation) => [situation.name, situation] as const))(
    "%s",
    (_name, situation) => {
      it("in any order of their calls, with deaths and stale reads, lose nothing and come to the same end", async () => {
        const fork = await eveOf(situation, makeEngine);
        await fc.assert(
          fc.asyncProperty(fc.scheduler(), weather, async (scheduler, { deaths, stale }) => {
            const { engine: calm, model, watch } = fork();
            let reads = 0;
            const disturbed = scheduled(
              model.vault(() => stale[reads++] ?? false),
              scheduler,
            );
            const stormy = { ...calm.world, vault: () => disturbed };
            const runs = situation.runs.map(async (run, index) => {
              const engine = calm.copy();
              engine.disturb(stormy, deaths[index]);
              // Death and conflict end a run; what it got into the state by then is the engine's.
              await run(engine).catch(() => undefined);
              return engine;
            });
            const engines = await scheduler.waitFor(Promise.all(runs));
            for (const engine of engines) engine.calm();

            const [engine] = engines as [Engine];
            await settle(situation, engine);
            const { secret, surroundings } = engine;
            expect(watch.breaches).toEqual([]);
            expect(engine.unmet).toEqual([]);
            expect(situation.made).toContain(valuesMade(secret, surroundings));
            expect(situation.waits).toContain(waiting(secret).length);
            expect(serving(situation, engine)).toBe(true);
            expect(leftoverLabels(secret)).toEqual([]);
            const previous = engine.state!.outputs.previous as { versionId: string } | null | undefined;
            expect(verifiedWith(secret).map(({ id }) => id)).toEqual(previous ? [previous.versionId] : []);
            engines.forEach((each) => assertNothingLeaks(each, secret));
            expect(await engine.up()).toBe(false);
          }),
          trials,
        );
      });
    },
  );
}
