import type { Disaster, Engine, StoredSecret } from "./faults";
import { activate, placeForeign, promote, secretIn, served, valuesMade, waiting } from "./faults-secrets";

/** One thing that a person changes in the program, or does beside it, and how it ends. */
export interface SecretScenario {
  name: string;
  /** Each step ends with a run that has gone through. */
  before: ((engine: Engine) => Promise<unknown>)[];
  change?: (engine: Engine) => unknown;
  /** Whether the command line carries it out, and not the program. */
  promotes?: true;
  isImmediate?: true;
  /** Only the state proves that the secret is this program's. */
  needsState?: true;
  ends: {
    /** Values ever drawn. */
    made: number;
    waits: 0 | 1;
    /** What serves: the n-th version that a person has named, a value in use by its variable, or what was drawn last. */
    serves: number | "OLD" | "NEW" | "FOREIGN" | "last drawn" | "placeholder";
  };
}

const up = (engine: Engine) => engine.up();

const changed = (inputs: Parameters<Engine["change"]>[0]) => (engine: Engine) => {
  engine.change(inputs);
  return engine.up();
};

const activated = (engine: Engine) => {
  activate(engine);
  return engine.up();
};

const first = [changed({ triggers: ["one"], maxAgeDays: 90 }), activated];
const rotating = [...first, changed({ triggers: ["two"] })];

const oldTool = { apiSecret: "secret_key" };

export const secretScenarios: readonly SecretScenario[] = [
  { name: "create", before: [], ends: { made: 1, waits: 1, serves: "placeholder" } },
  {
    name: "create on a name that is scheduled for deletion",
    before: [up, changed({ deletionProtection: false }), (engine) => engine.destroy()],
    change: (engine) => engine.change({ deletionProtection: true }),
    ends: { made: 1, waits: 1, serves: "placeholder" },
  },
  {
    name: "activate the first value",
    before: [changed({ triggers: ["one"] })],
    change: activate,
    ends: { made: 1, waits: 0, serves: 0 },
  },
  {
    name: "begin a rotation by age",
    before: first,
    change: (engine) => engine.world.clock.advanceDays(90),
    ends: { made: 2, waits: 1, serves: 0 },
  },
  {
    name: "begin a rotation by trigger",
    before: first,
    change: (engine) => engine.change({ triggers: ["two"] }),
    ends: { made: 2, waits: 1, serves: 0 },
  },
  { name: "activate a rotation", before: rotating, change: activate, ends: { made: 2, waits: 0, serves: 1 } },
  {
    name: "activate a rotation after which the next is due",
    before: [...rotating, changed({ triggers: ["three"] })],
    change: activate,
    ends: { made: 3, waits: 1, serves: 1 },
  },
  {
    name: "promote the first value",
    before: [up],
    promotes: true,
    ends: { made: 1, waits: 0, serves: 0 },
  },
  { name: "promote a rotation", before: rotating, promotes: true, ends: { made: 2, waits: 0, serves: 1 } },
  {
    name: "create where values are current at once",
    before: [],
    change: (engine) => engine.change({ activation: "immediate" }),
    isImmediate: true,
    ends: { made: 1, waits: 0, serves: "last drawn" },
  },
  {
    name: "rotate where values are current at once",
    before: [changed({ activation: "immediate", triggers: ["one"] })],
    change: (engine) => engine.change({ triggers: ["two"] }),
    isImmediate: true,
    ends: { made: 2, waits: 0, serves: "last drawn" },
  },
  {
    name: "create with a value in use",
    before: [],
    change: (engine) => engine.change({ import: { env: "OLD" }, triggers: ["one"] }),
    ends: { made: 0, waits: 0, serves: "OLD" },
  },
  {
    name: "import over a value that serves",
    before: first,
    change: (engine) => engine.change({ import: { env: "OLD" } }),
    ends: { made: 1, waits: 0, serves: "OLD" },
  },
  {
    name: "import while a first value waits",
    before: [up],
    change: (engine) => engine.change({ import: { env: "OLD" } }),
    ends: { made: 1, waits: 0, serves: "OLD" },
  },
  {
    name: "import while a rotation waits",
    before: rotating,
    change: (engine) => engine.change({ import: { env: "OLD" } }),
    ends: { made: 2, waits: 1, serves: "OLD" },
  },
  {
    name: "import from another reference",
    before: [changed({ import: { env: "OLD" } })],
    change: (engine) => engine.change({ import: { env: "NEW" } }),
    ends: { made: 0, waits: 0, serves: "NEW" },
  },
  {
    name: "import and activate what waits",
    before: rotating,
    change: (engine) => {
      activate(engine);
      engine.change({ import: { env: "OLD" } });
    },
    ends: { made: 2, waits: 0, serves: 1 },
  },
  {
    name: "begin a rotation by trigger and import at once",
    before: first,
    change: (engine) => engine.change({ triggers: ["two"], import: { env: "OLD" } }),
    ends: { made: 2, waits: 1, serves: "OLD" },
  },
  {
    name: "adopt the 32 characters of another tool",
    before: [(engine) => placeForeign(engine, (secret) => secret)],
    change: (engine) => engine.change({ adopt: true }),
    ends: { made: 0, waits: 0, serves: "FOREIGN" },
  },
  {
    name: "adopt the JSON object of another tool",
    before: [(engine) => placeForeign(engine, (secret) => JSON.stringify({ secret_key: secret }))],
    change: (engine) => engine.change({ adopt: oldTool, triggers: ["one"] }),
    ends: { made: 0, waits: 0, serves: "FOREIGN" },
  },
  {
    name: "adopt the secret of another stack, with a value that waits",
    before: [
      async (engine) => {
        const other = engine.copy();
        other.change({ owner: "other/prod" });
        for (const step of rotating) await step(other);
      },
    ],
    change: (engine) => engine.change({ adopt: true, triggers: ["elsewhere"] }),
    ends: { made: 2, waits: 1, serves: 0 },
  },
  {
    name: "rename the stack",
    before: [changed({ import: { env: "OLD" }, triggers: ["one"] }), ...rotating.slice(2), activated],
    change: (engine) => engine.change({ owner: "shop/live" }),
    needsState: true,
    ends: { made: 1, waits: 0, serves: 0 },
  },
  {
    name: "change the tags of an old import",
    before: [changed({ import: { env: "OLD" }, triggers: ["one"] }), ...rotating.slice(2), activated],
    change: (engine) => engine.change({ tags: { team: "payments" } }),
    ends: { made: 1, waits: 0, serves: 0 },
  },
];

/** Carries the change out, as far as it is still to be done. */
export async function carryOut(
  scenario: SecretScenario,
  engine: Engine,
  disaster?: Disaster,
): Promise<unknown> {
  if (!scenario.promotes) return engine.up(disaster);
  return promote(engine, versionToPromote(engine), disaster);
}

/** The value that waits; once it serves, a person would still name it. */
function versionToPromote(engine: Engine): string {
  return engine.state?.outputs.pendingVersionId
    ? (engine.state.outputs.pendingVersionId as string)
    : ([...engine.surroundings.named].at(-1) as string);
}

/** The world on the eve of the change, with the change in the program. */
export async function secretEve(scenario: SecretScenario, engine: Engine): Promise<Engine> {
  for (const step of scenario.before) {
    await step(engine);
    expect(engine.unmet).toEqual([]);
  }
  scenario.change?.(engine);
  return engine;
}

export function assertEnd({ ends }: SecretScenario, secret: StoredSecret, engine: Engine): void {
  const { surroundings } = engine;
  const { env, named } = surroundings;
  expect({ made: valuesMade(secret, surroundings), waits: waiting(secret).length }).toEqual({
    made: ends.made,
    waits: ends.waits,
  });
  const serving = served(secret);
  if (typeof ends.serves === "number") expect(serving.id).toBe([...named][ends.serves]);
  else if (ends.serves === "placeholder") expect(secretIn(serving)).toBeUndefined();
  else if (ends.serves === "last drawn") expect(Object.values(env)).not.toContain(secretIn(serving));
  else expect(secretIn(serving)).toBe(env[ends.serves]);
}
