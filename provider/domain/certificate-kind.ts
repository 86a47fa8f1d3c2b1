import { MerchantCredentialsError } from "../errors";
import type { Certificate } from "./certificate";
import { formatName } from "./distinguished-name";

/** Who issued an API certificate: WeChat Pay itself (until 2018), or the third-party CA. */
export type CertificateIssuance = "wechat-pay" | "certificate-authority";

/** A certificate's vote; undefined where the field tells neither kind. */
type Vote = CertificateIssuance | undefined;

interface Field {
  name: string;
  vote: (certificate: Certificate) => Vote;
  shown: (certificate: Certificate) => string;
}

/** Subject CN of WeChat Pay's own platform certificate, which is of neither kind. */
export const platformCertificateName = "Tenpay.com sign";

/**
 * The published table of differences between the two kinds of API certificate.
 * Source: WeChat Pay, "API certificate" (issuer, serial number, CN).
 */
export const distinguishingFields: readonly Field[] = [
  {
    name: "issuer",
    vote: ({ issuer }) =>
      issuer.CN === "Tenpay.com Root CA"
        ? "certificate-authority"
        : issuer.CN === "MmpaymchCA"
          ? "wechat-pay"
          : undefined,
    shown: ({ issuer }) => formatName(issuer),
  },
  {
    name: "serial number",
    vote: ({ rawSerialNumber: { length } }) =>
      length < 20 ? "wechat-pay" : length >= 36 && length <= 40 ? "certificate-authority" : undefined,
    shown: ({ rawSerialNumber: serial }) => `${serial}, ${serial.length} digits`,
  },
  {
    name: "subject CN",
    vote: ({ subject: { CN = "" } }) =>
      /^\d{8,10}$/.test(CN)
        ? "certificate-authority"
        : CN === platformCertificateName
          ? undefined
          : "wechat-pay",
    shown: ({ subject }) => subject.CN ?? "none",
  },
];

/**
 * Which of the two kinds a certificate is.
 *
 * @throws MerchantCredentialsError `invalid-input` that lists the votes where they contradict each other.
 */
export function certificateIssuance(certificate: Certificate, property = "certificate"): CertificateIssuance {
  const votes = distinguishingFields.map((field) => ({ field, vote: field.vote(certificate) }));
  const cast = new Set(votes.map(({ vote }) => vote).filter((vote) => vote !== undefined));
  if (cast.size > 1) {
    const list = votes.map(
      ({ field, vote }) => `${field.name} ${field.shown(certificate)} says ${vote ?? "neither"}`,
    );
    throw new MerchantCredentialsError("invalid-input", "its fields contradict each other", {
      property,
      actual: list.join("; "),
      hint: "Check on the Merchant Platform which certificate this is",
    });
  }
  return [...cast][0] ?? "certificate-authority";
}
