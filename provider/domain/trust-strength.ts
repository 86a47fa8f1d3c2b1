import { algorithmName, sha256WithRsa } from "./certificate";
import type { TrustNode } from "./trust-path";

/** What a signature on a path may be made with: SHA-2 with RSA (RFC 8017) or ECDSA (RFC 5758), and EdDSA (RFC 8410). */
const strongSignatures: ReadonlySet<string> = new Set([
  sha256WithRsa,
  "1.2.840.113549.1.1.12",
  "1.2.840.113549.1.1.13",
  "1.2.840.10045.4.3.2",
  "1.2.840.10045.4.3.3",
  "1.2.840.10045.4.3.4",
  "1.3.101.112",
  "1.3.101.113",
]);

const fewestBits: Readonly<Record<string, number>> = { rsa: 2048, "rsa-pss": 2048, ec: 256 };
const edwardsKeys: readonly string[] = ["ed25519", "ed448"];

/** What makes an issuer too weak to rely on. */
interface Weakness {
  field: string;
  expected: string;
  actual: string;
  hint: string;
}

interface StrengthRule {
  field: string;
  violated: (node: TrustNode, isEnd: boolean) => boolean;
  expected: string;
  actual: (node: TrustNode) => string;
  hint: string;
}

/** Ordered; the merchant's own certificate is judged by the rules of acceptance. */
const strengthRules: readonly StrengthRule[] = [
  {
    field: "signature algorithm",
    // Trust in the last one does not come from its signature, and that in a published file's from the file's digest:
    // in CertTrustChain.p7b the CA between "Tenpay.com Root CA" and the root is signed with SHA-1.
    violated: ({ certificate, isPublished }, isEnd) =>
      !isEnd && !isPublished && !strongSignatures.has(certificate.signatureAlgorithm),
    expected: "SHA-256 or longer",
    actual: ({ certificate }) => algorithmName(certificate.signatureAlgorithm),
    hint: "Give the .p7b file as WeChat Pay publishes it, or, if you have checked this certificate by other means, give it in `trustAnchors`",
  },
  {
    field: "key",
    violated: (node) => !isStrongKey(node),
    expected: "RSA of at least 2048 bits or EC of at least 256",
    actual: (node) => `${node.certificate.keyType.toUpperCase()}, ${keyBits(node)} bits`,
    hint: "Take the chain from WeChat Pay again",
  },
];

export function isStrong(node: TrustNode, isEnd: boolean): boolean {
  return weaknesses(node, isEnd).length === 0;
}

export function weaknesses(node: TrustNode, isEnd: boolean): Weakness[] {
  return strengthRules
    .filter(({ violated }) => violated(node, isEnd))
    .map(({ field, expected, actual, hint }) => ({ field, expected, actual: actual(node), hint }));
}

function isStrongKey(node: TrustNode): boolean {
  const { keyType } = node.certificate;
  const fewest = fewestBits[keyType];
  return fewest === undefined ? edwardsKeys.includes(keyType) : keyBits(node) >= fewest;
}

/** An EC curve tells its size by name: prime256v1, secp384r1, brainpoolP256r1. */
function keyBits({ certificate, x509 }: TrustNode): number {
  const curve = x509.publicKey.asymmetricKeyDetails?.namedCurve ?? "";
  return certificate.keyBits || Number(/\d{3}/.exec(curve)?.[0] ?? 0);
}
