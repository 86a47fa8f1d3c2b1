import type { JsonObject } from "../../provider/resources/resource-handlers";
import { requestFingerprint } from "../../provider/domain/staging-labels";
import { ellipticCurveKey, pkcs12, privateKey, privateKeyPem } from "../support/certificates";
import {
  cfcaCertificate,
  cfcaPfx,
  cfcaSerialNumber,
  nextCfcaCertificate,
  nextCfcaSerialNumber,
  pfxPassword,
  pfxWithTwoKeys,
} from "../support/cfca";
import { digestOf, pkcs12File, pkcs12Forms } from "../support/import-files";
import { CfcaScene } from "./cfca-scene";

const shop = new CfcaScene();
const certificate = cfcaCertificate();
const key = privateKeyPem(privateKey());
beforeEach(() => shop.at("2026-12-02"));

/** A secret that some other program keeps something in. */
async function elsewhere(value: string | Buffer): Promise<string> {
  const content = typeof value === "string" ? { SecretString: value } : { SecretBinary: value };
  return (await shop.aws.createSecret({ Name: "shop/old", ...content })).ARN!;
}

const password = { env: "PFX_PASSWORD" };

describe("the key comes into the vault", () => {
  const ways: [string, () => JsonObject | Promise<JsonObject>][] = [
    ...(Object.keys(pkcs12Forms) as (keyof typeof pkcs12Forms)[])
      .filter((form) => /^AES-256, |RC2|^3DES with/.test(form))
      .flatMap((form) =>
        [false, true].map((withChain): [string, () => JsonObject] => [
          `out of a .pfx, ${form}${withChain ? ", with the chain" : ""}`,
          () => shop.refers(cfcaPfx({ form, withChain })),
        ]),
      ),
    [
      "with the password in a file with a line end",
      () => shop.refers(cfcaPfx(), shop.file("password.txt", `${pfxPassword}\r\n`)),
    ],
    [
      "with the password under a key of a secret",
      async () =>
        shop.refers(cfcaPfx(), {
          secretArn: await elsewhere(JSON.stringify({ word: pfxPassword })),
          jsonKey: "word",
        }),
    ],
    [
      "out of an environment variable, in Base64",
      () => {
        shop.scene.env.PFX = cfcaPfx().toString("base64");
        return { pfx: { env: "PFX" }, password };
      },
    ],
    ["out of a binary secret", async () => ({ pfx: { secretArn: await elsewhere(cfcaPfx()) }, password })],
    [
      "out of a secret, in Base64",
      async () => ({ pfx: { secretArn: await elsewhere(cfcaPfx().toString("base64")) }, password }),
    ],
  ];

  it.each(ways)("%s", async (_name, references) => {
    const { unmet } = await shop.up({ certificate, ...(await references()) });
    expect(unmet).toEqual([]);
    expect(shop.served).toMatchObject({ serialNumber: cfcaSerialNumber, privateKey: key, certificate });
    expect(shop.outputs).toMatchObject({ status: "active", keyOrigin: "imported", nextSteps: [] });
  });

  it("by the same version whichever file it came out of, so that a repeat changes nothing", async () => {
    await shop.up({ certificate, ...shop.refers(cfcaPfx()) });
    const { version } = shop;
    shop.scene.state = undefined;
    await shop.up(shop.refers(cfcaPfx({ form: "RC2-40 for both", withChain: true })));
    expect(shop.version).toBe(version);
    expect(shop.secret.versions).toHaveLength(2);
  });
});

describe("the run is red and nothing is written beside the placeholder, with the argument named:", () => {
  const cases: [string, () => JsonObject | Promise<JsonObject>, RegExp][] = [
    [
      "a wrong password",
      () => shop.refers(cfcaPfx({ password: "another" })),
      /^password: the PKCS#12 file does not open/,
    ],
    [
      "a wrong password, RC2",
      () => shop.refers(cfcaPfx({ password: "another", form: "RC2-40 for both" })),
      /^password: the PKCS#12 file does not open/,
    ],
    ["two keys", () => shop.refers(pfxWithTwoKeys()), /^pfx: .*found 2 keys/],
    [
      "no key",
      () => shop.refers(pkcs12({ certificate, withKey: false, password: pfxPassword })),
      /^pfx: this file holds no private key/,
    ],
    [
      "an elliptic curve key",
      () => shop.refers(pkcs12File({ key: ellipticCurveKey(), password: pfxPassword })),
      /^pfx: .*found an EC key/,
    ],
    [
      "a key of 1024 bits",
      () => shop.refers(pkcs12File({ key: privateKey("small", 1024), password: pfxPassword })),
      /^pfx: .*found an RSA key of 1024 bits/,
    ],
    [
      "the next certificate and its key",
      () => shop.refers(cfcaPfx({ key: privateKey("next"), certificate: nextCfcaCertificate() })),
      new RegExp(
        `^pfx: .*expected certificate ${cfcaSerialNumber}, as declared, found certificate ${nextCfcaSerialNumber}`,
      ),
    ],
    ["a text", () => shop.refers(Buffer.from("not a pfx")), /^pfx: this is not a PKCS#12 file .*9 bytes/],
    ["the .cer", () => shop.refers(Buffer.from(certificate)), /^pfx: .*a certificate without a private key/],
    ["half of it", () => shop.refers(cfcaPfx().subarray(0, 700)), /^pfx: this PKCS#12 file is damaged/],
    [
      "a file that is not there",
      () => ({ pfx: { file: "none.pfx" }, password }),
      /^pfx\.file: the file cannot be read/,
    ],
    ["a folder", () => ({ pfx: shop.emptyFolder("folder"), password }), /^pfx\.file: .*found a folder/],
    ["an empty file", () => ({ pfx: shop.file("empty", ""), password }), /^pfx\.file: nothing is there/],
    [
      "over 64 kB",
      () => ({ pfx: shop.file("large", Buffer.alloc(65_537)), password }),
      /^pfx\.file: .*too large/,
    ],
    ["a variable that is not set", () => ({ pfx: { env: "UNSET" }, password }), /^pfx\.env: .*not set/],
    [
      "a password that is not set",
      () => shop.refers(cfcaPfx(), { env: "UNSET" }),
      /^password\.env: the environment variable is not set/,
    ],
    [
      "a password of bytes",
      () => shop.refers(cfcaPfx(), shop.file("bytes", Buffer.from([0xff, 0xfe, 0x00, 0x80]))),
      /^password\.file: bytes where text belongs/,
    ],
    [
      "a password in a variable where the file belongs",
      () => ({ pfx: password, password }),
      /^pfx\.env: text where a file's bytes belong/,
    ],
    [
      "a secret that is not there",
      () => ({
        pfx: { secretArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/none-AbCdEf" },
        password,
      }),
      /^pfx\.secretArn: there is no such secret/,
    ],
    [
      "a key that the secret has not",
      async () => ({ pfx: { secretArn: await elsewhere(`{"other":"x"}`), jsonKey: "pfx" }, password }),
      /^pfx\.jsonKey: .*found no such key/,
    ],
  ];

  it.each(cases)("%s", async (_name, references, says) => {
    const { unmet } = await shop.up({ certificate, ...(await references()) });
    expect(unmet).toEqual([expect.stringMatching(says)]);
    expect(unmet[0]).toContain(
      `It is read because the vault has no key ${requestFingerprint(digestOf(key))}, that of the declared certificate ${cfcaSerialNumber}`,
    );
    expect(shop.secret.versions).toHaveLength(1);
    expect(shop.outputs).toMatchObject({ status: "exported", application: "exported", serialNumber: null });
    // Every run looks again, and the one with the right file is green.
    shop.quiet();
    expect((await shop.up()).unmet).toEqual(unmet);
    expect(shop.writes).toEqual([]);
    expect((await shop.up(shop.refers(cfcaPfx()))).unmet).toEqual([]);
    expect(shop.outputs.status).toBe("active");
  });
});

describe("while one serves, a next one that cannot", () => {
  beforeEach(() => shop.up({ certificate, ...shop.refers(cfcaPfx()) }));

  it.each<[string, () => JsonObject, string, RegExp]>([
    [
      "has the old one's file",
      () => ({ certificate: nextCfcaCertificate() }),
      "2029-11-05",
      new RegExp(
        `^pfx: .*expected certificate ${nextCfcaSerialNumber}, as declared, found certificate ${cfcaSerialNumber}`,
      ),
    ],
    [
      "is not valid yet",
      () => ({ certificate: nextCfcaCertificate() }),
      "2029-10-31",
      /^certificate: 0*1029384757 is not valid before 2029-11-01 08:00 UTC/,
    ],
    [
      "has expired",
      () => ({
        certificate: cfcaCertificate({
          serialNumber: "77",
          notBefore: new Date("2020-01-01"),
          notAfter: new Date("2026-01-01"),
        }),
      }),
      "2026-12-03",
      /^certificate: 0*77 expired on 2026-01-01 00:00 UTC .*the current credential is untouched/,
    ],
  ])("%s is refused, and the one that serves stays", async (_name, changes, day, says) => {
    const { version } = shop;
    const { unmet } = await shop.on(day, changes());
    expect(unmet).toEqual([expect.stringMatching(says)]);
    expect(shop.version).toBe(version);
    expect(shop.outputs).toMatchObject({ serialNumber: cfcaSerialNumber, currentVersionId: version });
    expect((await shop.on("2026-12-04", { certificate })).unmet).toEqual([]);
  });

  it("one of the same key and a later end needs no file", async () => {
    shop.removed();
    shop.quiet();
    const renewed = nextCfcaCertificate({ key: privateKey() });
    expect((await shop.on("2029-11-05", { certificate: renewed })).unmet).toEqual([]);
    expect(shop.served).toMatchObject({ certificate: renewed, privateKey: key });
    expect([shop.asked, shop.reasons]).toEqual([[], ["first issuance", "renewal of the same key"]]);
    expect(shop.outputs.keyOrigin).toBe("imported");
  });

  it("`compromised` that names a stranger is red", async () => {
    const { unmet } = await shop.up({ compromised: "ABCDEF" });
    expect(unmet).toEqual([
      expect.stringMatching(
        /^compromised: found 0*ABCDEF, expected the serial number of a certificate in the vault/,
      ),
    ]);
  });
});
