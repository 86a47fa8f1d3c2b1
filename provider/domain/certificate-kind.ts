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

/** Whether WeChat Pay itself has issued a certificate, by its issuer alone. */
export function isIssuedByWeChatPay({ issuer }: Certificate): boolean {
  return issuer.CN === "MmpaymchCA";
}

/** Who issued a certificate that serves; it was voted on before. */
export function issuerOf(certificate: Certificate): CertificateIssuance {
  return isIssuedByWeChatPay(certificate) ? "wechat-pay" : "certificate-authority";
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
    vote: (certificate) =>
      isIssuedByWeChatPay(certificate)
        ? "wechat-pay"
        : certificate.issuer.CN === "Tenpay.com Root CA"
          ? "certificate-authority"
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

/** The table with its last field, the digest of the trust chain's file, which abstains where there is no such file. */
function fields(trustChain: Vote): readonly Field[] {
  if (!trustChain) return distinguishingFields;
  const file = { name: "trust chain", vote: () => trustChain, shown: () => "with the published digest" };
  return [...distinguishingFields, file];
}

/**
 * Which of the two kinds a certificate is.
 *
 * @param trustChain for which kind WeChat Pay has published the file given as `trustChain`.
 * @throws MerchantCredentialsError `invalid-input` that lists the votes where they contradict each other.
 */
export function certificateIssuance(
  certificate: Certificate,
  trustChain?: CertificateIssuance,
  property = "certificate",
): CertificateIssuance {
  const votes = fields(trustChain).map((field) => ({ field, vote: field.vote(certificate) }));
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
