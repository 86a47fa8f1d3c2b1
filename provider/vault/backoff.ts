/** What waiting needs of the outside. */
export interface Waiting {
  now: () => Date;
  sleep: (milliseconds: number) => Promise<void>;
}

/** Milliseconds before attempt n + 1: 100, 200, … 3,200. */
export function backoff(attempt: number): number {
  return 100 * 2 ** Math.min(Math.max(attempt, 1) - 1, 5);
}
