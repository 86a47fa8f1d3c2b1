/** A secret as the sandbox keeps it. Never changed in place: a write replaces it. */
export interface Secret {
  /** Where it was created; its replicas are this same object, seen from another region. */
  readonly region: string;
  readonly name: string;
  /** The six random characters at the end of its ARN. */
  readonly suffix: string;
  readonly description?: string;
  readonly kmsKeyId?: string;
  /** Undefined until the secret is tagged for the first time, and absent from answers until then. */
  readonly tags?: readonly Tag[];
  /** Oldest first. */
  readonly versions: readonly SecretVersion[];
  readonly replicas: readonly Replica[];
  readonly createdAt: number;
  readonly changedAt: number;
  /** When a scheduled deletion takes effect. */
  readonly deleteAt?: number;
  /** The day of the last read, by region. */
  readonly accessedOn: Readonly<Record<string, number>>;
  readonly rotationEnabled?: boolean;
  readonly owningService?: string;
}

export interface SecretVersion {
  readonly id: string;
  readonly value: SecretValue;
  readonly labels: readonly string[];
  readonly kmsKeyId?: string;
  readonly createdAt: number;
  readonly accessedOn?: number;
}

/** `binary` is Base64. */
export type SecretValue = { readonly string: string } | { readonly binary: string };

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export interface Replica {
  readonly region: string;
  readonly kmsKeyId?: string;
  /** Why the copy was not made. Without it the replica is in sync. */
  readonly failure?: string;
}

export function sameValue(one: SecretValue, other: SecretValue): boolean {
  if ("string" in one) return "string" in other && one.string === other.string;
  return "binary" in other && one.binary === other.binary;
}

/** The regions in which the secret can be read. */
export function readableRegions(secret: Secret): string[] {
  return [secret.region, ...secret.replicas.filter((r) => !r.failure).map((r) => r.region)];
}

export function findVersion(secret: Secret, id: string): SecretVersion | undefined {
  return secret.versions.find((version) => version.id === id);
}
