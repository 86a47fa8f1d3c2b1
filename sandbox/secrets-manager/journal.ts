import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FaultKind } from "./fault-rule";
import { operations } from "./operations";

/** One request. It never holds a secret value, only the digest of one. */
export interface JournalEntry {
  /** ISO 8601, when the request arrived. */
  readonly at: string;
  readonly operation: string;
  readonly region: string;
  /** The SecretId, or the Name of CreateSecret, as it was sent. */
  readonly secretId?: string;
  /** The version that was made, read or moved to. */
  readonly versionId?: string;
  /** The staging labels in the request. */
  readonly labels?: readonly string[];
  readonly fault?: FaultKind;
  /** The HTTP status of the answer; 0 while there is none, for good if a fault swallowed it. */
  readonly status: number;
  readonly errorType?: string;
  /** SHA-256 in hex of the value that was sent or returned: of the text as UTF-8, or of the bytes. */
  readonly valueSha256?: string;
}

/** Every request in the order of arrival. With a folder it is also kept there, a line for each one settled. */
export class Journal {
  #entries: JournalEntry[];
  readonly #file?: string;

  constructor(folder?: string) {
    if (folder) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      this.#file = join(folder, "journal.jsonl");
    }
    this.#entries = this.#file ? savedEntries(this.#file) : [];
  }

  entries(): JournalEntry[] {
    return this.#entries.map((entry) => ({ ...entry }));
  }

  /**
   * How many requests there were: of one operation, or of all that read (Describe, Get, List) or that write
   * (everything else). Calls to STS count only by their name. `secretId` counts only those that contain it.
   */
  count(what: "reads" | "writes" | (string & {}), secretId = ""): number {
    return this.#entries.filter(
      (entry) =>
        (entry.operation === what || `${operations.get(entry.operation)?.kind}s` === what) &&
        (entry.secretId ?? "").includes(secretId),
    ).length;
  }

  clear(): void {
    this.#entries = [];
    if (this.#file) writeFileSync(this.#file, "", { mode: 0o600 });
  }

  /** Notes the arrival of a request; the function that comes back notes how it ended. */
  open(arrival: Omit<JournalEntry, "status">): (end: Partial<JournalEntry>) => void {
    const entry = { ...arrival, status: 0 };
    this.#entries.push(entry);
    return (end) => {
      Object.assign(entry, end);
      if (this.#file) appendFileSync(this.#file, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
    };
  }
}

/** A last line that a kill cut off is dropped. */
function savedEntries(file: string): JournalEntry[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  const cutOff = lines.pop();
  if (cutOff) writeFileSync(file, lines.map((line) => `${line}\n`).join(""), { mode: 0o600 });
  return lines.map((line) => JSON.parse(line) as JournalEntry);
}
