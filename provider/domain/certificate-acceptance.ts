import { algorithmName, keyWords, sha256WithRsa, type Certificate } from "./certificate";
import { isIssuedByWeChatPay, platformCertificateName } from "./certificate-kind";
import { cfcaRules } from "./cfca-acceptance";
import { formatName, nameDifferences, type DistinguishedName } from "./distinguished-name";

/**
 * How a certificate comes about: from a request of the vault's key, downloaded with its key from the platform, or issued
 * by CFCA to somebody's computer and exported there, with its key.
 */
export type Issuance = "request" | "download" | "cfca";

/** What a certificate has to be to serve as this merchant's, apart from key and clock. */
export interface AcceptanceContext {
  merchantId: string;
  issuance: Issuance;
}

export interface Violation {
  /** The certificate's field at fault. */
  field: string;
  expected: string;
  actual: string;
  hint?: string;
}

export interface AcceptanceRule {
  field: string;
  violated: (certificate: Certificate, context: AcceptanceContext) => boolean;
  expected: (context: AcceptanceContext) => string;
  actual: (certificate: Certificate) => string;
  hint?: string;
}

/** Issuer of CA-issued API certificates. Source: WeChat Pay, "API certificate". */
export const apiCertificateIssuer: DistinguishedName = {
  CN: "Tenpay.com Root CA",
  O: "Tenpay.com",
  OU: "Tenpay.com CA Center",
  C: "CN",
};

const notPlatformCertificate: AcceptanceRule = {
  field: "subject CN",
  violated: ({ subject, issuer }) => subject.CN === platformCertificateName && issuer.O === "Tenpay.com",
  expected: ({ merchantId }) => merchantId,
  actual: ({ subject }) => `${subject.CN}, WeChat Pay's platform certificate`,
  hint: "Give the certificate that the platform issued to the merchant; the platform's own verifies its answers",
};

const strongKey: AcceptanceRule = {
  field: "key",
  violated: ({ keyType, keyBits }) => keyType !== "rsa" || keyBits !== 2048,
  expected: () => "RSA, 2048 bits",
  actual: keyWords,
};

/** Ordered: the first violated rule is what the operator should look at first. */
export const acceptanceRules: Readonly<Record<Issuance, readonly AcceptanceRule[]>> = {
  request: [
    notPlatformCertificate,
    {
      field: "issuer",
      violated: isIssuedByWeChatPay,
      expected: () => formatName(apiCertificateIssuer),
      actual: ({ issuer }) => `${formatName(issuer)}, issued by WeChat Pay with a key of its own`,
      hint: 'To take it over, or to roll back to it, set `issuance: "download"`; once it serves, `issuance: "request"` upgrades it',
    },
    {
      field: "subject CN",
      violated: (certificate, { merchantId }) =>
        certificate.subject.CN !== merchantId && !isIssuedByWeChatPay(certificate),
      expected: ({ merchantId }) => merchantId,
      actual: ({ subject }) => subject.CN ?? "none",
      hint: "This is another merchant's certificate: correct `certificate` or `merchantId`",
    },
    {
      field: "issuer",
      violated: (certificate) =>
        nameDifferences(apiCertificateIssuer, certificate.issuer).length > 0 &&
        !isIssuedByWeChatPay(certificate),
      expected: () => formatName(apiCertificateIssuer),
      actual: ({ issuer }) => formatName(issuer),
      hint: "Give the certificate string exactly as the Merchant Platform returned it",
    },
    strongKey,
    {
      field: "signature algorithm",
      violated: ({ signatureAlgorithm }) => signatureAlgorithm !== sha256WithRsa,
      expected: () => algorithmName(sha256WithRsa),
      actual: ({ signatureAlgorithm }) => algorithmName(signatureAlgorithm),
    },
  ],
  // The subject CN is the company's name as it was then, and old ones are signed with SHA-1: neither is held against it.
  download: [
    notPlatformCertificate,
    {
      field: "issuer",
      violated: (certificate) => !isIssuedByWeChatPay(certificate),
      expected: () => "CN=MmpaymchCA, as of a certificate that WeChat Pay itself has issued",
      actual: ({ issuer }) => formatName(issuer),
      hint: 'Remove `issuance: "download"`: this one is CA-issued',
    },
    strongKey,
  ],
  cfca: cfcaRules,
};

/** A violation as an operator reads it. */
export function violationSentence({ field, expected, actual, hint }: Violation): string {
  return `certificate: its ${field} is ${actual}, expected ${expected}.${hint ? ` ${hint}.` : ""}`;
}

/** Every rule that the certificate breaks, in order; empty where it may serve. */
export function certificateViolations(certificate: Certificate, context: AcceptanceContext): Violation[] {
  return acceptanceRules[context.issuance]
    .filter((rule) => rule.violated(certificate, context))
    .map((rule) => ({
      field: rule.field,
      expected: rule.expected(context),
      actual: rule.actual(certificate),
      ...(rule.hint && { hint: rule.hint }),
    }));
}
