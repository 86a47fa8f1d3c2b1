import type { EventEmitter } from "node:events";
import { access, constants, lstat, realpath } from "node:fs/promises";
import { createFiles, type NewFile } from "./new-files";
import { inSpiteOfSignals } from "./signals";

export interface Seen {
  isFolder: boolean;
  /** Permission bits, the sticky one included. */
  mode: number;
}

/** Where files of a command's own go. All throw errors of Node.js with their `code`. */
export interface Disk {
  /** The path without symbolic links. */
  realPath: (path: string) => Promise<string>;
  /** What is there, a symbolic link as itself; undefined where nothing is. */
  look: (path: string) => Promise<Seen | undefined>;
  /** Fails where this user may not make files in a folder. */
  assertWritable: (folder: string) => Promise<void>;
  /** See {@link createFiles}. */
  createFiles: (files: readonly NewFile[]) => Promise<void>;
}

/** @param processSignals `process` */
export function disk(processSignals: EventEmitter): Disk {
  return {
    realPath: (path) => realpath(path),
    look,
    assertWritable: (folder) => access(folder, constants.W_OK | constants.X_OK),
    createFiles: (files) => inSpiteOfSignals(processSignals, () => createFiles(files)),
  };
}

async function look(path: string): Promise<Seen | undefined> {
  try {
    const facts = await lstat(path);
    // On Windows the bits say nothing of who may do what.
    const mode = process.platform === "win32" ? 0o700 : facts.mode & 0o7777;
    return { isFolder: facts.isDirectory(), mode };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
