import { createPublicKey } from "node:crypto";
import fc from "fast-check";
import { defaultSubject, requestSubject, signingRequest } from "../../provider/domain/signing-request";
import { ellipticCurveKey, merchantId, merchantName, privateKey } from "../support/certificates";
import { opensslOutput, verifyRequest } from "../support/openssl";

const key = privateKey();

describe("a certificate request, as the openssl command sees it", () => {
  const facts = verifyRequest(signingRequest({ merchantId, merchantName }, key));

  it("is signed by its own key", () => expect(facts.ok).toBe(true));
  it("holds an RSA key of 2048 bits", () => expect(facts.keyBits).toBe(2048));
  it("is signed with SHA-256", () => expect(facts.signatureAlgorithm).toBe("sha256WithRSAEncryption"));
  it("carries the subject of CA-issued certificates, Chinese characters included", () => {
    expect(facts.subject).toBe(`CN=${merchantId},O=微信商户系统,OU=${merchantName},L=ShenZhen,C=CN`);
  });

  it("asks for the public half of the vault's key", () => {
    const request = signingRequest({ merchantId, merchantName }, key);
    const asked = opensslOutput(["req", "-noout", "-pubkey"], request).toString();
    expect(createPublicKey(asked).equals(createPublicKey(key))).toBe(true);
  });
});

it.each([
  [
    "a Chinese merchant name",
    { merchantName: "示例商店有限公司" },
    `CN=${merchantId},O=微信商户系统,OU=示例商店有限公司,L=ShenZhen,C=CN`,
  ],
  [
    "an organization of its own",
    { organization: "Geoswift" },
    `CN=${merchantId},O=Geoswift,OU=${merchantName},L=ShenZhen,C=CN`,
  ],
  [
    "another place",
    { locality: "Shanghai", country: "HK" },
    `CN=${merchantId},O=微信商户系统,OU=${merchantName},L=Shanghai,C=HK`,
  ],
  [
    "attributes left undefined",
    { organization: undefined, locality: undefined, country: undefined },
    `CN=${merchantId},O=微信商户系统,OU=${merchantName},L=ShenZhen,C=CN`,
  ],
])("takes %s", (_name, subject, expected) => {
  const facts = verifyRequest(signingRequest({ merchantId, merchantName, ...subject }, key));
  expect(facts).toMatchObject({ ok: true, subject: expected });
});

it("has the same text for the same key and subject", () => {
  const request = () => signingRequest({ merchantId, merchantName }, key);
  expect(request()).toBe(request());
});

it("is PEM with single line feeds, and holds nothing of the private key", () => {
  const request = signingRequest({ merchantId, merchantName }, key);
  expect(request).toMatch(
    /^-----BEGIN CERTIFICATE REQUEST-----\n[^\r]*\n-----END CERTIFICATE REQUEST-----\n$/,
  );
  const exponent = Buffer.from(key.export({ format: "jwk" }).d!, "base64url");
  const bytes = Buffer.from(request.replace(/-----.*-----|\s/g, ""), "base64");
  expect(bytes.includes(exponent.subarray(0, 32))).toBe(false);
});

it("tells the subject of a request that it made, whatever the merchant's name", () => {
  const name = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
    .filter((text) => text.trim() !== "");
  fc.assert(
    fc.property(fc.stringMatching(/^\d{8,10}$/), name, (id, shop) => {
      expect(requestSubject(signingRequest({ merchantId: id, merchantName: shop }, key))).toEqual({
        merchantId: id,
        merchantName: shop,
        ...defaultSubject,
      });
    }),
    { numRuns: 30 },
  );
});

it("tells a Chinese merchant name as it was given", () => {
  const request = signingRequest({ merchantId, merchantName: "示例商店有限公司" }, key);
  expect(requestSubject(request).merchantName).toBe("示例商店有限公司");
});

it("refuses a key that is not RSA", () => {
  expect(() => signingRequest({ merchantId, merchantName }, ellipticCurveKey())).toThrow();
});
