import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emptyValue, serializeValue } from "../../provider/domain/credential-value";
import { merchantKeyValue, publicKeyFacts } from "../../provider/domain/merchant-key";
import { secretValue } from "../../provider/domain/secret-kind";
import type { JsonObject } from "../../provider/resources/resource-handlers";
import { merchantCertificate, merchantId, privateKey, privateKeyPem } from "../support/certificates";
import { keyFile, pkcs12File } from "../support/import-files";
import { canary, SecretScene } from "./secret-scene";

const shop = new SecretScene("merchantKey");
const [one, two, three] = ["first in use", "second in use", "third in use"].map((name) => privateKey(name));
const [pemOne, pemTwo, pemThree] = [one!, two!, three!].map((key) => privateKeyPem(key));
const passphrase = canary("P");
const fromShop = { privateKey: { env: "SHOP" } };
const fromOther = { privateKey: { env: "OTHER" } };

const folder = mkdtempSync(join(tmpdir(), "merchant-key-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  shop.scene.folder = folder;
  Object.assign(shop.env, { SHOP: pemOne, OTHER: pemTwo, WORD: passphrase });
});

const sha256 = (pem: string) => publicKeyFacts(pem).publicKeySha256;
/** A secret that was there before this program. */
const theirs = (content: { SecretString?: string; SecretBinary?: Buffer }, Name = shop.secretName) =>
  shop.aws.createSecret({ Name, ...content });
const elsewhere = async (content: { SecretString?: string; SecretBinary?: Buffer }) =>
  (await theirs(content, "elsewhere")).ARN!;

describe("a key in use", () => {
  it("is current at once, in five writes after the secret's own, and nothing waits", async () => {
    const { outputs, unmet } = await shop.up({ import: fromShop });
    expect(unmet).toEqual([]);
    expect(shop.value()).toBe(pemOne);
    expect(outputs).toMatchObject({
      status: "active",
      keyOrigin: "imported",
      publicKeySha256: sha256(pemOne!),
      pending: null,
      previous: null,
      previousVersionId: null,
      nextSteps: [],
    });
    expect(shop.reasons).toEqual(["import"]);
    expect(shop.labels).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
    expect(shop.writes).toEqual([
      "CreateSecret",
      "PutSecretValue",
      "UpdateSecretVersionStage",
      "TagResource",
      "TagResource",
      "UpdateSecretVersionStage",
    ]);
  });

  it.each<[string, () => Promise<JsonObject> | JsonObject]>([
    ["PKCS#8 of a variable", () => fromShop],
    [
      "PKCS#1 of a file",
      () => {
        writeFileSync(join(folder, "key.pem"), keyFile("PKCS#1 in PEM", "", one));
        return { privateKey: { file: "key.pem" } };
      },
    ],
    [
      "DER of a file",
      () => {
        writeFileSync(join(folder, "key.der"), keyFile("PKCS#8 in DER", "", one));
        return { privateKey: { file: "key.der" } };
      },
    ],
    [
      "an encrypted one, its passphrase in a variable",
      () => {
        writeFileSync(join(folder, "key.pem"), keyFile("encrypted PKCS#8 in PEM", passphrase, one));
        return { privateKey: { file: "key.pem" }, passphrase: { env: "WORD" } };
      },
    ],
    [
      "a PKCS#12 file",
      () => {
        const certificate = merchantCertificate({ key: one! });
        writeFileSync(join(folder, "key.pfx"), pkcs12File({ key: one!, certificate, password: passphrase }));
        return { p12: { file: "key.pfx" }, password: { env: "WORD" } };
      },
    ],
    [
      "a PKCS#12 file with the empty password, in Base64 of a variable",
      () => {
        const certificate = merchantCertificate({ key: one! });
        shop.env.P12 = pkcs12File({ key: one!, certificate, password: "" }).toString("base64");
        return { p12: { env: "P12" } };
      },
    ],
    [
      "a key of another secret's JSON",
      async () => ({
        privateKey: {
          secretArn: await elsewhere({ SecretString: JSON.stringify({ rsa: pemOne }) }),
          jsonKey: "rsa",
        },
      }),
    ],
    [
      "a binary secret",
      async () => ({
        privateKey: { secretArn: await elsewhere({ SecretBinary: keyFile("PKCS#8 in DER", "", one) }) },
      }),
    ],
  ])("comes from %s", async (_name, reference) => {
    expect((await shop.up({ import: await reference() })).unmet).toEqual([]);
    expect(shop.outputs).toMatchObject({ status: "active", keyOrigin: "imported" });
    expect(shop.value()).toBe(pemOne);
  });

  it("is read once: the variable may go away, and the reference may stay or be taken out", async () => {
    await shop.up({ import: fromShop });
    delete shop.env.SHOP;
    for (const changes of [{ tags: { team: "payments" } }, { import: null }, { owner: "shop/renamed" }])
      expect((await shop.up(changes)).unmet).toEqual([]);
    expect(shop.value()).toBe(pemOne);
    expect(shop.reasons).toEqual(["import"]);
  });

  it("over another that serves: the partner may still verify with that one", async () => {
    await shop.active();
    const before = shop.version()!;
    await shop.up({ import: fromShop });
    expect(shop.value()).toBe(pemOne);
    expect(shop.outputs).toMatchObject({
      status: "active",
      previous: { versionId: before, verifiableUntil: "2026-12-22T12:00:00Z" },
    });
    expect(shop.version("MC_VERIFY_")).toBe(before);
  });

  it("during an overlap is not held: the label goes to the key that it takes the place of", async () => {
    await shop.up({ import: fromShop });
    await shop.up({ import: fromOther });
    const second = shop.version()!;
    expect(shop.outputs.previous).toMatchObject({ publicKeySha256: sha256(pemOne!) });
    shop.env.THIRD = pemThree!;
    await shop.up({ import: { privateKey: { env: "THIRD" } } });
    expect(shop.value()).toBe(pemThree);
    expect(shop.version("MC_VERIFY_")).toBe(second);
    expect(shop.labels.filter((label) => label === "MC_VERIFY")).toHaveLength(1);
    expect(shop.outputs.previous).toMatchObject({ publicKeySha256: sha256(pemTwo!) });
  });

  it("is read again where the reference changes: A, B, A", async () => {
    await shop.up({ import: fromShop });
    await shop.up({ import: fromOther });
    await shop.up({ import: fromShop });
    expect(shop.value()).toBe(pemOne);
    expect(shop.outputs.previous).toMatchObject({ publicKeySha256: sha256(pemTwo!) });
    expect(shop.reasons).toEqual(["import", "import", "import"]);
  });

  it("that is the very one that serves begins no overlap", async () => {
    await shop.up({ import: fromShop });
    shop.env.OTHER = pemOne!;
    await shop.up({ import: fromOther });
    expect(shop.outputs).toMatchObject({ publicKeySha256: sha256(pemOne!), previous: null, unmet: [] });
    expect(shop.version("MC_VERIFY_")).toBeUndefined();
  });

  it("takes the place of a first key that waits: that one is abandoned", async () => {
    await shop.up();
    const version = shop.outputs.pendingVersionId;
    const { unmet, outputs } = await shop.up({ import: fromShop });
    expect(unmet).toEqual([]);
    expect(outputs).toMatchObject({ status: "active", pendingVersionId: null, previous: null });
    expect(shop.version("MC_ABANDONED_")).toBe(version);
  });

  it("beside a rotation that waits: that one stays, and is activated after the overlap", async () => {
    await shop.active({ triggers: ["one"] });
    await shop.up({ triggers: ["two"] });
    const version = shop.outputs.pendingVersionId;
    await shop.up({ import: fromShop });
    expect(shop.outputs).toMatchObject({ status: "rotation-pending", pendingVersionId: version });
    expect((await shop.activate()).unmet.join()).toContain("waits until 2026-12-22 12:00 UTC");
    shop.later(30);
    expect((await shop.up()).unmet).toEqual([]);
    expect(shop.version()).toBe(version);
    expect(shop.reasons).toEqual(["first value", "import", "rotation"]);
  });

  it("that is wrong is red and changes nothing; corrected, it is green", async () => {
    await shop.active();
    const value = shop.value();
    shop.env.SHOP = privateKeyPem(privateKey("small", 1024));
    shop.quiet();
    const reason =
      "import.privateKey: this key cannot be a merchant's (expected one RSA key of 2048, 3072 or 4096 bits, found an RSA key of 1024 bits";
    expect(await shop.red({ import: fromShop })).toContain(reason);
    expect(shop.writes).toEqual([]);
    await shop.refresh();
    expect(await shop.red()).toContain(reason);
    expect(shop.value()).toBe(value);
    shop.env.SHOP = pemOne!;
    expect((await shop.up()).unmet).toEqual([]);
    expect(shop.value()).toBe(pemOne);
  });
});

describe("another tool's key", () => {
  it.each<[string, string, JsonObject]>([
    ["PEM alone", pemOne!, { adopt: true }],
    ["a JSON object", JSON.stringify({ note: "by hand", rsa: pemOne }), { adopt: { privateKey: "rsa" } }],
    [
      "Base64 in a JSON object",
      JSON.stringify({ rsa: keyFile("PKCS#8 in DER", "", one).toString("base64") }),
      { adopt: { privateKey: "rsa" } },
    ],
  ])("is taken over, written in our form, and its version kept: %s", async (_name, SecretString, changes) => {
    const { VersionId } = await theirs({ SecretString });
    const { unmet, outputs } = await shop.up(changes);
    expect(unmet).toEqual([]);
    expect(outputs).toMatchObject({
      status: "active",
      keyOrigin: "imported",
      publicKeySha256: sha256(pemOne!),
      previousVersionId: VersionId,
      previous: null,
      pending: null,
    });
    expect(shop.value()).toBe(pemOne);
    expect(shop.reasons).toEqual(["adoption"]);
    expect(shop.labels).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
    expect(await shop.up()).toMatchObject({ changed: false });
  });

  it("in our form needs nothing written but tags", async () => {
    await theirs({ SecretString: merchantKeyValue(merchantId, pemOne!) });
    shop.quiet();
    expect((await shop.up({ adopt: true })).unmet).toEqual([]);
    expect(shop.writes).toEqual(["CreateSecret", "TagResource", "TagResource"]);
    expect(shop.value()).toBe(pemOne);
  });

  it.each<[string, string, JsonObject, string]>([
    ["without adopt", pemOne!, {}, "a secret of this name exists and is not this program's"],
    [
      "whose name in the JSON is not said",
      JSON.stringify({ rsa: pemOne }),
      { adopt: true },
      'adopt: { privateKey: "<key>" }',
    ],
    [
      "under another name",
      JSON.stringify({ rsa: pemOne }),
      { adopt: { privateKey: "key" } },
      "adopt.privateKey: the secret to adopt cannot be read",
    ],
    [
      "that is encrypted",
      keyFile("encrypted PKCS#8 in PEM", passphrase, one).toString(),
      { adopt: true },
      "Give the key as `import.privateKey`, with `import.passphrase`",
    ],
    [
      "that is an API secret of ours",
      secretValue("apiSecret", merchantId, canary("A")),
      { adopt: true },
      "a credential of another kind",
    ],
    [
      "of another merchant",
      merchantKeyValue("1900000110", pemOne!),
      { adopt: true },
      "this secret holds another merchant's credential",
    ],
    [
      "with the public half of another key",
      serializeValue({
        schema: "merchant-credentials/merchant-key/v1",
        merchantId,
        privateKey: pemOne!,
        publicKey: publicKeyFacts(pemTwo!).publicKey,
      }),
      { adopt: true },
      "a public key that is not its private key's",
    ],
  ])("is not taken over %s, and stays as it is", async (_name, SecretString, changes, says) => {
    const { VersionId } = await theirs({ SecretString });
    expect(await shop.red(changes)).toContain(says);
    expect(shop.version()).toBe(VersionId);
  });

  it("a placeholder of its own gets a first key", async () => {
    await theirs({ SecretString: emptyValue });
    await shop.up({ adopt: true });
    expect(shop.outputs.status).toBe("awaiting-activation");
  });

  it("of another owner is taken over in its overlap, with the next key waiting", async () => {
    await shop.active({ triggers: ["one"] });
    await shop.up({ triggers: ["two"] });
    await shop.activate();
    await shop.up({ triggers: ["three"] });
    const { pendingVersionId, currentVersionId, previous } = shop.outputs;
    shop.scene.state = undefined;
    await shop.up({ owner: "new/prod", adopt: true, triggers: ["mine"], activation: "manual" });
    expect(shop.outputs).toMatchObject({
      status: "rotation-pending",
      pendingVersionId,
      currentVersionId,
      previous,
    });
  });
});
