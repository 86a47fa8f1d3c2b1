import { bothZones, isoTime } from "./calendar";
import { keyWords, parseCertificate, type Certificate } from "./certificate";
import { isStrongRsa, strongRsa } from "./cfca-acceptance";
import { formatName } from "./distinguished-name";
import type { HeldCertificate } from "./held-certificate";
import { pemBlocks } from "./pem";

/** The platform's certificate that is kept beside the merchant's. All of it is public. */
export interface KeptPlatformCertificate {
  subject: string;
  /** Upper-case hex, padded to 40 digits. */
  serialNumber: string;
  /** ISO 8601, UTC. */
  notAfter: string;
  /** SHA-256 of the DER, lower-case hex. */
  certificateSha256: string;
}

/** What is wrong with a declared one whenever it is looked at; each reason names the argument. */
export function platformCertificateProblems(
  platform: Certificate,
  merchants: Certificate | undefined,
): string[] {
  const problems: string[] = [];
  if (!isStrongRsa(platform))
    problems.push(
      `platformCertificate: its key is ${keyWords(platform)}, expected ${strongRsa}. Give the certificate in the platform's SDK demo.`,
    );
  if (merchants?.publicKeySha256 === platform.publicKeySha256)
    problems.push(
      "platformCertificate: this has the merchant's own key. Give the platform's: what is encrypted with it only the platform can read.",
    );
  return problems;
}

/**
 * Why a declared one is not stored now, where it is not kept already: what has ended, or has yet to begin, would take the
 * place of one that works.
 */
export function platformCertificateDelays(
  platform: Certificate | undefined,
  kept: Certificate | undefined,
  now: Date,
): string[] {
  if (!platform || platform.certificateSha256 === kept?.certificateSha256) return [];
  const { serialNumber, notBefore, notAfter } = platform;
  const meanwhile = kept ? `; ${kept.serialNumber} stays` : "";
  if (notAfter <= now)
    return [
      `platformCertificate: ${serialNumber} expired on ${bothZones(notAfter)} and is not stored${meanwhile}. Declare the platform's new one.`,
    ];
  return notBefore > now
    ? [
        `platformCertificate: ${serialNumber} is not valid before ${bothZones(notBefore)} and is not stored yet${meanwhile}. Run \`pulumi up\` again from then on.`,
      ]
    : [];
}

/** The one in the vault beside the merchant's; undefined where there is none. */
export function keptPlatformCertificate(held: HeldCertificate | undefined): Certificate | undefined {
  const [block] = pemBlocks(held?.platformCertificate ?? "");
  return block && parseCertificate(block.der);
}

export function describePlatformCertificate({
  subject,
  serialNumber,
  notAfter,
  certificateSha256,
}: Certificate): KeptPlatformCertificate {
  return { subject: formatName(subject), serialNumber, notAfter: isoTime(notAfter), certificateSha256 };
}
