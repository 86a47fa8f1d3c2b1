import type { Reason } from "./api/api-error";
import type { Fault } from "./faults";
import type { RefusalCode } from "./refusal";

/** One request to the platform, or one callback from it. Digests, never a secret. */
export interface JournalEntry {
  /** ISO 8601, when it came or went, by the platform's clock. */
  readonly at: string;
  readonly method: string;
  /** Path and query; of an unknown or a portal's address the path; of a callback its whole address. */
  readonly target: string;
  /** As the request says, whether or not it is true. */
  readonly merchant?: string;
  /** Of the merchant's certificate in `Authorization`; of a callback what has signed it. */
  readonly serial?: string;
  /** `not-judged` where a fault came first; else `accepted`, or why not. */
  readonly verdict: "accepted" | "not-judged" | "callback" | Reason | RefusalCode;
  /** Of the answer; 0 where there was none. */
  readonly status: number;
  readonly fault?: Fault;
  /** SHA-256 in hex of what was sent along, if anything. */
  readonly bodySha256?: string;
}

/** In the order in which they were answered. */
export class Journal {
  #entries: JournalEntry[] = [];

  entries(): JournalEntry[] {
    return this.#entries.map((entry) => ({ ...entry }));
  }

  clear(): void {
    this.#entries = [];
  }

  /** For the platform. */
  note(entry: JournalEntry): void {
    this.#entries.push(entry);
  }
}
