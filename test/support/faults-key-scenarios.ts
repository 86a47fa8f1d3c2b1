import type { Engine } from "./faults";
import { activate, placeForeign, promote } from "./faults-secrets";
import type { SecretScenario } from "./faults-secret-scenarios";

const up = (engine: Engine) => engine.up();

const changed = (inputs: Parameters<Engine["change"]>[0]) => (engine: Engine) => {
  engine.change(inputs);
  return engine.up();
};

const activated = (engine: Engine) => {
  activate(engine);
  return engine.up();
};

const imported = (name: "OLD" | "NEW") => ({ import: { privateKey: { env: name } } });

const first = [changed({ triggers: ["one"], maxAgeDays: 90 }), activated];
const rotating = [...first, changed({ triggers: ["two"] })];
/** Two keys have served; the partner still verifies with the first of them. */
const overlapping = [...rotating, activated];
const held = [...overlapping, changed({ triggers: ["three"] })];

/** What befalls a merchant key: as secrets, and the overlap. */
export const keyScenarios: readonly SecretScenario[] = [
  { name: "create", before: [], ends: { made: 1, waits: 1, serves: "placeholder" } },
  {
    name: "create on a name that is scheduled for deletion",
    before: [up, changed({ deletionProtection: false }), (engine) => engine.destroy()],
    change: (engine) => engine.change({ deletionProtection: true }),
    ends: { made: 1, waits: 1, serves: "placeholder" },
  },
  {
    name: "activate the first key",
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
    name: "activate a rotation without an overlap",
    before: [changed({ overlapDays: 0 }), ...rotating],
    change: activate,
    ends: { made: 2, waits: 0, serves: 1 },
  },
  {
    name: "activate a rotation after which the next is due",
    before: [...rotating, changed({ triggers: ["three"] })],
    change: activate,
    ends: { made: 3, waits: 1, serves: 1 },
  },
  { name: "promote the first key", before: [up], promotes: true, ends: { made: 1, waits: 0, serves: 0 } },
  { name: "promote a rotation", before: rotating, promotes: true, ends: { made: 2, waits: 0, serves: 1 } },
  {
    name: "take in a promotion",
    before: [
      ...rotating,
      (engine) => promote(engine, engine.state!.outputs.pendingVersionId as string),
      (engine) => engine.refresh(),
    ],
    ends: { made: 2, waits: 0, serves: 1 },
  },
  {
    name: "end an overlap by its days",
    before: overlapping,
    change: (engine) => engine.world.clock.advanceDays(30),
    ends: { made: 2, waits: 0, serves: 1 },
  },
  {
    name: "end an overlap in the program",
    before: overlapping,
    change: (engine) => engine.change({ overlapDays: 0 }),
    ends: { made: 2, waits: 0, serves: 1 },
  },
  {
    name: "lengthen an overlap that was over",
    before: [...overlapping, changed({ overlapDays: 0 })],
    change: (engine) => engine.change({ overlapDays: 60 }),
    ends: { made: 2, waits: 0, serves: 1 },
  },
  {
    name: "begin a rotation during the overlap",
    before: overlapping,
    change: (engine) => engine.change({ triggers: ["three"] }),
    ends: { made: 3, waits: 1, serves: 1 },
  },
  {
    name: "end an overlap by its days and activate the key that it held",
    before: held,
    change: (engine) => {
      activate(engine);
      engine.world.clock.advanceDays(30);
    },
    ends: { made: 3, waits: 0, serves: 2 },
  },
  {
    name: "end an overlap in the program and activate the key that it held",
    before: held,
    change: (engine) => {
      activate(engine);
      engine.change({ overlapDays: 0 });
    },
    ends: { made: 3, waits: 0, serves: 2 },
  },
  {
    name: "create with a key in use",
    before: [],
    change: (engine) => engine.change({ ...imported("OLD"), triggers: ["one"] }),
    ends: { made: 0, waits: 0, serves: "OLD" },
  },
  {
    name: "import over a key that serves",
    before: first,
    change: (engine) => engine.change(imported("OLD")),
    ends: { made: 1, waits: 0, serves: "OLD" },
  },
  {
    name: "import while a first key waits",
    before: [up],
    change: (engine) => engine.change(imported("OLD")),
    ends: { made: 1, waits: 0, serves: "OLD" },
  },
  {
    name: "import while a rotation waits",
    before: rotating,
    change: (engine) => engine.change(imported("OLD")),
    ends: { made: 2, waits: 1, serves: "OLD" },
  },
  {
    name: "import during an overlap",
    before: overlapping,
    change: (engine) => engine.change(imported("OLD")),
    ends: { made: 2, waits: 0, serves: "OLD" },
  },
  {
    name: "import from another reference",
    before: [changed(imported("OLD"))],
    change: (engine) => engine.change(imported("NEW")),
    ends: { made: 0, waits: 0, serves: "NEW" },
  },
  {
    name: "adopt the key of another tool",
    before: [(engine) => placeForeign(engine, (pem) => pem)],
    change: (engine) => engine.change({ adopt: true }),
    ends: { made: 0, waits: 0, serves: "FOREIGN" },
  },
  {
    name: "adopt the JSON object of another tool",
    before: [(engine) => placeForeign(engine, (pem) => JSON.stringify({ rsa: pem }))],
    change: (engine) => engine.change({ adopt: { privateKey: "rsa" }, triggers: ["one"] }),
    ends: { made: 0, waits: 0, serves: "FOREIGN" },
  },
  {
    name: "adopt the secret of another stack in its overlap",
    before: [
      async (engine) => {
        const other = engine.copy();
        other.change({ owner: "other/prod" });
        for (const step of held) await step(other);
      },
    ],
    change: (engine) => engine.change({ adopt: true, triggers: ["elsewhere"] }),
    ends: { made: 3, waits: 1, serves: 1 },
  },
  {
    name: "rename the stack in its overlap",
    before: overlapping,
    change: (engine) => engine.change({ owner: "shop/live" }),
    needsState: true,
    ends: { made: 2, waits: 0, serves: 1 },
  },
];
