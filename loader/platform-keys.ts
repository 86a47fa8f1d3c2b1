import type { KeyObject } from "node:crypto";
import { merchantIdIn, type CertificateCredential } from "./certificate-credential";
import { CredentialError } from "./errors";
import { paddedSerialNumber, type PlatformCertificate } from "./format";
import { readCertificatePem, readPublicKeyPem } from "./pem";
import { serialProblem } from "./serial-number";
import type { StoredVersion } from "./secrets-manager";
import { valueOf } from "./stored-value";
import { isPublicKeyId } from "./wechatpay";

/** A key with which WeChat Pay signs. Public. */
export interface PlatformKey {
  /** What the header `Wechatpay-Serial` names: a certificate's serial number, or `PUB_KEY_ID_…`. */
  serial: string;
  publicKey: KeyObject;
  /** Nothing for a public key, which does not end. */
  expiresAt?: Date;
}

export function isExpired({ expiresAt }: PlatformKey, now: Date): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}

/** Why none of the keys is of any use now; undefined where one is. */
export function allExpired(keys: readonly PlatformKey[], now: Date): CredentialError | undefined {
  if (keys.some((key) => !isExpired(key, now))) return undefined;
  const serials = keys.map(({ serial }) => serial).join(", ");
  return new CredentialError(
    "not-ready",
    `All platform certificates that are stored have ended (${serials}): run \`pulumi up\`.`,
  );
}

/** The keys in one secret. */
export interface PlatformKeySet {
  merchantId: string;
  versionId: string;
  keys: readonly PlatformKey[];
}

/**
 * Passes over an entry that cannot be used, as long as another can.
 *
 * @throws CredentialError `not-ready`, `another-kind`, `unreadable`, `inconsistent`
 */
export function readPlatformCertificates(
  version: StoredVersion,
  onWarning: (warning: CredentialError) => void,
): PlatformKeySet {
  const { merchantId, certificates } = valueOf("platformCertificates", version);
  const { secretId, versionId } = version;
  const entries = certificates.map((entry) => readEntry(entry, secretId));
  const keys = entries.flatMap((entry) => (entry instanceof CredentialError ? [] : [entry]));
  const mistakes = entries.filter((entry) => entry instanceof CredentialError);
  if (keys.length > 0) {
    for (const { code, message } of mistakes)
      onWarning(new CredentialError(code, `${message} This certificate is not used.`));
    return { merchantId, versionId, keys };
  }
  const reasons = mistakes.map(({ message }) => message).join(" ");
  throw new CredentialError(
    mistakes[0]?.code ?? "not-ready",
    reasons || `${secretId} lists no certificate: run \`pulumi up\`.`,
  );
}

/** The key of a platform certificate, or why it cannot be used. */
function readEntry(
  { serialNumber, certificate, expireTime }: PlatformCertificate,
  secretId: string,
): PlatformKey | CredentialError {
  const shown = serialNumber.slice(0, 60);
  const x509 = readCertificatePem(certificate);
  if ("found" in x509)
    return new CredentialError("unreadable", `${secretId}: certificate ${shown} is ${x509.found}.`);
  const { subject, publicKey, serialNumber: hex } = x509.value;
  const merchant = merchantIdIn(subject);
  if (merchant !== undefined)
    return new CredentialError(
      "another-kind",
      `${secretId}: certificate ${shown} is merchant ${merchant}'s own, not one of WeChat Pay's.`,
    );
  const problem = serialProblem(serialNumber, paddedSerialNumber(hex));
  if (problem) return new CredentialError("inconsistent", `${secretId}: ${problem}.`);
  const expiresAt = new Date(expireTime);
  if (Number.isNaN(expiresAt.getTime()))
    return new CredentialError("unreadable", `${secretId}: expireTime of ${shown} is not a time.`);
  return { serial: serialNumber, publicKey, expiresAt };
}

/** @throws CredentialError `not-ready`, `another-kind`, `unreadable` */
export function readPlatformPublicKey(version: StoredVersion): PlatformKeySet {
  const { merchantId, publicKeyId, publicKey } = valueOf("platformPublicKey", version);
  const { secretId, versionId } = version;
  if (!isPublicKeyId(publicKeyId))
    throw new CredentialError("unreadable", `${secretId}: publicKeyId is not PUB_KEY_ID_ and digits.`);
  const key = readPublicKeyPem(publicKey);
  if ("found" in key) throw new CredentialError("unreadable", `${secretId}: publicKey is ${key.found}.`);
  return { merchantId, versionId, keys: [{ serial: publicKeyId, publicKey: key.value }] };
}

/**
 * The keys but the merchant's own, which merchants mistake for the platform's: with it in place who has the merchant's
 * key could pass for WeChat Pay.
 */
export function withoutOwnKey(
  keys: readonly PlatformKey[],
  own: CertificateCredential | undefined,
): { usable: readonly PlatformKey[]; mistakes: readonly CredentialError[] } {
  if (!own) return { usable: keys, mistakes: [] };
  const isOwn = (key: PlatformKey) => key.serial === own.serialNumber || key.publicKey.equals(own.publicKey);
  const mistakes = keys
    .filter(isOwn)
    .map(
      ({ serial }) =>
        new CredentialError(
          "another-kind",
          `The platform key ${serial} is the key of merchant ${own.merchantId}'s own certificate, not WeChat Pay's.`,
        ),
    );
  return { usable: keys.filter((key) => !isOwn(key)), mistakes };
}
