import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AccountRecord } from "./account-record";

/** Keeps one file for each merchant, replaced in one step: whenever the process dies, a file is old or new. */
export class AccountFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = join(folder, "merchants");
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
  }

  load(): AccountRecord[] {
    return readdirSync(this.#folder)
      .filter((file) => file.endsWith(".json"))
      .map((file) => this.#read(file));
  }

  save(record: AccountRecord): void {
    const file = join(this.#folder, `${record.merchantId}.json`);
    writeFileSync(`${file}.tmp`, JSON.stringify(record, null, 2), { mode: 0o600 });
    renameSync(`${file}.tmp`, file);
  }

  #read(file: string): AccountRecord {
    try {
      return JSON.parse(readFileSync(join(this.#folder, file), "utf8")) as AccountRecord;
    } catch {
      throw new Error(`The sandbox cannot read ${join(this.#folder, file)}: delete it to begin anew.`);
    }
  }
}
