import type { KeyObject } from "node:crypto";
import type { Connection } from "../vault/connection";
import type { Waiting } from "../vault/backoff";
import type { Vault } from "../vault/vault";
import type { Prober } from "../verification/prober";
import type { JsonObject } from "./resource-handlers";
import type { SecretSources } from "./secret-sources";

/** What the protocol of one resource may ask beside its own secret, within one call of its handlers. */
export interface Outside {
  sources: SecretSources;
  prober: Prober;
}

/** Everything a handler reaches out for. */
export interface Ports extends Waiting {
  randomBytes: (count: number) => Uint8Array;
  /** A fresh RSA key of so many bits. */
  generateKey: (bits: number) => Promise<KeyObject>;
  vault: (connection: Connection, signal: AbortSignal) => Vault;
  /** Where secret material comes in from: the environment, files of the program's folder, other secrets. */
  secretSources: (config: JsonObject, signal: AbortSignal) => SecretSources;
  /** Asks WeChat Pay; nothing is sent before one of its functions is called. */
  prober: (config: JsonObject, signal: AbortSignal) => Prober;
  /** Shown to the user by the engine, under the stack. */
  log: (text: string) => void;
}
