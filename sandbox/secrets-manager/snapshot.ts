import { secretArn } from "./arn";
import type { Secret, SecretVersion } from "./secret";

/** A secret laid open for a test. */
export interface SecretSnapshot {
  name: string;
  arn: string;
  region: string;
  description?: string;
  kmsKeyId?: string;
  tags: Record<string, string>;
  /** Oldest first, deprecated ones included. */
  versions: { id: string; labels: string[]; value: string | Uint8Array }[];
  replicaRegions: string[];
  /** When a scheduled deletion takes effect. */
  deletionDate?: Date;
}

export function snapshot(secret: Secret, accountId: string): SecretSnapshot {
  return {
    name: secret.name,
    arn: secretArn(secret, secret.region, accountId),
    region: secret.region,
    description: secret.description,
    kmsKeyId: secret.kmsKeyId,
    tags: Object.fromEntries((secret.tags ?? []).map(({ key, value }) => [key, value])),
    versions: secret.versions.map((version) => ({
      id: version.id,
      labels: [...version.labels],
      value: plainValue(version),
    })),
    replicaRegions: secret.replicas.map(({ region }) => region),
    deletionDate: secret.deleteAt === undefined ? undefined : new Date(secret.deleteAt),
  };
}

function plainValue({ value }: SecretVersion): string | Uint8Array {
  return "string" in value ? value.string : new Uint8Array(Buffer.from(value.binary, "base64"));
}
