import type { Vault } from "../../provider/vault/vault";
import { VaultError } from "../../provider/vault/vault";
import {
  assertNothingIsLost,
  Engine,
  modelWorld,
  requestsMade,
  servedCertificate,
  Surroundings,
  type World,
} from "../support/faults";
import { intercepted, ModelSecretsManager } from "../support/faults-vault";
import { Clock } from "../support/merchant";

/** The world, with some of the vault's answers replaced. */
function world(answers: Partial<Vault> = {}): World {
  const clock = new Clock();
  const model = new ModelSecretsManager(clock.now);
  const vault = model.vault();
  return modelWorld(model, clock, { ...vault, ...answers });
}

async function active(
  answers: Partial<Vault> = {},
  inputs: Parameters<Engine["change"]>[0] = {},
): Promise<Engine> {
  const engine = new Engine(new Surroundings(world(answers)), inputs);
  await engine.up();
  engine.bringCertificate();
  await engine.up();
  expect(engine.unmet).toEqual([]);
  return engine;
}

/** The resource under its new name, or what replaces it: the engine creates it before it deletes the old one. */
function successor(old: Engine): Engine {
  const engine = old.copy();
  engine.state = undefined;
  engine.change({ logicalName: "store" });
  return engine;
}

const unlimited = new AbortController().signal;

const outcomeOf = (run: Promise<unknown>) =>
  run.then(
    () => "done",
    (error: Error) => error.message,
  );

describe("a rename or a forced replacement: create, then delete", () => {
  it.each([true, false])(
    "leaves the live secret alone and says so (deletionProtection: %s)",
    async (protection) => {
      const old = await active({}, { deletionProtection: protection });
      const before = old.secret;
      const created = successor(old);
      await created.up();
      expect(created.unmet).toEqual([]);

      await old.destroy();
      expect(old.logged).toEqual([
        "merchants/1900000109/certificate has been taken over since (another lease); it is left as it is.",
      ]);
      expect(old.calls).toEqual(["describe"]);
      const { tags, ...rest } = created.secret;
      expect(rest).toEqual({ ...before, tags: undefined, ...rest, versions: before.versions });
      expect(tags["merchant-credentials:lease"]).toBe(created.state!.outputs.lease);
      expect(created.secret.isScheduledForDeletion).toBe(false);
      expect(servedCertificate(created.secret)).toBe(created.inputs.certificate);
      expect(await created.up()).toBe(false);
    },
  );

  it("keeps the open request of a resource that waits for its first certificate", async () => {
    const old = new Engine(new Surroundings(world()), { deletionProtection: false });
    await old.up();
    const created = successor(old);
    await created.up();
    await old.destroy();
    expect(created.state!.outputs.certificateRequest).toBe(
      old.checkpoints.at(-1)!.outputs.certificateRequest,
    );
    expect(requestsMade(created.secret)).toBe(1);
  });

  it.each(["create", "describe", "tag", "read"] as const)(
    "whose create fails at %s and whose delete runs in another process loses nothing: the next up brings it all back",
    async (operation) => {
      const fails = { on: false };
      const clock = new Clock();
      const model = new ModelSecretsManager(clock.now);
      const vault = intercepted(model.vault(), async (called, perform) => {
        if (fails.on && called === operation) throw new VaultError("unavailable", "no answer", operation);
        return perform();
      });
      const surroundings = new Surroundings(modelWorld(model, clock, vault));
      const old = new Engine(surroundings, { deletionProtection: false });
      await old.up();
      old.bringCertificate();
      await old.up();

      const created = successor(old);
      fails.on = true;
      const failure = await outcomeOf(created.up());
      fails.on = false;
      const isInState = created.state !== undefined;
      if (isInState) expect(created.unmet).toEqual([expect.stringMatching(/no answer/)]);
      else expect(failure).toMatch(/no answer/);

      await old.destroy();
      // With the new lease the old resource has nothing to delete any more; without it, the recovery window holds.
      expect(created.secret.isScheduledForDeletion).toBe(!isInState);
      await created.up();
      expect(created.unmet).toEqual([]);
      const { secret } = created;
      expect(secret.isScheduledForDeletion).toBe(false);
      expect(servedCertificate(secret)).toBe(created.inputs.certificate);
      expect(requestsMade(secret)).toBe(1);
      assertNothingIsLost(secret, created.surroundings.handedOut);
    },
  );

  it.each([1, 2, 3])(
    "whose create fails at call %i and whose delete runs in the same process is refused",
    async (call) => {
      const old = await active({}, { deletionProtection: false });
      const created = successor(old);
      created.shareProcessWith(old);
      const error = new VaultError("unavailable", "no answer", "any");
      expect(await outcomeOf(created.up({ call, phase: "before", error, dies: false }))).toMatch(/no answer/);
      expect(await outcomeOf(old.destroy())).toMatch(/declared again in this program under another name/);
      expect(old.secret.isScheduledForDeletion).toBe(false);
      await created.up();
      await old.destroy();
      expect(old.secret.isScheduledForDeletion).toBe(false);
    },
  );

  it("whose delete reads from before the create's lease deletes nothing", async () => {
    const old = await active({}, { deletionProtection: false });
    const { versions, ...rest } = (await old.world
      .vault({ region: "us-east-1" }, unlimited)
      .describe(old.state!.id))!;
    const created = successor(old);
    created.shareProcessWith(old);
    await created.up();
    const { world } = old.surroundings;
    const vault = {
      ...world.vault({ region: "us-east-1" }, unlimited),
      describe: async () => ({ versions, ...rest }),
    };
    old.disturb({ ...world, vault: () => vault }, undefined);
    expect(await outcomeOf(old.destroy())).toMatch(/declared again/);
    expect(created.secret.isScheduledForDeletion).toBe(false);
  });

  it("whose create fails and whose delete still runs cannot delete what is protected", async () => {
    const old = await active();
    const created = successor(old);
    await outcomeOf(created.up({ call: 1, phase: "before" }));
    expect(await outcomeOf(old.destroy())).toMatch(/protected/);
    expect(old.secret.isScheduledForDeletion).toBe(false);
  });
});

describe("delete", () => {
  it("is refused while the resource is protected, and says how to take that off", async () => {
    const engine = await active();
    expect(await outcomeOf(engine.destroy())).toMatch(
      /holds a merchant's credential and is protected.*Set `deletionProtection: false`, run pulumi up, then remove/,
    );
    expect(engine.calls).toEqual(["describe"]);
  });

  it("is refused while `deletionProtection: false` is in the program only", async () => {
    const engine = await active();
    engine.change({ deletionProtection: false });
    expect(await outcomeOf(engine.destroy())).toMatch(/protected/);
    await engine.up();
    expect(await outcomeOf(engine.destroy())).toBe("done");
    expect(engine.world.secrets()[0]!.isScheduledForDeletion).toBe(true);
  });

  it("takes the replicas away first, and twice is once", async () => {
    const engine = await active({}, { deletionProtection: false, replicaRegions: ["eu-west-1"] });
    const again = engine.copy();
    await engine.destroy();
    expect(engine.calls).toEqual(["describe", "removeReplicas", "scheduleDeletion"]);
    await again.destroy();
    expect(again.calls).toEqual(["describe"]);
  });

  it("of a secret that is gone is done", async () => {
    const engine = await active({}, { deletionProtection: false });
    const { outputs } = engine.state!;
    engine.state = { id: "arn:aws:secretsmanager:us-east-1:123456789012:secret:never/was-Ab1Cd2", outputs };
    expect(await outcomeOf(engine.destroy())).toBe("done");
    expect(engine.calls).toEqual(["describe", "accountId"]);
  });
});

describe("an initialization failure", () => {
  it.each(["tag", "put", "read"] as const)(
    "of a create at %s leaves what read, update and delete need",
    async (operation) => {
      const fails = { on: true };
      const clock = new Clock();
      const model = new ModelSecretsManager(clock.now);
      const vault = intercepted(model.vault(), async (called, perform) => {
        if (fails.on && called === operation)
          throw new VaultError("access-denied", "no permission", operation);
        return perform();
      });
      const surroundings = new Surroundings(modelWorld(model, clock, vault));
      const engine = new Engine(surroundings, { deletionProtection: false, tags: { team: "payments" } });
      if (operation === "tag") {
        // Only a secret that is there already is tagged in a create.
        fails.on = false;
        await engine.copy().up();
        fails.on = true;
        expect(await outcomeOf(engine.up())).toMatch(/no permission.*docs\/iam\.md/);
        expect(engine.state).toBeUndefined();
        return;
      }
      await engine.up();
      const { id, outputs } = engine.state!;
      expect(id).toMatch(/^arn:aws:secretsmanager:us-east-1:123456789012:secret:/);
      expect(outputs).toMatchObject({
        ...engine.inputs,
        secretArn: id,
        region: "us-east-1",
        secretName: "merchants/1900000109/certificate",
        recoveryWindowInDays: 30,
        lease: engine.secret.tags["merchant-credentials:lease"],
        unmet: [expect.stringMatching(/no permission/)],
        drift: [],
      });

      await engine.refresh();
      expect(engine.state!.id).toBe(id);
      fails.on = false;
      const doomed = engine.copy();
      expect(await engine.up()).toBe(true);
      expect(engine.unmet).toEqual([]);
      await doomed.destroy();
      expect(engine.secret.isScheduledForDeletion).toBe(true);
    },
  );

  it("of an update keeps the id, the lease and what the vault was last seen to hold", async () => {
    const engine = await active();
    const { id, outputs } = engine.state!;
    engine.change({ tags: { team: "payments" } });
    await engine.up({ call: 2, phase: "before", error: new VaultError("kms", "no key", "any"), dies: false });
    expect(engine.state).toMatchObject({
      id,
      outputs: { lease: outputs.lease, serialNumber: outputs.serialNumber },
    });
    expect(engine.unmet).toEqual([expect.stringMatching(/no key/)]);
  });

  it("keeps the next up busy after a refresh, until what was asked is there", async () => {
    const engine = await active();
    const certificate = engine.inputs.certificate!;
    engine.change({ certificate: undefined });
    await engine.up();
    expect(engine.unmet).toEqual([expect.stringMatching(/withdrawn/)]);
    for (let run = 0; run < 2; run++) {
      await engine.refresh();
      expect(engine.unmet).toHaveLength(1);
      expect(engine.preview()).toBe(true);
      await engine.up();
      expect(engine.unmet).toHaveLength(1);
    }
    engine.change({ certificate });
    await engine.up();
    expect(engine.unmet).toEqual([]);
    await engine.refresh();
    expect(engine.preview()).toBe(false);
  });
});

describe("a refresh", () => {
  it("reads once and no secret value", async () => {
    const engine = await active();
    await engine.refresh();
    expect(engine.calls).toEqual(["describe"]);
    expect(engine.preview()).toBe(false);
  });

  it("shows what somebody else did as drift, and the next up puts it right or says it", async () => {
    const engine = await active();
    const other = successor(engine);
    await other.up();
    await engine.refresh();
    expect(engine.state!.outputs.drift).toEqual(["tags differ: merchant-credentials:lease"]);
    expect(engine.preview()).toBe(true);
    await engine.up();
    expect(engine.secret.tags["merchant-credentials:lease"]).toBe(engine.state!.outputs.lease);
  });

  it("of a secret that is gone takes it out of the state; the next up makes a new key", async () => {
    const gone = { now: false };
    const clock = new Clock();
    const model = new ModelSecretsManager(clock.now);
    const vault = model.vault();
    const describe = async (secret: string) => (gone.now ? undefined : vault.describe(secret));
    const engine = new Engine(new Surroundings(modelWorld(model, clock, { ...vault, describe })));
    await engine.up();
    gone.now = true;
    await engine.up();
    expect(engine.unmet).toEqual([]);
    engine.change({ tags: { team: "payments" } });
    await engine.up();
    expect(engine.unmet).toEqual([expect.stringMatching(/gone from Secrets Manager.*pulumi refresh/)]);
    await engine.refresh();
    expect(engine.state).toBeUndefined();
  });
});

describe("credentials of another account", () => {
  const elsewhere = { describe: async () => undefined, accountId: async () => "999999999999" };

  it("do not make a secret gone: not for a refresh, an update or a delete", async () => {
    const engine = await active({}, { deletionProtection: false });
    const { state } = engine;
    const lost = new Engine(new Surroundings(world(elsewhere)), engine.inputs);
    lost.state = state;
    const wrong =
      /not in the account of these credentials \(expected account 123456789012, found account 999999999999\)/;
    expect(await outcomeOf(lost.refresh())).toMatch(wrong);
    expect(lost.state).toBe(state);
    expect(await outcomeOf(lost.destroy())).toMatch(wrong);
    expect(lost.state).toBe(state);
    lost.change({ tags: { team: "payments" } });
    await lost.up();
    expect(lost.unmet).toEqual([expect.stringMatching(wrong)]);
    expect(lost.state!.id).toBe(state!.id);
    expect(lost.state!.outputs.lease).toBe(state!.outputs.lease);
  });
});

it("read, update and delete go to the region of the ARN, whatever the Provider says now", async () => {
  const engine = await active({}, { deletionProtection: false });
  const regions: string[] = [];
  const { vault } = engine.world;
  engine.world.vault = (connection, signal) => {
    regions.push(connection.region);
    return vault(connection, signal);
  };
  engine.region = "eu-west-1";
  await engine.refresh();
  await engine.destroy();
  expect(regions).toEqual(["us-east-1", "us-east-1"]);
});
