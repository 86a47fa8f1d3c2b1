import { isoTime } from "./calendar";
import { lastChangeTag } from "./secret-tags";

/** Why a version of a secret became current. */
export type SecretChangeReason =
  "first value" | "rotation" | "change" | "import" | "adoption" | "promoted" | "found in the vault";

/** What the tag `last-change` of any credential but a certificate says. */
export interface LastChange {
  /** ISO 8601, UTC. */
  at: string;
  versionId: string;
  reason: string;
}

export function lastChangeTags(
  at: Date,
  versionId: string,
  reason: SecretChangeReason,
): Record<string, string> {
  return { [lastChangeTag]: `${isoTime(at)} current is version ${versionId}: ${reason}` };
}

export function readLastChange(tags: Readonly<Record<string, string>>): LastChange | undefined {
  const match = /^(\S+) current is version (\S+): (.+)$/.exec(tags[lastChangeTag] ?? "");
  return match ? { at: match[1]!, versionId: match[2]!, reason: match[3]! } : undefined;
}

/** What the tag `last-change` of a certificate says. */
export interface CertificateChange {
  /** ISO 8601, UTC. */
  at: string;
  serialNumber: string;
  /** Whether the key was made elsewhere. */
  isImported: boolean;
}

export function certificateChangeTags({
  at,
  serialNumber,
  isImported,
}: CertificateChange): Record<string, string> {
  return { [lastChangeTag]: `${at} current is certificate ${serialNumber}${isImported ? ": imported" : ""}` };
}

export function readCertificateChange(tags: Readonly<Record<string, string>>): CertificateChange | undefined {
  const match = /^(\S+) current is certificate ([0-9A-F]+)(: imported)?$/.exec(tags[lastChangeTag] ?? "");
  return match ? { at: match[1]!, serialNumber: match[2]!, isImported: match[3] !== undefined } : undefined;
}
