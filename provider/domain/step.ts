/**
 * One write. Each is decided from what the vault holds and nothing else, so a crash between any two leaves a
 * state from which the rest is decided again.
 */
export type Step =
  /** Makes a key or secret value and stores it as an open request. */
  | { do: "begin"; generate: () => Promise<NewRequest> }
  /** Writes a version; a value that comes from outside is fetched only now. */
  | {
      do: "put";
      token: string | ((n: number) => string);
      value: string | (() => Promise<string>);
      labels: readonly string[];
    }
  | { do: "move-label"; label: string; from?: string; to?: string }
  | { do: "restore" }
  | { do: "tag"; tags: Readonly<Record<string, string>> }
  | { do: "untag"; keys: readonly string[] }
  | { do: "set-kms-key"; kmsKeyId: string }
  | { do: "add-replicas"; regions: readonly string[] }
  | { do: "remove-replicas"; regions: readonly string[] };

export interface NewRequest {
  /** Text of the pending value. Secret. */
  value: string;
  /** 16 hex digits that name the request in its label. Default: the start of the version's own id. */
  fingerprint?: string;
}
