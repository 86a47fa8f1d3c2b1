import { serializeValue } from "../../provider/domain/credential-value";
import { publicKeyFacts } from "../../provider/domain/merchant-key";
import { merchantId, privateKey, privateKeyPem } from "../support/certificates";
import { SecretScene } from "./secret-scene";

const shop = new SecretScene("merchantKey");

/** A second key that serves; the one before is still verified with. */
async function overlapping(): Promise<{ before: string; current: string }> {
  await shop.active({ triggers: ["one"] });
  const before = shop.version()!;
  await shop.up({ triggers: ["two"] });
  await shop.activate();
  return { before, current: shop.version()! };
}

const moveCurrent = (to: string) =>
  shop.aws.updateSecretVersionStage({
    SecretId: shop.secretName,
    VersionStage: "AWSCURRENT",
    MoveToVersionId: to,
    RemoveFromVersionId: shop.version()!,
  });

describe("what others did to the secret", () => {
  it("AWSCURRENT moved by hand to the key before: it serves, and the other one is verified with", async () => {
    const { before, current } = await overlapping();
    await moveCurrent(before);
    shop.later(1);
    expect((await shop.refresh())?.drift).not.toEqual([]);
    const { unmet, outputs } = await shop.up();
    expect(unmet).toEqual([]);
    expect(outputs).toMatchObject({
      status: "active",
      currentVersionId: before,
      previous: { versionId: current, verifiableUntil: "2026-12-23T12:00:00Z" },
    });
    expect(shop.version("MC_VERIFY_")).toBe(current);
    expect(shop.reasons).toEqual(["first value", "rotation", "found in the vault"]);
  });

  it("a key beside the public half of another never serves silently: red, with the way back", async () => {
    await shop.active();
    const good = shop.version()!;
    const [own, other] = [privateKey("of one"), privateKey("of another")].map((key) => privateKeyPem(key));
    await shop.aws.putSecretValue({
      SecretId: shop.secretName,
      SecretString: serializeValue({
        schema: "merchant-credentials/merchant-key/v1",
        merchantId,
        privateKey: own!,
        publicKey: publicKeyFacts(other!).publicKey,
      }),
    });
    await shop.refresh();
    const reason = await shop.red();
    expect(reason).toContain(`a public key that is not its private key's in version ${shop.version()}`);
    expect(reason).toContain("move the label back (update-secret-version-stage)");
    expect(shop.outputs.publicKeySha256).not.toBe(publicKeyFacts(own!).publicKeySha256);
    expect(shop.version("AWSPREVIOUS")).toBe(good);
    await moveCurrent(good);
    expect((await shop.up()).unmet).toEqual([]);
    expect(shop.outputs).toMatchObject({ status: "active", currentVersionId: good, previous: null });
  });

  it("two open requests: stops, and names both", async () => {
    await shop.active({ triggers: ["one"] });
    await shop.up({ triggers: ["two"] });
    const waiting = shop.outputs.pendingVersionId as string;
    const stage = `MC_REQUEST_${"e".repeat(16)}`;
    await shop.aws.putSecretValue({
      SecretId: shop.secretName,
      ClientRequestToken: "e".repeat(64),
      SecretString: shop.secret.versions.find(({ id }) => id === waiting)!.value as string,
      VersionStages: [stage],
    });
    const before = shop.vault;
    const reason = await shop.red({ triggers: ["three"] });
    expect(reason).toContain("the secret has more than one open merchant key");
    expect(reason).toContain(`MC_REQUEST_${waiting.slice(0, 16)} and ${stage}`);
    expect(shop.vault).toBe(before);
  });
});

describe("a state that is lost, old, or somebody else's", () => {
  it("lost during the overlap with the next key held: nothing moves, nothing is made, and it ends as it would have", async () => {
    const { current } = await overlapping();
    shop.later(1);
    await shop.up({ triggers: ["three"] });
    const next = shop.outputs.pendingVersionId as string;
    await shop.red({ activation: { version: next } });
    const { history } = shop.outputs;
    const labels = shop.labels;
    shop.scene.state = undefined;
    expect(await shop.red()).toContain("waits until 2026-12-22 12:00 UTC");
    expect(shop.labels).toEqual(labels);
    expect(shop.outputs).toMatchObject({
      currentVersionId: current,
      pendingVersionId: next,
      overlapUntil: "2026-12-22T12:00:00Z",
      history: (history as object[]).slice(-1),
    });
    shop.at("2026-12-22T12:00:00Z");
    expect((await shop.up()).unmet).toEqual([]);
    expect(shop.version()).toBe(next);
  });

  it("rolled back to before the rotation: takes in what happened, the overlap too, and writes nothing", async () => {
    await shop.active({ triggers: ["one"] });
    const old = shop.scene.state;
    const before = shop.version();
    await shop.up({ triggers: ["two"] });
    await shop.activate();
    const current = shop.version();
    shop.scene.state = old;
    shop.quiet();
    await shop.up();
    expect(shop.writes).toEqual([]);
    expect(shop.outputs).toMatchObject({
      status: "active",
      currentVersionId: current,
      previous: { versionId: before },
      overlapUntil: "2026-12-22T12:00:00Z",
    });
    expect(shop.reasons).toEqual(["first value", "rotation"]);
  });

  it("rolled back to the overlap after its end: the end is seen again", async () => {
    await overlapping();
    const old = shop.scene.state;
    shop.later(30);
    await shop.up();
    shop.scene.state = old;
    shop.quiet();
    await shop.up();
    expect(shop.writes).toEqual([]);
    expect(shop.outputs).toMatchObject({ previous: null, overlapUntil: null });
  });

  it("a stack rename writes the owner and nothing else", async () => {
    await overlapping();
    shop.quiet();
    await shop.up({ owner: "shop/renamed" });
    expect(shop.writes).toEqual(["TagResource"]);
    expect(shop.outputs).toMatchObject({ status: "active", overlapUntil: "2026-12-22T12:00:00Z" });
  });
});

describe("the end of a key", () => {
  it("is refused while it is protected, and restorable after", async () => {
    await shop.active();
    await expect(shop.scene.destroy()).rejects.toThrow("deletionProtection");
    await shop.up({ deletionProtection: false, recoveryWindowInDays: 7 });
    await shop.scene.destroy();
    expect(shop.secret.deletionDate).toBeDefined();
    const value = shop.value();
    const { outputs, unmet } = await shop.up({ deletionProtection: true });
    expect([unmet, shop.value(), outputs.status]).toEqual([[], value, "active"]);
  });

  it("with another lease is left as it is", async () => {
    await shop.active({ deletionProtection: false });
    const mine = shop.scene.state;
    shop.scene.state = undefined;
    await shop.up({ owner: "other/prod", adopt: true });
    shop.scene.state = mine;
    await shop.scene.destroy();
    expect(shop.secret.deletionDate).toBeUndefined();
    expect(shop.scene.logged.join()).toContain("has been taken over since");
  });

  it("a change of merchantId in place is refused", async () => {
    await shop.up();
    await expect(shop.up({ merchantId: "G90000001" })).rejects.toThrow("cannot change in place");
  });
});

it.each([
  ["while a key waits", false],
  ["during the overlap", true],
])("a look-up by ARN tells what labels tell, %s", async (_name, isActive) => {
  await (isActive ? overlapping() : shop.up());
  const id = shop.outputs.secretArn as string;
  const known = shop.outputs;
  shop.scene.state = { id, outputs: {} };
  shop.quiet();
  const none = [
    ...[
      "status",
      "rotationFrom",
      "rotationPeriod",
      "publicKey",
      "publicKeyDer",
      "publicKeySha256",
      "current",
    ],
    ...["pending", "previous", "previousVersionId", "keyOrigin", "firstIssuedAt", "failsFrom", "dueFrom"],
    "overlapUntil",
  ];
  expect(await shop.refresh()).toEqual({
    secretArn: id,
    secretName: "merchants/1900000109/merchantKey",
    region: "us-east-1",
    owner: "shop/prod",
    merchantId: "1900000109",
    kmsKeyId: null,
    currentVersionId: known.currentVersionId,
    pendingVersionId: known.pendingVersionId,
    ...Object.fromEntries(none.map((name) => [name, null])),
    ...{ unmet: [], nextSteps: [], history: [], drift: [] },
  });
  expect(shop.scene.sandbox.journal.entries()).toHaveLength(1);
});
