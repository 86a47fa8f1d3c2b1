import {
  activated,
  changed,
  describeSituations,
  nothing,
  promoted,
  set,
  stateless,
  steps,
  up,
  type Run,
  type Situation,
} from "../support/faults-secret-situations";
import { activate, placeForeign, secretEngine } from "../support/faults-secrets";

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

describeSituations(situations, secretEngine);
