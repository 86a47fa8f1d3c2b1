import { algorithmName, sha256WithRsa, type Certificate } from "./certificate";
import { platformCertificateName } from "./certificate-kind";
import { formatName, nameDifferences, type DistinguishedName } from "./distinguished-name";

/** What a certificate has to be to serve as this merchant's API certificate, apart from key and clock. */
export interface AcceptanceContext {
  merchantId: string;
}

export interface Violation {
  /** The certificate's field at fault. */
  field: string;
  expected: string;
  actual: string;
  hint?: string;
}

interface AcceptanceRule {
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

/** Ordered: the first violated rule is what the operator should look at first. */
export const acceptanceRules: readonly AcceptanceRule[] = [
  {
    field: "subject CN",
    violated: ({ subject, issuer }) => subject.CN === platformCertificateName && issuer.O === "Tenpay.com",
    expected: ({ merchantId }) => merchantId,
    actual: ({ subject }) => `${subject.CN}, WeChat Pay's platform certificate`,
    hint: "Give the certificate that the platform issued to the merchant; the platform's own verifies its answers",
  },
  {
    field: "issuer",
    violated: ({ issuer }) => issuer.CN === "MmpaymchCA",
    expected: () => formatName(apiCertificateIssuer),
    actual: ({ issuer }) => `${formatName(issuer)}, issued by WeChat Pay with a key of its own`,
    hint: "Upgrade it on the Merchant Platform: this resource takes CA-issued certificates made from its request",
  },
  {
    field: "subject CN",
    violated: ({ subject }, { merchantId }) => subject.CN !== merchantId,
    expected: ({ merchantId }) => merchantId,
    actual: ({ subject }) => subject.CN ?? "none",
    hint: "This is another merchant's certificate: correct `certificate` or `merchantId`",
  },
  {
    field: "issuer",
    violated: ({ issuer }) => nameDifferences(apiCertificateIssuer, issuer).length > 0,
    expected: () => formatName(apiCertificateIssuer),
    actual: ({ issuer }) => formatName(issuer),
    hint: "Give the certificate string exactly as the Merchant Platform returned it",
  },
  {
    field: "key",
    violated: ({ keyType, keyBits }) => keyType !== "rsa" || keyBits !== 2048,
    expected: () => "RSA, 2048 bits",
    actual: ({ keyType, keyBits }) =>
      keyBits ? `${keyType.toUpperCase()}, ${keyBits} bits` : keyType.toUpperCase(),
  },
  {
    field: "signature algorithm",
    violated: ({ signatureAlgorithm }) => signatureAlgorithm !== sha256WithRsa,
    expected: () => algorithmName(sha256WithRsa),
    actual: ({ signatureAlgorithm }) => algorithmName(signatureAlgorithm),
  },
];

/** A violation as an operator reads it. */
export function violationSentence({ field, expected, actual, hint }: Violation): string {
  return `certificate: its ${field} is ${actual}, expected ${expected}.${hint ? ` ${hint}.` : ""}`;
}

/** Every rule that the certificate breaks, in order; empty where it may serve. */
export function certificateViolations(certificate: Certificate, context: AcceptanceContext): Violation[] {
  return acceptanceRules
    .filter((rule) => rule.violated(certificate, context))
    .map((rule) => ({
      field: rule.field,
      expected: rule.expected(context),
      actual: rule.actual(certificate),
      ...(rule.hint && { hint: rule.hint }),
    }));
}
