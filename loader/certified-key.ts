import type { KeyObject, X509Certificate } from "node:crypto";
import { CredentialError } from "./errors";
import { paddedSerialNumber } from "./format";
import { readCertificatePem, readPrivateKeyPem } from "./pem";
import { serialProblem } from "./serial-number";

/** A certificate and its key, as a value of the vault has them. */
export interface CertifiedKey {
  x509: X509Certificate;
  /** Secret. */
  key: KeyObject;
}

/**
 * Reads certificate, key and serial number of a value, which must belong together.
 *
 * @throws CredentialError `unreadable`, `inconsistent`
 */
export function certifiedKey(
  secretId: string,
  value: { serialNumber: string; privateKey: string; certificate: string },
): CertifiedKey {
  const x509 = readCertificatePem(value.certificate);
  if ("found" in x509) throw unreadable(secretId, "certificate", x509.found);
  const key = readPrivateKeyPem(value.privateKey);
  if ("found" in key) throw unreadable(secretId, "privateKey", key.found);
  const problem = serialProblem(value.serialNumber, paddedSerialNumber(x509.value.serialNumber));
  if (problem) throw new CredentialError("inconsistent", `${secretId}: ${problem}.`);
  if (!x509.value.checkPrivateKey(key.value))
    throw new CredentialError("inconsistent", `${secretId}: privateKey does not belong to the certificate.`);
  return { x509: x509.value, key: key.value };
}

export function unreadable(secretId: string, field: string, found: string): CredentialError {
  return new CredentialError("unreadable", `${secretId}: ${field} is ${found}.`);
}
