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
  if (history.find(isOpen)?.versionId === entry.versionId) return history;
  const closed = history.map((each) => (isOpen(each) ? { ...each, until: entry.from } : each));
  return [...closed, entry].slice(-kept);
}

/** The history with an entry that never was current; the current one stays the last. */
export function withEnded<Entry extends Tenure>(
  history: readonly Entry[],
  entry: Entry & { until: string },
): readonly Entry[] {
  const ended = history.filter((each) => !isOpen(each));
  return [...ended, entry, ...history.filter(isOpen)].slice(-kept);
}

function isOpen({ until }: Tenure): boolean {
  return until === undefined;
}
