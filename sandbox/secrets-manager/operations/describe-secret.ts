import { type Call, identity, requestedSecret } from "../call";
import type { describeSecret as describeShape, listSecretVersionIds as listShape } from "../inputs";
import type { Secret } from "../secret";
import { ServiceError } from "../service-error";
import type { Input } from "../shape";
import { replicationStatus } from "./replication";

/** A member that does not apply is left out, as the service leaves it out. */
export function describeSecret(input: Input<typeof describeShape>, call: Call) {
  const secret = requestedSecret(call, input.SecretId);
  return {
    ...identity(call, secret),
    Description: secret.description,
    KmsKeyId: keyIn(call.region, secret),
    RotationEnabled: secret.rotationEnabled,
    LastChangedDate: secret.changedAt / 1000,
    LastAccessedDate: seconds(secret.accessedOn[call.region]),
    DeletedDate: seconds(secret.deleteAt),
    Tags: secret.tags?.map(({ key, value }) => ({ Key: key, Value: value })),
    VersionIdsToStages: labelsByVersion(secret),
    OwningService: secret.owningService,
    CreatedDate: secret.createdAt / 1000,
    PrimaryRegion: secret.replicas.length > 0 ? secret.region : undefined,
    ReplicationStatus: replicationStatus(secret),
  };
}

export function listSecretVersionIds(input: Input<typeof listShape>, call: Call) {
  const secret = requestedSecret(call, input.SecretId);
  const listed = secret.versions.filter(({ labels }) => labels.length > 0 || input.IncludeDeprecated);
  const start = startOfPage(input.NextToken);
  const end = start + (input.MaxResults ?? 100);
  return {
    ...identity(call, secret),
    Versions: listed.slice(start, end).map((version) => ({
      VersionId: version.id,
      VersionStages: version.labels.length > 0 ? version.labels : undefined,
      CreatedDate: version.createdAt / 1000,
      LastAccessedDate: seconds(version.accessedOn),
      KmsKeyIds: [version.kmsKeyId ?? "DefaultEncryptionKey"],
    })),
    NextToken: end < listed.length ? Buffer.from(`from ${end}`).toString("base64") : undefined,
  };
}

/** Versions without labels are deprecated, and are not shown. */
function labelsByVersion({ versions }: Secret) {
  const labelled = versions.filter(({ labels }) => labels.length > 0);
  if (labelled.length === 0) return undefined;
  return Object.fromEntries(labelled.map(({ id, labels }) => [id, labels]));
}

function keyIn(region: string, secret: Secret): string | undefined {
  if (region === secret.region) return secret.kmsKeyId;
  return secret.replicas.find((replica) => replica.region === region)?.kmsKeyId;
}

function startOfPage(nextToken: string | undefined): number {
  if (nextToken === undefined) return 0;
  const start = /^from (\d+)$/.exec(Buffer.from(nextToken, "base64").toString())?.[1];
  if (!start) throw new ServiceError("InvalidNextTokenException", "The NextToken value is invalid.");
  return Number(start);
}

const seconds = (time: number | undefined) => (time === undefined ? undefined : time / 1000);
