import { withEnded, withTenure, type Tenure } from "./history";

/** One entry of the audit trail in state: which certificate was current, since when and why. */
export interface CertificateTenure extends Tenure {
  serialNumber: string;
  reason: string;
  /** ISO 8601, UTC: when this program first saw it marked as compromised. */
  compromised?: string;
}

/** A request that was given up: since when it waited, and when this program first saw it abandoned. */
export interface AbandonedRequest extends Tenure {
  /** Of its key: 16 hex digits. */
  fingerprint: string;
  until: string;
  reason: "abandoned request";
}

export type HistoryEntry = CertificateTenure | AbandonedRequest;

/** What tells why a certificate is current. */
export interface Evidence {
  /** The program declares this certificate. */
  declared: boolean;
  /** It is the first that the merchant ever had in this secret. */
  first: boolean;
  /** Its key was made elsewhere, and has not served before. */
  imported: boolean;
  /** It was issued before the one that it takes over from. */
  older: boolean;
  /** The one before is compromised. */
  afterCompromise: boolean;
  /** The one before was issued by WeChat Pay itself, and this one is not. */
  upgraded: boolean;
  /** It has the key of the one before. */
  sameKey: boolean;
}

/** Why a certificate is current; the first that applies. */
const reasons = [
  ["import", ({ imported, older }) => imported && !older],
  ["first issuance", ({ first }) => first],
  ["found in the vault", ({ declared }, history) => !declared || !hasServed(history)],
  ["roll back", ({ older }) => older],
  ["replacement of a compromised certificate", ({ afterCompromise }) => afterCompromise],
  ["upgrade", ({ upgraded }) => upgraded],
  ["renewal of the same key", ({ sameKey }) => sameKey],
  ["replacement", () => true],
] as const satisfies readonly (readonly [
  string,
  (evidence: Evidence, history: readonly HistoryEntry[]) => boolean,
])[];

export type ChangeReason = (typeof reasons)[number][0];

/** The history after `current` has been observed at `at`; the same array where nothing changed. */
export function recordCurrent(
  history: readonly HistoryEntry[],
  current: { versionId: string; serialNumber: string } | undefined,
  at: string,
  evidence: Evidence,
): readonly HistoryEntry[] {
  if (!current) return history;
  const { versionId, serialNumber } = current;
  const serving = history.find(({ until }) => !until);
  if (serving && "serialNumber" in serving && serving.serialNumber === serialNumber) {
    // The same certificate, written anew with other issuers, has never stopped serving.
    return serving.versionId === versionId
      ? history
      : history.map((entry) => (entry === serving ? { ...serving, versionId } : entry));
  }
  const reason: ChangeReason = reasons.find(([, applies]) => applies(evidence, history))![0];
  return withTenure<HistoryEntry>(history, { versionId, serialNumber, from: at, reason });
}

/** The history once a request has been given up; the same array where it is in it. */
export function recordAbandoned(
  history: readonly HistoryEntry[],
  { versionId, fingerprint, since }: { versionId: string; fingerprint: string; since: string },
  at: string,
): readonly HistoryEntry[] {
  if (history.some((entry) => entry.versionId === versionId)) return history;
  const reason = "abandoned request";
  return withEnded<HistoryEntry>(history, { versionId, fingerprint, from: since, until: at, reason });
}

/** The history with the compromised certificates marked; the same array where each is. */
export function recordCompromised(
  history: readonly HistoryEntry[],
  serialNumbers: readonly string[],
  at: string,
): readonly HistoryEntry[] {
  const isUnmarked = (entry: HistoryEntry): boolean =>
    "serialNumber" in entry && serialNumbers.includes(entry.serialNumber) && entry.compromised === undefined;
  if (!history.some(isUnmarked)) return history;
  return history.map((entry) => (isUnmarked(entry) ? { ...entry, compromised: at } : entry));
}

/** Whether any certificate is in it; requests may be given up before the first. */
export function hasServed(history: readonly HistoryEntry[]): boolean {
  return history.some((entry) => "serialNumber" in entry);
}
