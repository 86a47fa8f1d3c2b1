import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import type { KeyObject } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emptyValue } from "../../provider/domain/credential-value";
import { requestFingerprint, tokens } from "../../provider/domain/staging-labels";
import { publicKeySha256 } from "../../provider/domain/private-key";
import { unknownValue } from "../../provider/domain/unknown";
import type { JsonObject } from "../../provider/resources/resource-handlers";
import type { Vault } from "../../provider/vault/vault";
import { findCanaries, keyCanaries, textCanaries } from "../support/canaries";
import {
  certificateOfAnotherMerchant,
  ellipticCurveKey,
  merchantCertificate,
  pkcs12,
  privateKey,
  privateKeyPem,
  renewedCertificate,
} from "../support/certificates";
import { intercepted } from "../support/faults-vault";
import {
  joinedPkcs12,
  keyFile,
  keyForms,
  merchantZip,
  pkcs12File,
  pkcs12Forms,
} from "../support/import-files";
import { merchantId, MerchantScene, restartKeys } from "../support/merchant";

const validity = { notBefore: new Date("2026-11-01T00:00:00Z"), notAfter: new Date("2031-11-01T00:00:00Z") };
const key = privateKey();
const certificate = merchantCertificate(validity);
const serialNumber = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1";
/** Of another merchant's developer, say: a good credential, and not the one that is declared. */
const otherKey = privateKey("other");
const otherCertificate = merchantCertificate({ ...validity, key: otherKey, serialNumber: "AB".repeat(20) });
const password = "c4n4ry Passwort ß 7f3a";
const canaries = [
  ...keyCanaries("the key", privateKeyPem(key)),
  ...keyCanaries("the other key", privateKeyPem(otherKey)),
  ...textCanaries("the password", password),
];

const folder = mkdtempSync(join(tmpdir(), "certificate-import-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a file beside the program. */
function inFolder(name: string, content: string | Buffer): JsonObject {
  writeFileSync(join(folder, name), content, { mode: 0o600 });
  return { file: name };
}
const removed = (name: string): void => rmSync(join(folder, name), { recursive: true });

let scene: MerchantScene;
let aws: SecretsManager;
let inputs: JsonObject;
let around: Parameters<typeof intercepted>[1] | undefined;
/** The arguments whose references were read. */
let asked: string[];

beforeAll(async () => {
  const wrap = (vault: Vault) => (around ? intercepted(vault, around) : vault);
  scene = await MerchantScene.start({ wrap });
  scene.folder = folder;
  inputs = scene.inputs;
  const { secretSources } = scene.ports;
  scene.ports.secretSources = (config, signal) => {
    const { text, bytes, secret } = secretSources(config, signal);
    const noted =
      <Result>(read: (reference: never, property: string) => Promise<Result>) =>
      (reference: unknown, property: string) => {
        asked.push(property);
        return read(reference as never, property);
      };
    return { text: noted(text), bytes: noted(bytes), secret };
  };
  aws = new SecretsManager({
    endpoint: scene.sandbox.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
});

beforeEach(() => {
  scene.sandbox.reset();
  scene.clock.set("2026-11-22T12:00:00Z");
  restartKeys();
  Object.assign(scene, { state: undefined, inputs, env: {} });
  asked = [];
  around = undefined;
});

afterAll(async () => {
  aws.destroy();
  await scene.close();
});

const secretName = `merchants/${merchantId}/certificate`;
const secret = () => scene.sandbox.secrets().find(({ name }) => name === secretName)!;
const current = () => secret().versions.find(({ labels }) => labels.includes("AWSCURRENT"))!;

interface Served {
  serialNumber: string;
  privateKey: string;
  certificate: string;
  chain: string[];
}
/** What applications read. */
const served = () => JSON.parse(current().value as string) as Served;

const labels = (): string[] =>
  secret()
    .versions.flatMap((version) => version.labels)
    .map((label) => label.replace(/_[0-9A-Fa-f]+$/, ""))
    .sort();

const writes = (): string[] =>
  scene.sandbox.journal
    .entries()
    .filter(({ secretId = "" }) => secretId.includes(secretName))
    .map(({ operation }) => operation)
    .filter((operation) => !/^(Describe|Get)/.test(operation));

/** Everything that a run says, and all that is not the vault's values. */
function assertNoLeak(...said: unknown[]): void {
  const { tags, description } = secret() ?? {};
  const all = [said, scene.state, scene.logged, scene.sandbox.journal.entries(), tags, description];
  expect(findCanaries(Buffer.from(JSON.stringify(all)), canaries)).toEqual([]);
}

/** A secret that some other program keeps something in. */
async function elsewhere(value: string | Buffer): Promise<string> {
  const content = typeof value === "string" ? { SecretString: value } : { SecretBinary: value };
  return (await aws.createSecret({ Name: "shop/old", ...content })).ARN!;
}

const imported = (changes: JsonObject = {}) =>
  scene.up({ certificate, import: { privateKey: inFolder("key.pem", privateKeyPem(key)) }, ...changes });

const p12 = pkcs12File({ certificate });
const zip = merchantZip({ "apiclient_cert.pem": certificate });
const word = { env: "WORD" };
const ownPassword = () => pkcs12File({ certificate, password });

describe("a certificate in use becomes current at once, with its key", () => {
  const ways: [string, () => JsonObject | Promise<JsonObject>][] = [
    ...Object.entries(pkcs12Forms)
      .filter(([form]) => /^AES-256, |RC2|^3DES with/.test(form))
      .map(([form, args]): [string, () => JsonObject] => [
        `out of a .p12, ${form}`,
        () => ({ p12: inFolder("shop.p12", pkcs12File({ certificate, args })) }),
      ]),
    [
      "out of a .p12 with a password of its own, from an environment variable",
      () => ({ p12: inFolder("own.p12", ownPassword()), password: word }),
    ],
    [
      "out of a .p12 with a password of its own, from a file with a line end",
      () => ({
        p12: inFolder("own.p12", ownPassword()),
        password: inFolder("password.txt", `${password}\n`),
      }),
    ],
    [
      "out of a .p12 with a password of its own, from another secret",
      async () => ({
        p12: inFolder("own.p12", ownPassword()),
        password: {
          secretArn: await elsewhere(JSON.stringify({ a: { b: 1 }, word: password })),
          jsonKey: "word",
        },
      }),
    ],
    ...(Object.keys(keyForms) as (keyof typeof keyForms)[]).map((form): [string, () => JsonObject] => [
      `by itself, ${form}`,
      () => ({
        privateKey: inFolder("key", keyFile(form, password)),
        ...(form.includes("ncrypted") && { passphrase: word }),
      }),
    ]),
    [
      "by itself, in one file with its certificate",
      () => ({ privateKey: inFolder("both.pem", certificate + privateKeyPem(key)) }),
    ],
    ["out of the platform's zip", () => ({ zip: inFolder("shop.zip", zip) })],
    [
      "out of the platform's zip with the .p12 alone",
      () => ({
        zip: inFolder("p12.zip", merchantZip({ "apiclient_cert.p12": p12, "apiclient_key.pem": undefined })),
      }),
    ],
    [
      "out of the platform's zip with a folder in it",
      () => ({
        zip: inFolder("deep.zip", merchantZip({ "apiclient_cert.pem": certificate }, `${merchantId}/`)),
      }),
    ],
    [
      "out of a zip whose .p12 has a password of its own",
      () => ({
        zip: inFolder(
          "own.zip",
          merchantZip({ "apiclient_cert.p12": ownPassword(), "apiclient_key.pem": undefined }),
        ),
        password: word,
      }),
    ],
    ["out of a .p12 in an environment variable", () => ({ p12: variable("P12", p12.toString("base64")) })],
    ["out of a zip in an environment variable", () => ({ zip: variable("ZIP", zip.toString("base64")) })],
    ["by itself in an environment variable", () => ({ privateKey: variable("KEY", privateKeyPem(key)) })],
    [
      "by itself in an environment variable without line ends",
      () => ({ privateKey: variable("KEY", privateKeyPem(key).replaceAll("\n", "\\n")) }),
    ],
    ["out of a .p12 in a binary secret", async () => ({ p12: { secretArn: await elsewhere(p12) } })],
    [
      "out of a .p12 in Base64 in a secret",
      async () => ({ p12: { secretArn: await elsewhere(p12.toString("base64")) } }),
    ],
    [
      "by itself under a key of a secret",
      async () => ({
        privateKey: {
          secretArn: await elsewhere(JSON.stringify({ crt: certificate, key: privateKeyPem(key) })),
          jsonKey: "key",
        },
      }),
    ],
  ];

  function variable(name: string, value: string): JsonObject {
    scene.env[name] = value;
    return { env: name };
  }

  it.each(ways)("%s", async (_name, references) => {
    scene.env.WORD = password;
    const { unmet, outputs } = await scene.up({ certificate, import: await references() });
    expect(unmet).toEqual([]);
    expect(served()).toEqual({
      schema: "merchant-credentials/certificate/v1",
      ...{ merchantId, serialNumber, privateKey: privateKeyPem(key), certificate, chain: [] },
    });
    expect(outputs).toMatchObject({
      ...{ status: "active", serialNumber, keyOrigin: "imported", currentVersionId: current().id },
      ...{ certificateRequest: null, pendingVersionId: null, nextSteps: [], drift: [] },
      firstIssuedAt: "2026-11-01T00:00:00Z",
      history: [{ reason: "import", serialNumber, from: "2026-11-22T12:00:00Z", versionId: current().id }],
    });
    expect(labels()).toEqual(["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS", "MC_CERT"]);
    expect(writes()).toEqual(["CreateSecret", "PutSecretValue", "UpdateSecretVersionStage", "TagResource"]);
    assertNoLeak(outputs);
  });

  it("by the same version whichever file it came out of, so that a repeat changes nothing", async () => {
    await imported();
    const { id } = current();
    scene.state = undefined;
    await scene.up({ import: { p12: inFolder("shop.p12", p12) } });
    expect(current().id).toBe(id);
    expect(secret().versions).toHaveLength(2);
  });

  it("together with the issuers that are declared", async () => {
    const issuer = scene.platform.issuerPem;
    await imported({ certificate: certificate + issuer });
    expect(served()).toMatchObject({ certificate, chain: [issuer] });
    expect(scene.state!.outputs).toMatchObject({ keyOrigin: "imported", unmet: [] });
    await scene.up({ certificate });
    expect(served()).toMatchObject({ certificate, chain: [], privateKey: privateKeyPem(key) });
    expect(scene.state!.outputs).toMatchObject({ keyOrigin: "imported", unmet: [] });
    expect(asked).toEqual(["import.privateKey"]);
  });
});

describe("what is imported is not read again", () => {
  beforeEach(async () => {
    await imported();
    removed("key.pem");
    asked = [];
    scene.sandbox.journal.clear();
  });
  afterEach(() => expect(asked).toEqual([]));

  it("by a run in which nothing changed, nor is the vault", async () => {
    expect(await scene.up()).toMatchObject({ changed: false });
    expect(scene.sandbox.journal.entries()).toEqual([]);
  });

  it.each<[string, JsonObject]>([
    ["when something else changes", { tags: { team: "payments" } }],
    [
      "when the reference changes",
      { import: { p12: { file: "not-there.p12" }, password: { env: "UNSET" } } },
    ],
    ["when the import is taken out", { import: null }],
  ])("%s, and the run is green", async (_name, changes) => {
    const { id } = current();
    expect((await scene.up(changes)).unmet).toEqual([]);
    expect(current().id).toBe(id);
    expect(scene.state!.outputs).toMatchObject({ status: "active", keyOrigin: "imported" });
    expect(writes().filter((operation) => operation !== "TagResource")).toEqual([]);
  });

  it("by a resource that has lost its state, nor does it lose when and why", async () => {
    const { history, firstIssuedAt } = scene.state!.outputs;
    scene.clock.advanceDays(40);
    scene.state = undefined;
    expect((await scene.up()).unmet).toEqual([]);
    expect(scene.state!.outputs).toMatchObject({ history, firstIssuedAt, keyOrigin: "imported" });
    expect(writes().filter((operation) => !/^(CreateSecret|TagResource)$/.test(operation))).toEqual([]);
  });

  it("by a refresh and the run after it", async () => {
    await scene.refresh();
    expect(await scene.up()).toMatchObject({ changed: false });
  });

  it("by a renewal: the next key is generated, and completes as always", async () => {
    scene.clock.set("2031-10-10T00:00:00Z");
    expect((await scene.up()).unmet).toEqual([]);
    const { pendingVersionId } = scene.state!.outputs;
    expect(scene.state!.outputs).toMatchObject({ status: "renewal-requested", keyOrigin: "imported" });
    const next = scene.sign();
    expect((await scene.up({ certificate: next })).unmet).toEqual([]);
    expect(served()).toMatchObject({
      certificate: next,
      privateKey: privateKeyPem(privateKey("fresh 0")),
    });
    expect(current().id).not.toBe(pendingVersionId);
    expect(scene.state!.outputs).toMatchObject({ status: "active", keyOrigin: "generated" });
    expect(reasons()).toEqual(["import", "replacement"]);
  });

  it("by a renewal of the imported key itself, which stays one of elsewhere", async () => {
    const renewed = renewedCertificate({ ...validity, notAfter: new Date("2032-11-01T00:00:00Z") });
    expect((await scene.up({ certificate: renewed })).unmet).toEqual([]);
    expect(served()).toMatchObject({ certificate: renewed, privateKey: privateKeyPem(key) });
    expect(scene.state!.outputs.keyOrigin).toBe("imported");
    expect(reasons()).toEqual(["import", "renewal of the same key"]);
  });

  it("by a roll back to it", async () => {
    scene.clock.set("2031-10-10T00:00:00Z");
    await scene.up();
    await scene.up({ certificate: scene.sign() });
    expect((await scene.up({ certificate })).unmet).toEqual([]);
    expect(served()).toMatchObject({ certificate, privateKey: privateKeyPem(key) });
    expect(scene.state!.outputs.keyOrigin).toBe("imported");
  });

  it("once it has expired: the run is red, and the next request comes out", async () => {
    scene.clock.set("2031-11-01T00:00:00Z");
    const { unmet, outputs } = await scene.up();
    expect(unmet.join()).toContain(`${serialNumber} expired on 2031-11-01`);
    expect(outputs).toMatchObject({ status: "expired" });
    expect(outputs.certificateRequest).toContain("BEGIN CERTIFICATE REQUEST");
  });
});

const reasons = (): string[] =>
  (scene.state!.outputs.history as { reason: string }[]).map(({ reason }) => reason);

describe("a changed certificate, while the import is still in the program,", () => {
  beforeEach(async () => {
    await imported();
    asked = [];
  });

  it("is imported too where the file has its key; the one before is kept", async () => {
    inFolder("key.pem", privateKeyPem(otherKey));
    expect((await scene.up({ certificate: otherCertificate })).unmet).toEqual([]);
    expect(served()).toMatchObject({ certificate: otherCertificate, privateKey: privateKeyPem(otherKey) });
    expect(reasons()).toEqual(["import", "import"]);
    expect(labels().filter((label) => label === "MC_CERT")).toHaveLength(2);

    asked = [];
    removed("key.pem");
    expect((await scene.up({ certificate })).unmet).toEqual([]);
    expect(served()).toMatchObject({ certificate });
    expect(asked).toEqual([]);
  });

  it("is refused where the file has the old key, run after run, and the old one serves on", async () => {
    const { id } = current();
    for (const changes of [{ certificate: otherCertificate }, {}]) {
      const { unmet } = await scene.up(changes);
      expect(unmet).toHaveLength(1);
      expect(unmet[0]).toMatch(/^import\.privateKey: this private key is not the declared certificate's/);
      expect(unmet[0]).toContain(requestFingerprint(publicKeySha256(otherKey)));
      expect(unmet[0]).toContain(requestFingerprint(publicKeySha256(key)));
    }
    await scene.refresh();
    expect((await scene.up()).unmet).toHaveLength(1);
    expect(current().id).toBe(id);
    expect(scene.state!.outputs).toMatchObject({ serialNumber, currentVersionId: id });
    expect((await scene.up({ certificate })).unmet).toEqual([]);
    expect((await scene.up()).changed).toBe(false);
  });
});

describe("a request that waits when the import comes", () => {
  it("stays open, and its certificate may come later", async () => {
    await scene.up();
    const { certificateRequest, pendingVersionId } = scene.state!.outputs;
    const next = scene.sign();
    expect((await imported()).unmet).toEqual([]);
    expect(served()).toMatchObject({ certificate, privateKey: privateKeyPem(key) });
    expect(scene.state!.outputs).toMatchObject({ certificateRequest, pendingVersionId });
    expect((await scene.up({ certificate: next })).unmet).toEqual([]);
    expect(served()).toMatchObject({ certificate: next });
    expect(reasons()).toEqual(["import", "replacement"]);
  });

  it("is what a certificate of its key belongs to: the import is not read", async () => {
    await scene.up();
    const issued = scene.sign();
    expect(
      (await scene.up({ certificate: issued, import: { zip: { file: "not-there.zip" } } })).unmet,
    ).toEqual([]);
    expect(scene.state!.outputs).toMatchObject({ status: "active", keyOrigin: "generated" });
    expect(asked).toEqual([]);
  });
});

describe("the run is red and nothing is written beside the placeholder, with the argument named:", () => {
  const file = (form: "p12" | "privateKey" | "zip", content: string | Buffer, more: JsonObject = {}) => ({
    [form]: inFolder("given", content),
    ...more,
  });
  const of = (wanted: KeyObject, pem: string) => pkcs12File({ key: wanted, certificate: pem });
  const noMac = (wanted: KeyObject, pem: string) =>
    pkcs12File({ key: wanted, certificate: pem, args: pkcs12Forms["no encryption and no MAC"] });

  const cases: [string, () => JsonObject | Promise<JsonObject>, RegExp][] = [
    ["a .p12 whose password is not the merchant id", () => file("p12", ownPassword()), /^import\.password: /],
    ["a wrong password", () => file("p12", p12, { password: word }), /^import\.password: /],
    [
      "a wrong password of a zip",
      () => file("zip", merchantZip({ "apiclient_cert.p12": ownPassword(), "apiclient_key.pem": undefined })),
      /^import\.password: /,
    ],
    [
      "a .p12 with two keys",
      () => file("p12", joinedPkcs12(noMac(key, certificate), noMac(otherKey, otherCertificate))),
      /^import\.p12: .*found 2/s,
    ],
    ["a .p12 with no key", () => file("p12", pkcs12({ certificate, withKey: false })), /^import\.p12: /],
    [
      "a .p12 with an elliptic curve key",
      () => file("p12", of(ellipticCurveKey(), merchantCertificate({ key: ellipticCurveKey() }))),
      /^import\.p12: /,
    ],
    [
      "an elliptic curve key",
      () => file("privateKey", privateKeyPem(ellipticCurveKey())),
      /^import\.privateKey: /,
    ],
    [
      "a key of 1024 bits",
      () => file("privateKey", privateKeyPem(privateKey("small", 1024))),
      /^import\.privateKey: /,
    ],
    [
      "a .p12 of another certificate",
      () => file("p12", of(otherKey, otherCertificate)),
      /^import\.p12: .*(AB){20}/s,
    ],
    [
      "the key of another certificate",
      () => file("privateKey", privateKeyPem(otherKey)),
      /^import\.privateKey: this private key is not the declared certificate's/,
    ],
    [
      "a zip of another certificate",
      () =>
        file(
          "zip",
          merchantZip({
            "apiclient_key.pem": privateKeyPem(otherKey),
            "apiclient_cert.pem": otherCertificate,
          }),
        ),
      /^import\.zip: .*(AB){20}/s,
    ],
    [
      "an encrypted key without its passphrase",
      () => file("privateKey", keyFile("encrypted PKCS#8 in PEM", password)),
      /^import\.passphrase: /,
    ],
    [
      "an encrypted key with a wrong passphrase",
      () => file("privateKey", keyFile("encrypted PKCS#8 in PEM", "another"), { passphrase: word }),
      /^import\.passphrase: /,
    ],
    ["a text in place of a .p12", () => file("p12", "c4n4ry"), /^import\.p12: /],
    ["a key in place of a .p12", () => file("p12", privateKeyPem(key)), /^import\.p12: /],
    ["a zip in place of a .p12", () => file("p12", zip), /^import\.p12: /],
    ["half a .p12", () => file("p12", p12.subarray(0, 700)), /^import\.p12: /],
    ["a .p12 in place of a key", () => file("privateKey", p12), /^import\.privateKey: /],
    ["a certificate in place of a key", () => file("privateKey", certificate), /^import\.privateKey: /],
    ["a .p12 in place of a zip", () => file("zip", p12), /^import\.zip: /],
    ["half a zip", () => file("zip", zip.subarray(0, 900)), /^import\.zip: /],
    [
      "a zip without a key",
      () => file("zip", merchantZip({ "apiclient_cert.p12": undefined, "apiclient_key.pem": undefined })),
      /^import\.zip: /,
    ],
    [
      "a file that is not there",
      () => ({ p12: { file: "not-there.p12" } }),
      /^import\.p12\.file: .*found none/,
    ],
    [
      "a folder",
      () => {
        mkdirSync(join(folder, "a-folder"), { recursive: true });
        return { zip: { file: "a-folder" } };
      },
      /^import\.zip\.file: .*found a folder/,
    ],
    ["an empty file", () => file("p12", ""), /^import\.p12\.file: nothing is there/],
    ["a file of more than 64 kB", () => file("p12", Buffer.alloc(65_537)), /^import\.p12\.file: .*too large/],
    [
      "a variable that is not set",
      () => ({ privateKey: { env: "UNSET" } }),
      /^import\.privateKey\.env: .*not set/,
    ],
    [
      "a password's variable that is not set",
      () => file("p12", p12, { password: { env: "UNSET" } }),
      /^import\.password\.env: .*not set/,
    ],
    [
      "a .p12 in a variable that is not Base64",
      () => ({ p12: word }),
      /^import\.p12\.env: text where a file's bytes belong/,
    ],
    [
      "a password of bytes",
      () => file("p12", p12, { password: inFolder("bytes", Buffer.from([0xff, 0xfe, 0x00, 0x80])) }),
      /^import\.password\.file: bytes where text belongs/,
    ],
    [
      "a secret that is not there",
      () => ({ zip: { secretArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/none-AbCdEf" } }),
      /^import\.zip\.secretArn: there is no such secret/,
    ],
    [
      "a key that the secret has not",
      async () => ({ privateKey: { secretArn: await elsewhere(`{"other":"x"}`), jsonKey: "key" } }),
      /^import\.privateKey\.jsonKey: .*found no such key/,
    ],
    [
      "a passphrase in a secret that is no JSON object",
      async () => ({
        ...file("privateKey", keyFile("encrypted PKCS#8 in PEM", password)),
        passphrase: { secretArn: await elsewhere(password), jsonKey: "word" },
      }),
      /^import\.passphrase\.jsonKey: .*not a JSON object/,
    ],
  ];

  it.each(cases)("%s", async (_name, references, says) => {
    scene.env.WORD = password;
    const { unmet, outputs } = await scene.up({ certificate, import: await references() });
    expect(unmet).toHaveLength(1);
    expect(unmet[0]).toMatch(says);
    expect(unmet[0]).toContain("expected ");
    expect(writes()).toEqual(["CreateSecret"]);
    expect(secret().versions).toMatchObject([
      { id: tokens.create(secretName), value: emptyValue, labels: ["AWSCURRENT"] },
    ]);
    expect(outputs).toMatchObject({ unmet, status: "awaiting-certificate", current: null, pending: null });
    expect(unmet[0]).not.toMatch(/c4n4ry|PRIVATE KEY/);
    assertNoLeak(unmet, outputs);
  });

  it("stays red until it is put right, and then goes on where it stopped", async () => {
    expect((await scene.up({ certificate, import: { p12: { file: "late.p12" } } })).unmet).toHaveLength(1);
    expect((await scene.up()).unmet).toHaveLength(1);
    await scene.refresh();
    expect((await scene.up()).unmet).toHaveLength(1);
    inFolder("late.p12", p12);
    expect((await scene.up()).unmet).toEqual([]);
    expect(served()).toMatchObject({ certificate });
    expect((await scene.up()).changed).toBe(false);
  });
});

describe("a certificate that may not serve is not imported, nor is anything read:", () => {
  it.each([
    [
      "expired",
      { notBefore: new Date("2021-11-01"), notAfter: new Date("2026-11-22T12:00:00Z") },
      /expired on 2026-11-22/,
      // It can never serve: another one is begun at once.
      expect.any(String) as unknown,
      ["CreateSecret", "PutSecretValue"],
    ],
    [
      "not valid yet",
      { ...validity, notBefore: new Date("2026-11-24") },
      /is not valid before 2026-11-24/,
      null,
      ["CreateSecret"],
    ],
  ] as const)("%s", async (_name, dates, says, pendingVersionId, written) => {
    const { unmet, outputs } = await imported({ certificate: merchantCertificate(dates) });
    expect(unmet).toHaveLength(1);
    expect(unmet[0]).toMatch(says);
    expect(outputs).toMatchObject({ status: "awaiting-certificate", pendingVersionId });
    expect(asked).toEqual([]);
    expect(writes()).toEqual(written);
  });

  it("another merchant's, in preview already", async () => {
    await expect(imported({ certificate: certificateOfAnotherMerchant() })).rejects.toThrow(
      "its subject CN is 1900000110, expected 1900000109",
    );
    expect(scene.sandbox.journal.entries()).toEqual([]);
  });
});

describe("in preview,", () => {
  const check = (given: JsonObject) =>
    scene.handlers.check({
      olds: {},
      news: { ...inputs, certificate, ...given },
      config: scene.config,
    });
  const good = { env: "SHOP" };
  const pem = privateKeyPem(key);
  const literal = "Abcdefghijklmnopqrstuvwxyz012345";

  it("an import without a certificate is refused", () => {
    const { failures } = check({ certificate: undefined, import: { p12: good } });
    expect(failures).toEqual([
      {
        property: "",
        reason: expect.stringMatching(/^import: expected `certificate` beside it, found none\./) as string,
      },
    ]);
  });

  it.each<[string, unknown, string]>([
    ["none of the forms", {}, "import: expected exactly one of p12, privateKey and zip"],
    ["a password alone", { password: good }, "import: expected exactly one of p12, privateKey and zip"],
    [
      "two forms at once",
      { p12: good, zip: good },
      "import: expected exactly one of p12, privateKey and zip",
    ],
    ["a reference where a form belongs", good, "import: expected exactly one of p12, privateKey and zip"],
    ["a text", "shop.p12", "import: expected exactly one of p12, privateKey and zip"],
    ["a key", pem, "import: expected exactly one of p12, privateKey and zip"],
    [
      "a passphrase for a .p12",
      { p12: good, passphrase: good },
      "import.passphrase: is not a known argument",
    ],
    [
      "a password for a key",
      { privateKey: good, password: good },
      "import.password: is not a known argument",
    ],
    [
      "a mistyped member",
      { zip: good, pasword: good },
      "import.pasword: is not a known argument. Did you mean `password`?",
    ],
  ])("an import of %s is refused", (_name, given, says) => {
    const { failures } = check({ import: given as JsonObject });
    expect(failures).toHaveLength(1);
    expect(failures[0]!.property).toBe("");
    expect(failures[0]!.reason).toContain(says);
    expect(failures[0]!.reason).not.toContain(pem.split("\n")[3]);
  });

  const places: [string, (reference: unknown) => JsonObject][] = [
    ["import.p12", (reference) => ({ p12: reference }) as JsonObject],
    ["import.zip", (reference) => ({ zip: reference }) as JsonObject],
    ["import.privateKey", (reference) => ({ privateKey: reference }) as JsonObject],
    ["import.password", (reference) => ({ p12: good, password: reference }) as JsonObject],
    ["import.password", (reference) => ({ zip: good, password: reference }) as JsonObject],
    ["import.passphrase", (reference) => ({ privateKey: good, passphrase: reference }) as JsonObject],
  ];

  it.each<[string, unknown, string]>([
    ["a text", "hunter2-hunter2", ": is not a reference"],
    ["a key", pem, ": is not a reference"],
    ["a number", 1900000109, ": is not a reference"],
    ["a list", [good], ": is not a reference"],
    ["no variant", {}, ": expected exactly one of env, file and secretArn, found none"],
    ["two variants", { env: "A", file: "b" }, ": expected exactly one of env, file and secretArn"],
    ["a key of a file", { file: "a.json", jsonKey: "k" }, ": expected jsonKey beside secretArn only"],
    ["a mistyped member", { fiel: "shop.p12" }, ".fiel: is not a known argument. Did you mean `file`?"],
    ["a secret as a variable", { env: literal }, ".env: looks like the secret itself"],
    ["a key as a variable", { env: pem }, ".env: looks like the secret itself"],
    ["a secret as a file", { file: literal }, ".file: looks like the secret itself"],
    ["a key as a file", { file: pem }, ".file: looks like the secret itself"],
    ["a .p12 as a file", { file: p12.toString("base64") }, ".file: looks like the secret itself"],
    [
      "a name with a hyphen as a variable",
      { env: "SHOP-P12" },
      ".env: expected the name of an environment variable",
    ],
    ["an empty file name", { file: "" }, ".file: expected the path of a file"],
    ["a name as ARN", { secretArn: "shop/old" }, ".secretArn: expected the full ARN of a secret"],
    ["a secret as ARN", { secretArn: literal }, ".secretArn: looks like the secret itself"],
  ])("a reference that is %s is refused wherever it stands, and not shown", (_name, reference, says) => {
    for (const [place, given] of places) {
      const { failures } = check({ import: given(reference) });
      expect(failures).toHaveLength(1);
      expect(failures[0]!.property).toBe("");
      expect(failures[0]!.reason).toContain(place + says);
      for (const text of [literal, pem.split("\n")[3], p12.toString("base64").slice(200, 240), "hunter2"])
        expect(failures[0]!.reason).not.toContain(text);
    }
  });

  it.each<[string, JsonObject]>([
    ["the import", { import: unknownValue }],
    ["the certificate beside it", { certificate: unknownValue, import: { zip: good } }],
    ["a reference", { import: { p12: unknownValue } }],
    ["a password's reference", { import: { p12: good, password: unknownValue } }],
    ["a passphrase's reference", { import: { privateKey: good, passphrase: unknownValue } }],
    ["an ARN", { import: { zip: { secretArn: unknownValue } } }],
    ["an ARN beside a key", { import: { p12: good, password: { secretArn: unknownValue, jsonKey: "k" } } }],
  ])("%s may be unknown", (_name, given) => {
    expect(check(given).failures).toEqual([]);
  });

  it("what is known beside something unknown is checked all the same", () => {
    const { failures } = check({ import: { p12: unknownValue, password: { evn: "A" } } });
    expect(failures.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("import.password.evn: is not a known argument"),
    ]);
  });

  it("nothing is read, and the references stay as they are", () => {
    const given = { zip: { file: "not-there.zip" } };
    expect(check({ import: given })).toMatchObject({ failures: [], inputs: { import: given } });
    expect(asked).toEqual([]);
  });
});

describe("an import that stops at any call is finished by the next run,", () => {
  class Stop extends Error {}

  /** Fails before or after the n-th call of the vault, as if the connection broke or the provider died there. */
  function stopAt(n: number, phase: "before" | "after"): () => boolean {
    let calls = 0;
    let struck = false;
    around = async (_operation, perform) => {
      const isIt = ++calls === n;
      if (isIt && phase === "before") {
        struck = true;
        throw new Stop();
      }
      const answer = await perform();
      if (!isIt) return answer;
      struck = true;
      throw new Stop();
    };
    return () => struck;
  }

  const beginnings: [string, () => Promise<unknown>][] = [
    ["from nothing", () => Promise.resolve()],
    ["beside a request that waits", () => scene.up()],
  ];

  describe.each(beginnings)("%s,", (_name, begin) => {
    it.each(["before", "after"] as const)(
      "%s the call, with the state of the failed run or the one before",
      async (phase) => {
        let stops = 0;
        for (let n = 1; ; n++) {
          for (const died of [false, true]) {
            scene.sandbox.reset();
            restartKeys();
            Object.assign(scene, { state: undefined, inputs });
            around = undefined;
            await begin();
            const before = scene.state;
            const hasStruck = stopAt(n, phase);
            const outcome = await imported().catch((error: Error) => ({ unmet: [error.message] }));
            around = undefined;
            if (!hasStruck()) {
              expect(outcome.unmet).toEqual([]);
              expect(stops).toBeGreaterThan(8);
              return;
            }
            stops += 1;
            assertNoLeak(outcome);
            if (died) scene.state = before;

            const isWritten = secret() !== undefined && labels().includes("MC_CERT");
            if (isWritten) removed("key.pem");
            asked = [];
            expect(
              (await imported(isWritten ? { import: { zip: { file: "gone.zip" } } } : {})).unmet,
            ).toEqual([]);
            expect(asked).toEqual(isWritten ? [] : ["import.privateKey"]);
            expect(served()).toMatchObject({ certificate, privateKey: privateKeyPem(key) });
            expect(scene.state!.outputs).toMatchObject({
              status: expect.stringMatching(/active|renewal/) as string,
              keyOrigin: "imported",
            });
            expect(reasons()).toHaveLength(1);
            expect(labels().filter((label) => label === "MC_CERT")).toHaveLength(1);
            expect((await scene.up()).changed).toBe(false);
          }
        }
      },
    );
  });
});
