import { unknownValue } from "../../provider/domain/unknown";
import { ApiSecret, ApiV3Secret, MerchantCredentialsError } from "../../provider/index";
import { apiSecretKind } from "../../provider/resources/api-secret-kind";
import { credentialHandlers } from "../../provider/resources/credential-handlers";
import type { CheckFailure, Json, JsonObject } from "../../provider/resources/resource-handlers";
import { certificateOfAnAuthority, privateKeyPem, someDay } from "../support/certificates";
import { canary } from "./secret-scene";

const good: JsonObject = { merchantId: "1900000109", owner: "shop/prod", logicalName: "shop" };
const secret = canary("L");
const pem = privateKeyPem();
const arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/old-AbCdEf";
const realEndpoint = "https://vpce-0a1b.secretsmanager.us-east-1.vpce.amazonaws.com";

const handlers = () => credentialHandlers(apiSecretKind("apiSecret"), { now: () => someDay } as never);

function check(changes: JsonObject, config: JsonObject = {}, olds: JsonObject = {}) {
  const news = Object.fromEntries(
    Object.entries({ ...good, ...changes }).filter(([, value]) => value !== undefined),
  );
  return handlers().check({ olds, news, config: { region: "us-east-1", ...config } });
}

const failures = (...args: Parameters<typeof check>): CheckFailure[] => check(...args).failures;

/** What the engine prints of a failure: on a named property, the value too. */
const printed = ({ property, reason }: CheckFailure, inputs: JsonObject): string =>
  property === "" ? reason : `${property} value {${JSON.stringify(inputs[property])}} ${reason}`;

const digits = "expected a merchant id of 8 to 10 digits, as text";
const age = "expected a whole number of days from 1 to 3650";
const wait = "expected a whole number of days from 0 to 3650";
const day = "expected a day, YYYY-MM-DD";
const mode = 'expected "manual", { version: "<pendingVersionId>" }, "live" or "immediate"';
const versionId = "expected a version id of 64 hex digits";
const copy = "Copy the output pendingVersionId.";
const isNone = "is not a reference: { env }, { file } or { secretArn, jsonKey }";
const looks = "looks like the secret itself";
const key = "expected the name of a key, 1 to 256 characters";

/** Property, what is given, and what is said of it. */
const shapes: [property: string, name: string, value: Json | undefined, ...says: string[]][] = [
  ["merchantId", "missing", undefined, "is missing"],
  ["merchantId", "a number", 1900000109, digits, "found the number 1900000109", "in quotes."],
  ["merchantId", "7 digits", "1900000", digits, "found a text of 7 characters"],
  ["merchantId", "11 digits", "19000001090", digits, "found a text of 11 characters"],
  ["merchantId", "spaces around", " 1900000109 ", digits, "found a text of 12 characters"],
  ["merchantId", "letters", "mch1900000", digits],
  ["maxAgeDays", "0", 0, age, "found the number 0"],
  ["maxAgeDays", "negative", -30, age, "found the number -30"],
  ["maxAgeDays", "a fraction", 30.5, age, "found the number 30.5"],
  ["maxAgeDays", "not a number", "365", age, "found a text of 3 characters"],
  ["maxAgeDays", "over ten years", 3651, age, "found the number 3651"],
  ["failAfterDays", "negative", -1, wait, "found the number -1"],
  ["failAfterDays", "a fraction", 0.5, wait, "found the number 0.5"],
  ["failAfterDays", "a text", "14", wait, "found a text of 2 characters"],
  ["failAfterDays", "over ten years", 3651, wait],
  ["rotationFrom", "a day that is not in the calendar", "2027-02-29", day, "found a text of 10 characters"],
  ["rotationFrom", "a time", "2026-11-22T00:00:00Z", day],
  ["rotationFrom", "another form", "22.11.2026", day],
  ["rotationFrom", "empty", "", day, "found an empty text"],
  ["rotationFrom", "a number", 20261122, day, "found the number 20261122"],
  ["triggers", "a text", "v2", "expected a list, found a text of 2 characters"],
  ["triggers", "an object", { v: 2 }, "expected a list, found an object of 1"],
  ["activation", "an unknown mode", "auto", mode, "found a text of 4 characters"],
  ["activation", "a version without its name", "0".repeat(64), mode],
  ["activation", "true", true, mode, "found the boolean true"],
  ["activation.version", "missing", {}, "is missing"],
  ["activation.version", "a short id", { version: "0a1b" }, versionId, "found a text of 4 characters", copy],
  ["activation.version", "capitals", { version: "A".repeat(64) }, versionId, copy],
  ["activation.version", "16 digits", { version: "0".repeat(16) }, versionId, copy],
  ["activation.version", "the secret itself", { version: secret }, versionId],
  ["activation.versoin", "misspelt", { versoin: "0".repeat(64) }, "Did you mean `version`?"],
  ["onExpiry", "an unknown word", "ignore", 'expected "fail" or "warn"'],
  ["adopt", "a text", "yes", "expected true or false, found a text of 3 characters"],
  ["adopt.apiSecret", "an empty key", { apiSecret: "" }, key, "found an empty text"],
  ["adopt.apiSecret", "a long key", { apiSecret: "k".repeat(257) }, key],
  ["adopt.apiSecret", "a number", { apiSecret: 7 }, key],
  ["adopt.apiSecret", "missing", {}, "is missing"],
  ["adopt.apiSecrt", "misspelt", { apiSecrt: "key" }, "Did you mean `apiSecret`?"],
  ["adopt.apiV3Secret", "the other kind's", { apiV3Secret: "key" }, "Did you mean `apiSecret`?"],
  ["import", "a text", "SHOP_API_SECRET", isNone, "Put the value into an environment variable"],
  ["import", "the secret itself", secret, isNone],
  ["import", "a list", [{ env: "SHOP" }], isNone],
  [
    "import",
    "two variants",
    { env: "A", file: "b" },
    "exactly one of env, file and secretArn, found env and file",
  ],
  ["import", "no variant", {}, "exactly one of env, file and secretArn, found none"],
  ["import", "a key of a file", { file: "a", jsonKey: "b" }, "jsonKey beside secretArn only"],
  ["import.env", "the secret itself", { env: secret }, looks],
  ["import.env", "a private key", { env: pem }, looks],
  ["import.file", "the secret itself", { file: secret }, looks],
  ["import.file", "a private key", { file: pem }, looks],
  ["import.secretArn", "the secret itself", { secretArn: secret }, looks],
  ["import.secretArn", "a name", { secretArn: "merchants/shop" }, "expected the full ARN of a secret"],
  ["import.jsonKey", "the secret itself", { secretArn: arn, jsonKey: secret }, looks],
  ["import.evn", "misspelt", { evn: "SHOP" }, "Did you mean `env`?"],
  ["import.p12", "of a certificate", { p12: { file: "a.p12" } }, "is not a known argument"],
  ["maxAgeDay", "misspelt", 30, "is not a known argument. Did you mean `maxAgeDays`?"],
  ["trigger", "misspelt", ["a"], "is not a known argument. Did you mean `triggers`?"],
  ["apiSecret", "the secret itself", secret, "is not a known argument."],
  ["certificate", "of a certificate", certificateOfAnAuthority(), "is not a known argument"],
  ["merchantName", "of a certificate", "Example Shop", "is not a known argument"],
];

describe("an argument of the wrong shape is refused in preview, with what was expected and found:", () => {
  it.each(shapes.map((each) => [`${each[0]}: ${each[1]}`, each] as const))(
    "%s",
    (_name, [path, , value, ...says]) => {
      const name = path.split(".")[0]!;
      const given = { [name]: value };
      const [failure, ...rest] = failures(given);
      // A misspelt argument comes first, and explains one that is missing.
      expect(rest.filter(({ reason }) => !reason.endsWith(": is missing."))).toEqual([]);
      expect(failure!.reason.startsWith(`${path}: `)).toBe(true);
      for (const text of says) expect(failure!.reason).toContain(text);
      expect(failure!.reason).toMatch(/[.?]$/);
      expect(["", name]).toContain(failure!.property);
      const text = printed(failure!, given);
      for (const leak of ["c4n4ry", pem.split("\n")[3]!]) expect(text).not.toContain(leak);
    },
  );

  it("all of them at once, each by its name", () => {
    const reasons = failures({ merchantId: "1", maxAgeDays: 0, activation: "now", import: { env: secret } });
    expect(reasons.map(({ reason }) => reason.split(": ")[0]).sort()).toEqual([
      "activation",
      "import.env",
      "maxAgeDays",
      "merchantId",
    ]);
  });

  it.each<[string, JsonObject]>([
    ["the least", {}],
    ["a period of a day, and of ten years", { maxAgeDays: 1 }],
    ["ten years", { maxAgeDays: 3650, failAfterDays: 3650 }],
    ["no waiting at all", { failAfterDays: 0 }],
    ["29 February", { rotationFrom: "2028-02-29" }],
    ["triggers of any values", { triggers: [null, 1, "a", { b: [true] }] }],
    ["no triggers", { triggers: [] }],
    ["activation by version", { activation: { version: "0".repeat(64) } }],
    ["a key of another tool", { adopt: { apiSecret: "wechat.key" } }],
    ["an import", { import: { secretArn: arn, jsonKey: "key" } }],
    ["null for what is left out", { maxAgeDays: null, triggers: null, import: null, activation: null }],
  ])("but not %s", (_name, inputs) => expect(failures(inputs)).toEqual([]));
});

describe("a value that would be current before a person has set it is refused:", () => {
  const immediate = { activation: "immediate" };
  it.each<[string, JsonObject]>([
    ["without an endpoint: the real service", {}],
    ["on an endpoint of AWS", { endpoint: realEndpoint }],
    ["on a host that only looks like loopback", { endpoint: "https://localhost.example.com" }],
  ])("%s", (_name, config) => {
    expect(failures(immediate, config)).toEqual([
      {
        property: "activation",
        reason:
          'activation: expected "manual", { version } or "live", found "immediate". It would break live payments: only a person can ' +
          "set a value on the Merchant Platform; it is for a Provider whose endpoint is on loopback.",
      },
    ]);
  });

  it.each<[string, JsonObject]>([
    ["on loopback", { endpoint: "http://127.0.0.1:4566" }],
    ["on loopback by name", { endpoint: "http://localhost:4566" }],
    ["on an endpoint that is not known yet", { endpoint: unknownValue }],
  ])("but not %s", (_name, config) => expect(failures(immediate, config)).toEqual([]));
});

describe("a value that is not known before the update is accepted in preview:", () => {
  it.each<[string, JsonObject]>([
    ["merchantId", { merchantId: unknownValue }],
    ["maxAgeDays", { maxAgeDays: unknownValue }],
    ["rotationFrom", { rotationFrom: unknownValue }],
    ["triggers", { triggers: unknownValue }],
    ["a trigger", { triggers: ["a", unknownValue, { deep: [unknownValue] }] }],
    ["activation", { activation: unknownValue }],
    ["activation.version", { activation: { version: unknownValue } }],
    ["failAfterDays", { failAfterDays: unknownValue }],
    ["import", { import: unknownValue }],
    ["import.secretArn", { import: { secretArn: unknownValue, jsonKey: "key" } }],
    ["import.env", { import: { env: unknownValue } }],
    ["adopt", { adopt: unknownValue }],
    ["adopt.apiSecret", { adopt: { apiSecret: unknownValue } }],
    ["onExpiry", { onExpiry: unknownValue }],
  ])("%s", (_name, inputs) => expect(failures(inputs)).toEqual([]));

  it("while everything known beside it is still checked", () => {
    expect(failures({ merchantId: unknownValue, maxAgeDays: 0 })).toHaveLength(1);
    expect(failures({ import: { secretArn: unknownValue, jsonKey: "" } })).toHaveLength(1);
    expect(failures({ triggers: unknownValue, activation: "immediate" })).toHaveLength(1);
  });

  it("and the readable line waits for what it depends on; the day that is stored stays", () => {
    const olds = check({ maxAgeDays: 30, rotationFrom: "2026-05-01" }).inputs;
    for (const unknown of [{ maxAgeDays: unknownValue }, { maxAgeDays: 30, rotationFrom: unknownValue }])
      expect(check(unknown, {}, olds).inputs.rotationPeriod).toBe(unknownValue);
    expect(check({ maxAgeDays: 30 }, {}, { rotationFrom: unknownValue }).inputs.rotationFrom).toBe(
      "2026-06-01",
    );
    expect(check({ maxAgeDays: 30 }, {}, olds).inputs).toMatchObject({
      rotationFrom: "2026-05-01",
      rotationPeriod: "period 2, from 2026-05-31 to 2026-06-30",
    });
  });
});

describe("what check injects is never the program's to set:", () => {
  it.each([
    ["region", "eu-central-1", "us-east-1"],
    ["rotationPeriod", "period 9, for ever", undefined],
  ])("%s", (name, given, injected) => expect(check({ [name]: given }).inputs[name]).toBe(injected));
});

describe("what would retire a live secret is refused, and how to move is said:", () => {
  const olds = check({}).inputs;
  it.each<[string, JsonObject, JsonObject]>([
    ["merchantId", { merchantId: "1900000110" }, {}],
    ["secretName", { secretName: "other/name" }, {}],
    ["region", {}, { region: "eu-west-1" }],
  ])("a changed %s", (property, inputs, config) => {
    const refused = failures(inputs, config, olds).find(({ reason }) => reason.startsWith(`${property}: `));
    expect(refused?.reason).toContain("cannot change in place");
    expect(refused?.reason).toContain("declare a second resource with the new value");
  });
});

it("two resources of one kind for one merchant are refused, and the first is named", () => {
  const run = handlers();
  const second = { ...good, logicalName: "again" };
  const [first, failure] = [good, second].map(
    (news) => run.check({ olds: {}, news, config: { region: "us-east-1" } }).failures[0],
  );
  expect(first).toBeUndefined();
  expect(failure?.reason).toMatch(/^secretName: .*"shop"/);
});

describe("a secret in the program is refused by the constructor, before the engine sees it:", () => {
  const places: [string, string, object][] = [
    ["import", "in place of a reference", { import: secret }],
    ["import.env", "as a variable", { import: { env: secret } }],
    ["import.file", "as a path", { import: { file: `${secret}\n` } }],
    ["import.secretArn", "as an ARN", { import: { secretArn: secret } }],
    ["import.jsonKey", "as a key", { import: { secretArn: arn, jsonKey: secret } }],
    ["import.env", "a private key as a variable", { import: { env: pem } }],
    ["import.file", "a key in Base64 as a path", { import: { file: pem.replace(/-----.*|\n/g, "") } }],
    ["triggers.0", "a private key as a trigger", { triggers: [pem] }],
    ["tags.key", "a private key as a tag", { tags: { key: pem } }],
  ];
  const made = (declare: () => unknown): MerchantCredentialsError => {
    try {
      declare();
    } catch (error) {
      expect(error).toBeInstanceOf(MerchantCredentialsError);
      return error as MerchantCredentialsError;
    }
    throw new Error("the program went through");
  };

  it.each(places)("%s: %s", (property, _name, args) => {
    for (const declare of [
      () => new ApiSecret("shop", { merchantId: "1900000109", ...args }),
      () => new ApiV3Secret("shop", { merchantId: "1900000109", ...args }),
    ]) {
      const { message, stack, details } = made(declare);
      expect(message).toContain(`"shop", ${property}: this `);
      expect(message).toMatch(/Remove it from the program and treat it as leaked/);
      const text = `${message}${stack}${JSON.stringify(details)}`;
      for (const leak of [secret, pem.split("\n")[3]!]) expect(text).not.toContain(leak);
    }
  });

  it.each<[string, object, string]>([
    ["an argument", { maxAgeDay: 30 }, "maxAgeDay: is not a known argument. Did you mean `maxAgeDays`?"],
    [
      "a member of import",
      { import: { evn: "A" } },
      "import.evn: is not a known argument. Did you mean `env`?",
    ],
    ["a key of adopt", { adopt: { apiSecrt: "a" } }, "adopt.apiSecrt: is not a known argument. Did you mean"],
  ])("%s that does not exist", (_name, args, says) => {
    const { message } = made(() => new ApiSecret("shop", { merchantId: "1900000109", ...args }));
    expect(message).toContain(says);
  });
});
