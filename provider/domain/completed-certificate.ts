import type { CertificateText } from "./certificate-text";
import type { HeldCertificate } from "./certificate-view";
import { serializeValue } from "./credential-value";
import { readCertificateChange } from "./last-change";
import { versionWith, type SecretDescription } from "./secret";
import { firstIssuedTag } from "./secret-tags";
import { awsPending, awsPrevious, labelName, tokens } from "./staging-labels";
import type { Step } from "./step";

/** Stands for the version of a key that did not come from this secret, in the ids of versions made with it. */
export const keyFromOutside = "import";

export function certificateValue(
  merchantId: string,
  { certificate, chain }: CertificateText,
  privateKey: string,
): string {
  return serializeValue({
    schema: "merchant-credentials/certificate/v1",
    merchantId,
    serialNumber: certificate.serialNumber,
    privateKey,
    certificate: certificate.pem,
    chain,
  });
}

/** Writes the complete credential; AWSPENDING leaves the request with it and ends where AWS expects it. */
export function completed(
  { certificate, chain }: CertificateText,
  keyVersionId: string,
  value: string | (() => Promise<string>),
): Step {
  return {
    do: "put",
    token: tokens.certificate(keyVersionId, certificate.certificateSha256, chain),
    value,
    labels: [labelName("certificate", certificate.serialNumber), awsPending],
  };
}

/** Whether the key was made elsewhere: the version's id tells what it was written from. */
export function cameFromOutside(
  { versionId, certificate, chain }: HeldCertificate,
  secret: SecretDescription,
): boolean {
  const madeWith = (keyVersionId: string | undefined): boolean =>
    keyVersionId !== undefined &&
    versionId === tokens.certificate(keyVersionId, certificate.certificateSha256, chain);
  const isForeign = !secret.tags[firstIssuedTag] || readCertificateChange(secret.tags)?.isImported === true;
  return madeWith(keyFromOutside) || (isForeign && madeWith(versionWith(secret, awsPrevious)));
}
