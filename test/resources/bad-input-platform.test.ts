import { createPublicKey } from "node:crypto";
import { unknownValue } from "../../provider/domain/unknown";
import { credentialHandlers } from "../../provider/resources/credential-handlers";
import { platformCertificatesKind } from "../../provider/resources/platform-certificates-kind";
import { platformPublicKeyKind } from "../../provider/resources/platform-public-key-kind";
import type { CheckFailure, Json, JsonObject } from "../../provider/resources/resource-handlers";
import {
  ellipticCurveKey,
  merchantCertificate,
  platformCertificate,
  privateKey,
  privateKeyPem,
  requestFor,
  someDay,
} from "../support/certificates";
import { canary } from "./secret-scene";

const own = { merchantId: "1900000109", owner: "shop/prod", logicalName: "shop" };
const arn = (name: string) => `arn:aws:secretsmanager:us-east-1:123456789012:secret:${name}-AbCdEf`;
const spki = (key = privateKey("platform")) => createPublicKey(key);
const pem = spki().export({ type: "spki", format: "pem" }).toString();
const der = spki().export({ type: "spki", format: "der" });
const id = "PUB_KEY_ID_0119000001092024112200291700000000";
const secret = canary("L");

const good = {
  platformCertificates: { certificateSecretArn: arn("certificate"), apiV3SecretArn: arn("apiV3Secret") },
  platformPublicKey: { publicKeyId: id, publicKey: pem },
};
type Kind = keyof typeof good;

function check(kind: Kind, changes: JsonObject, olds: JsonObject = {}) {
  const ports = { now: () => someDay } as never;
  const handlers =
    kind === "platformCertificates"
      ? credentialHandlers(platformCertificatesKind, ports)
      : credentialHandlers(platformPublicKeyKind, ports);
  const given = { ...own, ...good[kind], ...changes };
  const news = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return handlers.check({ olds, news, config: { region: "us-east-1" } });
}

/** What the engine prints of a failure: on a named property, the value too. */
const printed = ({ property, reason }: CheckFailure, inputs: JsonObject): string =>
  property === "" ? reason : `${property} value {${JSON.stringify(inputs[property])}} ${reason}`;

type Row = [property: string, name: string, value: Json | undefined, ...says: string[]];

const anArn = "expected the full ARN of a secret";
const hours = "expected a whole number of hours from 1 to 168";
const days = "expected a whole number of days from 0 to 1825";
const publicKey = "expected one public key in PEM, RSA of at least 2048 bits, found ";
const publicKeyId = "expected PUB_KEY_ID_ and 1 to 60 digits, found ";
const download = "pub_key.pem";

const rows: Readonly<Record<Kind, readonly Row[]>> = {
  platformCertificates: [
    ["merchantId", "missing", undefined, "is missing"],
    ["merchantId", "a number", 1900000109, "8 to 10 digits"],
    ["certificateSecretArn", "missing", undefined, "is missing"],
    ["certificateSecretArn", "a name", "merchants/1900000109/certificate", anArn],
    ["certificateSecretArn", "an object", { secretArn: arn("certificate") }, anArn, "no text"],
    ["certificateSecretArn", "a private key", privateKeyPem(), "looks like the secret itself"],
    ["apiV3SecretArn", "missing", undefined, "is missing"],
    ["apiV3SecretArn", "the secret itself", secret, "looks like the secret itself"],
    ["apiV3SecretArn", "empty", "", anArn],
    ["checkEveryHours", "0", 0, hours, "found the number 0"],
    ["checkEveryHours", "a fraction", 1.5, hours],
    ["checkEveryHours", "over a week", 169, hours],
    ["checkEveryHours", "a text", "12", hours],
    ["warnBeforeDays", "negative", -1, days],
    ["warnBeforeDays", "over five years", 1826, days],
    ["adopt", "a map of keys", { certificates: "key" }, "expected true or false"],
    ["onExpiry", "an unknown word", "ignore", 'expected "fail" or "warn"'],
    ["checkEveryHour", "misspelt", 12, "is not a known argument. Did you mean `checkEveryHours`?"],
    ["publicKeyId", "of the other mode", id, "is not a known argument"],
  ],
  platformPublicKey: [
    ["publicKeyId", "missing", undefined, "is missing"],
    ["publicKeyId", "empty", "", `${publicKeyId}a text of 0 characters`],
    [
      "publicKeyId",
      "the serial number of a certificate",
      "5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
      `${publicKeyId}the serial number of a certificate`,
    ],
    [
      "publicKeyId",
      "digits alone",
      "0119000001092024112200291700000000",
      `${publicKeyId}digits without PUB_KEY_ID_`,
    ],
    [
      "publicKeyId",
      "small letters",
      id.toLowerCase(),
      `${publicKeyId}it with spaces around, or in small letters`,
    ],
    ["publicKeyId", "spaces around", ` ${id} `, `${publicKeyId}it with spaces around, or in small letters`],
    ["publicKeyId", "61 digits", `PUB_KEY_ID_${"1".repeat(61)}`, `${publicKeyId}a text of 72 characters`],
    ["publicKeyId", "a number", 119, "expected PUB_KEY_ID_"],
    ["publicKeyId", "a secret", secret, `${publicKeyId}a text of 32 characters`],
    ["publicKey", "missing", undefined, "is missing"],
    ["publicKey", "empty", " \n", `${publicKey}an empty text`, download],
    ["publicKey", "its own id", id, `${publicKey}the id of a public key`, "`publicKeyId`"],
    [
      "publicKey",
      "a certificate of the platform",
      platformCertificate(),
      `${publicKey}a certificate of WeChat Pay's platform`,
      "PlatformCertificates fetches",
    ],
    [
      "publicKey",
      "a merchant's certificate",
      merchantCertificate(),
      `${publicKey}a merchant's certificate`,
      "MerchantCertificate",
    ],
    [
      "publicKey",
      "a merchant's certificate without PEM lines",
      merchantCertificate().replace(/-----.*-----\n/g, ""),
      `${publicKey}a merchant's certificate`,
    ],
    [
      "publicKey",
      "a certificate that is cut off",
      platformCertificate().slice(0, 300),
      `${publicKey}a certificate.`,
    ],
    ["publicKey", "a certificate request", requestFor(), `${publicKey}a certificate request`],
    ["publicKey", "a private key", privateKeyPem(), `${publicKey}a private key`, "treat it as leaked"],
    [
      "publicKey",
      "PKCS#1",
      spki().export({ type: "pkcs1", format: "pem" }).toString(),
      `${publicKey}a public key in the form PKCS#1`,
      "openssl rsa -RSAPublicKey_in",
    ],
    [
      "publicKey",
      "Base64 without PEM lines",
      der.toString("base64"),
      `${publicKey}a public key without its PEM lines`,
    ],
    [
      "publicKey",
      "DER read as text",
      der.toString("latin1"),
      `${publicKey}a public key in DER, read as text`,
    ],
    ["publicKey", "DER read as UTF-8", der.toString("utf8"), `${publicKey}binary data (DER) read as text`],
    [
      "publicKey",
      "an EC key",
      spki(ellipticCurveKey()).export({ type: "spki", format: "pem" }).toString(),
      `${publicKey}a key of type EC`,
    ],
    [
      "publicKey",
      "1024 bits",
      spki(privateKey("small", 1024)).export({ type: "spki", format: "pem" }).toString(),
      `${publicKey}an RSA key of 1024 bits`,
    ],
    ["publicKey", "two keys", pem + pem, `${publicKey}2 PEM blocks`],
    ["publicKey", "cut off", pem.slice(0, 200), `${publicKey}a damaged or truncated public key`],
    [
      "publicKey",
      "damaged",
      pem.replace(/\n.{20}/, `\n${"A".repeat(20)}`),
      `${publicKey}a damaged or truncated public key`,
    ],
    [
      "publicKey",
      "another PEM",
      pem.replaceAll("PUBLIC KEY", "X509 CRL"),
      `${publicKey}PEM text of another kind`,
    ],
    ["publicKey", "any text", "hello", `${publicKey}text without -----BEGIN PUBLIC KEY-----`],
    ["publicKey", "a reference", { file: "pub_key.pem" }, "expected a public key in PEM"],
    ["verification", "an unknown word", "yes", 'expected "none" or "live"'],
    [
      "certificateSecretArn",
      "missing beside live",
      undefined,
      'beside `verification: "live"`, found nothing',
    ],
    ["certificateSecretArn", "a name", "merchants/1900000109/certificate", anArn],
    ["publicKeyid", "misspelt", id, "Did you mean `publicKeyId`?"],
    ["apiV3SecretArn", "of the other mode", arn("x"), "is not a known argument"],
  ],
};

describe.each(Object.keys(rows) as Kind[])(
  "%s refuses in preview, with what was expected and found:",
  (kind) => {
    it.each(rows[kind].map((row) => [`${row[0]}: ${row[1]}`, row] as const))("%s", (_name, row) => {
      const [name, , value, ...says] = row;
      const given = { [name]: value, ...(row[1].endsWith("beside live") && { verification: "live" }) };
      const { failures } = check(kind, given);
      const [failure, ...rest] = failures;
      expect(rest).toEqual([]);
      expect(failure!.reason.startsWith(`${name}: `)).toBe(true);
      for (const text of says) expect(failure!.reason).toContain(text);
      expect(failure!.reason).toMatch(/[.?]$/);
      const text = printed(failure!, given);
      for (const leak of ["c4n4ry", privateKeyPem().split("\n")[3]!, pem.split("\n")[2]!])
        expect(text).not.toContain(leak);
    });

    it("accepts the least, and what is not known yet at any place", () => {
      expect(check(kind, {}).failures).toEqual([]);
      for (const name of Object.keys(good[kind]))
        expect(check(kind, { [name]: unknownValue }).failures).toEqual([]);
    });

    it.each(["merchantId", "secretName", "region"])("a change of %s in place", (name) => {
      const before = { [name]: name === "merchantId" ? "1900000110" : "before" };
      expect(check(kind, {}, before).failures.map(({ reason }) => reason)[0]).toContain(
        "cannot change in place",
      );
    });
  },
);

it("fills in what the documents say", () => {
  expect(check("platformCertificates", {}).inputs).toMatchObject({
    checkEveryHours: 12,
    warnBeforeDays: 30,
    secretName: "merchants/1900000109/platformCertificates",
    adopt: false,
  });
  expect(check("platformPublicKey", {}).inputs).toMatchObject({
    verification: "none",
    secretName: "merchants/1900000109/platformPublicKey",
  });
});

it.each([
  ["as it is", pem],
  ["with CRLF", pem.replaceAll("\n", "\r\n")],
  ["without line ends", pem.replaceAll("\n", "")],
  ["with line ends written out", pem.replaceAll("\n", "\\n")],
  ["with text around", `Key of WeChat Pay:\n${pem}\nend`],
])("a public key %s is the same key", (_name, text) => {
  const { inputs, failures } = check("platformPublicKey", { publicKey: text });
  expect([failures, inputs.publicKey]).toEqual([[], pem]);
});
