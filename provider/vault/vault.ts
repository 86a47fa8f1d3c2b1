import type { SecretDescription, SecretVersion } from "../domain/secret";

export interface NewSecret {
  name: string;
  token: string;
  value: string;
  description: string;
  tags: Readonly<Record<string, string>>;
  kmsKeyId?: string;
}

export type VaultErrorReason =
  /** Somebody else changed the secret since it was observed, or the call has been made before. */
  | "conflict"
  /** A secret or a version of that name or token is there already. */
  | "exists"
  | "not-found"
  | "access-denied"
  /** The KMS key cannot be used. */
  | "kms"
  /** Throttled, unreachable or failing, after all retries. */
  | "unavailable"
  | "refused";

/** An answer of the vault that is not a success. Its message is safe to print. */
export class VaultError extends Error {
  override readonly name = "VaultError";
  constructor(
    readonly reason: VaultErrorReason,
    message: string,
    readonly operation: string,
  ) {
    super(message);
  }
}

/** Secret. */
export interface SecretContent {
  text?: string;
  bytes?: Buffer;
}

/**
 * The custody of secrets: Secrets Manager's own semantics as a port. A secret is addressed by ARN or name, a
 * version always by its id. Only a typed not-found is an absence; everything else throws a VaultError.
 */
export interface Vault {
  describe(secret: string): Promise<SecretDescription | undefined>;
  /** Fails with `exists` where the name is taken, scheduled for deletion included. */
  create(secret: NewSecret): Promise<void>;
  read(secret: string, versionId: string): Promise<SecretVersion | undefined>;
  /** The current value of any secret, text or binary: where a program's references lead to. */
  readCurrent(secret: string): Promise<SecretContent | undefined>;
  /** Writes a version whose id is the token; the labels move to it. */
  put(secret: string, version: { token: string; value: string; labels: readonly string[] }): Promise<void>;
  /** Moves a label as a compare-and-swap; without `to` it is removed, without `from` it is new. */
  moveLabel(secret: string, label: string, move: { from?: string; to?: string }): Promise<void>;
  tag(secret: string, tags: Readonly<Record<string, string>>): Promise<void>;
  untag(secret: string, keys: readonly string[]): Promise<void>;
  setKmsKey(secret: string, kmsKeyId: string): Promise<void>;
  addReplicas(secret: string, regions: readonly string[]): Promise<void>;
  removeReplicas(secret: string, regions: readonly string[]): Promise<void>;
  restore(secret: string): Promise<void>;
  scheduleDeletion(secret: string, recoveryWindowInDays: number): Promise<void>;
  /** The account that the credentials belong to; asked only before believing that a secret is gone. */
  accountId(): Promise<string>;
}
