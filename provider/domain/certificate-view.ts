import { MerchantCredentialsError } from "../errors";
import { parseCertificate, type Certificate } from "./certificate";
import type { CertificateText } from "./certificate-text";
import { parseValue, type CredentialValue } from "./credential-value";
import { pemBlocks } from "./pem";
import { publicKeySha256, readPrivateKey } from "./private-key";
import {
  currentVersionId,
  labelCount,
  labelledVersions,
  type SecretDescription,
  type SecretVersion,
} from "./secret";
import { requestFingerprint, tokens } from "./staging-labels";

/** A complete credential in the vault. */
export interface HeldCertificate {
  versionId: string;
  certificate: Certificate;
  /** PKCS#8 PEM. Secret. */
  privateKey: string;
}

/** A key whose certificate a person has yet to bring. */
export interface PendingRequest {
  versionId: string;
  fingerprint: string;
  publicKeySha256: string;
  /** PKCS#10 PEM, public. */
  certificateRequest: string;
  since: Date;
  /** PKCS#8 PEM. Secret. */
  privateKey: string;
}

/** What the vault holds for a merchant certificate, read once for a decision. */
export interface CertificateView {
  secret: SecretDescription;
  /** Undefined only for a secret that has no version at all. */
  currentVersionId: string | undefined;
  /** Undefined while the placeholder is current. */
  current: HeldCertificate | undefined;
  pending: PendingRequest | undefined;
  /** The version that holds the declared certificate, where it has been completed before. */
  declaredVersion: HeldCertificate | undefined;
  /** Serial numbers by version, of the certificates that are kept for roll back and have expired. */
  outlived: { versionId: string; serialNumber: string }[];
}

/** From this many labels on the kept certificates are looked through: Secrets Manager allows 20. */
const crowded = 14;

/**
 * Reads what a decision needs: the current version, the open request and, where the declared certificate is
 * kept already, its version.
 *
 * @throws MerchantCredentialsError `two-open-requests`, `unreadable-value`.
 */
export async function certificateView(
  secret: SecretDescription,
  declared: CertificateText | undefined,
  now: Date,
  read: (versionId: string) => Promise<SecretVersion>,
): Promise<CertificateView> {
  const currentId = currentVersionId(secret);
  const isPlaceholder = currentId === undefined || currentId === tokens.create(secret.name);
  const current = isPlaceholder ? undefined : held(await read(currentId));

  const open = labelledVersions(secret, "request").filter(
    ({ versionId, of }) =>
      versionId !== currentId && of !== fingerprintOf(current) && !isAbandoned(secret, versionId),
  );
  if (open.length > 1) throw twoOpenRequests(open.map(({ of }) => of));
  const pending = open[0] && pendingRequest(await read(open[0].versionId), open[0].of);

  const kept = labelledVersions(secret, "certificate");
  const declaredAt = kept.find(({ of }) => of === declared?.certificate.serialNumber);
  const outlived = [];
  for (const { versionId, of } of labelCount(secret) >= crowded ? kept : []) {
    const notAfter = versionId !== currentId && held(await read(versionId))?.certificate.notAfter;
    if (notAfter && notAfter < now) outlived.push({ versionId, serialNumber: of });
  }
  return {
    secret,
    currentVersionId: currentId,
    current,
    pending,
    declaredVersion: declaredAt && held(await read(declaredAt.versionId)),
    outlived,
  };
}

function isAbandoned(secret: SecretDescription, versionId: string): boolean {
  return labelledVersions(secret, "abandoned").some((version) => version.versionId === versionId);
}

/** The fingerprint of a held certificate's key, as request labels name it. */
export function fingerprintOf(heldCertificate: HeldCertificate | undefined): string | undefined {
  return heldCertificate && requestFingerprint(heldCertificate.certificate.publicKeySha256);
}

function held({ versionId, value }: SecretVersion): HeldCertificate | undefined {
  const parsed = parseValue(value);
  switch (parsed.schema) {
    case "merchant-credentials/empty/v1":
      return undefined;
    case "merchant-credentials/certificate-request/v1":
      throw unexpected(versionId, parsed);
    case "merchant-credentials/certificate/v1": {
      const der = pemBlocks(parsed.certificate)[0]?.der;
      const certificate = der && parseCertificate(der);
      if (!certificate) throw unexpected(versionId, parsed);
      return { versionId, certificate, privateKey: parsed.privateKey };
    }
  }
}

function pendingRequest({ versionId, value, createdAt }: SecretVersion, fingerprint: string): PendingRequest {
  const parsed = parseValue(value);
  if (parsed.schema !== "merchant-credentials/certificate-request/v1") throw unexpected(versionId, parsed);
  const privateKey = readPrivateKey(parsed.privateKey);
  if (!privateKey) throw unexpected(versionId, parsed);
  return {
    versionId,
    fingerprint,
    publicKeySha256: publicKeySha256(privateKey),
    certificateRequest: parsed.certificateRequest,
    since: createdAt,
    privateKey: parsed.privateKey,
  };
}

function unexpected(versionId: string, { schema }: CredentialValue): MerchantCredentialsError {
  return new MerchantCredentialsError(
    "unreadable-value",
    "a version of the secret does not hold what its label says",
    {
      actual: `${schema} in version ${versionId}`,
      hint: "Somebody else has written to this secret: see who in CloudTrail, and move the label back (update-secret-version-stage)",
    },
  );
}

function twoOpenRequests(fingerprints: string[]): MerchantCredentialsError {
  return new MerchantCredentialsError(
    "two-open-requests",
    "the secret has more than one open certificate request",
    {
      actual: fingerprints.map((fingerprint) => `MC_REQUEST_${fingerprint}`).join(" and "),
      hint: "Find out which one the Merchant Platform has, and remove the other's label (update-secret-version-stage)",
    },
  );
}
