import { acceptanceRules, certificateViolations } from "../../provider/domain/certificate-acceptance";
import { readCertificateText } from "../../provider/domain/certificate-text";
import {
  certificateIssuedByWeChatPay,
  certificateOfAnotherMerchant,
  certificateSignedWithSha1,
  certificateWithEllipticCurveKey,
  certificateWithSmallKey,
  merchantCertificate,
  merchantId,
  platformCertificate,
  privateKey,
  renewedCertificate,
  selfSignedCertificate,
} from "../support/certificates";
import { tenpayIssuer } from "../../sandbox/merchant-platform";

const violations = (pem: string) =>
  certificateViolations(readCertificateText(pem).certificate, { merchantId, issuance: "request" });

it.each([
  ["the merchant's", merchantCertificate()],
  ["a renewal", renewedCertificate()],
  ["attributes in another order", merchantCertificate({ subject: { C: "CN", OU: "Shop", CN: merchantId } })],
  [
    "an issuer in another order",
    merchantCertificate({
      issuer: { C: "CN", OU: "Tenpay.com CA Center", O: "Tenpay.com", CN: "Tenpay.com Root CA" },
    }),
  ],
  ["another merchant name", merchantCertificate({ merchantName: "示例商店" })],
])("has nothing against the certificate: %s", (_name, pem) => {
  expect(violations(pem)).toEqual([]);
});

it.each([
  [
    "another merchant's",
    certificateOfAnotherMerchant(),
    "subject CN",
    merchantId,
    "1900000110",
    "correct `certificate` or `merchantId`",
  ],
  [
    "without a CN",
    merchantCertificate({ subject: { C: "CN" } }),
    "subject CN",
    merchantId,
    "none",
    "another merchant's",
  ],
  [
    "the platform's own",
    platformCertificate(),
    "subject CN",
    merchantId,
    "WeChat Pay's platform certificate",
    "the platform's own verifies its answers",
  ],
  [
    "issued by WeChat Pay",
    certificateIssuedByWeChatPay(),
    "issuer",
    "CN=Tenpay.com Root CA",
    "CN=MmpaymchCA",
    '`issuance: "request"` upgrades it',
  ],
  [
    "self-signed",
    selfSignedCertificate(),
    "issuer",
    "O=Tenpay.com",
    `CN=${merchantId}`,
    "exactly as the Merchant Platform returned it",
  ],
  [
    "one issuer attribute off",
    merchantCertificate({ issuer: { ...tenpayIssuer, OU: "Other" } }),
    "issuer",
    "OU=Tenpay.com CA Center",
    "OU=Other",
    "",
  ],
  ["1024 bits", certificateWithSmallKey(), "key", "RSA, 2048 bits", "RSA, 1024 bits", ""],
  [
    "3072 bits",
    merchantCertificate({ key: privateKey("large", 3072) }),
    "key",
    "RSA, 2048 bits",
    "RSA, 3072 bits",
    "",
  ],
  ["an elliptic curve key", certificateWithEllipticCurveKey(), "key", "RSA, 2048 bits", "EC", ""],
  [
    "signed with SHA-1",
    certificateSignedWithSha1(),
    "signature algorithm",
    "SHA-256 with RSA",
    "SHA-1 with RSA",
    "",
  ],
])("names the field at fault with both values: %s", (_name, pem, field, expected, actual, hint) => {
  const [first] = violations(pem);
  expect(first?.field).toBe(field);
  expect(first?.expected).toContain(expected);
  expect(first?.actual).toContain(actual);
  expect(first?.hint ?? "").toContain(hint);
});

it("lists every flaw, the one to look at first in front", () => {
  const pem = merchantCertificate({ merchantId: "1900000110", key: privateKey("small", 1024), hash: "sha1" });
  expect(violations(pem).map(({ field }) => field)).toEqual(["subject CN", "key", "signature algorithm"]);
});

describe("of a certificate that is downloaded with its key", () => {
  const downloaded = (pem: string) =>
    certificateViolations(readCertificateText(pem).certificate, { merchantId, issuance: "download" });

  it.each([
    ["WeChat Pay has issued it", certificateIssuedByWeChatPay()],
    ["signed with SHA-1, as the old ones are", certificateIssuedByWeChatPay({ hash: "sha1" })],
    ["under a company name of its own", certificateIssuedByWeChatPay({ merchantName: "示例商店" })],
  ])("nothing is held against it: %s", (_name, pem) => expect(downloaded(pem)).toEqual([]));

  it.each([
    ["CA-issued", merchantCertificate(), "issuer", 'Remove `issuance: "download"`'],
    ["WeChat Pay's own", platformCertificate(), "subject CN", "the platform's own verifies its answers"],
    ["of a small key", certificateIssuedByWeChatPay({ key: privateKey("small", 1024) }), "key", ""],
  ])("the field at fault is named: %s", (_name, pem, field, hint) => {
    const [first] = downloaded(pem);
    expect(first?.field).toBe(field);
    expect(first?.hint ?? "").toContain(hint);
  });
});

it("has a case above for each rule", () => {
  expect(acceptanceRules.request).toHaveLength(6);
  expect(acceptanceRules.download).toHaveLength(3);
});
