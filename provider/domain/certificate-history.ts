import { withTenure, type Tenure } from "./history";

/** One entry of the audit trail in state: which certificate was current, since when and why. */
export interface HistoryEntry extends Tenure {
  serialNumber: string;
  reason: string;
}

export type ChangeReason = "first issuance" | "import" | "replacement" | "roll back" | "found in the vault";

/** The history after `current` has been observed at `at`; the same array where nothing changed. */
export function recordCurrent(
  history: readonly HistoryEntry[],
  current: { versionId: string; serialNumber: string } | undefined,
  at: string,
  evidence: Evidence,
): readonly HistoryEntry[] {
  if (!current) return history;
  const { versionId, serialNumber } = current;
  return withTenure(history, { versionId, serialNumber, from: at, reason: reasonFor(history, evidence) });
}

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
}

function reasonFor(
  history: readonly HistoryEntry[],
  { declared, first, imported, older }: Evidence,
): ChangeReason {
  if (imported && !older) return "import";
  if (first) return "first issuance";
  if (!declared || history.length === 0) return "found in the vault";
  return older ? "roll back" : "replacement";
}
