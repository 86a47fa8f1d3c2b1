import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Secret } from "./secret";

/** Keeps one file per secret, replaced in one step: whenever the process dies, a file is old or new. */
export class StateFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = join(folder, "secrets");
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
  }

  load(): Secret[] {
    const files = readdirSync(this.#folder);
    for (const leftover of files.filter((file) => file.endsWith(".tmp"))) {
      rmSync(join(this.#folder, leftover));
    }
    return files.filter((file) => file.endsWith(".json")).map((file) => this.#read(file));
  }

  save(secret: Secret): void {
    const file = this.#fileOf(secret);
    writeFileSync(`${file}.tmp`, JSON.stringify(secret), { mode: 0o600 });
    renameSync(`${file}.tmp`, file);
  }

  remove(secret: Secret): void {
    rmSync(this.#fileOf(secret), { force: true });
  }

  #read(file: string): Secret {
    try {
      return JSON.parse(readFileSync(join(this.#folder, file), "utf8")) as Secret;
    } catch {
      throw new Error(`The sandbox cannot read its state file ${file}: delete the folder to start anew.`);
    }
  }

  /** Named by a digest, because a secret's name has slashes and may be longer than a file's. */
  #fileOf({ region, name }: Secret): string {
    const digest = createHash("sha256").update(`${region}:${name}`).digest("hex");
    return join(this.#folder, `${digest}.json`);
  }
}
