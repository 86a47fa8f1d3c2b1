import * as fc from "fast-check";
import type { Vault } from "../../provider/vault/vault";
import { modelWorld, Surroundings, type Engine } from "../support/faults";
import {
  activate,
  assertNothingLeaks,
  leftoverLabels,
  placeForeign,
  promote,
  secretEngine,
  secretIn,
  served,
  valuesMade,
  waiting,
  Watch,
} from "../support/faults-secrets";
import { intercepted, ModelSecretsManager } from "../support/faults-vault";
import { Clock } from "../support/merchant";

const trials = { numRuns: 60, seed: 20261122, endOnFailure: false } as const;

type Run = (engine: Engine) => Promise<unknown>;

/** What several runs do at once, from a common eve. */
interface Situation {
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

const up: Run = (engine) => engine.up();

const stateless: Run = (engine) => {
  engine.state = undefined;
  return engine.up();
};

const changed =
  (inputs: Parameters<Engine["change"]>[0], run: Run = up): Run =>
  (engine) => {
    engine.change(inputs);
    return run(engine);
  };

const steps =
  (...runs: Run[]): Run =>
  async (engine) => {
    for (const run of runs) await run(engine);
  };

const nothing: Run = () => Promise.resolve();

const activated: Run = (engine) => {
  if (!engine.state?.outputs.pendingVersionId) return Promise.resolve();
  activate(engine);
  return engine.up();
};

/** A person sets the value that waits, in the run before or in this one. */
const set: Run = (engine) => {
  const version = engine.state?.outputs.pendingVersionId;
  if (typeof version === "string") engine.surroundings.named.add(version);
  return Promise.resolve();
};

/** What a person has set is made current. */
const promoted: Run = async (engine) => {
  const version = [...engine.surroundings.named].at(-1);
  if (version !== undefined) await promote(engine, version);
};

const first = steps(changed({ triggers: ["one"], maxAgeDays: 90 }), activated);
const due: Run = steps(first, (engine) => Promise.resolve(engine.world.clock.advanceDays(90)));
const rotating = steps(first, changed({ triggers: ["two"] }), set);
const imported = { import: { env: "OLD" } };

/** Two values were named, and the program of today names the second. */
const twice: Run = steps(rotating, (engine) => {
  activate(engine);
  return Promise.resolve();
});

const yesterday: Run = (engine) => {
  engine.change({ activation: { version: [...engine.surroundings.named][0]! } });
  return engine.up();
};

const situations: readonly Situation[] = [
  {
    name: "three creates",
    eve: nothing,
    runs: [up, up, up],
    made: [1],
    waits: [1],
    serves: ["placeholder"],
  },
  {
    name: "a create whose value is activated, and two creates",
    eve: nothing,
    runs: [steps(up, activated), up, up],
    made: [1],
    waits: [0],
    serves: [0],
  },
  {
    name: "a create whose value is promoted, and two creates",
    eve: nothing,
    runs: [steps(up, set, promoted), up, up],
    made: [1],
    waits: [0],
    serves: [0],
  },
  {
    name: "three begins of a rotation by trigger",
    eve: first,
    runs: [
      changed({ triggers: ["two"] }),
      changed({ triggers: ["two"] }),
      changed({ triggers: ["two"] }, stateless),
    ],
    made: [2],
    waits: [1],
    serves: [0],
  },
  {
    name: "three begins of a rotation by age",
    eve: due,
    runs: [up, up, stateless],
    made: [2],
    waits: [1],
    serves: [0],
  },
  {
    name: "a rotation from begin to end and two that only begin",
    eve: first,
    runs: [
      steps(changed({ triggers: ["two"] }), activated),
      changed({ triggers: ["two"] }),
      changed({ triggers: ["two"] }, stateless),
    ],
    made: [2],
    waits: [0],
    serves: [1],
  },
  {
    name: "three activations",
    eve: twice,
    runs: [up, up, stateless],
    made: [2],
    waits: [0],
    serves: [1],
  },
  {
    name: "an activation and two runs of the program of yesterday, which names the value before",
    eve: twice,
    runs: [up, yesterday, steps(stateless, yesterday)],
    made: [2],
    waits: [0],
    serves: [1],
  },
  {
    name: "two promotions and an up",
    eve: rotating,
    runs: [
      steps(promoted, changed({ tags: { team: "payments" } })),
      promoted,
      changed({ tags: { team: "payments" } }),
    ],
    made: [2],
    waits: [0],
    serves: [1],
  },
  {
    name: "a promotion, and two runs whose triggers have changed again",
    eve: rotating,
    runs: [
      steps(changed({ triggers: ["three"] }), promoted),
      promoted,
      changed({ triggers: ["three"] }, stateless),
    ],
    made: [3],
    waits: [1],
    serves: [1],
  },
  {
    name: "two runs with different triggers and one of yesterday",
    eve: first,
    runs: [changed({ triggers: ["two"] }), changed({ triggers: ["three"] }), up],
    made: [2],
    waits: [1],
    serves: [0],
  },
  {
    name: "three imports",
    eve: first,
    runs: [changed(imported), changed(imported), changed(imported, stateless)],
    made: [1],
    waits: [0],
    serves: ["OLD"],
  },
  {
    name: "three creates with a value in use",
    eve: nothing,
    runs: [changed(imported), changed(imported), changed(imported, stateless)],
    made: [0],
    waits: [0],
    serves: ["OLD"],
  },
  {
    name: "an import, a promotion and another run of the import",
    eve: rotating,
    runs: [changed(imported), promoted, changed(imported)],
    made: [2],
    waits: [0, 1],
    serves: ["OLD", 1],
  },
  {
    name: "an import while the first value is promoted",
    eve: steps(changed({ triggers: ["one"] }), set),
    runs: [changed(imported), promoted, changed(imported)],
    made: [1],
    waits: [0],
    serves: ["OLD", 0],
  },
  {
    name: "an import while the first value is activated by another program",
    eve: changed({ triggers: ["one"] }),
    runs: [changed(imported), activated, up],
    made: [1],
    waits: [0],
    serves: ["OLD", 0],
  },
  {
    name: "an import and two runs of the program of yesterday",
    eve: first,
    runs: [changed(imported), changed({ tags: { team: "payments" } }), stateless],
    made: [1],
    waits: [0],
    serves: ["OLD"],
  },
  {
    name: "two imports from different references",
    eve: first,
    runs: [changed({ import: { env: "NEW" } }), changed(imported), up],
    made: [1],
    waits: [0],
    // Whichever was the last to be read: both are declared as in use.
    serves: ["NEW", "OLD"],
  },
  {
    name: "three adoptions",
    eve: (engine) => placeForeign(engine, (secret) => secret),
    runs: [changed({ adopt: true }), changed({ adopt: true }), changed({ adopt: true })],
    made: [0],
    waits: [0],
    serves: ["FOREIGN"],
  },
  {
    name: "three rotations where values are current at once",
    eve: changed({ activation: "immediate", triggers: ["one"] }),
    runs: [
      changed({ triggers: ["two"] }),
      changed({ triggers: ["two"] }),
      changed({ triggers: ["two"] }, stateless),
    ],
    isImmediate: true,
    made: [2],
    waits: [0],
    serves: ["any"],
  },
];

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

async function eveOf({ eve, isImmediate }: Situation) {
  const clock = new Clock(new Date("2026-11-22T12:00:00Z"));
  const model = new ModelSecretsManager(clock.now);
  const engine = secretEngine(modelWorld(model, clock));
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

describe.each(situations.map((situation) => [situation.name, situation] as const))(
  "%s",
  (_name, situation) => {
    it("in any order of their calls, with deaths and stale reads, lose nothing and come to the same end", async () => {
      const fork = await eveOf(situation);
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
          engines.forEach((each) => assertNothingLeaks(each, secret));
          expect(await engine.up()).toBe(false);
        }),
        trials,
      );
    });
  },
);
