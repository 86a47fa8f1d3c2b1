import { startSecretsManager } from "../../sandbox/secrets-manager";
import { VaultError } from "../../provider/vault/vault";
import {
  Engine,
  modelWorld,
  requestsMade,
  sandboxWorld,
  servedCertificate,
  Surroundings,
} from "../support/faults";
import { ModelSecretsManager } from "../support/faults-vault";
import { Clock } from "../support/merchant";

const clock = new Clock();

function inMemory(from?: Surroundings): Surroundings {
  return new Surroundings(modelWorld(new ModelSecretsManager(clock.now), clock), from);
}

async function active(inputs: Parameters<Engine["change"]>[0] = {}): Promise<Engine> {
  clock.set("2026-11-22T12:00:00Z");
  const engine = new Engine(inMemory(), inputs);
  await engine.up();
  engine.bringCertificate();
  await engine.up();
  return engine;
}

it("a certificate that only shares a serial number is not taken for the one in the vault", async () => {
  const engine = await active();
  const { certificate, ...rest } = engine.inputs;
  const other = new Engine(inMemory(engine.surroundings), rest);
  await other.up();
  other.bringCertificate("five-year", engine.state!.outputs.serialNumber as string);
  engine.declare(other.certificates[0]!);
  await engine.up();
  expect(servedCertificate(engine.secret)).toBe(certificate);
  expect(engine.unmet).not.toEqual([]);
});

it("a delete whose answer is lost is done, although AWS refuses to do it again", async () => {
  jest.spyOn(Math, "random").mockReturnValue(0);
  const sandbox = await startSecretsManager({ now: clock.now });
  const engine = new Engine(new Surroundings(sandboxWorld(sandbox, clock)), { deletionProtection: false });
  await engine.up();
  sandbox.faults.add({ kind: "drop-after", operation: "DeleteSecret" });
  await engine.destroy();
  expect(sandbox.faults.pending()).toEqual([]);
  expect(engine.world.secrets()[0]!.isScheduledForDeletion).toBe(true);
  await sandbox.close();
  jest.restoreAllMocks();
});

it("what a failed update has set is taken away when the program takes it back", async () => {
  const engine = await active({ tags: { team: "a" } });
  engine.change({ tags: { team: "a", extra: "x" }, kmsKeyId: "alias/two" });
  const error = new VaultError("kms", "no key", "UpdateSecret");
  // describe, read, tag, setKmsKey
  await engine.up({ call: 4, phase: "before", error, dies: false });
  expect(engine.unmet).toHaveLength(1);
  expect(engine.secret.tags).toHaveProperty("extra");
  engine.change({ tags: { team: "a" }, kmsKeyId: undefined });
  await engine.up();
  expect(engine.unmet).toEqual([]);
  expect(engine.secret.tags).not.toHaveProperty("extra");
});

it("a run that was overtaken does not demote what was promoted while it stood still", async () => {
  const engine = await active();
  engine.change({ renewBeforeDays: 1820 });
  clock.advanceDays(30);
  const yesterday = engine.copy();
  const meanwhile = async () => {
    await engine.up();
    engine.bringCertificate();
    await engine.up();
  };
  // describe, read, put
  await yesterday.up({ call: 3, phase: "before", dies: false, meanwhile });
  expect(yesterday.unmet).toEqual([expect.stringMatching(/another run made a version current/)]);
  expect(servedCertificate(engine.secret)).toBe(engine.inputs.certificate);
});

it("the search for a free version id makes one key", async () => {
  const engine = await active();
  engine.change({ renewBeforeDays: 1820 });
  clock.advanceDays(30);
  await engine.up();
  engine.bringCertificate();
  engine.change({ renewBeforeDays: 60 });
  await engine.up();
  // Back to the certificate whose first token the replacement has used.
  engine.declare(engine.certificates[0]!);
  engine.change({ renewBeforeDays: 1800 });
  const made = jest.spyOn(engine.surroundings, "nextKey");
  await engine.up();
  expect(requestsMade(engine.secret)).toBe(3);
  expect(made).toHaveBeenCalledTimes(1);
});
