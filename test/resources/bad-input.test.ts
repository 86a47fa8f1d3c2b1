import { unknownValue } from "../../provider/domain/unknown";
import { credentialHandlers } from "../../provider/resources/credential-handlers";
import { merchantCertificateKind } from "../../provider/resources/merchant-certificate-kind";
import type { Ports } from "../../provider/resources/ports";
import type { CheckFailure, Json, JsonObject } from "../../provider/resources/resource-handlers";
import {
  certificateIssuedByWeChatPay,
  certificateOfAnAuthority,
  certificateOfAnotherMerchant,
  certificateSignedWithSha1,
  certificateWithEllipticCurveKey,
  certificateWithSmallKey,
  contradictoryCertificate,
  der,
  merchantCertificate,
  merchantId,
  merchantName,
  pkcs12,
  privateKey,
  privateKeyPem,
  requestFor,
  selfSignedCertificate,
  someDay,
  truncated,
  withCrlf,
  withoutEnd,
} from "../support/certificates";

const refuse = (): never => {
  throw new Error("check reaches for nothing but the clock");
};
const ports: Ports = {
  now: () => someDay,
  sleep: refuse,
  randomBytes: refuse,
  secretSources: refuse,
  prober: refuse,
  generateKey: refuse,
  vault: refuse,
  log: refuse,
};
const handlers = credentialHandlers(merchantCertificateKind, ports);
const good: JsonObject = { merchantId, merchantName, owner: "shop/prod", logicalName: "shop" };

function check(changes: JsonObject, config: JsonObject = {}, olds: JsonObject = {}) {
  const news = Object.fromEntries(
    Object.entries({ ...good, ...changes }).filter(([, value]) => value !== undefined),
  );
  return handlers.check({ olds, news, config: { region: "us-east-1", ...config } });
}

const failures = (...args: Parameters<typeof check>): CheckFailure[] => check(...args).failures;

/** What the engine prints of a failure: on a named property, the value too. */
function printed({ property, reason }: CheckFailure, inputs: JsonObject): string {
  return property === "" ? reason : `${property} value {${JSON.stringify(inputs[property])}} ${reason}`;
}

interface BadInput {
  name: string;
  inputs: JsonObject;
  /** Beginning of the reason: the argument at fault. */
  property: string;
  expected: string;
  found: string;
}

const bad = (
  property: string,
  name: string,
  value: Json | undefined,
  expected: string,
  found: string,
): BadInput => ({
  name: `${property}: ${name}`,
  inputs: { [property.split(".")[0]!]: value },
  property,
  expected,
  found,
});

const digits = "a merchant id of 8 to 10 digits, as text";
const shopName =
  "the merchant's name as on the Merchant Platform: 1 to 64 characters, no control or invisible characters, single spaces";
const name512 = "a name of 1 to 512 letters, digits or /_+=.@-";
const window = "a whole number of days from 7 to 30";
const lead = "a whole number of days from 1 to 1825";
const region = "an AWS region such as us-east-1";
const kms = "the id, alias/name or ARN of a KMS key";
const key = "a tag key of 1 to 128 letters";
const tooMany = Object.fromEntries(Array.from({ length: 44 }, (_, n) => [`tag${n}`, "x"]));

const shapes: BadInput[] = [
  bad("merchantId", "missing", undefined, "is missing", "is missing"),
  bad("merchantId", "a number instead of a text", 1900000109, digits, "the number 1900000109"),
  bad("merchantId", "7 digits", "1900000", digits, "7 characters"),
  bad("merchantId", "11 digits", "19000001090", digits, "11 characters"),
  bad("merchantId", "letters", "mch1900000", digits, "10 characters"),
  bad("merchantId", "empty", "", digits, "an empty text"),
  bad("merchantId", "a list", ["1900000109"], digits, "a list of 1"),
  bad("merchantId", "an object", { id: "1900000109" }, digits, "an object"),
  bad("merchantName", "missing", undefined, "is missing", "is missing"),
  bad("merchantName", "empty", "", shopName, "an empty text"),
  bad("merchantName", "65 characters", "x".repeat(65), shopName, "65 characters"),
  bad("merchantName", "a control character", "Example\tShop", shopName, "12 characters"),
  bad("merchantName", "a line feed", "Example\nShop", shopName, "12 characters"),
  bad("merchantName", "doubled spaces", "Example  Shop", shopName, "13 characters"),
  bad("merchantName", "a space in front", " Example Shop", shopName, "13 characters"),
  bad("merchantName", "a space at its end", "Example Shop ", shopName, "13 characters"),
  bad("merchantName", "a number", 7, shopName, "the number 7"),
  bad("certificate", "a number", 7, "a certificate in PEM, as text", "the number 7"),
  bad("certificate", "an object", { pem: "x" }, "a certificate in PEM, as text", "an object"),
  bad("secretName", "a character outside the allowed", "merchants/shop:1", name512, "16 characters"),
  bad("secretName", "a space", "merchants/my shop", name512, "17 characters"),
  bad("secretName", "Chinese characters", "商户/1900000109", name512, "13 characters"),
  bad("secretName", "513 characters", "x".repeat(513), name512, "513 characters"),
  bad("secretName", "empty", "", name512, "an empty text"),
  bad("secretName", "a leading slash", "/merchants/shop", "without a leading slash", "15 characters"),
  bad(
    "secretName",
    "a hyphen and six characters at its end",
    "merchants/shop-abcdef",
    "without a hyphen and six characters",
    "21 characters",
  ),
  bad(
    "secretName",
    "an ARN",
    "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-AbCdEf",
    name512,
    "64 characters",
  ),
  bad("tags.aws:team", "an aws: prefix", { "aws:team": "x" }, key, "8 characters"),
  bad("tags.AWS:team", "an AWS: prefix", { "AWS:team": "x" }, key, "8 characters"),
  bad(
    "tags.merchant-credentials:owner",
    "the reserved prefix",
    { "merchant-credentials:owner": "me" },
    key,
    "26 characters",
  ),
  bad("tags.", "an empty key", { "": "x" }, key, "an empty text"),
  bad("tags.team!", "a character outside the allowed", { "team!": "x" }, key, "5 characters"),
  bad(`tags.${"k".repeat(129)}`, "a long key", { ["k".repeat(129)]: "x" }, key, "129 characters"),
  bad(
    "tags.team",
    "a value of 257 characters",
    { team: "x".repeat(257) },
    "a tag value of up to 256",
    "257 characters",
  ),
  bad("tags.team", "a value that is no text", { team: 7 }, "a tag value", "the number 7"),
  bad("tags", "more than 50 with ours", tooMany, "at most 42 tags", ""),
  bad("replicaRegions.0", "not a region", ["Frankfurt"], region, "9 characters"),
  bad("replicaRegions.1", "not a region, as the second", ["eu-west-1", "eu-west"], region, "7 characters"),
  bad("replicaRegions.0", "empty", [""], region, "an empty text"),
  bad("replicaRegions", "a text", "eu-west-1", "a list of regions", "9 characters"),
  bad("kmsKeyId", "a name without alias/", "my-key", kms, "6 characters"),
  bad("kmsKeyId", "an ARN of something else", "arn:aws:iam::123456789012:role/x", kms, "32 characters"),
  bad("kmsKeyId", "empty", "", kms, "an empty text"),
  bad("kmsKeyId", "an alias without a name", "alias/", kms, "6 characters"),
  bad("recoveryWindowInDays", "6", 6, window, "the number 6"),
  bad("recoveryWindowInDays", "31", 31, window, "the number 31"),
  bad("recoveryWindowInDays", "7.5", 7.5, window, "the number 7.5"),
  bad("recoveryWindowInDays", "a text", "30", window, "2 characters"),
  bad("deletionProtection", "a text", "false", "true or false", "5 characters"),
  bad("deletionProtection", "a number", 0, "true or false", "the number 0"),
  bad("adopt", "a text", "yes", "true or false", "3 characters"),
  bad("onExpiry", "an unknown word", "ignore", '"fail" or "warn"', "6 characters"),
  bad("issuance", "an unknown word", "import", '"request"', "6 characters"),
  bad("policy", "an unknown word", "yearly", '"annual" or "five-year"', "6 characters"),
  bad("renewBeforeDays", "0", 0, lead, "the number 0"),
  bad("renewBeforeDays", "negative", -1, lead, "the number -1"),
  bad("renewBeforeDays", "a fraction", 59.5, lead, "the number 59.5"),
  bad("renewBeforeDays", "a text", "60", lead, "2 characters"),
  bad("failBeforeDays", "negative", -1, "a whole number of days from 0 to 1825", "the number -1"),
  bad("subject", "a text", "CN=x", "an object", "4 characters"),
  bad("subject.country", "a name", { country: "China" }, "two capital letters", "5 characters"),
  bad("subject.country", "small letters", { country: "cn" }, "two capital letters", "2 characters"),
  bad("subject.organization", "empty", { organization: "" }, "1 to 64 characters", "an empty text"),
  bad("subject.locality", "a line feed", { locality: "Shen\nZhen" }, "1 to 128 characters", "9 characters"),
];

describe("an argument of the wrong shape is refused in preview, with what was expected and found:", () => {
  it.each(shapes.map((each) => [each.name, each] as const))(
    "%s",
    (_name, { inputs, property, expected, found }) => {
      const [first, ...rest] = failures(inputs);
      expect(rest).toEqual([]);
      expect(first!.reason.startsWith(`${property}: `)).toBe(true);
      expect(first!.reason).toContain(expected);
      expect(first!.reason).toContain(found);
      expect(first!.reason).toMatch(/[.?]$/);
      expect(["", property]).toContain(first!.property);
    },
  );

  it("all of them at once, each by its name", () => {
    const reasons = failures({ merchantId: "1", onExpiry: "no", recoveryWindowInDays: 6 }).map(
      ({ reason }) => reason.split(":")[0],
    );
    expect(reasons.sort()).toEqual(["merchantId", "onExpiry", "recoveryWindowInDays"]);
  });
});

describe("a hint says how to put it right:", () => {
  it.each([
    ["merchantId", { merchantId: 1900000109 }, {}, "Copy it from the Merchant Platform, in quotes."],
    ["merchantName", { merchantName: "a  b" }, {}, "Copy it from Account Center"],
    ["secretName", { secretName: "shop-abcdef" }, {}, "Secrets Manager appends such a suffix itself"],
    ["tags", { tags: { "aws:x": "y" } }, {}, "reserved"],
    ["too many tags", { tags: tooMany }, {}, "Secrets Manager allows 50, and 8 are this package's own."],
    ["no region at all", {}, { region: undefined }, "Set aws:region, or `region` of the Provider."],
    ["a region that is none", {}, { region: "Frankfurt" }, "Set aws:region, or `region` of the Provider."],
  ])("%s", (_name, inputs, config, hint) => {
    expect(failures(inputs, config as JsonObject)[0]!.reason).toContain(hint);
  });
});

describe("an unknown argument is refused, the nearest known one named:", () => {
  it.each([
    [
      "merchantNme",
      { merchantNme: "x" },
      "merchantNme: is not a known argument. Did you mean `merchantName`?",
    ],
    [
      "subject.contry",
      { subject: { contry: "CN" } },
      "subject.contry: is not a known argument. Did you mean `country`?",
    ],
    ["secret_name", { secret_name: "x" }, "secret_name: is not a known argument. Did you mean `secretName`?"],
    ["nothing like it", { zzzzzzzzz: 1 }, "zzzzzzzzz: is not a known argument. Remove it."],
  ])("%s", (_name, inputs, reason) => {
    expect(failures(inputs as JsonObject)).toEqual([{ property: "", reason }]);
  });
});

describe("arguments that contradict each other are refused in preview:", () => {
  it.each([
    [
      "a replica in the primary region",
      { replicaRegions: ["us-east-1"] },
      {},
      "replicaRegions.0: us-east-1 is the primary region. Remove it.",
    ],
    [
      "a replica region twice",
      { replicaRegions: ["eu-west-1", "ap-east-1", "eu-west-1"] },
      {},
      "replicaRegions.2: eu-west-1 is listed twice. Remove it.",
    ],
    [
      "the Provider's replica in the primary region",
      {},
      { replicaRegions: ["us-east-1"] },
      "replicaRegions.0: us-east-1 is the primary region. Remove it.",
    ],
    [
      "renewal that begins after runs fail",
      { renewBeforeDays: 5 },
      {},
      "renewBeforeDays: expected at least failBeforeDays (7), found 5. Renewal must begin before runs fail.",
    ],
    [
      "failing before renewal begins",
      { failBeforeDays: 61 },
      {},
      "renewBeforeDays: expected at least failBeforeDays (61), found 60.",
    ],
    [
      "renewal as long before expiry as the certificate is valid",
      { certificate: merchantCertificate({ notAfter: new Date("2026-03-16T08:30:00Z") }) },
      {},
      "renewBeforeDays: expected less than the certificate's validity of 60 days, found 60 (60 unless set).",
    ],
  ])("%s", (_name, inputs, config, reason) => {
    expect(
      failures(inputs, config)
        .map((failure) => failure.reason)
        .join("\n"),
    ).toContain(reason);
  });

  it.each([
    ["renewBeforeDays equal to failBeforeDays", { renewBeforeDays: 7 }],
    ["a window of 7 days", { recoveryWindowInDays: 7 }],
    ["a window of 30 days", { recoveryWindowInDays: 30 }],
    ["a merchant id of 8 digits", { merchantId: "19000001" }],
    ["64 Chinese characters", { merchantName: "示".repeat(64) }],
    ["42 tags", { tags: Object.fromEntries(Object.entries(tooMany).slice(0, 42)) }],
    ["a secret name of 512 characters", { secretName: "x".repeat(512) }],
    ["a KMS alias", { kmsKeyId: "alias/shop" }],
    ["a KMS key id", { kmsKeyId: "1234abcd-12ab-34cd-56ef-1234567890ab" }],
    ["a multi-region KMS key", { kmsKeyId: "mrk-1234abcd12ab34cd56ef1234567890ab" }],
    ["a KMS ARN in China", { kmsKeyId: "arn:aws-cn:kms:cn-north-1:123456789012:alias/shop" }],
  ])("but not %s", (_name, inputs) => {
    expect(failures(inputs)).toEqual([]);
  });
});

describe("what would retire a live credential is refused, and how to move is said:", () => {
  const olds = check({}).inputs;
  it.each([
    ["merchantId", { merchantId: "1900000110" }, {}, "expected 1900000109, found 1900000110"],
    [
      "secretName",
      { secretName: "other/name" },
      {},
      "expected merchants/1900000109/certificate, found other/name",
    ],
    ["secretName", {}, { secretPrefix: "shops" }, "found shops/1900000109/certificate"],
    ["region", {}, { region: "eu-west-1" }, "expected us-east-1, found eu-west-1"],
  ])("a changed %s", (property, inputs, config, values) => {
    const refused = failures(inputs, config, olds).find(({ reason }) => reason.startsWith(`${property}: `));
    expect(refused?.reason).toContain("cannot change in place");
    expect(refused?.reason).toContain(values);
    expect(refused?.reason).toContain("declare a second resource with the new value");
  });

  it("but not what is the same", () => {
    expect(failures({}, {}, olds)).toEqual([]);
  });
});

describe("a certificate that cannot be this merchant's is refused in preview:", () => {
  const leaf = merchantCertificate();
  const p12 = pkcs12();
  it.each([
    ["empty", "", "an empty text", "Leave `certificate` out"],
    ["DER bytes as text", der(leaf).toString("utf8"), "binary data (DER)", "openssl x509 -inform der"],
    ["DER in Base64", der(leaf).toString("base64"), "without its PEM lines", "openssl x509 -inform der"],
    ["a p12 as text", p12.toString("utf8"), "PKCS#12", "only the certificate belongs here"],
    ["a p12 in Base64", p12.toString("base64"), "PKCS#12", "Remove it from the program"],
    ["a certificate request", requestFor(), "a certificate request", "what the platform returns goes here"],
    ["a private key", privateKeyPem(), "a private key", "treat it as leaked"],
    ["a private key beside the certificate", leaf + privateKeyPem(), "a private key", "treat it as leaked"],
    [
      "another merchant's",
      certificateOfAnotherMerchant(),
      "its subject CN is 1900000110, expected 1900000109",
      "correct `certificate` or `merchantId`",
    ],
    ["1024 bits", certificateWithSmallKey(), "its key is RSA, 1024 bits, expected RSA, 2048 bits", ""],
    [
      "an elliptic curve key",
      certificateWithEllipticCurveKey(),
      "its key is EC, expected RSA, 2048 bits",
      "",
    ],
    [
      "signed with SHA-1",
      certificateSignedWithSha1(),
      "its signature algorithm is SHA-1 with RSA, expected SHA-256 with RSA",
      "",
    ],
    [
      "two leaf certificates",
      leaf + merchantCertificate({ serialNumber: "AB" }),
      "2 certificates",
      "Give the newest one only",
    ],
    ["truncated", truncated(leaf), "damaged or truncated", "Paste the whole certificate string"],
    ["half a paste", withoutEnd(leaf), "damaged or truncated", "Paste the whole certificate string"],
    ["contradictory kind", contradictoryCertificate(), "says wechat-pay", "Check on the Merchant Platform"],
    ["a CA certificate", certificateOfAnAuthority(), "a CA certificate", "not its issuer's"],
    ["self-signed", selfSignedCertificate(), "its issuer is", "exactly as the Merchant Platform returned it"],
    [
      "a path",
      "./apiclient_cert.pem",
      "text without -----BEGIN CERTIFICATE-----",
      "Paste the whole certificate string",
    ],
  ])("%s", (_name, certificate, found, hint) => {
    const refused = failures({ certificate });
    const reasons = refused.map(({ reason }) => reason).join("\n");
    expect(reasons).toMatch(/^certificate: /);
    expect(reasons).toContain(found);
    expect(reasons).toContain(hint);
    // On the property's own name the engine would print the value.
    expect(refused.map(({ property }) => property)).toEqual(refused.map(() => ""));
    if (certificate.length > 40) expect(reasons).not.toContain(certificate.slice(30, 70));
  });

  it("but the vault is not asked: one that WeChat Pay has issued may serve already, and be upgraded", () => {
    expect(failures({ certificate: certificateIssuedByWeChatPay() })).toEqual([]);
  });

  it("but the clock is not asked: an expired or future one is the handler's to judge", () => {
    expect(failures({ certificate: merchantCertificate({ notAfter: new Date("2026-05-01") }) })).toEqual([]);
    expect(failures({ certificate: merchantCertificate({ notBefore: new Date("2026-07-01") }) })).toEqual([]);
  });

  it("and a good one comes out in the same form whatever its line ends", () => {
    expect(failures({ certificate: withCrlf(leaf) })).toEqual([]);
    expect(check({ certificate: withCrlf(leaf) }).inputs).toEqual(check({ certificate: leaf }).inputs);
  });
});

describe("nothing that could be secret is printed:", () => {
  const secret = privateKeyPem(privateKey("leaked"));
  const line = secret.split("\n")[3]!;
  const apiSecret = "c4n4ryC4N4RY0123456789abcdefghij";
  const places: [string, (value: string) => JsonObject][] = [
    ["merchantId", (value) => ({ merchantId: value })],
    ["merchantName", (value) => ({ merchantName: value })],
    ["certificate", (value) => ({ certificate: value })],
    ["secretName", (value) => ({ secretName: `/${value}` })],
    ["kmsKeyId", (value) => ({ kmsKeyId: value })],
    ["a tag", (value) => ({ tags: { team: `${value}!` } })],
    ["tags", (value) => ({ tags: value })],
    ["a replica region", (value) => ({ replicaRegions: [value] })],
    ["replicaRegions", (value) => ({ replicaRegions: value })],
    ["recoveryWindowInDays", (value) => ({ recoveryWindowInDays: value })],
    ["deletionProtection", (value) => ({ deletionProtection: value })],
    ["adopt", (value) => ({ adopt: value })],
    ["onExpiry", (value) => ({ onExpiry: value })],
    ["policy", (value) => ({ policy: value })],
    ["issuance", (value) => ({ issuance: value })],
    ["renewBeforeDays", (value) => ({ renewBeforeDays: value })],
    ["subject", (value) => ({ subject: value })],
    ["an attribute of subject", (value) => ({ subject: { country: value } })],
    ["an unknown argument", (value) => ({ privateKey: value })],
    ["an unknown attribute", (value) => ({ subject: { key: value } })],
  ];

  it.each(places)("a private key as %s", (_name, inputs) => {
    const given = inputs(secret);
    const refused = failures(given);
    expect(refused.length).toBeGreaterThan(0);
    for (const failure of refused) expect(printed(failure, given)).not.toContain(line);
  });

  it.each(places.filter(([name]) => name !== "merchantName"))(
    "a 32-character secret as %s",
    (_name, inputs) => {
      const given = inputs(apiSecret);
      const refused = failures(given);
      expect(refused.length).toBeGreaterThan(0);
      for (const failure of refused) expect(printed(failure, given)).not.toContain(apiSecret);
    },
  );
});

describe("a value that is not known before the update is accepted in preview:", () => {
  it.each<[string, JsonObject]>([
    ["merchantId", { merchantId: unknownValue }],
    ["merchantName", { merchantName: unknownValue }],
    ["certificate", { certificate: unknownValue }],
    ["secretName", { secretName: unknownValue }],
    ["kmsKeyId", { kmsKeyId: unknownValue }],
    ["tags", { tags: unknownValue }],
    ["a tag", { tags: { team: unknownValue } }],
    ["replicaRegions", { replicaRegions: unknownValue }],
    ["two replica regions", { replicaRegions: [unknownValue, unknownValue] }],
    ["recoveryWindowInDays", { recoveryWindowInDays: unknownValue }],
    ["deletionProtection", { deletionProtection: unknownValue }],
    ["adopt", { adopt: unknownValue }],
    ["onExpiry", { onExpiry: unknownValue }],
    ["policy", { policy: unknownValue }],
    ["issuance", { issuance: unknownValue }],
    ["renewBeforeDays", { renewBeforeDays: unknownValue }],
    ["failBeforeDays", { failBeforeDays: unknownValue }],
    ["subject", { subject: unknownValue }],
    ["an attribute of subject", { subject: { locality: unknownValue } }],
    ["merchantId beside a certificate", { merchantId: unknownValue, certificate: merchantCertificate() }],
  ])("%s", (_name, inputs) => {
    expect(failures(inputs)).toEqual([]);
  });

  it("where state knows it", () => {
    const olds = check({}).inputs;
    expect(failures({ merchantId: unknownValue, secretName: unknownValue }, {}, olds)).toEqual([]);
  });

  it("while everything known beside it is still checked", () => {
    expect(failures({ merchantName: unknownValue, merchantId: "1" })).toHaveLength(1);
    expect(failures({ replicaRegions: [unknownValue, "us-east-1"] })).toHaveLength(1);
    expect(failures({ subject: { locality: unknownValue, country: "China" } })).toHaveLength(1);
    expect(failures({ tags: { team: unknownValue, "aws:x": "y" } })).toHaveLength(1);
  });

  it("and the readable line waits for what it depends on", () => {
    expect(check({ certificate: unknownValue }).inputs.lifecycle).toBe(unknownValue);
    expect(check({ merchantName: unknownValue }).inputs.lifecycle).toBe("awaiting-certificate");
    expect(check({ merchantId: unknownValue }).inputs.secretName).toBe(unknownValue);
  });
});

describe("what check injects is never the program's to set:", () => {
  it.each([
    ["region", "eu-central-1", "us-east-1"],
    ["lifecycle", "healthy for ever", "awaiting-certificate"],
  ])("%s", (name, given, injected) => {
    expect(check({ [name]: given }).inputs[name]).toBe(injected);
  });
});

describe("two resources of a run that name one secret:", () => {
  const second = (changes: JsonObject, config: JsonObject = {}) => {
    const run = credentialHandlers(merchantCertificateKind, ports);
    const place = { olds: {}, config: { region: "us-east-1" } };
    expect(run.check({ ...place, news: good }).failures).toEqual([]);
    expect(run.check({ ...place, news: good }).failures).toEqual([]);
    return run.check({ olds: {}, news: { ...good, ...changes }, config: { ...place.config, ...config } })
      .failures;
  };

  it.each<[string, JsonObject]>([
    ["by the default name", { logicalName: "again" }],
    [
      "by the default name spelt out",
      { logicalName: "again", secretName: "merchants/1900000109/certificate" },
    ],
    [
      "for another merchant",
      { logicalName: "again", merchantId: "1900000110", secretName: "merchants/1900000109/certificate" },
    ],
  ])("the second is refused %s, and the first is named", (_name, changes) => {
    const [failure] = second(changes);
    expect(failure?.reason).toContain("secretName: ");
    expect(failure?.reason).toContain('"shop"');
  });

  it("but not in two regions, and not while a name is not known", () => {
    expect(second({ logicalName: "again" }, { region: "eu-west-1" })).toEqual([]);
    expect(second({ logicalName: "again", secretName: unknownValue })).toEqual([]);
  });
});
