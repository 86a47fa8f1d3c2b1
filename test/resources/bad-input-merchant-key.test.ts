import { unknownValue } from "../../provider/domain/unknown";
import { MerchantCredentialsError, MerchantKey } from "../../provider/index";
import { credentialHandlers } from "../../provider/resources/credential-handlers";
import { merchantKeyKind } from "../../provider/resources/merchant-key-kind";
import type { CheckFailure, Json, JsonObject } from "../../provider/resources/resource-handlers";
import { certificateOfAnAuthority, pkcs12, privateKeyPem, someDay } from "../support/certificates";
import { findCanaries, keyCanaries } from "../support/canaries";
import { canary } from "./secret-scene";

const good: JsonObject = { merchantId: "890000593", owner: "shop/prod", logicalName: "shop" };
const secret = canary("L");
const pem = privateKeyPem();
const leaks = keyCanaries("key", pem);
const arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/old-AbCdEf";

const handlers = () => credentialHandlers(merchantKeyKind, { now: () => someDay } as never);

function check(changes: JsonObject, config: JsonObject = {}, olds: JsonObject = {}) {
  const news = Object.fromEntries(
    Object.entries({ ...good, ...changes }).filter(([, value]) => value !== undefined),
  );
  return handlers().check({ olds, news, config: { region: "us-east-1", ...config } });
}

const failures = (...args: Parameters<typeof check>): CheckFailure[] => check(...args).failures;

const id = "expected a merchant id of 1 to 31 letters, digits or underscores, as text";
const bits = "expected 2048, 3072 or 4096 bits, as a number";
const age = "expected a whole number of days from 1 to 3650";
const wait = "expected a whole number of days from 0 to 3650";
const overlap = "expected a whole number of days from 0 to 365";
const mode = 'expected "manual" or { version: "<pendingVersionId>" }';
const partner = "expected the partner's name: 1 to 64 characters on one line";
const oneForm = "expected exactly one of p12 and privateKey";
const looks = "looks like the secret itself";
const key = "expected the name of a key, 1 to 256 characters";
const file = { file: "merchant.pem" };

/** Property, what is given, and what is said of it. */
const shapes: [property: string, name: string, value: Json | undefined, ...says: string[]][] = [
  ["merchantId", "missing", undefined, "is missing"],
  ["merchantId", "empty", "", id],
  ["merchantId", "a number", 890000593, id, "found the number 890000593", "in quotes."],
  ["merchantId", "spaces around", " 890000593 ", id, "found a text of 11 characters"],
  ["merchantId", "a slash", "shop/890000593", id],
  ["merchantId", "32 letters and digits", secret, id],
  ["keyBits", "1024", 1024, bits, "found the number 1024"],
  ["keyBits", "2047", 2047, bits],
  ["keyBits", "8192", 8192, bits],
  ["keyBits", "a text", "2048", bits, "found a text of 4 characters"],
  ["maxAgeDays", "0", 0, age, "found the number 0"],
  ["maxAgeDays", "negative", -30, age],
  ["maxAgeDays", "a fraction", 30.5, age],
  ["maxAgeDays", "not a number", "365", age],
  ["overlapDays", "negative", -1, overlap, "found the number -1"],
  ["overlapDays", "over a year", 366, overlap, "found the number 366"],
  ["overlapDays", "a fraction", 0.5, overlap],
  ["overlapDays", "a text", "30", overlap, "found a text of 2 characters"],
  ["failAfterDays", "negative", -1, wait],
  ["failAfterDays", "over ten years", 3651, wait],
  ["rotationFrom", "a day that is not in the calendar", "2027-02-29", "expected a day, YYYY-MM-DD"],
  ["triggers", "a text", "v2", "expected a list, found a text of 2 characters"],
  ["activation", "an unknown mode", "auto", mode, "found a text of 4 characters"],
  ["activation", "a mode of secrets", "live", mode],
  ["activation", "another mode of secrets", "immediate", mode],
  ["activation.version", "missing", {}, "is missing"],
  ["activation.version", "a fingerprint", { version: "0".repeat(16) }, "Copy the output pendingVersionId."],
  ["activation.versoin", "misspelt", { versoin: "0".repeat(64) }, "Did you mean `version`?"],
  ["partner", "empty", "", partner, "found an empty text"],
  ["partner", "spaces alone", "   ", partner],
  ["partner", "over 64 characters", "x".repeat(65), partner, "found a text of 65 characters"],
  ["partner", "two lines", "Example\nBank", partner],
  ["partner", "32 letters and digits", secret, partner],
  ["partner", "a list", ["Example Bank"], partner],
  ["onExpiry", "an unknown word", "ignore", 'expected "fail" or "warn"'],
  ["adopt", "a text", "yes", "expected true or false, found a text of 3 characters"],
  ["adopt.privateKey", "an empty key", { privateKey: "" }, key, "found an empty text"],
  ["adopt.privateKey", "the key itself", { privateKey: pem }, key],
  ["adopt.privateKye", "misspelt", { privateKye: "key" }, "Did you mean `privateKey`?"],
  ["adopt.certificate", "of a certificate", { certificate: "key" }, "is not a known argument"],
  ["import", "a text", "MERCHANT_KEY", oneForm],
  ["import", "the key itself", pem, oneForm],
  ["import", "both forms", { p12: file, privateKey: file }, oneForm],
  ["import", "neither form", {}, oneForm, 'As in { privateKey: { file: "merchant.pem" } }'],
  ["import", "a zip", { zip: { file: "a.zip" } }, oneForm],
  ["import.privateKey", "the key itself", { privateKey: pem }, "is not a reference"],
  ["import.privateKey", "two variants", { privateKey: { env: "A", file: "b" } }, "found env and file"],
  ["import.privateKey.env", "the key itself", { privateKey: { env: pem } }, looks],
  ["import.privateKey.file", "the key itself", { privateKey: { file: pem } }, looks],
  [
    "import.passphrase",
    "the passphrase itself",
    { privateKey: file, passphrase: "c4n4ry" },
    "is not a reference",
  ],
  [
    "import.passphrase.env",
    "32 letters and digits",
    { privateKey: file, passphrase: { env: secret } },
    looks,
  ],
  [
    "import.password",
    "of the other form",
    { privateKey: file, password: { env: "A" } },
    "is not a known argument",
  ],
  [
    "import.passphrase",
    "of the other form",
    { p12: file, passphrase: { env: "A" } },
    "is not a known argument",
  ],
  ["import.p12.file", "the file itself", { p12: { file: pkcs12().toString("base64") } }, looks],
  ["import.privateKey.secretArn", "a name", { privateKey: { secretArn: "shop" } }, "expected the full ARN"],
  ["maxAgeDay", "misspelt", 30, "is not a known argument. Did you mean `maxAgeDays`?"],
  ["overlapDay", "misspelt", 30, "is not a known argument. Did you mean `overlapDays`?"],
  ["keySize", "another word", 2048, "is not a known argument"],
  ["privateKey", "the key itself", pem, "is not a known argument"],
  ["certificate", "of a certificate", certificateOfAnAuthority(), "is not a known argument"],
];

describe("an argument of the wrong shape is refused in preview, with what was expected and found:", () => {
  it.each(shapes.map((each) => [`${each[0]}: ${each[1]}`, each] as const))(
    "%s",
    (_name, [path, , value, ...says]) => {
      const name = path.split(".")[0]!;
      const given = { [name]: value };
      const [failure, ...rest] = failures(given);
      expect(rest.filter(({ reason }) => !reason.endsWith(": is missing."))).toEqual([]);
      expect(failure!.reason.startsWith(`${path}: `)).toBe(true);
      for (const text of says) expect(failure!.reason).toContain(text);
      expect(failure!.reason).toMatch(/[.?]$/);
      expect(["", name]).toContain(failure!.property);
      // What the engine prints of a failure: on a named property, the value too.
      const printed = failure!.property === "" ? "" : JSON.stringify(given[failure!.property]);
      expect(`${printed}${failure!.reason}`).not.toContain("c4n4ry");
      expect(findCanaries(Buffer.from(`${printed}${failure!.reason}`), leaks)).toEqual([]);
    },
  );

  it.each<[string, JsonObject]>([
    ["the least", {}],
    ["another form of a merchant id", { merchantId: "G90000001" }],
    ["the largest of all", { keyBits: 4096, maxAgeDays: 3650, failAfterDays: 3650, overlapDays: 365 }],
    ["no overlap and no waiting", { overlapDays: 0, failAfterDays: 0 }],
    ["activation by version", { activation: { version: "0".repeat(64) } }],
    ["a partner of another script", { partner: "速汇通 (Geoswift)" }],
    ["a key of another tool", { adopt: { privateKey: "rsa.key" } }],
    ["an import", { import: { privateKey: { secretArn: arn, jsonKey: "key" }, passphrase: { env: "A" } } }],
    ["an import of a PKCS#12 file", { import: { p12: file, password: { env: "A" } } }],
    ["null for what is left out", { keyBits: null, overlapDays: null, partner: null, import: null }],
  ])("but not %s", (_name, inputs) => expect(failures(inputs)).toEqual([]));
});

describe("a value that is not known before the update is accepted in preview:", () => {
  it.each<[string, JsonObject]>([
    ["merchantId", { merchantId: unknownValue }],
    ["keyBits", { keyBits: unknownValue }],
    ["maxAgeDays", { maxAgeDays: unknownValue }],
    ["overlapDays", { overlapDays: unknownValue }],
    ["partner", { partner: unknownValue }],
    ["a trigger", { triggers: ["a", { deep: [unknownValue] }] }],
    ["activation", { activation: unknownValue }],
    ["activation.version", { activation: { version: unknownValue } }],
    ["import", { import: unknownValue }],
    ["import.privateKey", { import: { privateKey: unknownValue } }],
    ["import.privateKey.secretArn", { import: { privateKey: { secretArn: unknownValue } } }],
    ["adopt.privateKey", { adopt: { privateKey: unknownValue } }],
  ])("%s", (_name, inputs) => expect(failures(inputs)).toEqual([]));

  it("and the readable line waits for what it depends on", () => {
    expect(check({ maxAgeDays: unknownValue }).inputs.rotationPeriod).toBe(unknownValue);
  });
});

describe("what would retire a live key is refused, and how to move is said:", () => {
  const olds = check({}).inputs;
  it.each<[string, JsonObject, JsonObject]>([
    ["merchantId", { merchantId: "890000594" }, {}],
    ["secretName", { secretName: "other/name" }, {}],
    ["region", {}, { region: "eu-west-1" }],
  ])("a changed %s", (property, inputs, config) => {
    const refused = failures(inputs, config, olds).find(({ reason }) => reason.startsWith(`${property}: `));
    expect(refused?.reason).toContain("cannot change in place");
  });
});

describe("a secret in the program is refused by the constructor, before the engine sees it:", () => {
  const base64 = pem.replace(/-----.*|\n/g, "");
  const refusal = (args: object): MerchantCredentialsError => {
    try {
      new MerchantKey("shop", { merchantId: "890000593", ...args });
    } catch (error) {
      expect(error).toBeInstanceOf(MerchantCredentialsError);
      return error as MerchantCredentialsError;
    }
    throw new Error("the program went through");
  };

  it.each<[string, string, object]>([
    ["import", "a key in place of references", { import: pem }],
    ["import", "any text in place of references", { import: "c4n4ry" }],
    ["import.privateKey", "a key in place of a reference", { import: { privateKey: pem } }],
    ["import.privateKey", "a key in Base64", { import: { privateKey: base64 } }],
    ["import.passphrase", "a passphrase", { import: { privateKey: file, passphrase: "c4n4ry" } }],
    ["import.p12", "a PKCS#12 file in Base64", { import: { p12: pkcs12().toString("base64") } }],
    ["import.password", "a password", { import: { p12: file, password: "c4n4ry" } }],
    ["import.privateKey.env", "a key as a variable", { import: { privateKey: { env: pem } } }],
    ["import.privateKey.file", "a key in Base64 as a path", { import: { privateKey: { file: base64 } } }],
    [
      "import.passphrase.env",
      "a secret as a variable",
      { import: { privateKey: file, passphrase: { env: secret } } },
    ],
    ["adopt.privateKey", "a key as the name of one", { adopt: { privateKey: pem } }],
    ["partner", "a key as the partner", { partner: pem }],
    ["triggers.0", "a key as a trigger", { triggers: [pem] }],
    ["tags.key", "a key as a tag", { tags: { key: base64 } }],
    ["merchantId", "a key as the merchant", { merchantId: pem }],
  ])("%s: %s", (property, _name, args) => {
    const { message, stack, details } = refusal(args);
    expect(message).toContain(`MerchantKey "shop", ${property}: this `);
    expect(message).toMatch(/Remove it from the program and treat it as leaked/);
    const text = `${message}${stack}${JSON.stringify(details)}`;
    for (const leak of ["c4n4ry", secret]) expect(text).not.toContain(leak);
    expect(findCanaries(Buffer.from(text), leaks)).toEqual([]);
  });

  it.each<[string, object, string]>([
    ["an argument", { maxAgeDay: 30 }, "maxAgeDay: is not a known argument. Did you mean `maxAgeDays`?"],
    [
      "a member of import",
      { import: { privatKey: file } },
      "import.privatKey: is not a known argument. Did you mean `privateKey`?",
    ],
    ["a member of a reference", { import: { p12: { fiel: "a" } } }, "Did you mean `file`?"],
    [
      "a key of adopt",
      { adopt: { privatKey: "a" } },
      "adopt.privatKey: is not a known argument. Did you mean",
    ],
  ])("%s that does not exist", (_name, args, says) => {
    expect(refusal(args).message).toContain(says);
  });
});
