import fc from "fast-check";
import {
  certificateIssuance,
  distinguishingFields,
  isIssuedByWeChatPay,
  platformCertificateName,
  type CertificateIssuance,
} from "../../provider/domain/certificate-kind";
import { readCertificateText } from "../../provider/domain/certificate-text";
import type { Certificate } from "../../provider/domain/certificate";
import { MerchantCredentialsError } from "../../provider/errors";
import {
  certificateIssuedByWeChatPay,
  contradictoryCertificate,
  merchantCertificate,
  merchantId,
  merchantName,
  platformCertificate,
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
  [platformCertificateName, undefined],
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

describe("the trust chain's file", () => {
  const kinds = ["certificate-authority", "wechat-pay"] as const;
  const undecided = {
    ...read(merchantCertificate()),
    issuer: { CN: "Some Other CA" },
    rawSerialNumber: "A".repeat(24),
    subject: { CN: platformCertificateName },
  };

  it("abstains where there is none, or none that WeChat Pay has published", () => {
    expect(certificateIssuance(read(merchantCertificate()), undefined)).toBe("certificate-authority");
    expect(certificateIssuance(read(certificateIssuedByWeChatPay()), undefined)).toBe("wechat-pay");
  });

  it.each(kinds)("agrees with a certificate of its kind: %s", (kind) => {
    const pem = kind === "wechat-pay" ? certificateIssuedByWeChatPay() : merchantCertificate();
    expect(certificateIssuance(read(pem), kind)).toBe(kind);
  });

  it.each(kinds)("decides alone where no field tells: %s", (kind) => {
    expect(certificateIssuance(undecided, kind)).toBe(kind);
  });

  it("leaves the CA, where nothing at all tells", () => {
    expect(certificateIssuance(undecided)).toBe("certificate-authority");
  });

  it.each([
    ["a CA-issued certificate", merchantCertificate(), "wechat-pay"],
    ["one that WeChat Pay has issued", certificateIssuedByWeChatPay(), "certificate-authority"],
  ] as const)("contradicts %s, and is listed with every other vote", (_name, pem, file) => {
    const refused = () => certificateIssuance(read(pem), file);
    expect(refused).toThrow(/^certificate: its fields contradict each other/);
    expect(refused).toThrow(`trust chain with the published digest says ${file}`);
    for (const { name } of distinguishingFields) expect(refused).toThrow(`${name} `);
  });

  it("names the argument that it is asked about", () => {
    const refused = () => certificateIssuance(read(merchantCertificate()), "wechat-pay", "adopt.certificate");
    expect(refused).toThrow(/^adopt\.certificate: /);
  });
});

it.each([
  ["WeChat Pay itself", certificateIssuedByWeChatPay(), true],
  [
    "WeChat Pay itself, with a serial number of the CA's length",
    certificateIssuedByWeChatPay({ serialNumber: "A".repeat(40) }),
    true,
  ],
  ["the CA", merchantCertificate(), false],
  ["the CA, with the other kind's serial number and subject", contradictoryCertificate(), false],
  ["itself", selfSignedCertificate(), false],
  ["the CA, for WeChat Pay's own use", platformCertificate(), false],
])("tells by the issuer alone whether what serves was issued by WeChat Pay: %s", (_name, pem, expected) => {
  expect(isIssuedByWeChatPay(read(pem))).toBe(expected);
});

describe("for any combination of votes", () => {
  const issuers = {
    "Tenpay.com Root CA": "certificate-authority",
    MmpaymchCA: "wechat-pay",
    "Other CA": undefined,
  };
  const base = read(merchantCertificate());
  const any = fc.record({
    issuer: fc.constantFrom<string | undefined>(...Object.keys(issuers), undefined),
    digits: fc.integer({ min: 1, max: 60 }),
    CN: fc.oneof(
      fc.constantFrom(undefined, "", merchantId, merchantName, platformCertificateName),
      fc.stringMatching(/^\d{6,12}$/),
      fc.string(),
    ),
    file: fc.constantFrom<CertificateIssuance | undefined>(undefined, "certificate-authority", "wechat-pay"),
  });

  it("it is either one kind, or an error that lists every field", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(any, ({ issuer, digits, CN, file }) => {
        const certificate: Certificate = {
          ...base,
          issuer: issuer === undefined ? {} : { CN: issuer },
          rawSerialNumber: "A".repeat(digits),
          subject: CN === undefined ? {} : { CN },
        };
        const votes = new Map([...Object.entries(votesOf(certificate)), ["trust chain", file] as const]);
        const cast = new Set([...votes.values()].filter((vote) => vote !== undefined));
        try {
          const kind = certificateIssuance(certificate, file);
          expect([...cast, ...(cast.size === 0 ? ["certificate-authority"] : [])]).toEqual([kind]);
          seen.add(kind);
        } catch (error) {
          if (!(error instanceof MerchantCredentialsError)) throw error;
          expect(error.code).toBe("invalid-input");
          expect(cast.size).toBe(2);
          for (const [name, vote] of votes) {
            if (name === "trust chain" && !file) continue;
            expect(error.details.actual).toContain(name);
            expect(error.details.actual).toContain(`says ${vote ?? "neither"}`);
          }
          seen.add("contradiction");
        }
      }),
      { numRuns: 1000 },
    );
    expect(seen).toEqual(new Set(["certificate-authority", "wechat-pay", "contradiction"]));
  });
});
