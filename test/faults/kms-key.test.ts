import { VaultError } from "../../provider/vault/vault";
import { Engine, modelWorld, Surroundings } from "../support/faults";
import { ModelSecretsManager } from "../support/faults-vault";
import { Clock } from "../support/merchant";

it("a KMS key that could not be set is set by the next run", async () => {
  const clock = new Clock();
  const model = new ModelSecretsManager(clock.now);
  const surroundings = new Surroundings(modelWorld(model, clock));
  const key = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555";
  const old = new Engine(surroundings, { owner: "other/prod", kmsKeyId: key });
  await old.up();

  const engine = new Engine(surroundings, { adopt: true, kmsKeyId: "alias/two" });
  const error = new VaultError("kms", "no key", "UpdateSecret");
  const probe = new Engine(new Surroundings(modelWorld(model.fork(clock.now), clock)), engine.inputs);
  await probe.up();
  const call = probe.calls.indexOf("setKmsKey") + 1;
  expect(call).toBeGreaterThan(0);
  await engine.up({ call, phase: "before", error, dies: false });
  expect(engine.unmet).toHaveLength(1);
  await engine.up();
  expect(engine.unmet).toEqual([]);
  expect(engine.secret.kmsKeyId).toBe("alias/two");
});

it("a KMS key that could not be set in an update is set by the next run", async () => {
  const clock = new Clock();
  const model = new ModelSecretsManager(clock.now);
  const surroundings = new Surroundings(modelWorld(model, clock));
  const engine = new Engine(surroundings);
  await engine.up();
  const { vault } = surroundings.world;
  const key = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555";
  await vault({ region: "us-east-1" }, new AbortController().signal).setKmsKey(engine.state!.id, key);
  engine.change({ kmsKeyId: "alias/two" });
  const copy = engine.copy(new Surroundings(modelWorld(model.fork(clock.now), clock)));
  await copy.up();
  const call = copy.calls.indexOf("setKmsKey") + 1;
  await engine.up({ call, phase: "before", error: new VaultError("kms", "no key", "any"), dies: false });
  expect(engine.unmet).toHaveLength(1);
  await engine.up();
  expect(engine.unmet).toEqual([]);
  expect(engine.secret.kmsKeyId).toBe("alias/two");
});
