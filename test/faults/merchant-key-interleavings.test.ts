import type * as merchantKeys from "../../provider/domain/merchant-key";
import type * as memory from "../support/faults-memory";
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
import { activate, keyEngine, placeForeign } from "../support/faults-secrets";

/** What hundreds of trials compute again and again. */
jest.mock("../../provider/domain/merchant-key", () => {
  const { remembering } = jest.requireActual<typeof memory>("../support/faults-memory");
  return remembering(
    jest.requireActual<typeof merchantKeys>("../../provider/domain/merchant-key"),
    "readMerchantKeyValue",
    "publicKeyFacts",
    "merchantKeyValue",
    "importedMerchantKey",
    "adoptedMerchantKey",
  );
});

const first = steps(changed({ triggers: ["one"], maxAgeDays: 3650 }), activated);
const rotating = steps(first, changed({ triggers: ["two"] }), set);
/** The program names the key that waits. */
const named: Run = (engine) => Promise.resolve(activate(engine));
const overlapping = steps(rotating, activated);
const held = steps(overlapping, changed({ triggers: ["three"] }), named);
const later =
  (days: number): Run =>
  (engine) =>
    Promise.resolve(engine.world.clock.advanceDays(days));
const imported = { import: { privateKey: { env: "OLD" } } };

const situations: readonly Situation[] = [
  {
    name: "three creates",
    eve: nothing,
    runs: [up, up, stateless],
    made: [1],
    waits: [1],
    serves: ["placeholder"],
  },
  {
    name: "three activations",
    eve: steps(rotating, named),
    runs: [up, up, stateless],
    made: [2],
    waits: [0],
    serves: [1],
  },
  {
    name: "two promotions and an up",
    eve: rotating,
    runs: [steps(promoted, changed({ tags: { team: "payments" } })), promoted, up],
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
    name: "three runs at the end of an overlap",
    eve: steps(overlapping, later(30)),
    runs: [up, up, stateless],
    made: [2],
    waits: [0],
    serves: [1],
  },
  {
    name: "three runs at the end of an overlap that holds a key",
    eve: steps(held, later(30)),
    runs: [up, up, stateless],
    made: [3],
    waits: [0],
    serves: [2],
  },
  {
    name: "a run that ends an overlap and activates, and two that promote",
    eve: held,
    runs: [changed({ overlapDays: 0 }), promoted, promoted],
    made: [3],
    waits: [0],
    serves: [2],
  },
  {
    name: "an import during an overlap that holds a key, and two runs without it",
    eve: steps(held, changed({ activation: "manual" })),
    runs: [changed(imported), up, stateless],
    made: [3],
    waits: [1],
    serves: ["OLD"],
  },
  {
    name: "three adoptions",
    eve: (engine) => placeForeign(engine, (pem) => pem),
    runs: [changed({ adopt: true }), changed({ adopt: true }), changed({ adopt: true })],
    made: [0],
    waits: [0],
    serves: ["FOREIGN"],
  },
];

describeSituations(situations, keyEngine);
