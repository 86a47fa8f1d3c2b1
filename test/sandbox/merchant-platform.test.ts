import { createPublicKey, X509Certificate } from "node:crypto";
import {
  createCertificateAuthority,
  PlatformRefusal,
  type CertificateOrder,
} from "../../sandbox/merchant-platform";
import type * as rsaKeys from "../../sandbox/x509/rsa-key";
import * as given from "../support/certificates";
import { describeCertificate, verifyChain } from "../support/openssl";

const now = new Date("2026-02-28T10:20:30.456Z");
const authority = createCertificateAuthority({
  now: () => now,
  keys: { root: given.privateKey("root"), issuer: given.privateKey("issuer") },
});
const { merchantId } = given;

const request = given.requestFor();

function issue(order: Partial<CertificateOrder> = {}, requestPem = request): string {
  return authority.issue(requestPem, { merchantId, ...order });
}

describe("a certificate for a request string", () => {
  const pem = issue();
  const certificate = describeCertificate(pem);

  it("has the subject and issuer of a certificate from Tenpay.com Root CA", () => {
    expect(certificate.subject).toBe(`CN=${merchantId},O=微信商户系统,OU=Example Shop Ltd,L=ShenZhen,C=CN`);
    expect(certificate.issuer).toBe("CN=Tenpay.com Root CA,O=Tenpay.com,OU=Tenpay.com CA Center,C=CN");
  });

  it("encodes what is not ASCII as UTF8String, the rest as PrintableString", () => {
    const chinese = describeCertificate(issue({ merchantName: "示例商店有限公司" }));
    expect(chinese.subject).toContain("OU=示例商店有限公司");
    expect(chinese.encodings).toMatchObject({
      O: "UTF8STRING",
      OU: "UTF8STRING",
      CN: "PRINTABLESTRING",
      C: "PRINTABLESTRING",
    });
    expect(describeCertificate(issue({ merchantName: "A & B Ltd" })).encodings.OU).toBe("UTF8STRING");
  });

  it("is for the request's key: RSA 2048, signed with SHA-256", () => {
    expect(new X509Certificate(pem).publicKey.equals(createPublicKey(given.privateKey()))).toBe(true);
    expect(certificate).toMatchObject({
      keyBits: 2048,
      keyAlgorithm: "rsaEncryption",
      signatureAlgorithm: "sha256WithRSAEncryption",
    });
  });

  it("is an end entity that may sign", () => {
    expect(certificate.basicConstraints).toBe("CA:FALSE");
    expect(certificate.keyUsage).toContain("Digital Signature");
  });

  it("has a new serial number of exactly 40 upper-case hexadecimal digits each time", () => {
    const serialNumbers = Array.from({ length: 50 }, () => new X509Certificate(issue()).serialNumber);
    for (const serialNumber of serialNumbers) expect(serialNumber).toMatch(/^[1-7][0-9A-F]{39}$/);
    expect(new Set(serialNumbers).size).toBe(50);
    expect(certificate.serialNumber).toMatch(/^[0-9A-F]{40}$/);
  });

  it.each([
    ["5157F09EFDC096DE15EBE81A47057A7232F1B8E1", "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"],
    ["ff57f09efdc096de15ebe81a47057a7232f1b8e1", "FF57F09EFDC096DE15EBE81A47057A7232F1B8E1"],
    ["0057F09EFDC096DE15EBE81A47057A7232F1B8E1", "57F09EFDC096DE15EBE81A47057A7232F1B8E1"],
    ["A", "0A"],
  ])("takes the serial number %s, which openssl prints as %s", (serialNumber, printed) => {
    expect(describeCertificate(issue({ serialNumber })).serialNumber).toBe(printed);
  });

  it("is readable by node:crypto and PEM with lines of 64 characters", () => {
    expect(pem).toMatch(/^-----BEGIN CERTIFICATE-----\n([\w+/=]{1,64}\n)+-----END CERTIFICATE-----\n$/);
  });
});

describe("the dates", () => {
  it.each<[string, Partial<CertificateOrder>, string, string]>([
    ["five years from now", {}, "2026-02-28T10:20:30Z", "2031-02-28T10:20:30Z"],
    ["one year", { validity: "annual" }, "2026-02-28T10:20:30Z", "2027-02-28T10:20:30Z"],
    [
      "a leap day ends on the 28th",
      { notBefore: new Date("2028-02-29T00:00:00Z") },
      "2028-02-29T00:00:00Z",
      "2033-02-28T00:00:00Z",
    ],
    [
      "as ordered",
      { notBefore: new Date("2020-01-01T00:00:00Z"), notAfter: new Date("2020-01-02T00:00:00Z") },
      "2020-01-01T00:00:00Z",
      "2020-01-02T00:00:00Z",
    ],
    [
      "beyond 2049",
      { notBefore: new Date("2048-12-31T23:59:59Z") },
      "2048-12-31T23:59:59Z",
      "2053-12-31T23:59:59Z",
    ],
  ])("%s", (_, order, notBefore, notAfter) => {
    expect(describeCertificate(issue(order))).toMatchObject({
      notBefore: new Date(notBefore),
      notAfter: new Date(notAfter),
    });
  });
});

describe("the chain", () => {
  const { chainPem, issuerPem, rootPem } = authority;

  it("leads from the certificate over the issuer to the root", () => {
    const verdict = verifyChain({ certificate: issue(), untrusted: issuerPem, trusted: rootPem, at: now });
    expect(verdict).toEqual({ ok: true, error: "" });
    expect(chainPem).toBe(issuerPem + rootPem);
  });

  it("has an issuer that is itself an intermediate: alone it is no anchor", () => {
    expect(verifyChain({ certificate: issue(), trusted: issuerPem, at: now }).ok).toBe(false);
  });

  it("breaks after the end, and under another root", () => {
    const certificate = issue();
    const late = verifyChain({
      certificate,
      untrusted: issuerPem,
      trusted: rootPem,
      at: new Date("2031-03-01"),
    });
    expect(late.error).toContain("certificate has expired");
    const { rootPem: another } = createCertificateAuthority({
      keys: { root: given.privateKey("another"), issuer: given.privateKey("issuer") },
    });
    expect(verifyChain({ certificate, untrusted: issuerPem, trusted: another, at: now }).ok).toBe(false);
  });
});

describe("a renewal", () => {
  const first = issue({ validity: "annual", merchantName: "示例商店" });

  it("keeps merchant, name and key, and ends a year later", () => {
    const renewed = issue({ renew: first, notBefore: new Date("2027-01-10T00:00:00Z") });
    expect(new X509Certificate(renewed).publicKey.equals(new X509Certificate(first).publicKey)).toBe(true);
    expect(describeCertificate(renewed).notAfter).toEqual(new Date("2028-02-28T10:20:30Z"));
    expect(describeCertificate(renewed).subject).toContain("OU=示例商店");
    expect(describeCertificate(renewed).serialNumber).not.toBe(describeCertificate(first).serialNumber);
  });

  it("under the newer rule makes an annual certificate last five years in all", () => {
    const renewed = issue({ renew: first, validity: "five-year" });
    expect(describeCertificate(renewed).notAfter).toEqual(new Date("2031-02-28T10:20:30Z"));
  });

  it("needs no request: the platform knows the key", () => {
    const renewed = authority.issue(undefined, { merchantId, renew: first });
    expect(new X509Certificate(renewed).publicKey.equals(new X509Certificate(first).publicKey)).toBe(true);
    expect(describeCertificate(renewed)).toMatchObject({
      subject: describeCertificate(first).subject,
      notAfter: new Date("2028-02-28T10:20:30Z"),
    });
  });

  it.each<[string, () => string, string, RegExp]>([
    [
      "of another merchant",
      given.certificateOfAnotherMerchant,
      "wrong-merchant",
      /of 1900000110, not of merchant 1900000109/,
    ],
    ["that WeChat Pay itself has issued", given.certificateIssuedByWeChatPay, "not-renewable", /upgraded/],
  ])("is refused for a certificate %s", (_, renew, code, message) => {
    const refusal = refusalOf(() => authority.issue(undefined, { merchantId, renew: renew() }));
    expect(refusal?.code).toBe(code);
    expect(refusal?.message).toMatch(message);
  });

  it("is all that the platform does without a request", () => {
    expect(() => authority.issue(undefined, { merchantId })).toThrow(/can only be renewed/);
  });
});

describe("what the platform refuses", () => {
  const another = given.requestFor({ key: given.privateKey("another") });
  const der = given.der(request);
  const changed = (at: number) => {
    const bytes = Buffer.from(der);
    bytes[bytes.length - at]! ^= 1;
    return `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString("base64")}\n-----END CERTIFICATE REQUEST-----\n`;
  };

  it.each<[string, string, Partial<CertificateOrder>, string, RegExp]>([
    [
      "a request of another merchant",
      given.requestFor({ merchantId: "1900000110" }),
      {},
      "wrong-merchant",
      /for merchant 1900000110, not for merchant 1900000109/,
    ],
    ["a signature that is not by the request's key", changed(10), {}, "bad-signature", /signature/],
    ["a request signed with SHA-1", given.requestFor({ hash: "sha1" }), {}, "bad-signature", /SHA-256/],
    [
      "an RSA key of 1024 bits",
      given.requestFor({ key: given.privateKey("small", 1024) }),
      {},
      "wrong-key",
      /it is RSA 1024/,
    ],
    [
      "an elliptic curve key",
      given.requestFor({ key: given.ellipticCurveKey() }),
      {},
      "wrong-key",
      /it is ec/,
    ],
    ["nothing", "", {}, "not-a-request", /BEGIN CERTIFICATE REQUEST/],
    ["some text", "hello", {}, "not-a-request", /BEGIN CERTIFICATE REQUEST/],
    ["a certificate", issue(), {}, "not-a-request", /BEGIN CERTIFICATE REQUEST/],
    ["a private key", given.privateKeyPem(), {}, "not-a-request", /private key/],
    ["a request without its end", given.withoutEnd(request), {}, "not-a-request", /whole/],
    ["a request with its middle cut", given.truncated(request), {}, "not-a-request", /damaged/],
    ["to renew what is no certificate", request, { renew: request }, "not-renewable", /not a certificate/],
    ["a merchant id that is none", request, { merchantId: "1234567" }, "bad-order", /8 to 10 digits/],
    ["a serial number of zero", request, { serialNumber: "0000" }, "bad-order", /not zero/],
    ["a serial number that is too long", request, { serialNumber: "1".repeat(41) }, "bad-order", /40/],
    [
      "to renew for another key",
      another,
      { renew: issue({ validity: "annual" }) },
      "not-renewable",
      /keeps its key/,
    ],
    [
      "to renew for five years what has five",
      request,
      { renew: issue(), validity: "five-year" },
      "not-renewable",
      /replaced/,
    ],
  ])("%s", (_, text, order, code, message) => {
    const refusal = refusalOf(() => issue(order, text));
    expect(refusal?.code).toBe(code);
    expect(refusal?.message).toMatch(message);
    expect(refusal?.message).toMatch(/^[^\n]+\.$/);
  });

  it.each([
    ["CRLF line ends", given.withCrlf(request)],
    ["no line ends", given.withoutLineEnds(request)],
    ["text around it", `Here you are:\n${request}\nThanks`],
    ["the older heading", request.replaceAll("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST")],
  ])("but not a request with %s", (_, text) => {
    expect(describeCertificate(issue({}, text)).subject).toContain(merchantId);
  });
});

describe("a key that the platform makes", () => {
  const { rsaKey } = jest.requireActual<typeof rsaKeys>("../../sandbox/x509/rsa-key");

  it("is a private one of RSA 2048, and another each time", () => {
    const keys = [rsaKey(), rsaKey()];
    for (const key of keys) {
      expect(key).toMatchObject({
        type: "private",
        asymmetricKeyType: "rsa",
        asymmetricKeyDetails: { modulusLength: 2048 },
      });
    }
    expect(keys[0]!.equals(keys[1]!)).toBe(false);
  });
});

function refusalOf(attempt: () => unknown): PlatformRefusal | undefined {
  try {
    attempt();
  } catch (error) {
    if (error instanceof PlatformRefusal) return error;
    throw error;
  }
  return undefined;
}
