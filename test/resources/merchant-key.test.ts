import { createPrivateKey, sign } from "node:crypto";
import type { JsonObject } from "../../provider/resources/resource-handlers";
import { publicKeyByOpenssl } from "../support/import-files";
import { opensslOutput, signatureVerifies } from "../support/openssl";
import { SecretScene } from "./secret-scene";

const shop = new SecretScene("merchantKey");
const second = 1000;

const waiting = () => shop.outputs.pendingVersionId as string;
const labelled = (label: string) => shop.version(label);

/** A second key that serves; the one before is still verified with. */
async function overlapping(changes: JsonObject = {}): Promise<{ before: string; current: string }> {
  await shop.active({ triggers: ["one"], ...changes });
  const before = shop.version()!;
  await shop.up({ triggers: ["two"] });
  await shop.activate();
  return { before, current: shop.version()! };
}

describe("two phases", () => {
  it("stores a key that waits, says who gets its public half, and is green", async () => {
    const { unmet, outputs } = await shop.up({ merchantId: "G90000001", partner: "Geoswift" });
    const [secret] = shop.scene.sandbox.secrets();
    const version = secret!.versions.find(({ labels }) => labels.join().includes("MC_REQUEST_"))!;
    const { privateKey, ...stored } = JSON.parse(version.value as string) as Record<string, string>;
    const publicKey = opensslOutput(["pkey", "-pubout"], privateKey).toString();
    expect(unmet).toEqual([]);
    expect(secret!.name).toBe("merchants/G90000001/merchantKey");
    expect(stored).toEqual({
      schema: "merchant-credentials/merchant-key/v1",
      merchantId: "G90000001",
      publicKey,
    });
    expect(outputs).toMatchObject({
      status: "awaiting-activation",
      currentVersionId: null,
      current: null,
      publicKey: null,
      publicKeyDer: null,
      publicKeySha256: null,
      pendingVersionId: version.id,
      pending: {
        versionId: version.id,
        since: "2026-11-22T12:00:00Z",
        keyBits: 2048,
        publicKey,
        publicKeyDer: publicKey.replace(/-----[^-]+-----|\n/g, ""),
        publicKeySha256: publicKeyByOpenssl(privateKey!),
      },
      previous: null,
      previousVersionId: null,
      overlapUntil: null,
      failsFrom: null,
      history: [],
    });
    expect((outputs.nextSteps as string[])[0]).toContain(
      "Upload the public key in the merchant backend portal",
    );
    expect(shop.writes).toEqual(["CreateSecret", "PutSecretValue"]);
  });

  it("makes the very key current that waited, in three writes, and signs what openssl verifies with the output", async () => {
    await shop.up();
    const version = waiting();
    shop.quiet();
    shop.later(3);
    const { outputs, unmet } = await shop.activate();
    expect(unmet).toEqual([]);
    expect(shop.writes).toEqual(["UpdateSecretVersionStage", "UpdateSecretVersionStage", "TagResource"]);
    expect(outputs).toMatchObject({
      status: "active",
      currentVersionId: version,
      current: { versionId: version, since: "2026-11-25T12:00:00Z", keyBits: 2048 },
      pending: null,
      previous: null,
      previousVersionId: null,
      overlapUntil: null,
      keyOrigin: "generated",
      firstIssuedAt: "2026-11-25T12:00:00Z",
      nextSteps: [],
      history: [
        {
          versionId: version,
          publicKeySha256: outputs.publicKeySha256,
          from: "2026-11-25T12:00:00Z",
          reason: "first value",
        },
      ],
    });
    expect(shop.labels).toEqual(["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"]);
    const text = "amount=2.00&merchant=890000593";
    const signature = sign("sha1", Buffer.from(text), createPrivateKey(shop.value()!));
    expect(signatureVerifies(outputs.publicKey as string, text, signature)).toBe(true);
    const { publicKey, publicKeyDer, publicKeySha256 } = outputs;
    expect(outputs.current).toMatchObject({ publicKey, publicKeyDer, publicKeySha256 });
  });

  it("rotates in four writes: the fourth says that the partner still verifies with the key before", async () => {
    await shop.active({ triggers: ["one"] });
    const [before, { publicKey, publicKeyDer, publicKeySha256 }] = [shop.version()!, shop.outputs];
    await shop.up({ triggers: ["two"] });
    expect(shop.outputs).toMatchObject({
      status: "rotation-pending",
      publicKeySha256,
      currentVersionId: before,
    });
    shop.quiet();
    const { outputs } = await shop.activate();
    expect(shop.writes).toEqual([
      "UpdateSecretVersionStage",
      "UpdateSecretVersionStage",
      "TagResource",
      "UpdateSecretVersionStage",
    ]);
    expect(outputs).toMatchObject({
      status: "active",
      previousVersionId: before,
      previous: {
        versionId: before,
        publicKey,
        publicKeyDer,
        publicKeySha256,
        verifiableUntil: "2026-12-22T12:00:00Z",
      },
      overlapUntil: "2026-12-22T12:00:00Z",
      nextSteps: [],
      history: [
        { versionId: before, publicKeySha256, until: "2026-11-22T12:00:00Z" },
        { versionId: shop.version()!, publicKeySha256: outputs.publicKeySha256, reason: "rotation" },
      ],
    });
    expect(labelled(`MC_VERIFY_${(publicKeySha256 as string).slice(0, 16)}`)).toBe(before);
    expect(shop.labels).toEqual(["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS", "MC_VERIFY"]);
  });

  it.each([3072, 4096])("makes keys of %i bits", async (keyBits) => {
    const { outputs } = await shop.up({ keyBits });
    expect(outputs.pending).toMatchObject({ keyBits });
    expect(createPrivateKey(shop.value(waiting())!).asymmetricKeyDetails?.modulusLength).toBe(keyBits);
  });

  it("a change of keyBits is for the next key: one that waits stays", async () => {
    await shop.up();
    const version = waiting();
    shop.quiet();
    await shop.up({ keyBits: 3072 });
    expect([waiting(), shop.writes]).toEqual([version, []]);
    expect(shop.outputs.pending).toMatchObject({ keyBits: 2048 });
    await shop.activate();
    await shop.up({ triggers: ["one"] });
    expect(shop.outputs.status).toBe("active");
    await shop.up({ triggers: ["two"] });
    expect(shop.outputs).toMatchObject({ current: { keyBits: 2048 }, pending: { keyBits: 3072 } });
  });

  it("calls nobody when nothing changed, while a key waits, during the overlap and after", async () => {
    const nothingHappens = async () => {
      shop.quiet();
      expect(await shop.up()).toMatchObject({ changed: false });
      expect(shop.scene.sandbox.journal.entries()).toEqual([]);
    };
    await shop.up({ triggers: ["one"] });
    await nothingHappens();
    await shop.activate();
    await shop.up({ triggers: ["two"] });
    await nothingHappens();
    await shop.activate();
    shop.later(29);
    await nothingHappens();
    shop.later(1);
    await shop.up();
    shop.later(1000);
    await nothingHappens();
  });

  it("a refresh reads no value, changes nothing, and leaves nothing to do", async () => {
    await overlapping();
    const before = shop.outputs;
    shop.quiet();
    expect(await shop.refresh()).toEqual(before);
    expect(shop.scene.sandbox.journal.entries().map(({ operation }) => operation)).toEqual([
      "DescribeSecret",
    ]);
    expect(await shop.up()).toMatchObject({ changed: false });
  });
});

describe("the overlap", () => {
  it("ends with its last day: not a second before, in one write, and once", async () => {
    const { before } = await overlapping();
    shop.quiet();
    shop.at("2026-12-22T11:59:59Z");
    expect(await shop.up()).toMatchObject({ changed: false });
    expect(shop.scene.sandbox.journal.entries()).toEqual([]);
    shop.at("2026-12-22T12:00:00Z");
    const { changed, outputs, unmet } = await shop.up();
    expect([changed, unmet, shop.writes]).toEqual([true, [], ["UpdateSecretVersionStage"]]);
    expect(outputs).toMatchObject({
      status: "active",
      previous: null,
      previousVersionId: before,
      overlapUntil: null,
    });
    expect(shop.labels).toEqual(["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"]);
    expect(await shop.up()).toMatchObject({ changed: false });
  });

  it("shows in the preview when its end has come", async () => {
    await overlapping();
    const { handlers, config } = shop.scene;
    const differs = (now: string) => {
      shop.at(now);
      const { inputs } = handlers.check({ olds: shop.outputs, news: shop.scene.inputs, config });
      return handlers.diff({ olds: shop.outputs, news: inputs });
    };
    expect(differs("2026-12-22T11:59:59Z")).toBe(false);
    expect(differs("2026-12-22T12:00:00Z")).toBe(true);
  });

  it.each<[string, JsonObject, number, string | null]>([
    ["of 0 days ends at once", { overlapDays: 0 }, 0, null],
    ["shortened to what has passed ends", { overlapDays: 10 }, 10, null],
    ["shortened stays until its new end", { overlapDays: 11 }, 10, "2026-12-03T12:00:00Z"],
    ["lengthened stays until its new end", { overlapDays: 365 }, 10, "2027-11-22T12:00:00Z"],
  ])("%s", async (_name, change, days, until) => {
    await overlapping();
    shop.later(days);
    await shop.up(change);
    expect(shop.outputs.overlapUntil).toBe(until);
    expect(labelled("MC_VERIFY_") !== undefined).toBe(until !== null);
  });

  it("lengthened after its end begins again: the key before is kept", async () => {
    const { before } = await overlapping();
    shop.later(30);
    await shop.up();
    await shop.up({ overlapDays: 31 });
    expect(shop.outputs).toMatchObject({
      previous: { versionId: before },
      overlapUntil: "2026-12-23T12:00:00Z",
    });
  });

  it("of no days is none", async () => {
    await overlapping({ overlapDays: 0 });
    expect(shop.outputs).toMatchObject({ previous: null, overlapUntil: null });
    expect(shop.labels).toEqual(["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"]);
  });

  it("holds the next key back: red until it is over, then the same program activates it", async () => {
    const { before, current } = await overlapping();
    shop.later(1);
    await shop.up({ triggers: ["three"] });
    const next = waiting();
    const reason = await shop.red({ activation: { version: next } });
    expect(reason).toContain(`activation.version: version ${next} waits until 2026-12-22 12:00 UTC`);
    expect(reason).toContain("`overlapDays: 0` ends the overlap now.");
    expect(shop.outputs).toMatchObject({ status: "rotation-pending", currentVersionId: current });
    await shop.refresh();
    expect(await shop.red()).toBe(reason);
    shop.at("2026-12-22T11:59:59Z");
    expect(await shop.red()).toBe(reason);
    expect(labelled("MC_VERIFY_")).toBe(before);
    shop.at("2026-12-22T12:00:00Z");
    const { unmet, outputs } = await shop.up();
    expect(unmet).toEqual([]);
    expect(outputs).toMatchObject({
      status: "active",
      currentVersionId: next,
      previous: { versionId: current, verifiableUntil: "2027-01-21T12:00:00Z" },
    });
    expect(labelled("MC_VERIFY_")).toBe(current);
    expect(shop.reasons).toEqual(["first value", "rotation", "rotation"]);
  });

  it("ended by the program lets the next key in, in the same run", async () => {
    await overlapping();
    await shop.up({ triggers: ["three"] });
    const next = waiting();
    await shop.red({ activation: { version: next } });
    const { unmet } = await shop.up({ overlapDays: 0 });
    expect([unmet, shop.version(), labelled("MC_VERIFY_")]).toEqual([[], next, undefined]);
  });

  it("whose label was taken off by hand is marked again by the next run that looks", async () => {
    const { before } = await overlapping();
    const label = shop.secret.versions
      .flatMap(({ labels }) => labels)
      .find((each) => each.startsWith("MC_V"))!;
    await shop.aws.updateSecretVersionStage({
      SecretId: shop.secretName,
      VersionStage: label,
      RemoveFromVersionId: before,
    });
    await shop.up({ tags: { team: "payments" } });
    expect(labelled(label)).toBe(before);
  });

  it("whose change is recorded nowhere begins anew: better too long than too short", async () => {
    const { before } = await overlapping();
    shop.later(20);
    await shop.aws.untagResource({
      SecretId: shop.secretName,
      TagKeys: ["merchant-credentials:last-change"],
    });
    await shop.up({ tags: { team: "payments" } });
    expect(shop.outputs).toMatchObject({
      previous: { versionId: before },
      overlapUntil: "2027-01-11T12:00:00Z",
    });
  });
});

describe("a rotation", () => {
  it("by age begins with the period, and shows in the preview as one line", async () => {
    await shop.active({ maxAgeDays: 365 });
    const { handlers, config } = shop.scene;
    const differing = (now: string) => {
      shop.at(now);
      const { inputs } = handlers.check({ olds: shop.outputs, news: shop.scene.inputs, config });
      const changed = Object.keys(inputs).filter(
        (name) => JSON.stringify(inputs[name]) !== JSON.stringify(shop.outputs[name]),
      );
      return [handlers.diff({ olds: shop.outputs, news: inputs }), ...changed];
    };
    // Midnight in Asia/Shanghai.
    expect(differing("2027-11-21T15:59:59Z")).toEqual([false]);
    expect(differing("2027-11-21T16:00:00Z")).toEqual([true, "rotationPeriod"]);
    await shop.up();
    expect(shop.outputs).toMatchObject({
      status: "rotation-pending",
      rotationPeriod: "period 2, from 2027-11-22 to 2028-11-21",
    });
  });

  it("by triggers: the first values ask for nothing, a change does, once", async () => {
    await shop.active();
    await shop.up({ triggers: ["one"] });
    expect(shop.outputs.status).toBe("active");
    await shop.up({ triggers: ["two"] });
    expect(shop.outputs.status).toBe("rotation-pending");
    await shop.activate();
    expect([shop.outputs.status, await shop.up()]).toEqual([
      "active",
      expect.objectContaining({ changed: false }),
    ]);
  });

  it("one at a time: triggers that change while a key waits begin the next once that is active", async () => {
    await shop.active({ triggers: ["one"] });
    await shop.up({ triggers: ["two"] });
    const version = waiting();
    await shop.up({ triggers: ["three"] });
    expect(waiting()).toBe(version);
    const { outputs } = await shop.activate();
    expect(outputs).toMatchObject({ status: "rotation-pending", currentVersionId: version });
    expect(waiting()).not.toBe(version);
  });

  it("that waits turns runs red on its day, and not a second earlier; activated, it is green", async () => {
    await shop.active({ triggers: ["one"] });
    await shop.up({ triggers: ["two"] });
    const from = new Date("2026-12-06T12:00:00Z");
    shop.scene.clock.set(new Date(+from - second));
    expect(await shop.up()).toMatchObject({ changed: false });
    shop.scene.clock.set(from);
    const reason = await shop.red();
    expect(reason).toContain(
      `The merchant key of version ${waiting()} has waited since 2026-11-22T12:00:00Z`,
    );
    expect(reason).toContain("is not handed over and activated yet.");
    await shop.refresh();
    expect(await shop.red()).toBe(reason);
    expect((await shop.activate()).unmet).toEqual([]);
  });

  it("activation left in the code never brings an old key back", async () => {
    await shop.active({ triggers: ["one"], overlapDays: 0 });
    const first = shop.version()!;
    await shop.up({ triggers: ["two"] });
    expect(shop.outputs).toMatchObject({ status: "rotation-pending", unmet: [], currentVersionId: first });
    await shop.activate();
    const current = shop.version();
    expect((await shop.up({ activation: { version: first } })).unmet).toEqual([]);
    expect(shop.version()).toBe(current);
  });

  it("activation of a version that is nowhere is red, and changes nothing", async () => {
    await shop.active();
    const version = "9".repeat(64);
    shop.quiet();
    expect(await shop.red({ activation: { version } })).toBe(
      `activation.version: there is no version ${version} in this secret. No key waits; declare the output pendingVersionId.`,
    );
    expect(shop.writes).toEqual([]);
  });
});
