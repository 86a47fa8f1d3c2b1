import type * as merchantKeys from "../../provider/domain/merchant-key";
import { describeCrashes, describeCrashesOverHttp } from "../support/faults-secret-crashes";
import { keyScenarios } from "../support/faults-key-scenarios";
import { everyMoment, modelStage } from "../support/faults-secret-trials";
import { activate, before, keyEngine, served, verifiedWith } from "../support/faults-secrets";
import type * as memory from "../support/faults-memory";

/** What thousands of trials compute again and again. */
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

describeCrashes(keyScenarios, keyEngine);

describe("a key that the program names before the overlap is over", () => {
  const scenario = keyScenarios.find(({ name }) => name === "begin a rotation during the overlap")!;
  const stage = modelStage(keyEngine);

  it("is not activated by any run that breaks off, nor by the one after it", () =>
    everyMoment(scenario, stage, async ({ engine, watch }, call, phase) => {
      await engine.up();
      const [first, second] = [before(engine.secret)!.id, served(engine.secret).id];
      activate(engine);
      await engine.up({ call, phase }).catch(() => undefined);
      await engine.up();
      expect(engine.unmet).toEqual([expect.stringContaining("waits until")]);
      expect([served(engine.secret).id, verifiedWith(engine.secret).map(({ id }) => id)]).toEqual([
        second,
        [first],
      ]);
      expect(watch.breaches).toEqual([]);
      engine.world.clock.advanceDays(30);
      await engine.up();
      expect(engine.unmet).toEqual([]);
      expect(before(engine.secret)!.id).toBe(second);
    }));
});

it("after 20 rotations there are no more labels than after one", async () => {
  const rotation = keyScenarios.find(({ name }) => name === "activate a rotation")!;
  const { engine, watch } = await modelStage(keyEngine)(rotation);
  await engine.up();
  const labels = () =>
    engine.secret.versions
      .flatMap((version) => version.labels)
      .map((label) => label.replace(/_[0-9a-f]{16}$/, ""))
      .sort();
  expect(labels()).toEqual(["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS", "MC_VERIFY"]);
  for (let n = 0; n < 19; n++) {
    engine.change({ triggers: [n], maxAgeDays: 3650 });
    await engine.up();
    engine.world.clock.advanceDays(30);
    activate(engine);
    await engine.up();
  }
  expect(labels()).toEqual(["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS", "MC_VERIFY"]);
  expect(watch.breaches).toEqual([]);
});

/** Between them they make every kind of write. */
const everyKindOfWrite: readonly string[] = [
  "create",
  "activate a rotation",
  "promote a rotation",
  "end an overlap by its days and activate the key that it held",
  "import during an overlap",
];

describeCrashesOverHttp(keyScenarios, everyKindOfWrite, keyEngine);
