import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SentLetter } from "./letters";

/** What a folder keeps of the letters sent; without a folder none. */
export function sentLetters(folder: string | undefined): SentLetter[] {
  if (folder === undefined) return [];
  try {
    return JSON.parse(readFileSync(fileIn(folder), "utf8")) as SentLetter[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new Error(`${fileIn(folder)} does not hold letters; delete it, and ask for new codes.`);
  }
}

/** The codes are not in it, only what tells them again. */
export function keepLetters(folder: string | undefined, sent: readonly SentLetter[]): void {
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${fileIn(folder)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(sent, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, fileIn(folder));
}

const fileIn = (folder: string): string => join(folder, "letters.json");
