import { arnInCall, type Call, writableSecret } from "../call";
import type {
  ReplicaRegionInput,
  removeRegionsFromReplication as removeShape,
  replicateSecretToRegions as replicateShape,
} from "../inputs";
import type { Replica, Secret } from "../secret";
import { invalidParameter } from "../service-error";
import type { Input } from "../shape";

export function replicateSecretToRegions(input: Input<typeof replicateShape>, call: Call) {
  const secret = writableSecret(call, input.SecretId);
  const replicated = replicate(call, secret, input.AddReplicaRegions, input.ForceOverwriteReplicaSecret);
  call.replace(secret, { ...replicated, changedAt: call.now });
  return { ARN: arnInCall(call, secret), ReplicationStatus: replicationStatus(replicated) };
}

export function removeRegionsFromReplication(input: Input<typeof removeShape>, call: Call) {
  const secret = writableSecret(call, input.SecretId);
  const replicas = secret.replicas.filter(({ region }) => !input.RemoveReplicaRegions.includes(region));
  const reduced = { ...secret, replicas, changedAt: call.now };
  call.replace(secret, reduced);
  return { ARN: arnInCall(call, secret), ReplicationStatus: replicationStatus(reduced) ?? [] };
}

/** The secret with replicas in `regions`. A name that is taken there makes a failed replica, not an error. */
export function replicate(
  call: Call,
  secret: Secret,
  regions: readonly ReplicaRegionInput[],
  overwrite = false,
): Secret {
  if (regions.some(({ Region }) => Region === secret.region)) {
    throw invalidParameter("Invalid replica region.");
  }
  const wanted = [...secret.replicas.filter(({ failure }) => !failure), ...regions.map(toReplica)];
  if (new Set(wanted.map(({ region }) => region)).size < wanted.length) {
    throw invalidParameter("The secret is already replicated to a region that you specified.");
  }
  const added = regions.map(toReplica).map((replica): Replica => {
    const occupant = call.secrets.find(replica.region, secret.name, call.now);
    if (!occupant) return replica;
    if (overwrite && occupant.region === replica.region && occupant.replicas.length === 0) {
      call.replace(occupant, undefined);
      return replica;
    }
    const failure = `Replication failed: Secret name ${secret.name} already exists in region ${replica.region}.`;
    return { ...replica, failure };
  });
  const kept = secret.replicas.filter(({ region }) => !added.some((replica) => replica.region === region));
  return { ...secret, replicas: [...kept, ...added] };
}

export function replicationStatus(secret: Secret) {
  if (secret.replicas.length === 0) return undefined;
  return secret.replicas.map(({ region, kmsKeyId, failure }) => {
    const accessed = secret.accessedOn[region];
    return {
      Region: region,
      KmsKeyId: kmsKeyId,
      Status: failure ? "Failed" : "InSync",
      StatusMessage: failure,
      LastAccessedDate: accessed === undefined ? undefined : accessed / 1000,
    };
  });
}

const toReplica = ({ Region, KmsKeyId }: ReplicaRegionInput): Replica => ({
  region: Region,
  kmsKeyId: KmsKeyId || undefined,
});
