import { parseCertificate, type Certificate } from "./certificate";
import type { Issuance } from "./certificate-acceptance";
import { parseValue, type CredentialValue } from "./credential-value";
import { pemBlocks } from "./pem";
import { publicKeySha256, readPrivateKey } from "./private-key";
import { currentVersionId, labelledVersions, type SecretDescription, type SecretVersion } from "./secret";
import { assertMerchant, unexpectedValue } from "./stored-version";

/** A complete credential in the vault. */
export interface HeldCertificate {
  versionId: string;
  certificate: Certificate;
  /** PKCS#8 PEM. Secret. */
  privateKey: string;
  /** PEM of the issuers, in the order in which they were declared. */
  chain: readonly string[];
  /** PEM of the platform's own certificate, where one is kept beside the merchant's. */
  platformCertificate?: string | undefined;
}

/** The value that holds a complete credential, by how its certificate comes about. */
export const heldSchemas = {
  request: "merchant-credentials/certificate/v1",
  download: "merchant-credentials/certificate/v1",
  cfca: "merchant-credentials/cfca-certificate/v1",
} as const satisfies Record<Issuance, CredentialValue["schema"]>;

/**
 * The credential in a version; undefined for the placeholder.
 *
 * @throws MerchantCredentialsError `unreadable-value`, `secret-not-usable`; never quotes the value.
 */
export function heldCertificate(
  { versionId, value }: SecretVersion,
  { merchantId, issuance }: { merchantId: string; issuance: Issuance },
): HeldCertificate | undefined {
  const parsed = parseValue(value);
  if (parsed.schema === "merchant-credentials/empty/v1") return undefined;
  const isComplete =
    parsed.schema === "merchant-credentials/certificate/v1" ||
    parsed.schema === "merchant-credentials/cfca-certificate/v1";
  if (!isComplete || parsed.schema !== heldSchemas[issuance]) throw unexpectedValue(versionId, parsed.schema);
  assertMerchant(parsed, merchantId);
  const der = pemBlocks(parsed.certificate)[0]?.der;
  const certificate = der && parseCertificate(der);
  const privateKey = readPrivateKey(parsed.privateKey);
  const belongs = privateKey && publicKeySha256(privateKey) === certificate?.publicKeySha256;
  if (!certificate || !belongs) throw unexpectedValue(versionId, parsed.schema);
  return {
    versionId,
    certificate,
    privateKey: parsed.privateKey,
    chain: parsed.chain,
    ...("platformCertificate" in parsed && { platformCertificate: parsed.platformCertificate }),
  };
}

/** The serial number on the label of the version that serves. */
export function servingSerialNumber(secret: SecretDescription): string | null {
  const current = currentVersionId(secret);
  const named = [...labelledVersions(secret, "certificate"), ...labelledVersions(secret, "compromised")];
  return named.find(({ versionId }) => versionId === current)?.of ?? null;
}
