import type { Issuance } from "./certificate-acceptance";
import type { CertificateText } from "./certificate-text";
import { serializeValue } from "./credential-value";
import { heldSchemas, type HeldCertificate } from "./held-certificate";
import { readCertificateChange } from "./last-change";
import { versionWith, type SecretDescription } from "./secret";
import { firstIssuedTag } from "./secret-tags";
import { awsPending, awsPrevious, labelName, tokens } from "./staging-labels";
import type { Step } from "./step";

/** Stands for the version of a key that did not come from this secret, in the ids of versions made with it. */
export const keyFromOutside = "import";

export function certificateValue(
  { merchantId, issuance }: { merchantId: string; issuance: Issuance },
  { certificate, chain, platformCertificate }: CertificateText,
  privateKey: string,
): string {
  return serializeValue({
    schema: heldSchemas[issuance],
    merchantId,
    serialNumber: certificate.serialNumber,
    privateKey,
    certificate: certificate.pem,
    chain,
    ...(platformCertificate !== undefined && { platformCertificate }),
  });
}

/** Writes the complete credential; AWSPENDING leaves the request with it and ends where AWS expects it. */
export function completed(
  complete: CertificateText,
  keyVersionId: string,
  value: string | (() => Promise<string>),
): Step {
  const { certificate } = complete;
  return {
    do: "put",
    token: tokens.certificate(keyVersionId, certificate.certificateSha256, companions(complete)),
    value,
    labels: [labelName("certificate", certificate.serialNumber), awsPending],
  };
}

/** What is written beside a certificate: another one makes another version. */
export function companions({
  chain,
  platformCertificate,
}: Pick<HeldCertificate, "chain" | "platformCertificate">): readonly string[] {
  return platformCertificate === undefined ? chain : [...chain, "platform", platformCertificate];
}

/** Whether the key was made elsewhere: the version's id tells what it was written from. */
export function cameFromOutside(held: HeldCertificate, secret: SecretDescription): boolean {
  const { versionId, certificate } = held;
  const madeWith = (keyVersionId: string | undefined): boolean =>
    keyVersionId !== undefined &&
    versionId === tokens.certificate(keyVersionId, certificate.certificateSha256, companions(held));
  const isForeign = !secret.tags[firstIssuedTag] || readCertificateChange(secret.tags)?.isImported === true;
  return madeWith(keyFromOutside) || (isForeign && madeWith(versionWith(secret, awsPrevious)));
}
