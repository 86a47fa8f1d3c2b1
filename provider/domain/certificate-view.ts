import { parseCertificate, type Certificate } from "./certificate";
import type { CertificateText } from "./certificate-text";
import { adoptedCertificate, type CertificateFields } from "./adopted-certificate";
import { adoptable, isForeign } from "./adopted-value";
import { isUnreadable, parseValue } from "./credential-value";
import { pemBlocks } from "./pem";
import { publicKeySha256, readPrivateKey } from "./private-key";
import {
  currentVersionId,
  labelCount,
  labelledVersions,
  openRequests,
  type SecretDescription,
  type SecretVersion,
} from "./secret";
import { requestFingerprint, tokens } from "./staging-labels";
import { assertMerchant, twoOpenRequests, unexpectedValue } from "./stored-version";

/** A complete credential in the vault. */
export interface HeldCertificate {
  versionId: string;
  certificate: Certificate;
  /** PKCS#8 PEM. Secret. */
  privateKey: string;
  /** PEM of the issuers, in the order in which they were declared. */
  chain: readonly string[];
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
  /** The current version, where it holds a credential in another tool's form that is being taken over. */
  foreign: { versionId: string; adopted: CertificateText; privateKey: string } | undefined;
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
  {
    certificate: declared,
    merchantId,
    adopt,
    now,
  }: {
    certificate: CertificateText | undefined;
    merchantId: string;
    /** How a value of another tool is to be read; undefined where none is taken over. */
    adopt?: CertificateFields | undefined;
    now: Date;
  },
  read: (versionId: string) => Promise<SecretVersion>,
): Promise<CertificateView> {
  const held = async (versionId: string): Promise<HeldCertificate | undefined> =>
    heldCertificate(await read(versionId), merchantId);
  const currentId = currentVersionId(secret);
  const isPlaceholder = currentId === undefined || currentId === tokens.create(secret.name);
  const found = isPlaceholder
    ? {}
    : currentContent(await read(currentId), merchantId, adoptable(secret, adopt));
  const { current, foreign } = found;

  const open = openRequests(secret).filter(({ of }) => of !== fingerprintOf(current));
  if (open.length > 1)
    throw twoOpenRequests(
      "certificate request",
      open.map(({ of }) => of),
    );
  const pending = open[0] && pendingRequest(await read(open[0].versionId), open[0].of, merchantId);

  const kept = labelledVersions(secret, "certificate");
  const declaredAt = kept.find(({ of }) => of === declared?.certificate.serialNumber);
  const keptVersion = declaredAt && (await held(declaredAt.versionId));
  const outlived = [];
  for (const { versionId, of } of labelCount(secret) >= crowded ? kept : []) {
    const notAfter = versionId !== currentId && (await held(versionId))?.certificate.notAfter;
    if (notAfter && notAfter < now) outlived.push({ versionId, serialNumber: of });
  }
  return {
    secret,
    currentVersionId: currentId,
    current,
    foreign,
    pending,
    // The label names a serial number; only the certificate itself proves that it is the declared one.
    declaredVersion:
      keptVersion?.certificate.certificateSha256 === declared?.certificate.certificateSha256
        ? keptVersion
        : undefined,
    outlived,
  };
}

function currentContent(
  version: SecretVersion,
  merchantId: string,
  adopt: CertificateFields | undefined,
): { current?: HeldCertificate; foreign?: CertificateView["foreign"] } {
  try {
    return { current: heldCertificate(version, merchantId) };
  } catch (error) {
    if (!adopt || !isUnreadable(error) || !isForeign(version.value)) throw error;
    return {
      foreign: { versionId: version.versionId, ...adoptedCertificate(version.value, adopt, merchantId) },
    };
  }
}

/** The fingerprint of a held certificate's key, as request labels name it. */
export function fingerprintOf(heldCertificate: HeldCertificate | undefined): string | undefined {
  return heldCertificate && requestFingerprint(heldCertificate.certificate.publicKeySha256);
}

function heldCertificate(
  { versionId, value }: SecretVersion,
  merchantId: string,
): HeldCertificate | undefined {
  const parsed = parseValue(value);
  if (parsed.schema === "merchant-credentials/empty/v1") return undefined;
  if (parsed.schema !== "merchant-credentials/certificate/v1")
    throw unexpectedValue(versionId, parsed.schema);
  assertMerchant(parsed, merchantId);
  const der = pemBlocks(parsed.certificate)[0]?.der;
  const certificate = der && parseCertificate(der);
  const privateKey = readPrivateKey(parsed.privateKey);
  const belongs = privateKey && publicKeySha256(privateKey) === certificate?.publicKeySha256;
  if (!certificate || !belongs) throw unexpectedValue(versionId, parsed.schema);
  return { versionId, certificate, privateKey: parsed.privateKey, chain: parsed.chain };
}

function pendingRequest(version: SecretVersion, fingerprint: string, merchantId: string): PendingRequest {
  const { versionId, value, createdAt } = version;
  const parsed = parseValue(value);
  if (parsed.schema !== "merchant-credentials/certificate-request/v1")
    throw unexpectedValue(versionId, parsed.schema);
  assertMerchant(parsed, merchantId);
  const privateKey = readPrivateKey(parsed.privateKey);
  const digest = privateKey && publicKeySha256(privateKey);
  if (!digest || requestFingerprint(digest) !== fingerprint) throw unexpectedValue(versionId, parsed.schema);
  return {
    versionId,
    fingerprint,
    publicKeySha256: digest,
    certificateRequest: parsed.certificateRequest,
    since: createdAt,
    privateKey: parsed.privateKey,
  };
}
