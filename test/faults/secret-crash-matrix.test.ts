import { activate, secretEngine } from "../support/faults-secrets";
import { describeCrashes, describeCrashesOverHttp } from "../support/faults-secret-crashes";
import { secretScenarios } from "../support/faults-secret-scenarios";
import { modelStage } from "../support/faults-secret-trials";

describeCrashes(secretScenarios, secretEngine);

it("after 50 rotations there are no more labels than after one", async () => {
  const rotation = secretScenarios.find(({ name }) => name === "activate a rotation")!;
  const { engine, watch } = await modelStage(secretEngine)(rotation);
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

/** Between them they make every kind of write. */
const everyKindOfWrite: readonly string[] = [
  "create",
  "begin a rotation by trigger",
  "activate a rotation",
  "promote a rotation",
  "import while a first value waits",
  "adopt the JSON object of another tool",
];

describeCrashesOverHttp(secretScenarios, everyKindOfWrite, secretEngine);
