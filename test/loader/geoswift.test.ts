import {
  constants,
  createSign,
  createVerify,
  privateDecrypt,
  publicEncrypt,
  sign,
  verify,
  X509Certificate,
} from "node:crypto";
import { format, inspect } from "node:util";
import { loadGeoswift, type CredentialErrorCode, type GeoswiftOptions } from "merchant-credentials-loader";
import { readerPolicy } from "../../provider/aws/reader-policy";
import { privateKey, privateKeyPem } from "../support/certificates";
import { signatureVerifies } from "../support/openssl";
import { geoswiftId, geoswiftValues, platformPem, serialNumber, StoredGeoswift } from "./stored-geoswift";
import { publicKeyPem, values } from "./stored-merchant";

let stored: StoredGeoswift;
beforeEach(async () => {
  stored = await StoredGeoswift.start();
});
afterEach(() => stored.close());

async function both() {
  const merchantKey = await stored.store("merchantKey", geoswiftValues.merchantKey());
  const cfcaCertificate = await stored.store("cfcaCertificate", geoswiftValues.cfcaCertificate());
  return { arns: { merchantKey, cfcaCertificate }, geoswift: await stored.load() };
}

const text = "100#CNY#G90000001#";

describe("the keys are ready for node:crypto", () => {
  it("to sign and verify, in its functions and its streams", async () => {
    const { geoswift } = await both();
    for (const { privateKey: key, publicKey } of [
      await geoswift.merchantKey(),
      await geoswift.cfcaCertificate(),
    ]) {
      const signature = sign("sha256", Buffer.from(text), key);
      expect(verify("sha256", Buffer.from(text), publicKey, signature)).toBe(true);
      const streamed = createSign("sha1").update(text).sign(key);
      expect(createVerify("sha1").update(text).verify(publicKey, streamed)).toBe(true);
    }
  });

  it("to encrypt for the platform and to read what it has encrypted", async () => {
    const { geoswift } = await both();
    const aesKey = Buffer.from("0123456789abcdef");
    const { publicKey } = await geoswift.platformCertificate();
    const sent = publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING }, aesKey);
    expect(privateDecrypt(privateKey("platform"), sent)).toEqual(aesKey);
    const received = publicEncrypt((await geoswift.cfcaCertificate()).publicKey, aesKey);
    const [key] = await geoswift.decryptionKeys();
    expect(privateDecrypt(key!, received)).toEqual(aesKey);
  });

  it("with signatures that openssl verifies", async () => {
    const { geoswift } = await both();
    const signature = (await geoswift.merchantKey()).sign("sha1", text);
    expect(signatureVerifies(publicKeyPem(privateKey("merchant")), text, signature)).toBe(true);
    expect(signatureVerifies(publicKeyPem(privateKey("cfca")), text, signature)).toBe(false);
  });

  it("with what is public beside them", async () => {
    const { geoswift } = await both();
    expect(geoswift.merchantId).toBe(geoswiftId);
    const key = await geoswift.merchantKey();
    expect(key.publicKeySha256).toMatch(/^[0-9a-f]{64}$/);
    const certificate = await geoswift.cfcaCertificate();
    expect(certificate).toMatchObject({ serialNumber, chain: [], merchantId: geoswiftId });
    expect(certificate.validTo).toEqual(new Date("2029-01-01T00:00:00Z"));
    expect(new X509Certificate(certificate.certificate).checkPrivateKey(certificate.privateKey)).toBe(true);
  });

  it("and say what is wrong where an algorithm does not exist", async () => {
    const { geoswift } = await both();
    const key = await geoswift.merchantKey();
    expect(() => key.sign("sha257", text)).toThrow(/^sign: expected an algorithm of node:crypto/);
    await expect(geoswift.verify("sha257", text, Buffer.alloc(256))).rejects.toThrow(/^verify: expected/);
  });
});

describe("while a merchant key changes", () => {
  it("verifies with the one before as long as its overlap lasts, and no longer", async () => {
    const { geoswift } = await both();
    const signature = (await geoswift.merchantKey()).sign("sha256", text);
    await stored.put("merchantKey", geoswiftValues.merchantKey("next"));
    await stored.label("merchantKey", "MC_VERIFY_0123456789abcdef", true);
    stored.clock.advanceDays(1);
    expect(await geoswift.verify("sha256", text, signature)).toBe(true);
    expect(await geoswift.verificationKeys()).toHaveLength(2);
    expect((await geoswift.merchantKey()).sign("sha256", text)).not.toEqual(signature);

    await stored.label("merchantKey", "MC_VERIFY_0123456789abcdef", false);
    stored.clock.advanceDays(1);
    expect(await geoswift.verify("sha256", text, signature)).toBe(false);
    expect(await geoswift.verificationKeys()).toHaveLength(1);
  });

  it("makes clients anew that keep a key", async () => {
    const { geoswift } = await both();
    const client = geoswift.renewing(async () => ({ key: (await geoswift.merchantKey()).publicKeySha256 }));
    const first = await client();
    expect(await client()).toBe(first);
    await stored.put("merchantKey", geoswiftValues.merchantKey("next"));
    stored.clock.advanceDays(1);
    expect((await client()).key).not.toBe(first.key);
  });

  it("reads again when asked to, without waiting for the cache", async () => {
    const { geoswift } = await both();
    const before = await geoswift.merchantKey();
    await stored.put("merchantKey", geoswiftValues.merchantKey("next"));
    expect((await geoswift.merchantKey()).versionId).toBe(before.versionId);
    await geoswift.refresh();
    expect((await geoswift.merchantKey()).versionId).not.toBe(before.versionId);
  });
});

it("reads what was encrypted for the CFCA certificate before the one that serves", async () => {
  const { geoswift } = await both();
  const received = publicEncrypt((await geoswift.cfcaCertificate()).publicKey, Buffer.from("key"));
  await stored.put("cfcaCertificate", geoswiftValues.cfcaCertificate("other"));
  stored.clock.advanceDays(1);
  const keys = await geoswift.decryptionKeys();
  expect(keys).toHaveLength(2);
  expect(privateDecrypt(keys[1]!, received).toString()).toBe("key");
});

it("has one key to decrypt with where only the platform's certificate has changed", async () => {
  const { geoswift } = await both();
  await stored.put(
    "cfcaCertificate",
    geoswiftValues.cfcaCertificate("cfca", { platformCertificate: undefined }),
  );
  stored.clock.advanceDays(1);
  expect(await geoswift.decryptionKeys()).toHaveLength(1);
  await expect(geoswift.platformCertificate()).rejects.toMatchObject({ code: "not-ready" });
});

it("serves what has ended, and warns once of each", async () => {
  await stored.store(
    "cfcaCertificate",
    geoswiftValues.cfcaCertificate(
      "cfca",
      { platformCertificate: platformPem("2026-02-01T00:00:00Z") },
      "2026-02-02T00:00:00Z",
    ),
  );
  const geoswift = await stored.load();
  for (let call = 0; call < 3; call++) {
    await geoswift.cfcaCertificate();
    await geoswift.platformCertificate();
  }
  expect(stored.warnings.map(({ message }) => message)).toEqual([
    `CFCA certificate ${serialNumber} ended on 2026-02-02T00:00:00.000Z.`,
    "The platform's certificate ended on 2026-02-01T00:00:00.000Z.",
  ]);
});

it("goes on with what is in memory while AWS is away", async () => {
  const { geoswift } = await both();
  const before = await geoswift.merchantKey();
  await stored.aws.close();
  stored.clock.advanceDays(1);
  expect((await geoswift.merchantKey()).versionId).toBe(before.versionId);
  expect(stored.warnings).not.toEqual([]);
});

it("shows no private key in logs, JSON or copies", async () => {
  const { geoswift } = await both();
  const holders = [await geoswift.merchantKey(), await geoswift.cfcaCertificate(), geoswift];
  const keys = [privateKeyPem(privateKey("merchant")), privateKeyPem(privateKey("cfca"))].map(
    (pem) => pem.split("\n")[3]!,
  );
  const shown = holders.flatMap((holder) => [
    inspect(holder, { depth: 9, showHidden: true, getters: true }),
    inspect({ ...holder }, { depth: 9, getters: true }),
    format("%o %O %j", holder, holder, holder),
    JSON.stringify(structuredClone({ ...holder })),
  ]);
  for (const key of keys) expect(shown.join("\n")).not.toContain(key);
  expect(JSON.stringify(holders[0])).toContain("publicKeySha256");
});

describe("at the start", () => {
  it.each<[string, (GeoswiftOptions & Record<string, unknown>) | undefined, string]>([
    ["no options", undefined, "the options are missing"],
    ["neither id nor ARNs", {}, "either merchantId or arns is needed"],
    [
      "an id with a dash",
      { merchantId: "G-1" },
      "merchantId is not a text of 1 to 31 letters, digits and underscores",
    ],
    ["an id that is a number", { merchantId: 9 as never }, "merchantId is not a text of 1 to 31"],
    ["an option of another name", { merchantId: "G1", mchid: "G1" }, "there is no option mchid"],
    [
      "ARNs of other credentials",
      { arns: { certificate: "arn:…" } as never },
      "arns names none of merchantKey, cfcaCertificate",
    ],
    [
      "another spelling",
      { arns: { merchantkey: "arn:…" } as never },
      "there is no arns.merchantkey: it is called merchantKey",
    ],
    [
      "a credential of WeChat Pay",
      { merchantId: "G1", credentials: ["apiSecret"] as never },
      "credentials has a word that is none of merchantKey, cfcaCertificate",
    ],
  ])("refuses %s", async (_case, options, says) => {
    const given = options && { endpoint: stored.aws.endpoint, region: "us-east-1", ...options };
    await expect(loadGeoswift(given as never)).rejects.toMatchObject({
      code: "invalid-options",
      message: expect.stringContaining(`loadGeoswift: ${says}`) as string,
    });
  });

  it("needs one of the two by name, and all that is named by ARN", async () => {
    await expect(stored.load()).rejects.toMatchObject({ code: "not-found" });
    const merchantKey = await stored.store("merchantKey", geoswiftValues.merchantKey());
    await expect(stored.load()).resolves.toBeDefined();
    const cfcaCertificate = merchantKey.replace("merchantKey", "cfcaCertificate");
    await expect(stored.load({ arns: { merchantKey, cfcaCertificate } })).rejects.toMatchObject({
      code: "not-found",
    });
    await expect(
      stored.load({ merchantId: geoswiftId, credentials: ["cfcaCertificate"] }),
    ).rejects.toMatchObject({
      code: "not-found",
    });
  });

  it.each<[string, "merchantKey" | "cfcaCertificate", () => string, CredentialErrorCode, RegExp]>([
    ["the placeholder", "merchantKey", values.placeholder, "not-ready", /no merchant key is active yet/],
    [
      "the placeholder of a certificate",
      "cfcaCertificate",
      values.placeholder,
      "not-ready",
      /follow output `nextSteps`/,
    ],
    [
      "a CFCA certificate for a key",
      "merchantKey",
      () => geoswiftValues.cfcaCertificate(),
      "another-kind",
      /holds a CFCA certificate with its key, and not a merchant key/,
    ],
    [
      "WeChat Pay's certificate",
      "cfcaCertificate",
      () => values.certificate(),
      "another-kind",
      /a merchant's certificate with its key/,
    ],
    [
      "another key's public half",
      "merchantKey",
      () => geoswiftValues.merchantKey("merchant", { publicKey: publicKeyPem(privateKey("other")) }),
      "inconsistent",
      /publicKey does not belong to privateKey/,
    ],
    [
      "a damaged key",
      "merchantKey",
      () =>
        geoswiftValues.merchantKey("merchant", {
          privateKey: "-----BEGIN PRIVATE KEY-----\nAA\n-----END PRIVATE KEY-----\n",
        }),
      "unreadable",
      /privateKey is a damaged PEM/,
    ],
    [
      "another certificate's key",
      "cfcaCertificate",
      () => geoswiftValues.cfcaCertificate("cfca", { privateKey: privateKeyPem(privateKey("other")) }),
      "inconsistent",
      /privateKey does not belong to the certificate/,
    ],
    [
      "another serial number",
      "cfcaCertificate",
      () => geoswiftValues.cfcaCertificate("cfca", { serialNumber: "F".repeat(40) }),
      "inconsistent",
      /it is of another certificate/,
    ],
    [
      "a platform certificate that is none",
      "cfcaCertificate",
      () => geoswiftValues.cfcaCertificate("cfca", { platformCertificate: "G" }),
      "unreadable",
      /platformCertificate is text that is not PEM/,
    ],
    [
      "another merchant's",
      "merchantKey",
      () => geoswiftValues.merchantKey("merchant", { merchantId: "G2" }),
      "wrong-merchant",
      /is merchant G2's, not G90000001's/,
    ],
  ])("refuses %s, and quotes nothing of it", async (_case, kind, make, code, says) => {
    await stored.store(kind, make());
    const error: unknown = await stored.load().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, message: expect.stringMatching(says) as string });
    for (const name of ["merchant", "cfca", "other"])
      expect(inspect(error)).not.toContain(privateKeyPem(privateKey(name)).split("\n")[3]);
  });
});

it("sends nothing that a CredentialReader's policy does not allow", async () => {
  const { arns } = await both();
  stored.aws.journal.clear();
  const geoswift = await stored.load({ arns });
  await Promise.all([geoswift.verificationKeys(), geoswift.decryptionKeys()]);
  const credentials = (["merchantKey", "cfcaCertificate"] as const).map((credentialKind) => ({
    secretArn: arns[credentialKind],
    credentialKind,
  }));
  const allowed = readerPolicy({ credentials }).Statement.flatMap(({ Resource, Condition }) =>
    Resource.flatMap((arn) =>
      (Condition["ForAnyValue:StringEquals"]!["secretsmanager:VersionStage"] as string[]).map(
        (stage) => `GetSecretValue ${arn} ${stage}`,
      ),
    ),
  );
  const sent = stored.aws.journal
    .entries()
    .map(({ operation, secretId, labels }) => `${operation} ${secretId} ${labels?.join()}`);
  expect([...new Set(sent)].sort()).toEqual([...allowed].sort());
});
