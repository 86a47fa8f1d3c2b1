import { createPublicKey } from "node:crypto";
import { serializeValue } from "../../provider/domain/credential-value";
import type { PlatformPublicKeyValue } from "../../provider/domain/platform-public-key";
import { tokens } from "../../provider/domain/staging-labels";
import { privateKey } from "../support/certificates";
import { nothingYet, certificateValue, PlatformScene, undecided } from "./platform-scene";

const pem = (name: string) =>
  createPublicKey(privateKey(name)).export({ type: "spki", format: "pem" }).toString();
const id = "PUB_KEY_ID_0119000001092024112200291700000000";
const nextId = "PUB_KEY_ID_0119000001092026112200291700000001";

const plain = new PlatformScene("platformPublicKey", () => ({ publicKeyId: id, publicKey: pem("platform") }));
const live = new PlatformScene("platformPublicKey", ({ arns: { certificateSecretArn } }) => ({
  publicKeyId: id,
  publicKey: pem("platform"),
  verification: "live",
  certificateSecretArn,
}));

beforeEach(() => {
  live.verdict = { verdict: "accepted" };
});

const served = (shop: PlatformScene) => (shop.serving as { publicKeyId?: string }).publicKeyId;

describe("without verification", () => {
  it("serves as it is declared, and nobody is asked", async () => {
    const { unmet, outputs } = await plain.up();
    expect(unmet).toEqual([]);
    expect(outputs).toMatchObject({
      status: "active",
      secretName: "merchants/1900000109/platformPublicKey",
      currentVersionId: plain.version(),
      publicKeyId: id,
      current: { versionId: plain.version(), publicKeyId: id, publicKeySha256: outputs.publicKeySha256 },
      publicKeySha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      askFrom: null,
      nextSteps: [],
      history: [
        { versionId: plain.version(), from: "2026-11-22T12:00:00Z", reason: "first value", publicKeyId: id },
      ],
    });
    expect(plain.serving).toEqual({
      schema: "merchant-credentials/platform-public-key/v1",
      merchantId: "1900000109",
      publicKeyId: id,
      publicKey: pem("platform"),
    });
    expect(plain.questions).toBe(0);
    expect(plain.writes).toEqual([
      "CreateSecret",
      "PutSecretValue",
      "UpdateSecretVersionStage",
      "TagResource",
    ]);
  });

  it("makes no call when nothing changed, however late", async () => {
    await plain.up();
    plain.quiet();
    plain.later(4000);
    expect(await plain.up()).toMatchObject({ changed: false });
    expect(await plain.up({ publicKey: pem("platform").replaceAll("\n", "\\n") })).toMatchObject({
      changed: false,
    });
    expect(plain.calls).toEqual([]);
  });

  it("changes to another key in three writes, and back to the version that it came from", async () => {
    await plain.up();
    const before = plain.version();
    plain.quiet();
    await plain.up({ publicKeyId: nextId, publicKey: pem("next") });
    expect(plain.writes).toEqual(["PutSecretValue", "UpdateSecretVersionStage", "TagResource"]);
    expect(served(plain)).toBe(nextId);
    plain.quiet();
    await plain.up({ publicKeyId: id, publicKey: pem("platform") });
    expect(plain.writes).toEqual(["UpdateSecretVersionStage", "TagResource"]);
    expect(plain.version()).toBe(before);
    expect(plain.reasons).toEqual(["first value", "change", "change"]);
  });

  it("puts back what somebody else has overwritten", async () => {
    await plain.up();
    const SecretString = JSON.stringify({ ...plain.serving, publicKeyId: nextId });
    await plain.aws.putSecretValue({ SecretId: plain.secretName, SecretString });
    expect(await plain.up()).toMatchObject({ changed: false });
    await plain.refresh();
    expect((await plain.up()).unmet).toEqual([]);
    expect(served(plain)).toBe(id);
  });
});

describe("with verification", () => {
  it("serves once WeChat Pay has accepted the key", async () => {
    expect((await live.up()).outputs).toMatchObject({ status: "active", askFrom: null });
    expect([served(live), live.questions]).toEqual([id, 1]);
    expect(await live.up()).toMatchObject({ changed: false });
    expect(live.questions).toBe(1);
  });

  it("is red while it is refused, and the one that serves stays", async () => {
    await live.up();
    live.verdict = { verdict: "refused", field: "publicKeyId", says: "It knows no such key." };
    expect(await live.red({ publicKeyId: nextId, publicKey: pem("next") })).toBe(
      "WeChat Pay refuses (publicKeyId): It knows no such key.",
    );
    expect(served(live)).toBe(id);
    expect(live.outputs).toMatchObject({
      status: "awaiting-verification",
      publicKeyId: nextId,
      current: { publicKeyId: id },
    });
    live.verdict = { verdict: "accepted" };
    expect(await live.red()).toBe("");
    expect(served(live)).toBe(nextId);
  });

  it("is red where WeChat Pay cannot tell, says how to go on, and does so", async () => {
    live.verdict = undecided("unreachable");
    const reason = await live.red();
    expect(reason).toContain("There was unreachable.");
    expect(reason).toContain('verification: "none"');
    expect(live.outputs).toMatchObject({ status: "awaiting-verification", current: null, history: [] });
    expect(live.writes).toEqual(["CreateSecret"]);
    expect((await live.up({ verification: "none" })).outputs).toMatchObject({
      status: "active",
      askFrom: null,
    });
    expect(served(live)).toBe(id);
  });

  it("a key that serves already stays green while WeChat Pay cannot tell, and is asked about again", async () => {
    await live.up({ verification: "none" });
    live.verdict = undecided("clock");
    const { unmet, outputs } = await live.up({ verification: "live" });
    expect(unmet).toEqual([]);
    expect(outputs).toMatchObject({ status: "active", askFrom: "2026-11-22T12:00:00Z" });
    expect(outputs.nextSteps).toHaveLength(1);
    live.later(1);
    expect((await live.up()).outputs).toEqual(outputs);
    live.verdict = { verdict: "refused", field: "publicKey", says: "It signs with another." };
    expect(await live.red()).toContain("It signs with another. The key serves all the same.");
    live.verdict = { verdict: "accepted" };
    expect((await live.up()).outputs).toMatchObject({
      status: "active",
      askFrom: null,
      nextSteps: [],
      unmet: [],
    });
    expect(await live.up()).toMatchObject({ changed: false });
  });

  it("waits for the certificate, green, and goes on by itself", async () => {
    await live.store("certificate", nothingYet);
    const { unmet, outputs } = await live.up();
    expect(unmet).toEqual([]);
    expect(outputs).toMatchObject({ status: "awaiting-verification", askFrom: "2026-11-22T12:00:00Z" });
    expect(outputs.nextSteps).toEqual(["Finish the certificate first (its nextSteps). Then run pulumi up."]);
    expect(live.questions).toBe(0);
    live.later(1);
    expect((await live.up()).outputs).toEqual(outputs);
    await live.store("certificate", certificateValue());
    expect((await live.up()).outputs).toMatchObject({ status: "active", nextSteps: [] });
  });
});

describe("the secret around it", () => {
  it("with another tool's value is taken over, and the value kept as previous", async () => {
    await plain.aws.createSecret({ Name: plain.secretName, SecretString: pem("platform") });
    const before = plain.version();
    await expect(plain.up()).rejects.toThrow("is not this program's");
    expect((await plain.up({ adopt: true })).unmet).toEqual([]);
    expect([served(plain), plain.version("AWSPREVIOUS")]).toEqual([id, before]);
  });

  it("a version under the content's own id that says something else is red, and never serves", async () => {
    await plain.up();
    const next = serializeValue({ ...(plain.serving as PlatformPublicKeyValue), publicKeyId: nextId });
    await plain.aws.putSecretValue({
      SecretId: plain.secretName,
      SecretString: next.replace(nextId, "PUB_KEY_ID_666"),
      ClientRequestToken: tokens.published(plain.secret.arn, "platformPublicKey", next),
      VersionStages: ["AWSPENDING"],
    });
    expect(await plain.red({ publicKeyId: nextId })).toContain("does not hold what its label says");
    expect(served(plain)).toBe(id);
  });
});
