/** What every entry of the audit trail in state has. */
export interface Tenure {
  versionId: string;
  /** ISO 8601, UTC: when it became current, as the tag `last-change` says, else when this program first saw it. */
  from: string;
  /** ISO 8601, UTC; absent while it is current. */
  until?: string;
}

/** State keeps this many; CloudTrail and the vault's tags are the durable record. */
const kept = 10;

/** The history once an entry's version is current; the same array where it was so before. */
export function withTenure<Entry extends Tenure>(history: readonly Entry[], entry: Entry): readonly Entry[] {
  const last = history.at(-1);
  if (last?.versionId === entry.versionId && !last.until) return history;
  const closed = history.map((each) => (each.until ? each : { ...each, until: entry.from }));
  return [...closed, entry].slice(-kept);
}
