import { unknownValue } from "../../provider/domain/unknown";
import { cfcaCertificateKind } from "../../provider/resources/cfca-certificate-kind";
import { credentialHandlers } from "../../provider/resources/credential-handlers";
import type { CheckFailure, Json, JsonObject } from "../../provider/resources/resource-handlers";
import {
  certificateOfAnAuthority,
  concatenated,
  der,
  ellipticCurveKey,
  merchantCertificate,
  privateKey,
  privateKeyPem,
  requestFor,
  truncated,
  withCrlf,
} from "../support/certificates";
import { cfcaCertificate, cfcaPfx, nextCfcaCertificate, platformsCertificate } from "../support/cfca";

const own = { merchantId: "G90000001", exportName: "geoswift", owner: "shop/prod", logicalName: "shop" };
const referenceNumber = "1046837295";
const authorizationCode = "C4N4RYQ7XE";
const certificate = cfcaCertificate();
const pfx = { file: "geoswift.pfx" };
const password = { env: "PFX_PASSWORD" };

function check(changes: JsonObject, olds: JsonObject = {}, now = "2026-12-01T09:00:00Z") {
  const handlers = credentialHandlers(cfcaCertificateKind, { now: () => new Date(now) } as never);
  const given = { ...own, ...changes };
  const news = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return handlers.check({ olds, news, config: { region: "us-east-1" } });
}

/** What the engine prints of a failure: on a named property, the value too. */
const printed = ({ property, reason }: CheckFailure, inputs: JsonObject): string =>
  property === "" ? reason : `${property} value {${JSON.stringify(inputs[property])}} ${reason}`;

type Row = [property: string, name: string, value: Json | undefined, ...says: string[]];

const letters = "expected 1 to 64 letters A to Z, in either case, found";
const aDay = "expected a day as YYYY-MM-DD, found something else. It is the day alone";
const days = "expected a whole number of days from";
const noCodes = "the two codes of the letter are no argument. Remove it.";
const reference = "is not a reference: { env }, { file } or { secretArn, jsonKey }";
const looksLikeIt = "looks like the secret itself";

const rows: readonly Row[] = [
  ["merchantId", "missing", undefined, "is missing"],
  ["merchantId", "a number", 90000001, "expected a merchant id of 1 to 31 letters, digits or underscores"],
  ["merchantId", "32 characters", "c".repeat(32), "expected a merchant id of 1 to 31"],
  ["merchantId", "spaces around", " G90000001", "merchant backend portal"],
  ["exportName", "missing", undefined, "is missing"],
  ["exportName", "empty", "", `${letters} an empty text`],
  ["exportName", "a digit", "geoswift1", letters, "no file name with a digit"],
  ["exportName", "a path", "keys/geoswift", letters, "a path"],
  ["exportName", "the folder above", "../geoswift", letters],
  ["exportName", "a dot", "geoswift.cer", letters, ".cer and .pfx are added"],
  ["exportName", "over 64", "a".repeat(65), `${letters} a text of 65 characters`],
  ["exportName", "letters of another alphabet", "商户", letters],
  ["exportName", "an underscore", "geo_swift", letters],
  ["exportName", "spaces around", " geoswift ", letters],
  ["exportName", "a number", 7, letters],
  ["codesIssuedAt", "the reference number", referenceNumber, aDay],
  ["codesIssuedAt", "the authorization code", authorizationCode, aDay],
  ["codesIssuedAt", "the reference number as a number", Number(referenceNumber), aDay],
  ["codesIssuedAt", "both codes", [referenceNumber, authorizationCode], aDay],
  ["codesIssuedAt", "both codes by name", { referenceNumber, authorizationCode }, aDay],
  ["codesIssuedAt", "empty", "", aDay],
  ["codesIssuedAt", "no day of the calendar", "2026-02-30", aDay],
  ["codesIssuedAt", "another order", "17.11.2026", aDay],
  ["codesIssuedAt", "with a time", "2026-11-17T00:00:00Z", aDay],
  ["downloadedAt", "the authorization code", authorizationCode, aDay],
  ["downloadedAt", "a number", Number(referenceNumber), aDay],
  ["sender", "empty", "", "expected the address that the letters come from"],
  ["sender", "over 254", "a".repeat(255), "expected the address that the letters come from"],
  ["sender", "two lines", "a\nb", "on one line"],
  ["referenceNumber", "an argument of its own", referenceNumber, noCodes, "CFCA's download page"],
  ["reference", "an argument of its own", referenceNumber, noCodes],
  ["referenceCode", "an argument of its own", Number(referenceNumber), noCodes],
  ["authorizationCode", "an argument of its own", authorizationCode, noCodes],
  ["authCode", "an argument of its own", authorizationCode, noCodes],
  ["authorization", "an argument of its own", authorizationCode, noCodes],
  ["twoCodes", "an argument of its own", [referenceNumber, authorizationCode], noCodes],
  ["codes", "an argument of its own", { referenceNumber, authorizationCode }, noCodes],
  ["auth_code", "known later", unknownValue, noCodes],
  ["code", "nothing in it", "", noCodes],
  ["certificate", "empty", "", "found an empty text", "downloaded and exported"],
  ["certificate", "DER bytes as text", der(certificate).toString("latin1"), "without its PEM lines"],
  ["certificate", "a .pfx", cfcaPfx().toString("base64"), "a PKCS#12 file, which holds a private key"],
  ["certificate", "a certificate request", requestFor(), "CFCA takes no request"],
  ["certificate", "a private key", privateKeyPem(), "found a private key", "treat it as leaked"],
  ["certificate", "truncated", truncated(certificate), "damaged or truncated"],
  [
    "certificate",
    "two of merchants",
    concatenated(certificate, nextCfcaCertificate()),
    "found 2 certificates",
  ],
  ["certificate", "a CA's", certificateOfAnAuthority(), "found a CA certificate"],
  ["certificate", "WeChat Pay's", merchantCertificate(), "its issuer is", "expected CN=CFCA …"],
  [
    "certificate",
    "of a CA for tests",
    cfcaCertificate({
      issuer: { C: "CN", O: "China Financial Certification Authority", CN: "CFCA TEST OCA31" },
    }),
    "no test environment",
  ],
  [
    "certificate",
    "1024 bits",
    cfcaCertificate({ key: privateKey("small", 1024) }),
    "its key is RSA, 1024 bits",
  ],
  ["certificate", "an EC key", cfcaCertificate({ key: ellipticCurveKey() }), "its key is EC"],
  ["certificate", "a reference", { file: "geoswift.cer" }, "expected a certificate in PEM, as text"],
  ["platformCertificate", "empty", " ", "found an empty text"],
  ["platformCertificate", "a private key", privateKeyPem(), "treat it as leaked"],
  ["platformCertificate", "two", concatenated(platformsCertificate(), certificate), "found 2 certificates"],
  [
    "platformCertificate",
    "1024 bits",
    platformsCertificate({ key: privateKey("small", 1024) }),
    "its key is RSA, 1024 bits, expected RSA of 2048",
  ],
  ["platformCertificate", "an EC key", platformsCertificate({ key: ellipticCurveKey() }), "its key is EC"],
  ["pfx", "a text", "geoswift.pfx", reference],
  ["pfx", "the file in Base64", cfcaPfx().toString("base64"), reference],
  ["pfx", "two variants at once", { file: "a.pfx", env: "B" }, "exactly one of env, file and secretArn"],
  ["pfx", "none", {}, "exactly one of env, file and secretArn"],
  ["pfx", "the file as a name", { file: cfcaPfx().toString("base64") }, looksLikeIt],
  ["pfx", "another member", { path: "geoswift.pfx" }, "pfx.path: is not a known argument"],
  ["password", "a text", "c4n4ry-hunter2", reference],
  ["password", "a number", 4711, reference],
  ["password", "in place of a name", { env: "c4n4ry hunter2" }, "the name of an environment variable"],
  ["renewBeforeDays", "0", 0, `${days} 1 to 1825`],
  ["renewBeforeDays", "less than failBeforeDays", 6, "expected at least failBeforeDays (7)"],
  ["failBeforeDays", "negative", -1, `${days} 0 to 1825`],
  ["compromised", "a text", "the old one", "expected the serial number of a certificate"],
  ["compromised", "what could be a secret", "0123456789abcdef0123456789abcdef", "needs 0x in front"],
  ["adopt", "a map of keys", { privateKey: "key" }, "expected true or false"],
  ["onExpiry", "an unknown word", "ignore", 'expected "fail" or "warn"'],
  ["exportname", "misspelt", "geoswift", "Did you mean `exportName`?"],
  ["import", "of the other kind of certificate", { p12: { file: "x" } }, "is not a known argument"],
  ["issuance", "of the other kind of certificate", "request", "is not a known argument"],
];

describe("is refused in preview, with what was expected and found, and no secret is printed:", () => {
  it.each(rows.map((row) => [`${row[0]}: ${row[1]}`, row] as const))("%s", (_name, row) => {
    const [name, , value, ...says] = row;
    const beside = /^(pfx|password)$/.test(name) ? { certificate, pfx, password } : {};
    const { failures, inputs } = check({ ...beside, [name]: value });
    const all = failures.map((failure) => printed(failure, inputs));
    const about = all.filter((line) => line.includes(name));
    for (const says_ of says) expect(about.join("\n")).toContain(says_);
    expect(failures.length).toBe(1);
    for (const hidden of [
      referenceNumber,
      authorizationCode,
      "c4n4ry",
      "4711",
      privateKeyPem().slice(60, 120),
    ])
      expect(all.join("\n")).not.toContain(hidden);
  });
});

interface Pair {
  inputs: JsonObject;
  says: string;
}

const pairs: Readonly<Record<string, Pair>> = {
  "downloaded before the letter": {
    inputs: { codesIssuedAt: "2026-11-17", downloadedAt: "2026-11-16" },
    says: "downloadedAt: expected the day of `codesIssuedAt` or a later one",
  },
  "a .pfx without its certificate": {
    inputs: { pfx, password },
    says: "certificate: expected the exported .cer beside `pfx`, found none. Declare it first",
  },
  "a .pfx without its password": {
    inputs: { certificate, pfx },
    says: "password: expected a reference beside `pfx`",
  },
  "a password without its .pfx": {
    inputs: { certificate, password },
    says: "pfx: expected a reference beside `password`",
  },
  "the merchant's own as the platform's": {
    inputs: { certificate, platformCertificate: certificate },
    says: "platformCertificate: this has the merchant's own key",
  },
  "a renewal that begins with the certificate": {
    inputs: { certificate, renewBeforeDays: 1096 },
    says: "renewBeforeDays: expected less than the certificate's validity of 1096 days, found 1096",
  },
};

describe("together these are refused in preview:", () => {
  it.each(Object.entries(pairs))("%s", (_name, { inputs, says }) => {
    const { failures } = check(inputs);
    expect(failures).toEqual([{ property: "", reason: expect.stringContaining(says) as string }]);
  });

  it("and these are not: a letter and a download of one day", () => {
    expect(check({ codesIssuedAt: "2026-11-17", downloadedAt: "2026-11-17" }).failures).toEqual([]);
  });

  it("several at once are told at once", () => {
    const { failures } = check({ exportName: "1", codesIssuedAt: "x", renewBeforeDays: 0 });
    expect(failures).toHaveLength(3);
  });
});

it("what is not known yet is accepted at every depth", () => {
  const later = Object.fromEntries(
    ["exportName", "codesIssuedAt", "downloadedAt", "sender", "certificate", "platformCertificate"].map(
      (name) => [name, unknownValue],
    ),
  );
  const { failures, inputs } = check({
    ...later,
    pfx: { secretArn: unknownValue },
    password: { secretArn: unknownValue },
  });
  expect(failures).toEqual([]);
  expect(inputs.lifecycle).toBe(unknownValue);
});

it("line ends and the spelling of a serial number change nothing", () => {
  const given = { certificate: withCrlf(certificate), platformCertificate: withCrlf(platformsCertificate()) };
  const { inputs } = check({ ...given, compromised: "0x10:29:38:47:56" });
  expect(inputs).toMatchObject({
    certificate,
    platformCertificate: platformsCertificate(),
    compromised: "1029384756".padStart(40, "0"),
  });
});

describe("the line `lifecycle` changes only at a stage:", () => {
  const line = (changes: JsonObject, now: string, olds: JsonObject = {}) =>
    check(changes, olds, now).inputs.lifecycle;
  const letter = { codesIssuedAt: "2026-11-17" };

  it.each([
    ["nothing yet", {}, "2026-11-17T00:00:00Z", "requested"],
    ["the letter", letter, "2026-11-28T15:59:59Z", "letters-received (codes end 2026-12-01T16:00:00Z)"],
    [
      "its last days",
      letter,
      "2026-11-28T16:00:00Z",
      "codes-ending (since 2026-11-28T16:00:00Z; codes end 2026-12-01T16:00:00Z)",
    ],
    ["its end", letter, "2026-12-01T16:00:00Z", "codes-expired (since 2026-12-01T16:00:00Z)"],
    [
      "the certificate",
      { ...letter, certificate },
      "2026-12-01T16:00:00Z",
      "healthy (next request from 2029-10-02T08:00:00Z)",
    ],
  ])("%s", (_name, inputs, now, says) => expect(line(inputs, now)).toBe(says));

  it("a letter that only the vault knows to be spent is not opened again by a roll back", () => {
    const inputs = { certificate, codesIssuedAt: "2029-10-20", downloadedAt: "2029-10-21" };
    const healthy = "healthy (next request from 2029-10-02T08:00:00Z)";
    expect(line(inputs, "2029-09-01T00:00:00Z")).toContain("next: downloaded");
    expect(line(inputs, "2029-09-01T00:00:00Z", { lastIssuedAt: "2029-11-01T08:00:00Z" })).toBe(healthy);
  });
});
