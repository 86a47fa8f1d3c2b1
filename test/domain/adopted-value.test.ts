import {
  adoptable,
  adoptedSecret,
  adoptedText,
  type SecretFields,
} from "../../provider/domain/adopted-value";
import type { MerchantCredentialsError } from "../../provider/errors";

const secret = "c4n4ryAdoptedAAAAAAAAAAAAAAAAAAA";
const named = { apiSecret: "wechat.key" };
const inJson = (value: unknown) => JSON.stringify({ note: "made by hand", "wechat.key": value });

it.each<[string, string, SecretFields]>([
  ["the 32 characters themselves", secret, {}],
  ["a key of a JSON object", inJson(secret), named],
  ["such a key whose text ends with a line end", inJson(`${secret}\n`), named],
])("reads the secret from %s", (_name, value, fields) => {
  expect(adoptedSecret("apiSecret", value, fields)).toBe(secret);
});

const field = "adopt.apiSecret: the secret to adopt cannot be read (expected ";

it.each<[string, string, SecretFields, string, string]>([
  [
    "a JSON object without a key named",
    inJson(secret),
    {},
    "adopt: the secret to adopt cannot be read (expected a value of schema merchant-credentials/…, or 32 letters and digits, found another text)",
    'If it is a JSON object, name the key that holds the secret: adopt: { apiSecret: "<key>" }.',
  ],
  ["31 characters", secret.slice(1), {}, "adopt: the secret to adopt cannot be read", "If it is a JSON"],
  ["two line ends after them", `${secret}\n\n`, {}, "adopt: the secret to adopt", "If it is a JSON object"],
  [
    "a text, with a key named",
    secret,
    named,
    `${field}a JSON object, found text that is not one)`,
    "Look at",
  ],
  [
    "a list",
    JSON.stringify([secret]),
    named,
    `${field}a JSON object, found text that is not one)`,
    "Look at",
  ],
  [
    "no such key",
    inJson(secret),
    { apiSecret: "key" },
    `${field}a text under that key of the JSON object, found no such key)`,
    "Look at the names of its keys, and correct the argument.",
  ],
  ["a key of every object", inJson(secret), { apiSecret: "toString" }, "found no such key)", "Look at"],
  [
    "a number there",
    inJson(7),
    named,
    `${field}a text under that key of the JSON object, found no text there)`,
    "",
  ],
  ["an object there", inJson({ secret }), named, "found no text there)", "Look at the names"],
  ["an empty text there", inJson(""), named, "found no text there)", "Look at the names"],
  [
    "33 characters there",
    inJson(`${secret}A`),
    named,
    "adopt.apiSecret: this is not a secret of WeChat Pay (expected 32 characters, letters and digits only, found 33 characters)",
    "It is too long",
  ],
])("refuses %s, and quotes nothing of it", (_name, value, fields, says, hint) => {
  const read = () => adoptedSecret("apiSecret", value, fields);
  expect(read).toThrow(says);
  expect(read).toThrow(hint);
  try {
    read();
  } catch (error) {
    const { stack, details } = error as MerchantCredentialsError;
    expect(`${stack}${JSON.stringify(details)}`).not.toContain(secret.slice(1, 30));
  }
});

it("takes each kind from its own key", () => {
  const value = JSON.stringify({ one: secret, two: secret.toLowerCase() });
  const fields = { apiSecret: "one", apiV3Secret: "two" };
  expect(adoptedSecret("apiV3Secret", value, fields)).toBe(secret.toLowerCase());
  expect(adoptedText(value, "one", "adopt.apiSecret")).toBe(secret);
});

it.each<[string, Record<string, string>, SecretFields | undefined]>([
  ["once", {}, named],
  ["never again", { "merchant-credentials:first-issued": "2026-02-03T04:05:06Z" }, undefined],
])("takes a secret over %s", (_name, tags, fields) => {
  expect(adoptable({ tags }, named)).toBe(fields);
  expect(adoptable({ tags }, undefined)).toBeUndefined();
});
