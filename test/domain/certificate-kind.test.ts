import { certificateIssuance, distinguishingFields } from "../../provider/domain/certificate-kind";
import { readCertificateText } from "../../provider/domain/certificate-text";
import type { Certificate } from "../../provider/domain/certificate";
import {
  certificateIssuedByWeChatPay,
  contradictoryCertificate,
  merchantCertificate,
  merchantId,
  merchantName,
  selfSignedCertificate,
} from "../support/certificates";

const read = (pem: string): Certificate => readCertificateText(pem).certificate;
const votesOf = (certificate: Certificate) =>
  Object.fromEntries(distinguishingFields.map(({ name, vote }) => [name, vote(certificate)]));

it.each([
  ["issued by the CA", merchantCertificate(), "certificate-authority"],
  ["issued by WeChat Pay", certificateIssuedByWeChatPay(), "wechat-pay"],
  ["of an unknown issuer, where the other fields agree", selfSignedCertificate(), "certificate-authority"],
])("tells the two kinds of API certificate apart: %s", (_name, pem, kind) => {
  expect(certificateIssuance(read(pem))).toBe(kind);
});

it.each([
  ["Tenpay.com Root CA", "certificate-authority"],
  ["MmpaymchCA", "wechat-pay"],
  ["Some Other CA", undefined],
])("lets the issuer vote: CN %s", (CN, vote) => {
  expect(votesOf({ ...read(merchantCertificate()), issuer: { CN } }).issuer).toBe(vote);
});

it.each([
  [10, "wechat-pay"],
  [19, "wechat-pay"],
  [20, undefined],
  [35, undefined],
  [39, "certificate-authority"],
  [40, "certificate-authority"],
])("lets the length of the serial number vote: %d digits", (digits, vote) => {
  const certificate = { ...read(merchantCertificate()), rawSerialNumber: "A".repeat(digits) };
  expect(votesOf(certificate)["serial number"]).toBe(vote);
});

it.each([
  [merchantId, "certificate-authority"],
  ["19000001", "certificate-authority"],
  ["1900000", "wechat-pay"],
  [merchantName, "wechat-pay"],
  [undefined, "wechat-pay"],
])("lets the form of the CN vote: %s", (CN, vote) => {
  expect(votesOf({ ...read(merchantCertificate()), subject: { CN } })["subject CN"]).toBe(vote);
});

it("refuses contradictory votes and lists every one of them", () => {
  const refused = () => certificateIssuance(read(contradictoryCertificate()));
  expect(refused).toThrow(/^certificate: its fields contradict each other/);
  expect(refused).toThrow(/issuer CN=Tenpay\.com Root CA.* says certificate-authority/);
  expect(refused).toThrow(/serial number 1F2E3D4C5B, 10 digits says wechat-pay/);
  expect(refused).toThrow(/subject CN Example Shop Ltd says wechat-pay/);
});
