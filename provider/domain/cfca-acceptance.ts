import { algorithmName, keyWords, type Certificate } from "./certificate";
import type { AcceptanceRule } from "./certificate-acceptance";
import { formatName } from "./distinguished-name";

/** Bits of the RSA keys that are taken. */
export const cfcaKeyBits: readonly number[] = [2048, 3072, 4096];

/** Of every certificate of CFCA. Source: its own certificates, `CN=CFCA ACS OCA31` and `CN=CFCA OCA1`. */
const organization = "China Financial Certification Authority";

/** Nothing that is signed so proves anything. SHA-1 is taken: CFCA's old CAs sign so. */
const brokenSignatures: readonly string[] = ["1.2.840.113549.1.1.2", "1.2.840.113549.1.1.4"];

const isOfTests = ({ issuer }: Certificate): boolean => /^CFCA TEST/i.test(issuer.CN ?? "");
const isOfCfca = ({ issuer }: Certificate): boolean =>
  issuer.O === organization && /^CFCA/.test(issuer.CN ?? "");

/** Whether a key of this kind is taken, in the merchant's certificate as in the platform's. */
export function isStrongRsa({ keyType, keyBits }: Certificate): boolean {
  return keyType === "rsa" && cfcaKeyBits.includes(keyBits);
}

export const strongRsa = "RSA of 2048, 3072 or 4096 bits";

/** Ordered: the first violated rule is what the operator should look at first. */
export const cfcaRules: readonly AcceptanceRule[] = [
  {
    field: "issuer",
    violated: isOfTests,
    expected: () => `CN=CFCA …, O=${organization}, and not a CA for tests`,
    actual: ({ issuer }) => formatName(issuer),
    hint: "The open platform has no test environment: apply for a real one with your business manager",
  },
  {
    field: "issuer",
    violated: (certificate) => !isOfCfca(certificate) && !isOfTests(certificate),
    expected: () => `CN=CFCA …, O=${organization}`,
    actual: ({ issuer }) => formatName(issuer),
    hint: "Give the .cer that was exported with the merchant's key; the platform's own belongs in `platformCertificate`",
  },
  {
    field: "key",
    violated: (certificate) => !isStrongRsa(certificate),
    expected: () => strongRsa,
    actual: keyWords,
    hint: "The open platform takes RSA only: choose the soft certificate (Microsoft Enhanced Cryptographic Provider V1.0) when it is downloaded",
  },
  {
    field: "signature algorithm",
    violated: ({ signatureAlgorithm }) => brokenSignatures.includes(signatureAlgorithm),
    expected: () => "SHA-256 with RSA, or SHA-1 of an old CA",
    actual: ({ signatureAlgorithm }) => algorithmName(signatureAlgorithm),
  },
];
