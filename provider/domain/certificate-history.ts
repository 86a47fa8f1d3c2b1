/** One entry of the audit trail in state: which certificate was current, since when and why. */
export interface HistoryEntry {
  versionId: string;
  serialNumber: string;
  /** ISO 8601, UTC: when it became current, as the tag `last-change` says, else when this program first saw it. */
  from: string;
  /** ISO 8601, UTC; absent while it is current. */
  until?: string;
  reason: string;
}

/** State keeps this many; CloudTrail and the vault's tags are the durable record. */
const kept = 10;

export type ChangeReason = "first issuance" | "replacement" | "roll back" | "found in the vault";

/** The history after `current` has been observed at `at`; the same array where nothing changed. */
export function recordCurrent(
  history: readonly HistoryEntry[],
  current: { versionId: string; serialNumber: string } | undefined,
  at: string,
  evidence: Evidence,
): readonly HistoryEntry[] {
  const last = history.at(-1);
  if (!current || (last?.versionId === current.versionId && !last.until)) return history;
  const { versionId, serialNumber } = current;
  const closed = history.map((entry) => (entry.until ? entry : { ...entry, until: at }));
  const entry = { versionId, serialNumber, from: at, reason: reasonFor(history, evidence) };
  return [...closed, entry].slice(-kept);
}

/** What tells why a certificate is current. */
export interface Evidence {
  /** The program declares this certificate. */
  declared: boolean;
  /** It is the first that the merchant ever had in this secret. */
  first: boolean;
  /** It was issued before the one that it takes over from. */
  older: boolean;
}

function reasonFor(history: readonly HistoryEntry[], { declared, first, older }: Evidence): ChangeReason {
  if (first) return "first issuance";
  if (!declared || history.length === 0) return "found in the vault";
  return older ? "roll back" : "replacement";
}
