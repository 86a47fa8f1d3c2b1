import { createHash, createPublicKey, X509Certificate } from "node:crypto";
import fc from "fast-check";
import { algorithmName, parseCertificate } from "../../provider/domain/certificate";
import { paddedSerialNumber } from "../../provider/domain/serial-number";
import {
  certificateIssuedByWeChatPay,
  certificateOfAnAuthority,
  certificateSignedWithSha1,
  certificateWithEllipticCurveKey,
  certificateWithSmallKey,
  der,
  issuedOn,
  merchantCertificate,
  merchantId,
  merchantName,
  privateKey,
} from "../support/certificates";
import { describeCertificate } from "../support/openssl";

const read = (pem: string) => parseCertificate(der(pem))!;

describe("a merchant's certificate", () => {
  const pem = merchantCertificate();
  const certificate = read(pem);

  it("tells subject and issuer by attribute, Chinese characters included", () => {
    expect(certificate.subject).toEqual({
      CN: merchantId,
      O: "微信商户系统",
      OU: merchantName,
      L: "ShenZhen",
      C: "CN",
    });
    expect(certificate.issuer).toEqual({
      CN: "Tenpay.com Root CA",
      O: "Tenpay.com",
      OU: "Tenpay.com CA Center",
      C: "CN",
    });
  });

  it("tells its validity to the second", () => {
    expect(certificate.notBefore).toEqual(issuedOn);
    expect(certificate.notAfter).toEqual(new Date("2031-01-15T08:30:00Z"));
  });

  it("says of everything what openssl says", () => {
    const openssl = describeCertificate(pem);
    expect(certificate).toMatchObject({
      serialNumber: openssl.serialNumber,
      notBefore: openssl.notBefore,
      notAfter: openssl.notAfter,
      keyBits: openssl.keyBits,
    });
  });

  it("is named by the SHA-256 of its DER and of its SubjectPublicKeyInfo", () => {
    const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
    const spki = createPublicKey(privateKey()).export({ type: "spki", format: "der" });
    expect(certificate.certificateSha256).toBe(sha256(der(pem)));
    expect(certificate.publicKeySha256).toBe(sha256(spki));
  });

  it("comes back as canonical PEM", () => {
    expect(der(certificate.pem)).toEqual(der(pem));
    expect(new X509Certificate(certificate.pem).subject).toContain(merchantId);
  });
});

it.each([
  ["RSA 2048 by SHA-256", () => merchantCertificate(), { keyType: "rsa", keyBits: 2048 }, "SHA-256 with RSA"],
  ["RSA 1024", certificateWithSmallKey, { keyType: "rsa", keyBits: 1024 }, "SHA-256 with RSA"],
  ["elliptic curve", certificateWithEllipticCurveKey, { keyType: "ec", keyBits: 0 }, "SHA-256 with RSA"],
  ["SHA-1", certificateSignedWithSha1, { keyType: "rsa", keyBits: 2048 }, "SHA-1 with RSA"],
])("tells key and signature algorithm: %s", (_name, pem, key, algorithm) => {
  const certificate = read(pem());
  expect(certificate).toMatchObject(key);
  expect(algorithmName(certificate.signatureAlgorithm)).toBe(algorithm);
});

it("tells an authority's certificate from a merchant's", () => {
  expect(read(certificateOfAnAuthority()).isCertificateAuthority).toBe(true);
  expect(read(merchantCertificate()).isCertificateAuthority).toBe(false);
});

it("keeps the digits of a short serial number beside the padded one", () => {
  const certificate = read(certificateIssuedByWeChatPay());
  expect(certificate.rawSerialNumber).toBe("1F2E3D4C5B");
  expect(certificate.serialNumber).toBe("0000000000000000000000000000001F2E3D4C5B");
});

it("pads a serial number that begins with zeros to 40 digits", () => {
  const serialNumber = "0057F09EFDC096DE15EBE81A47057A7232F1B8E1";
  expect(read(merchantCertificate({ serialNumber })).serialNumber).toBe(serialNumber);
});

it("left-pads any serial number to 40 upper-case hex digits, and never twice", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9a-fA-F]{1,40}$/), (hex) => {
      const padded = paddedSerialNumber(hex);
      expect(padded).toMatch(/^[0-9A-F]{40}$/);
      expect(BigInt(`0x${padded}`)).toBe(BigInt(`0x${hex}`));
      expect(paddedSerialNumber(padded)).toBe(padded);
    }),
  );
});

it("names an algorithm that it does not know by its object identifier", () => {
  expect(algorithmName("1.2.3.4")).toBe("1.2.3.4");
});

describe("bytes that are not a certificate", () => {
  it.each([
    ["none", Buffer.alloc(0)],
    ["half a certificate", der(merchantCertificate()).subarray(0, 400)],
    ["a private key", privateKey().export({ type: "pkcs8", format: "der" })],
    ["a public key", createPublicKey(privateKey()).export({ type: "spki", format: "der" })],
  ])("are undefined: %s", (_name, bytes) => {
    expect(parseCertificate(bytes)).toBeUndefined();
  });

  it("are undefined whatever they are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(parseCertificate(Buffer.from(bytes))).toBeUndefined();
      }),
    );
  });
});
