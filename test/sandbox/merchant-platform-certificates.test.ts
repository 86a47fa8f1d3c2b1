import { X509Certificate } from "node:crypto";
import * as given from "../support/certificates";
import { describeCertificate, openssl, verifyChain, verifyRequest } from "../support/openssl";

const { merchantId } = given;

describe("the request that tests begin with", () => {
  it("verifies, and is the merchant's", () => {
    expect(verifyRequest(given.requestFor({ merchantName: "示例商店" }))).toEqual({
      ok: true,
      subject: `CN=${merchantId},O=微信商户系统,OU=示例商店,C=CN`,
      keyBits: 2048,
      signatureAlgorithm: "sha256WithRSAEncryption",
    });
  });

  it("does not verify once it is changed", () => {
    const request = given.der(given.requestFor());
    request[request.length - 10]! ^= 1;
    const pem = openssl(["req", "-inform", "DER"], request).stdout.toString();
    expect(verifyRequest(pem)).toMatchObject({ ok: false, keyBits: 2048 });
  });
});

describe("a certificate made for a test", () => {
  const { issuerPem: untrusted, rootPem: trusted } = given.testAuthority();

  it("is without flaw unless told", () => {
    const certificate = given.merchantCertificate();
    expect(verifyChain({ certificate, untrusted, trusted, at: given.someDay })).toEqual({
      ok: true,
      error: "",
    });
  });

  it.each([
    ["of another merchant", given.certificateOfAnotherMerchant, { subject: /^CN=1900000110,/ }],
    ["signed with SHA-1", given.certificateSignedWithSha1, { signatureAlgorithm: /^sha1WithRSA/ }],
    ["with a small key", given.certificateWithSmallKey, { keyBits: /^1024$/ }],
    [
      "with an elliptic curve key",
      given.certificateWithEllipticCurveKey,
      { keyAlgorithm: /^id-ecPublicKey$/ },
    ],
    ["of an authority", given.certificateOfAnAuthority, { basicConstraints: /CA:TRUE/ }],
    ["of no clear kind", given.contradictoryCertificate, { issuer: /Tenpay/, serialNumber: /^1F2E3D4C5B$/ }],
    [
      "issued by WeChat Pay",
      given.certificateIssuedByWeChatPay,
      { issuer: /CN=MmpaymchCA/, serialNumber: /^[0-9A-F]{1,19}$/, subject: /CN=Example Shop Ltd/ },
    ],
    ["of the platform", given.platformCertificate, { subject: /^CN=Tenpay.com sign,O=Tenpay.com,/ }],
  ])("%s", (_, make, expected: Record<string, RegExp>) => {
    const found = describeCertificate(make()) as unknown as Record<string, unknown>;
    for (const [name, pattern] of Object.entries(expected)) expect(String(found[name])).toMatch(pattern);
  });

  it("self-signed: by its own key", () => {
    const certificate = new X509Certificate(given.selfSignedCertificate());
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.subject).toBe(certificate.issuer);
  });

  it.each([
    ["not yet valid", given.certificateNotYetValid, "not yet valid"],
    ["expired", given.expiredCertificate, "has expired"],
  ])("%s", (_, make, error) => {
    const verdict = verifyChain({ certificate: make(), untrusted, trusted, at: given.someDay });
    expect(verdict.error).toContain(error);
  });

  it("renewed: the same key, a later end, another serial number", () => {
    const [first, renewed] = [given.merchantCertificate(), given.renewedCertificate()].map(
      (pem) => new X509Certificate(pem),
    );
    expect(renewed!.publicKey.equals(first!.publicKey)).toBe(true);
    expect(new Date(renewed!.validTo).getTime()).toBeGreaterThan(new Date(first!.validTo).getTime());
    expect(renewed!.serialNumber).not.toBe(first!.serialNumber);
  });
});

describe("what arrives instead of a certificate", () => {
  const pem = given.merchantCertificate();
  const { fingerprint256 } = new X509Certificate(pem);

  it.each<given.Pkcs12Encryption>(["aes-256", "3des", "rc2"])("a PKCS#12 encrypted with %s", (encryption) => {
    const args = ["pkcs12", "-legacy", "-info", "-noout", "-passin", `pass:${merchantId}`];
    const { status, stderr } = openssl(args, given.pkcs12({ encryption }));
    expect(status).toBe(0);
    expect(stderr).toMatch(
      { "aes-256": /AES-256-CBC/, "3des": /3-KeyTripleDES/, rc2: /40BitRC2/ }[encryption],
    );
  });

  it("the same certificate in other clothes", () => {
    for (const same of [
      given.der(pem),
      given.withCrlf(pem),
      given.concatenated(pem, given.platformCertificate()),
    ]) {
      expect(new X509Certificate(same).fingerprint256).toBe(fingerprint256);
    }
    const body = given.withoutLineEnds(pem).replace(/-----[A-Z ]+-----/g, "");
    expect(new X509Certificate(Buffer.from(body, "base64")).fingerprint256).toBe(fingerprint256);
  });

  it.each([given.truncated(pem), given.withoutEnd(pem)])("a damaged one", (damaged) => {
    expect(damaged.length).toBeLessThan(pem.length);
    expect(() => new X509Certificate(damaged)).toThrow();
  });
});
