import fc from "fast-check";
import { emptyValue } from "../../provider/domain/credential-value";
import { isSecretKind, readSecretValue, secretKinds, secretValue } from "../../provider/domain/secret-kind";

const secret = "0123456789abcdefghijKLMNOPQRSTUV";
const kinds = ["apiSecret", "apiV3Secret"] as const;

it.each([
  [
    "apiSecret",
    `{"schema":"merchant-credentials/api-secret/v1","merchantId":"1900000109","apiSecret":"${secret}"}`,
  ],
  [
    "apiV3Secret",
    `{"schema":"merchant-credentials/apiv3-secret/v1","merchantId":"1900000109","apiV3Secret":"${secret}"}`,
  ],
] as const)("stores an %s as documented", (kind, text) => {
  expect(secretValue(kind, "1900000109", secret)).toBe(text);
});

it.each(kinds)("reads back what it stores of an %s, and never as the other kind", (kind) => {
  const other = kind === "apiSecret" ? "apiV3Secret" : "apiSecret";
  fc.assert(
    fc.property(
      fc.stringMatching(/^\d{8,10}$/),
      fc.stringMatching(/^[0-9A-Za-z]{32}$/),
      (merchantId, drawn) => {
        const value = secretValue(kind, merchantId, drawn);
        expect(readSecretValue(kind, value)).toEqual({ merchantId, secret: drawn });
        expect(readSecretValue(other, value)).toBeUndefined();
      },
    ),
  );
});

it.each(kinds)("the placeholder is no %s", (kind) =>
  expect(readSecretValue(kind, emptyValue)).toBeUndefined(),
);

it("refuses a text that is none of ours, without quoting it", () => {
  const read = () => readSecretValue("apiSecret", secret);
  expect(read).toThrow("the secret's value is not a merchant credential");
  expect(read).not.toThrow(secret);
});

it.each([
  ["apiSecret", true],
  ["apiV3Secret", true],
  ["certificate", false],
  ["apiv3Secret", false],
  ["constructor", false],
  ["__proto__", false],
  ["", false],
  [undefined, false],
])("%s is a kind of secret: %s", (kind, is) => expect(isSecretKind(kind)).toBe(is));

it("calls each as the Merchant Platform does", () => {
  expect(secretKinds.apiSecret).toMatchObject({
    title: "API secret",
    place: "Set API Secret (APIv2密钥)",
  });
  expect(secretKinds.apiV3Secret).toMatchObject({
    title: "APIv3 secret",
    place: "Set APIv3 Secret (APIv3密钥)",
  });
});
