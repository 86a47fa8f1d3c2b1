import type { KeyObject } from "node:crypto";
import { merchantIdIn, type CertificateCredential } from "./certificate-credential";
import { CredentialError } from "./errors";
import { paddedSerialNumber } from "./format";
import { readCertificatePem, readPublicKeyPem } from "./pem";
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

/** The keys in one secret. */
export interface PlatformKeySet {
  merchantId: string;
  versionId: string;
  keys: readonly PlatformKey[];
}

/** @throws CredentialError `not-ready`, `another-kind`, `unreadable`, `inconsistent` */
export function readPlatformCertificates(version: StoredVersion): PlatformKeySet {
  const { merchantId, certificates } = valueOf("platformCertificates", version);
  const { secretId, versionId } = version;
  const keys = certificates.map(({ serialNumber, certificate, expireTime }): PlatformKey => {
    const x509 = readCertificatePem(certificate);
    if ("found" in x509)
      throw new CredentialError(
        "unreadable",
        `${secretId}: certificate ${serialNumber.slice(0, 60)} is ${x509.found}.`,
      );
    const merchant = merchantIdIn(x509.value.subject);
    if (merchant !== undefined)
      throw new CredentialError(
        "another-kind",
        `${secretId}: certificate ${serialNumber.slice(0, 60)} is merchant ${merchant}'s own, not one of WeChat Pay's.`,
      );
    const actual = paddedSerialNumber(x509.value.serialNumber);
    if (serialNumber !== actual)
      throw new CredentialError(
        "inconsistent",
        `${secretId}: serialNumber is ${serialNumber.slice(0, 60)}, and the certificate's is ${actual}.`,
      );
    const expiresAt = new Date(expireTime);
    if (Number.isNaN(expiresAt.getTime()))
      throw new CredentialError("unreadable", `${secretId}: expireTime of ${serialNumber} is not a time.`);
    return { serial: serialNumber, publicKey: x509.value.publicKey, expiresAt };
  });
  return { merchantId, versionId, keys };
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
 * Refuses the merchant's own certificate or key among the platform's.
 *
 * @throws CredentialError `another-kind`
 */
export function assertNotTheMerchants(keys: readonly PlatformKey[], own: CertificateCredential): void {
  const { serialNumber, publicKey } = own;
  const mistaken = keys.find((key) => key.serial === serialNumber || key.publicKey.equals(publicKey));
  if (mistaken)
    throw new CredentialError(
      "another-kind",
      `The platform key ${mistaken.serial} is the key of merchant ${own.merchantId}'s own certificate, not WeChat Pay's.`,
    );
}
