import type { SecretFile } from "../resources/secret-sources";
import type { Connection } from "../vault/connection";
import type { Vault } from "../vault/vault";
import type { Disk } from "./disk";
import type { Signal } from "./signals";

/** Bytes that a command may read no more of than `limit`; longer ones are a `TooLarge`. */
export type ReadBytes = (limit: number) => Promise<Buffer>;

/** A child process that has ended. */
export interface Execution {
  /** Null where a signal ended it. */
  status: number | null;
  stdout: Buffer;
  stderr: string;
}

/** What ended the time in which something was shown. */
export type Leaving = "enter" | "time" | Signal;

export interface Scene {
  show: () => void;
  /** Called exactly once, whatever happens after `show`, and before the process can end. */
  hide: () => void;
}

export interface Question {
  prompt: string;
  /** Looks at the answer before the next question is asked. Its error ends them all. */
  check?: (answer: Buffer) => void;
}

/** Everything that a command touches outside its arguments. main.ts has the real one; tests have their own. */
export interface World {
  /** Of the package. */
  version: string;
  now: () => Date;
  sleep: (milliseconds: number) => Promise<void>;
  /** Cryptographically secure. */
  randomBytes: (count: number) => Uint8Array;
  environment: Readonly<Record<string, string | undefined>>;
  /** Where relative paths start; absolute. */
  folder: () => string;
  stdin: { isTerminal: boolean; read: ReadBytes };
  stdout: { isTerminal: boolean; columns?: number; write: (text: string) => void };
  stderr: { isTerminal: boolean; write: (text: string) => void };
  /** @throws an error of Node.js with its `code`, or `TooLarge`. */
  readFile: (path: string, limit: number) => Promise<Buffer>;
  /** A small file that a reference leads to. */
  readSecretFile: (path: string) => Promise<SecretFile>;
  disk: Disk;
  /** @throws an error of Node.js with its `code` where the program cannot be started, or `TooLarge`. */
  execute: (program: string, args: readonly string[], limit: number) => Promise<Execution>;
  /** Shows something to the person at the terminal until Enter, a signal or the end of the time. */
  hold: (scene: Scene, milliseconds: number) => Promise<Leaving>;
  /** Asks the person at the terminal, and shows nothing of the answers; those are secret. */
  ask: (questions: readonly Question[]) => Promise<Buffer[] | Signal>;
  vault: (connection: Connection) => Vault;
}
