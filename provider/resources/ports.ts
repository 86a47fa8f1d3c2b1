import type { KeyObject } from "node:crypto";
import type { Connection } from "../vault/connection";
import type { Waiting } from "../vault/reconcile";
import type { Vault } from "../vault/vault";

/** Everything a handler reaches out for. */
export interface Ports extends Waiting {
  randomHex: (bytes: number) => string;
  /** A fresh RSA key of 2048 bits. */
  generateKey: () => Promise<KeyObject>;
  vault: (connection: Connection, signal: AbortSignal) => Vault;
  /** Shown to the user by the engine, under the stack. */
  log: (text: string) => void;
}
