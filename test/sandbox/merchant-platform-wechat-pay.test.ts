import { createPublicKey, X509Certificate } from "node:crypto";
import {
  createCertificateAuthority,
  PlatformRefusal,
  type CertificateKind,
  type WechatPayOrder,
} from "../../sandbox/merchant-platform";
import * as given from "../support/certificates";
import { describeCertificate, opensslOutput, verifyChain } from "../support/openssl";

const now = new Date("2026-02-28T10:20:30Z");
const authority = createCertificateAuthority({
  now: () => now,
  keys: { root: given.privateKey("root"), issuer: given.privateKey("issuer") },
});

const issue = (order: Partial<WechatPayOrder> = {}) =>
  authority.issueByWechatPay({ merchantName: "示例商店", key: given.privateKey(), ...order });

describe("what WeChat Pay itself has issued", () => {
  const { certificate: pem } = issue();
  const certificate = describeCertificate(pem);

  it("names the company, and MmpaymchCA as its issuer", () => {
    expect(certificate.subject).toBe("C=CN,O=Tencent,OU=MMPay,CN=示例商店");
    expect(certificate.issuer).toBe("C=CN,O=Tencent,OU=MMPay,CN=MmpaymchCA");
    expect(certificate).toMatchObject({ basicConstraints: "CA:FALSE", keyBits: 2048 });
  });

  it("comes with the key that the platform has made, a new one each time", () => {
    const [first, second] = [0, 1].map(() => issue({ key: undefined }));
    for (const { certificate, privateKey } of [first!, second!])
      expect(new X509Certificate(certificate).publicKey.equals(createPublicKey(privateKey))).toBe(true);
    expect(first!.privateKey).not.toBe(second!.privateKey);
  });

  it("has a short serial number: 10 to 16 hexadecimal digits", () => {
    const serialNumbers = Array.from(
      { length: 40 },
      () => new X509Certificate(issue().certificate).serialNumber,
    );
    for (const serialNumber of serialNumbers) expect(serialNumber).toMatch(/^[1-7][0-9A-F]{9,15}$/);
    expect(new Set(serialNumbers.map(({ length }) => length)).size).toBeGreaterThan(1);
    const serialNumber = "1F2E3D4C5B";
    expect(describeCertificate(issue({ serialNumber }).certificate).serialNumber).toBe(serialNumber);
  });

  it.each<[string, Partial<WechatPayOrder>, string, string]>([
    ["ten years", {}, "2026-02-28T10:20:30Z", "2036-02-28T10:20:30Z"],
    ["a year", { validity: "annual" }, "2026-02-28T10:20:30Z", "2027-02-28T10:20:30Z"],
    [
      "as ordered",
      { notBefore: new Date("2017-05-01"), notAfter: new Date("2026-03-10") },
      "2017-05-01T00:00:00Z",
      "2026-03-10T00:00:00Z",
    ],
  ])("is valid for %s", (_, order, notBefore, notAfter) => {
    expect(describeCertificate(issue(order).certificate)).toMatchObject({
      notBefore: new Date(notBefore),
      notAfter: new Date(notAfter),
    });
  });

  it("is refused with a serial number that is none", () => {
    expect(() => issue({ serialNumber: "0" })).toThrow(PlatformRefusal);
  });
});

describe("the chains of the two kinds", () => {
  const requested = authority.issue(given.requestFor(), { merchantId: given.merchantId });
  const certificates: Record<CertificateKind, string> = {
    "certificate-authority": requested,
    "wechat-pay": issue().certificate,
  };
  const other = { "certificate-authority": "wechat-pay", "wechat-pay": "certificate-authority" } as const;

  it.each(["certificate-authority", "wechat-pay"] as const)(
    "%s: leads over its issuer to the root",
    (kind) => {
      const { issuerPem: untrusted, rootPem: trusted, pem } = authority.chain(kind);
      const certificate = certificates[kind];
      expect(verifyChain({ certificate, untrusted, trusted, at: now })).toEqual({ ok: true, error: "" });
      expect(pem).toBe(untrusted + trusted);
      const { issuerPem: stranger } = authority.chain(other[kind]);
      expect(verifyChain({ certificate, untrusted: stranger, trusted, at: now }).ok).toBe(false);
    },
  );

  it.each(["certificate-authority", "wechat-pay"] as const)("%s: as PKCS#7 that openssl reads", (kind) => {
    const { p7b, pem } = authority.chain(kind);
    const printed = opensslOutput(["pkcs7", "-inform", "DER", "-print_certs"], p7b).toString();
    const blocks = (text: string) => text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
    expect(blocks(printed)).toEqual(blocks(pem));
    expect(blocks(printed)).toHaveLength(2);
    const again = opensslOutput(["pkcs7", "-inform", "DER", "-outform", "DER"], p7b);
    expect(again.equals(p7b)).toBe(true);
  });

  it("end at the same root", () => {
    expect(authority.chain("wechat-pay").rootPem).toBe(authority.rootPem);
    expect(authority.chain("certificate-authority").pem).toBe(authority.chainPem);
  });
});
