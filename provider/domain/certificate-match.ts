import { isDeepStrictEqual } from "node:util";
import type { Certificate } from "./certificate";
import type { CertificateText } from "./certificate-text";
import type { CertificateView } from "./certificate-view";
import { companions } from "./completed-certificate";
import { isLabelled } from "./secret";
import { requestFingerprint } from "./staging-labels";

/** How the certificate relates to the keys in the vault. */
export type Match = "current" | "kept" | "pending" | "renewal-of-key" | "compromised" | "abandoned" | "none";

export function matchOf({ certificate }: CertificateText, view: CertificateView): Match {
  const { current, pending, declaredVersion, secret } = view;
  // It serves until another does, compromised or not.
  if (current?.certificate.certificateSha256 === certificate.certificateSha256) return "current";
  if (isCompromised(certificate, view)) return "compromised";
  if (isLabelled(secret, "abandoned", requestFingerprint(certificate.publicKeySha256))) return "abandoned";
  if (declaredVersion) return "kept";
  if (pending?.publicKeySha256 === certificate.publicKeySha256) return "pending";
  return isRenewalOfKey(current, certificate) ? "renewal-of-key" : "none";
}

/** A key that others know is no better under another certificate. */
export function isCompromised(
  certificate: Certificate,
  { secret, named, leakedKeys }: CertificateView,
): boolean {
  return (
    named.includes(certificate.serialNumber) ||
    isLabelled(secret, "compromised", certificate.serialNumber) ||
    leakedKeys.includes(certificate.publicKeySha256)
  );
}

/** The version whose key the certificate was issued for, while the certificate is not in the vault yet. */
export function keyFor(
  accepted: CertificateText,
  view: CertificateView,
): { versionId: string; privateKey: string } | undefined {
  const { current, pending, declaredVersion } = view;
  // Completed already, unless the program now declares something else with it: other issuers, say.
  if (declaredVersion)
    return isDeepStrictEqual(companions(declaredVersion), companions(accepted)) ? undefined : declaredVersion;
  if (pending && accepted.certificate.publicKeySha256 === pending.publicKeySha256) return pending;
  return isRenewalOfKey(current, accepted.certificate) ? current : undefined;
}

/** Under the 1-year rules the platform may prolong a key: the same one, with a later end. */
export function isRenewalOfKey(current: CertificateView["current"], certificate: Certificate): boolean {
  return (
    current !== undefined &&
    certificate.publicKeySha256 === current.certificate.publicKeySha256 &&
    certificate.notAfter > current.certificate.notAfter
  );
}
