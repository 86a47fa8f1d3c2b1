import fc from "fast-check";
import type {
  ApiSecretValue,
  ApiV3SecretValue,
  CertificateRequestValue,
  CertificateValue,
  CredentialValue,
} from "merchant-credentials-loader/format";
import { emptyValue, parseValue, serializeValue } from "../../provider/domain/credential-value";
import type { MerchantCredentialsError } from "../../provider/errors";

const anyValue: fc.Arbitrary<CredentialValue> = fc.oneof(
  fc.constant({ schema: "merchant-credentials/empty/v1" } as const),
  fc.record<CertificateRequestValue>({
    schema: fc.constant("merchant-credentials/certificate-request/v1"),
    merchantId: fc.string(),
    privateKey: fc.string(),
    certificateRequest: fc.string(),
  }),
  fc.record<CertificateValue>({
    schema: fc.constant("merchant-credentials/certificate/v1"),
    merchantId: fc.string(),
    serialNumber: fc.string(),
    privateKey: fc.string(),
    certificate: fc.string(),
    chain: fc.array(fc.string()),
  }),
  fc.record<ApiSecretValue>({
    schema: fc.constant("merchant-credentials/api-secret/v1"),
    merchantId: fc.string(),
    apiSecret: fc.string(),
  }),
  fc.record<ApiV3SecretValue>({
    schema: fc.constant("merchant-credentials/apiv3-secret/v1"),
    merchantId: fc.string(),
    apiV3Secret: fc.string(),
  }),
);

const complete: CertificateValue = {
  schema: "merchant-credentials/certificate/v1",
  merchantId: "1900000109",
  serialNumber: "5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
  privateKey: "key",
  certificate: "certificate",
  chain: ["issuer", "root"],
};

describe("the text of a value", () => {
  it("is read back as it was written", () => {
    fc.assert(fc.property(anyValue, (value) => expect(parseValue(serializeValue(value))).toEqual(value)));
  });

  it("is the same whatever the order of the fields", () => {
    const reversed = Object.fromEntries(Object.entries(complete).reverse()) as unknown as CertificateValue;
    expect(serializeValue(reversed)).toBe(serializeValue(complete));
  });

  it("is documented: these fields in this order", () => {
    expect(serializeValue(complete)).toBe(
      '{"schema":"merchant-credentials/certificate/v1","merchantId":"1900000109",' +
        '"serialNumber":"5157F09EFDC096DE15EBE81A47057A7232F1B8E1","privateKey":"key",' +
        '"certificate":"certificate","chain":["issuer","root"]}',
    );
    expect(emptyValue).toBe('{"schema":"merchant-credentials/empty/v1"}');
  });

  it("leaves out fields that the schema does not know", () => {
    const withTime = { ...complete, createdAt: "2026-01-01" } as CertificateValue;
    expect(serializeValue(withTime)).toBe(serializeValue(complete));
  });
});

describe("a text that is not a credential", () => {
  const canary = "c4n4ry-0123456789abcdefghij";
  const refused = (text: string): MerchantCredentialsError => {
    try {
      parseValue(text);
    } catch (error) {
      return error as MerchantCredentialsError;
    }
    throw new Error("the text was accepted");
  };
  const without = (name: keyof CertificateValue) =>
    JSON.stringify({ ...complete, privateKey: canary, [name]: undefined });

  const broken: [string, string, string][] = [
    ["not JSON", canary, "text that is not a JSON object"],
    [
      "JSON that is cut off",
      `{"schema":"merchant-credentials/certificate/v1","privateKey":"${canary}`,
      "not a JSON object",
    ],
    ["JSON with a stray word", `{"privateKey": ${canary}}`, "not a JSON object"],
    ["a JSON text", JSON.stringify(canary), "not a JSON object"],
    ["a list", JSON.stringify([canary]), "not a JSON object"],
    ["null", "null", "not a JSON object"],
    ["nothing", "", "not a JSON object"],
    ["an object without a schema", JSON.stringify({ password: canary }), "JSON without a schema"],
    ["a schema that is no text", JSON.stringify({ schema: { canary } }), "JSON without a schema"],
    [
      "a schema of a later release",
      JSON.stringify({ schema: `merchant-credentials/${canary}/v9` }),
      "a schema that this release does not know",
    ],
    ["a schema named like a method", JSON.stringify({ schema: "constructor", canary }), "does not know"],
    ["a schema named __proto__", `{"schema":"__proto__","x":"${canary}"}`, "does not know"],
    ["no certificate", without("certificate"), "certificate missing or not of the right form"],
    ["no chain", without("chain"), "chain missing or not of the right form"],
    ["a key that is no text", JSON.stringify({ ...complete, privateKey: { canary } }), "privateKey missing"],
    ["a chain of numbers", JSON.stringify({ ...complete, privateKey: canary, chain: [1] }), "chain missing"],
    [
      "a chain that is a text",
      JSON.stringify({ ...complete, privateKey: canary, chain: canary }),
      "chain missing",
    ],
    ...(["api-secret", "apiv3-secret"] as const).flatMap((name): [string, string, string][] => {
      const schema = `merchant-credentials/${name}/v1`;
      const field = name === "api-secret" ? "apiSecret" : "apiV3Secret";
      const text = (value: object) => JSON.stringify({ schema, merchantId: "1900000109", ...value });
      return [
        [
          `${name} without its secret`,
          text({ note: canary }),
          `${schema} with ${field} missing or not of the right form`,
        ],
        [
          `${name} with a list`,
          text({ [field]: [canary] }),
          `${schema} with ${field} missing or not of the right form`,
        ],
        [
          `${name} without its merchant`,
          text({ [field]: canary, merchantId: undefined }),
          `${schema} with merchantId missing or not of the right form`,
        ],
        [
          `${name} with the other's field`,
          text({ [field === "apiSecret" ? "apiV3Secret" : "apiSecret"]: canary }),
          `${schema} with ${field} missing or not of the right form`,
        ],
      ];
    }),
  ];

  it("is put right in the way of its kind", () => {
    const { hint } = refused(canary).details;
    expect(hint).toContain("for a certificate to the version labelled MC_CERT_<serial number>");
    expect(hint).toContain("for a secret to the one labelled AWSPREVIOUS");
  });

  it.each(broken)("is refused with the name of what is wrong: %s", (_name, text, actual) => {
    const error = refused(text);
    expect(error.code).toBe("unreadable-value");
    expect(error.details.actual).toContain(actual);
    expect(error.details.hint).toBeTruthy();
  });

  it.each(broken)("is never quoted: %s", (_name, text) => {
    const error = refused(text);
    expect(`${error.stack}${JSON.stringify(error)}${String(error.cause)}`).not.toContain(canary);
  });

  it("is never quoted, whatever it is", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const text = `${before}${canary}${after}`;
        const error = refused(text);
        expect(error.code).toBe("unreadable-value");
        expect(`${error.stack}${JSON.stringify(error)}`).not.toContain(canary);
      }),
    );
  });
});
