import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { emptyValue } from "../../provider/domain/credential-value";
import { unknownValue } from "../../provider/domain/unknown";
import type { Json, JsonObject } from "../../provider/resources/resource-handlers";
import type { Vault } from "../../provider/vault/vault";
import { findCanaries, keyCanaries } from "../support/canaries";
import {
  certificateOfAnotherMerchant,
  contradictoryCertificate,
  ellipticCurveKey,
  merchantCertificate,
  privateKey,
  privateKeyPem,
  withCrlf,
  withoutLineEnds,
} from "../support/certificates";
import { intercepted } from "../support/faults-vault";
import { keyFile } from "../support/import-files";
import { merchantId, MerchantScene, restartKeys } from "../support/merchant";

const secretName = `merchants/${merchantId}/certificate`;
const validity = { notBefore: new Date("2026-11-01T00:00:00Z"), notAfter: new Date("2031-11-01T00:00:00Z") };
const key = privateKey();
const certificate = merchantCertificate(validity);
const serialNumber = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1";
const otherKey = privateKey("other");
const otherCertificate = merchantCertificate({ ...validity, key: otherKey, serialNumber: "AB".repeat(20) });
const canaries = [
  ...keyCanaries("the key", privateKeyPem(key)),
  ...keyCanaries("the other key", privateKeyPem(otherKey)),
];

let scene: MerchantScene;
let aws: SecretsManager;
let inputs: JsonObject;
let around: Parameters<typeof intercepted>[1] | undefined;

beforeAll(async () => {
  const wrap = (vault: Vault) => (around ? intercepted(vault, around) : vault);
  scene = await MerchantScene.start({ wrap });
  inputs = scene.inputs;
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
  around = undefined;
});

afterAll(async () => {
  aws.destroy();
  await scene.close();
});

const versionWith = (label: string) => scene.secret.versions.find(({ labels }) => labels.includes(label));

/** What applications read. */
const served = () => JSON.parse(versionWith("AWSCURRENT")!.value as string) as Record<string, unknown>;
const ours = (pem = certificate, of = key) => ({
  schema: "merchant-credentials/certificate/v1",
  ...{ merchantId, privateKey: privateKeyPem(of), certificate: pem, chain: [] },
});

const writes = (): string[] =>
  scene.sandbox.journal
    .entries()
    .map(({ operation }) => operation)
    .filter((operation) => !/^(Describe|Get)/.test(operation));

const reasons = () => (scene.state!.outputs.history as { reason: string }[]).map(({ reason }) => reason);

/** Everything that a run says, and all that is not the vault's values. */
function assertNoLeak(...said: unknown[]): void {
  const all = [said, scene.state, scene.logged, scene.sandbox.journal.entries(), scene.secret.tags];
  expect(findCanaries(Buffer.from(JSON.stringify(all)), canaries)).toEqual([]);
}

const map = { privateKey: "key", certificate: "crt" };
const json = (parts: object = {}) => JSON.stringify({ key: privateKeyPem(key), crt: certificate, ...parts });

/** What another tool made: its own form, and no tags of ours. */
async function theirs(value = json()): Promise<string> {
  const { VersionId } = await aws.createSecret({
    Name: secretName,
    SecretString: value,
    Tags: [{ Key: "team", Value: "payments" }],
  });
  scene.sandbox.journal.clear();
  return VersionId!;
}

describe("a secret of our form that another stack made", () => {
  beforeEach(async () => {
    await scene.up({ owner: "old/prod" });
    await scene.up({ certificate: scene.sign() });
  });

  it("is taken as it is: value, history's dates and first use stay; owner and lease are new", async () => {
    const { id, outputs } = scene.state!;
    const version = versionWith("AWSCURRENT")!;
    scene.clock.advanceDays(30);
    scene.state = undefined;
    scene.sandbox.journal.clear();
    const { unmet, outputs: adopted } = await scene.up({ owner: "new/prod", adopt: true });
    expect(unmet).toEqual([]);
    expect(scene.state!.id).toBe(id);
    expect(versionWith("AWSCURRENT")).toMatchObject({ id: version.id, value: version.value });
    const { serialNumber: serial, history, firstIssuedAt, notAfter } = outputs;
    expect(adopted).toMatchObject({
      serialNumber: serial,
      history,
      firstIssuedAt,
      notAfter,
      owner: "new/prod",
    });
    expect(adopted.keyOrigin).toBe("generated");
    expect(adopted.lease).not.toBe(outputs.lease);
    expect(scene.secret.tags).toMatchObject({
      "merchant-credentials:owner": "new/prod",
      "merchant-credentials:lease": adopted.lease,
    });
    // CreateSecret finds the name taken; the lease is the one thing that is written.
    expect(writes()).toEqual(["CreateSecret", "TagResource"]);
  });

  it("is taken with a request that waits, whose certificate the new owner declares", async () => {
    scene.clock.advanceDays(1826 - 30);
    await scene.up();
    const { certificateRequest } = scene.state!.outputs;
    scene.state = undefined;
    expect((await scene.up({ owner: "new/prod", adopt: true })).outputs).toMatchObject({
      status: "renewal-requested",
      certificateRequest,
    });
    const next = scene.sign();
    expect((await scene.up({ certificate: next })).unmet).toEqual([]);
    expect(served()).toMatchObject({ certificate: next });
  });

  it("is not taken without adopt, nor by an adopt that is false", async () => {
    scene.state = undefined;
    for (const changes of [{ owner: "new/prod" }, { adopt: false }])
      await expect(scene.up(changes)).rejects.toThrow("owner old/prod");
    expect(scene.secret.tags["merchant-credentials:owner"]).toBe("old/prod");
  });

  it("is taken as it is where the keys of another tool's form are named as well", async () => {
    const { id } = versionWith("AWSCURRENT")!;
    scene.state = undefined;
    expect((await scene.up({ owner: "new/prod", adopt: map })).unmet).toEqual([]);
    expect(versionWith("AWSCURRENT")!.id).toBe(id);
  });

  it("is no longer the former owner's to delete", async () => {
    const former = scene.state!;
    scene.state = undefined;
    await scene.up({ owner: "new/prod", adopt: true });
    scene.state = { ...former, outputs: { ...former.outputs, deletionProtection: false } };
    await scene.destroy();
    expect(scene.logged.join()).toContain("has been taken over since");
    expect(scene.secret.deletionDate).toBeUndefined();
  });
});

it("a placeholder that another stack left is adopted, and the first request comes out", async () => {
  await aws.createSecret({ Name: secretName, SecretString: emptyValue });
  const { unmet, outputs } = await scene.up({ adopt: true });
  expect(unmet).toEqual([]);
  expect(outputs.certificateRequest).toContain("BEGIN CERTIFICATE REQUEST");
});

describe("the JSON object of another tool", () => {
  it("is written anew in our form and becomes current; the old version stays as previous", async () => {
    const before = await theirs();
    const { unmet, outputs } = await scene.up({ adopt: map, certificate });
    expect(unmet).toEqual([]);
    expect(served()).toEqual({ ...ours(), serialNumber });
    expect(versionWith("AWSPREVIOUS")).toMatchObject({ id: before, value: json() });
    const { id } = versionWith("AWSCURRENT")!;
    expect(outputs).toMatchObject({
      ...{ status: "active", serialNumber, currentVersionId: id, keyOrigin: "imported", owner: "shop/prod" },
      ...{ certificateRequest: null, pendingVersionId: null, nextSteps: [] },
      firstIssuedAt: "2026-11-01T00:00:00Z",
      history: [{ versionId: id, serialNumber, from: "2026-11-22T12:00:00Z", reason: "import" }],
    });
    expect(scene.secret.tags).toMatchObject({
      team: "payments",
      "merchant-credentials:owner": "shop/prod",
      "merchant-credentials:lease": outputs.lease,
      "merchant-credentials:merchant-id": merchantId,
      "merchant-credentials:kind": "certificate",
    });
    expect(writes()).toEqual([
      ...["CreateSecret", "TagResource", "PutSecretValue", "UpdateSecretVersionStage", "TagResource"],
    ]);
    assertNoLeak(outputs);
  });

  it.each<[string, string, JsonObject]>([
    ["a key of PKCS#1", json({ key: key.export({ format: "pem", type: "pkcs1" }) }), map],
    [
      "texts without line ends",
      json({ key: withoutLineEnds(privateKeyPem(key)), crt: withoutLineEnds(certificate) }),
      map,
    ],
    [
      "texts with the line ends of Windows",
      json({ key: withCrlf(privateKeyPem(key)), crt: withCrlf(certificate) }),
      map,
    ],
    [
      "texts whose line ends are written as \\n",
      json({ key: privateKeyPem(key).replaceAll("\n", "\\n"), crt: certificate.replaceAll("\n", "\\n") }),
      map,
    ],
    ["further members", json({ mch_id: merchantId, v3_key: "x".repeat(32), port: 443, none: null }), map],
    [
      "names with dots and in Chinese",
      JSON.stringify({ "tls.key": privateKeyPem(key), 证书: certificate }),
      { privateKey: "tls.key", certificate: "证书" },
    ],
  ])("may have %s", async (_name, value, adopt) => {
    await theirs(value);
    expect((await scene.up({ adopt, certificate })).unmet).toEqual([]);
    expect(served()).toEqual({ ...ours(), serialNumber });
  });

  it("may have the issuers under a key of their own, which the program declares with the certificate", async () => {
    const issuer = scene.platform.issuerPem;
    await theirs(json({ ca: issuer }));
    const { unmet, outputs } = await scene.up({
      adopt: { ...map, chain: "ca" },
      certificate: certificate + issuer,
    });
    expect(unmet).toEqual([]);
    expect(served()).toMatchObject({ certificate, chain: [issuer] });
    expect(outputs.keyOrigin).toBe("imported");
  });

  it("has its certificate declared without the issuers: then without", async () => {
    await theirs(json({ ca: scene.platform.issuerPem }));
    expect((await scene.up({ adopt: { ...map, chain: "ca" }, certificate })).unmet).toEqual([]);
    expect(served()).toEqual({ ...ours(), serialNumber });
    expect((await scene.up()).changed).toBe(false);
  });

  it("may be renewed later with a generated key, and rolled back to", async () => {
    await theirs();
    await scene.up({ adopt: map, certificate });
    scene.clock.set("2031-10-10T00:00:00Z");
    await scene.up();
    await scene.up({ certificate: scene.sign() });
    expect(scene.state!.outputs).toMatchObject({ status: "active", keyOrigin: "generated" });
    expect(reasons()).toEqual(["import", "replacement"]);
    expect((await scene.up({ certificate })).unmet).toEqual([]);
    expect(served()).toMatchObject({ certificate });
  });
});

describe("beside the adopted certificate", () => {
  beforeEach(() => theirs());

  it("none is declared: adopted and serving, and the run is red until it is declared", async () => {
    const { unmet, outputs } = await scene.up({ adopt: map });
    expect(unmet).toHaveLength(1);
    expect(unmet[0]).toContain(serialNumber);
    expect(outputs).toMatchObject({ status: "active", serialNumber, keyOrigin: "imported" });
    expect(served()).toMatchObject({ certificate });
    const { id } = versionWith("AWSCURRENT")!;
    expect((await scene.up({ certificate })).unmet).toEqual([]);
    expect(versionWith("AWSCURRENT")!.id).toBe(id);
  });

  it("another is declared: adopted and serving, and the run is red with both keys named", async () => {
    const { unmet, outputs } = await scene.up({ adopt: map, certificate: otherCertificate });
    expect(unmet).toHaveLength(1);
    expect(unmet[0]).toMatch(
      /its key matches none in the vault: found [0-9a-f]{16}, expected [0-9a-f]{16} \(the current key\)/,
    );
    expect(outputs).toMatchObject({ status: "active", serialNumber });
    expect(served()).toMatchObject({ certificate });
  });

  it("another is declared and its key imported: that one serves, and theirs stays as previous in our form", async () => {
    scene.env.KEY = privateKeyPem(otherKey);
    const { unmet } = await scene.up({
      ...{ adopt: map, certificate: otherCertificate },
      import: { privateKey: { env: "KEY" } },
    });
    expect(unmet).toEqual([]);
    expect(served()).toMatchObject({ certificate: otherCertificate });
    expect(JSON.parse(String(versionWith("AWSPREVIOUS")!.value))).toMatchObject({
      ...{ schema: "merchant-credentials/certificate/v1", certificate },
    });
  });

  it("a later one of the same key is declared: a renewal", async () => {
    const renewed = merchantCertificate({
      ...{ notBefore: validity.notBefore, notAfter: new Date("2032-11-01T00:00:00Z") },
      serialNumber: "CD".repeat(20),
    });
    expect((await scene.up({ adopt: map, certificate: renewed })).unmet).toEqual([]);
    expect(served()).toMatchObject({ certificate: renewed, privateKey: privateKeyPem(key) });
    expect(scene.state!.outputs.keyOrigin).toBe("imported");
  });
});

it("an expired certificate is adopted as it is: red with what stops working, and the next request comes out", async () => {
  const expired = merchantCertificate({
    notBefore: new Date("2021-11-01"),
    notAfter: new Date("2026-11-01"),
  });
  await theirs(json({ crt: expired }));
  const { unmet, outputs } = await scene.up({ adopt: map, certificate: expired });
  expect(unmet).toHaveLength(1);
  expect(unmet[0]).toMatch(/expired on 2026-11-01 .*APIv3 payments/s);
  expect(outputs).toMatchObject({ status: "expired", serialNumber });
  expect(outputs.certificateRequest).toContain("BEGIN CERTIFICATE REQUEST");
  expect((await scene.up({ certificate: scene.sign() })).unmet).toEqual([]);
});

describe("what cannot be adopted stays as it is, and nothing of it is shown:", () => {
  const canary = "c4n4ry-0123456789abcdefghij";
  const encrypted = () => keyFile("encrypted PKCS#8 in PEM", canary).toString();

  it.each<[string, () => string, Json, RegExp]>([
    [
      "an unknown form, without the names of its keys",
      json,
      true,
      /^adopt: .*adopt: \{ privateKey: "<key>"/s,
    ],
    ["a text that is no JSON", () => canary.repeat(3), map, /^adopt\.certificate: .*expected a JSON object/s],
    [
      "a list",
      () => JSON.stringify([privateKeyPem(key), certificate]),
      map,
      /^adopt\.certificate: .*expected a JSON object/s,
    ],
    [
      "the wrong name of the certificate",
      json,
      { ...map, certificate: "cert" },
      /^adopt\.certificate: .*found no such key/s,
    ],
    [
      "the wrong name of the key",
      json,
      { ...map, privateKey: "private" },
      /^adopt\.privateKey: .*found no such key/s,
    ],
    ["the wrong name of the chain", json, { ...map, chain: "ca" }, /^adopt\.\w+: .*, found no such key/s],
    [
      "the names the wrong way round",
      json,
      { privateKey: "crt", certificate: "key" },
      /^adopt\.certificate: /,
    ],
    [
      "an object in place of a text",
      () => json({ key: { pem: canary } }),
      map,
      /^adopt\.privateKey: .*found no text there/s,
    ],
    ["an empty key", () => json({ key: "" }), map, /^adopt\.privateKey: .*found no text there/s],
    [
      "a key that is none",
      () => json({ key: canary }),
      map,
      /^adopt\.privateKey: .*an unencrypted private key in PEM/s,
    ],
    [
      "an encrypted key",
      () => json({ key: encrypted() }),
      map,
      /^adopt\.privateKey: .*an unencrypted private key in PEM/s,
    ],
    [
      "an elliptic curve key",
      () => json({ key: privateKeyPem(ellipticCurveKey()) }),
      map,
      /^adopt\.privateKey: /,
    ],
    [
      "a key that is not the certificate's",
      () => json({ key: privateKeyPem(otherKey) }),
      map,
      /^adopt\.privateKey: .*expected the certificate's key [0-9a-f]{16}, found key [0-9a-f]{16}/s,
    ],
    ["a certificate that is none", () => json({ crt: canary }), map, /^adopt\.certificate: /],
    [
      "a certificate whose fields contradict each other",
      () => json({ crt: contradictoryCertificate() }),
      map,
      /^adopt\.certificate: .*contradict each other/s,
    ],
    ["half a certificate", () => json({ crt: certificate.slice(0, 500) }), map, /^adopt\.certificate: /],
    [
      "another merchant's certificate",
      () => json({ crt: certificateOfAnotherMerchant() }),
      map,
      /1900000110, expected 1900000109/,
    ],
  ])("%s", async (_name, value, adopt, says) => {
    await theirs(value());
    const before = JSON.stringify(scene.secret);
    const error = await scene.up({ adopt, certificate }).then(
      () => new Error("it was adopted"),
      (thrown: Error) => thrown,
    );
    expect(error.message).toMatch(says);
    expect(`${error.message}${error.stack}`).not.toMatch(/c4n4ry|PRIVATE KEY/);
    expect(JSON.stringify(scene.secret)).toBe(before);
    expect(scene.state).toBeUndefined();
    expect(writes()).toEqual(["CreateSecret"]);
    assertNoLeak(error.message, error.stack);
  });

  it("until the names are put right", async () => {
    await theirs();
    await expect(scene.up({ adopt: { ...map, privateKey: "privat" }, certificate })).rejects.toThrow(
      "adopt.privateKey",
    );
    expect((await scene.up({ adopt: map })).unmet).toEqual([]);
    expect(served()).toMatchObject({ certificate });
  });
});

describe("adoption happens once:", () => {
  beforeEach(async () => {
    await theirs();
    await scene.up({ adopt: map, certificate });
    scene.sandbox.journal.clear();
  });

  it("left in the program it asks the vault nothing", async () => {
    expect((await scene.up()).changed).toBe(false);
    expect(scene.sandbox.journal.entries()).toEqual([]);
  });

  it.each<[string, JsonObject]>([
    ["taken out of the program", { adopt: null }],
    ["with other names", { adopt: { privateKey: "none", certificate: "none" } }],
    ["as true", { adopt: true }],
  ])("%s it changes nothing", async (_name, changes) => {
    const { id } = versionWith("AWSCURRENT")!;
    expect((await scene.up(changes)).unmet).toEqual([]);
    expect(versionWith("AWSCURRENT")!.id).toBe(id);
    expect(writes().filter((operation) => operation !== "TagResource")).toEqual([]);
  });

  it("it does not take the secret back from whoever adopted it since", async () => {
    const mine = scene.state!;
    scene.state = undefined;
    await scene.up({ owner: "other/prod" });
    const { tags } = scene.secret;
    scene.state = mine;
    const { unmet } = await scene.up({ owner: "shop/prod", onExpiry: "warn" });
    expect(unmet.join()).toContain("owner other/prod");
    expect(scene.secret.tags).toEqual(tags);
  });

  it("what the other tool writes later is not taken over: the run is red, and nothing is written", async () => {
    await aws.putSecretValue({
      SecretId: secretName,
      SecretString: JSON.stringify({ key: privateKeyPem(otherKey), crt: otherCertificate }),
    });
    const { id } = versionWith("AWSCURRENT")!;
    await scene.refresh();
    const { unmet } = await scene.up();
    expect(unmet.join()).toContain("[unreadable-value]");
    expect(versionWith("AWSCURRENT")!.id).toBe(id);
  });

  it("after lost state it finds our form, and says still where the key was born", async () => {
    const { history, firstIssuedAt } = scene.state!.outputs;
    const { id } = versionWith("AWSCURRENT")!;
    scene.clock.advanceDays(10);
    scene.state = undefined;
    expect((await scene.up()).unmet).toEqual([]);
    expect(scene.state!.outputs).toMatchObject({ history, firstIssuedAt, keyOrigin: "imported" });
    expect(versionWith("AWSCURRENT")!.id).toBe(id);
  });
});

describe("an adoption that stops at any call is finished by the next run,", () => {
  class Stop extends Error {}

  it.each(["before", "after"] as const)(
    "%s the call, with the state of the failed run or none",
    async (phase) => {
      for (let n = 1; ; n++) {
        for (const died of [false, true]) {
          scene.sandbox.reset();
          Object.assign(scene, { state: undefined, inputs });
          around = undefined;
          const before = await theirs();
          let calls = 0;
          around = async (_operation, perform) => {
            const isIt = ++calls === n;
            if (isIt && phase === "before") throw new Stop();
            const answer = await perform();
            if (isIt) throw new Stop();
            return answer;
          };
          const outcome = await scene
            .up({ adopt: map, certificate })
            .catch((error: Error) => ({ unmet: [error.message] }));
          around = undefined;
          if (calls < n) {
            expect(outcome.unmet).toEqual([]);
            expect(n).toBeGreaterThan(6);
            return;
          }
          if (died) scene.state = undefined;
          // A run that fails before the lease is written leaves nothing in state: it is the first again.
          expect((await scene.up()).unmet).toEqual([]);
          expect(served()).toEqual({ ...ours(), serialNumber });
          expect(versionWith("AWSPREVIOUS")!.id).toBe(before);
          expect(scene.state!.outputs.keyOrigin).toBe("imported");
          expect(scene.secret.versions).toHaveLength(2);
          assertNoLeak(outcome);
        }
      }
    },
  );
});

describe("in preview,", () => {
  const check = (adopt: unknown) =>
    scene.handlers
      .check({ olds: {}, news: { ...inputs, adopt } as JsonObject, config: scene.config })
      .failures.map(({ reason }) => reason)
      .join("\n");

  it.each<[string, unknown, string]>([
    ["a word", "yes", "adopt: expected true or false"],
    ["a number", 1, "adopt: expected true or false"],
    ["an unknown part, the nearest named", { ...map, certficate: "crt" }, "Did you mean `certificate`?"],
    ["an empty name", { ...map, privateKey: "" }, "adopt.privateKey: expected the name of a key"],
    [
      "a name that is too long",
      { ...map, privateKey: "x".repeat(257) },
      "adopt.privateKey: expected the name of a key",
    ],
    ["a number as name", { ...map, certificate: 1 }, "adopt.certificate: expected the name of a key"],
    ["the part of another kind", { apiSecret: "key" }, "adopt.apiSecret: is not a known argument"],
  ])("adopt is refused as %s", (_name, adopt, says) => {
    expect(check(adopt)).toContain(says);
  });

  it.each<[string, unknown]>([
    ["true", true],
    ["false", false],
    ["the names of its keys", { ...map, chain: "ca" }],
    ["not known yet", unknownValue],
    ["names that are not known yet", { privateKey: unknownValue, certificate: unknownValue }],
  ])("adopt may be %s", (_name, adopt) => {
    expect(check(adopt)).toBe("");
  });
});
