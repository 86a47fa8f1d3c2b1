import { randomSuffix } from "../arn";
import { type Call, identity, invalidName } from "../call";
import type { createSecret as shape } from "../inputs";
import { findVersion, sameValue, type Secret } from "../secret";
import { invalidRequest, resourceExists } from "../service-error";
import type { Input } from "../shape";
import { addVersion, current } from "../staging-labels";
import { requestToken, valueOf } from "./new-value";
import { replicate, replicationStatus } from "./replication";
import { mergedTags } from "./tags";

export function createSecret(input: Input<typeof shape>, call: Call) {
  const { Name: name } = input;
  if (!/^[A-Za-z0-9/_+=.@-]+$/.test(name)) throw invalidName();
  const value = valueOf(input);
  const token = requestToken(input);

  const existing = call.secrets.find(call.region, name, call.now);
  if (existing) {
    if (existing.deleteAt !== undefined) {
      throw invalidRequest(
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    }
    const made = findVersion(existing, token);
    if (existing.region !== call.region || !made || !value || !sameValue(made.value, value)) {
      throw resourceExists(`The operation failed because the secret ${name} already exists.`);
    }
    return answer(call, existing, token);
  }

  const empty: Secret = {
    region: call.region,
    name,
    suffix: randomSuffix(),
    description: input.Description,
    kmsKeyId: input.KmsKeyId || undefined,
    tags: input.Tags && mergedTags([], input.Tags),
    versions: [],
    replicas: [],
    createdAt: call.now,
    changedAt: call.now,
    accessedOn: {},
  };
  const filled = value
    ? addVersion(empty, { id: token, value, kmsKeyId: empty.kmsKeyId, createdAt: call.now }, [current])
    : empty;
  const secret = replicate(call, filled, input.AddReplicaRegions ?? [], input.ForceOverwriteReplicaSecret);
  call.replace(undefined, secret);
  return answer(call, secret, value && token);
}

function answer(call: Call, secret: Secret, versionId: string | undefined) {
  return { ...identity(call, secret), VersionId: versionId, ReplicationStatus: replicationStatus(secret) };
}
