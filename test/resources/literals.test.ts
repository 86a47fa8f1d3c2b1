import { assertNoSecretLiterals } from "../../provider/resources/literals";

const secret = "c4n4ry0123456789abcdefghijklmnop";
const path = (keys: string, value: unknown): object =>
  keys
    .split(".")
    .reverse()
    .reduce<unknown>((inner, key) => ({ [key]: inner }), value) as object;

it.each([
  ["import", "short"],
  ["import.password", "c4n4ry"],
  ["import.p12", "c4n4ry"],
  ["import.zip.env", secret],
  ["apiSecret.import.jsonKey", secret],
  ["certificateSettings.import.passphrase", "c4n4ry"],
  ["adopt.apiSecret", secret],
  ["activation", secret],
  ["activation.version", secret],
])("a text at %s is refused before the engine sees it, without echo", (property, value) => {
  const check = () => assertNoSecretLiterals(path(property, value), 'Merchant "shop"');
  expect(check).toThrow(`Merchant "shop", ${property}: this looks like the secret itself`);
  expect(check).not.toThrow(value);
});

it.each([
  ["tags.import", secret],
  ["tags.env", secret],
  ["apiSecret.tags.file", secret],
  ["activation.version", "ab".repeat(32)],
  ["adopt.apiSecret", "api_secret"],
  ["import.env", "SHOP_API_SECRET"],
])("a text at %s may be what it says", (property, value) => {
  expect(() => assertNoSecretLiterals(path(property, value), "x")).not.toThrow();
});
