import { parseSecretId, secretArn } from "../arn";
import { assertPrimary, type Call, identity, requestedSecret } from "../call";
import type { deleteSecret as deleteShape, restoreSecret as restoreShape } from "../inputs";
import type { Secret } from "../secret";
import { invalidParameter, invalidRequest, ServiceError } from "../service-error";
import type { Input } from "../shape";

const dayInMs = 24 * 60 * 60 * 1000;

export function deleteSecret(input: Input<typeof deleteShape>, call: Call) {
  const { RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force } = input;
  if (force && days !== undefined) {
    throw invalidParameter(
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  }
  if (days !== undefined && (days < 7 || days > 30)) {
    throw invalidParameter("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
  }
  const secret = force ? secretIfAny(input.SecretId, call) : requestedSecret(call, input.SecretId);
  if (!secret) return deletedAlready(input.SecretId, call);
  assertPrimary(call, secret);
  if (secret.replicas.length > 0) {
    const regions = secret.replicas.map(({ region }) => region).join(", ");
    const arn = secretArn(secret, call.region, call.accountId);
    throw invalidParameter(`You can't delete secret ${arn} that still has replica regions [${regions}].`);
  }
  if (secret.deleteAt !== undefined && !force) {
    throw invalidRequest(
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }

  const deleteAt = force ? call.now : call.now + (days ?? 30) * dayInMs;
  call.replace(secret, force ? undefined : { ...secret, deleteAt, changedAt: call.now });
  return { ...identity(call, secret), DeletionDate: deleteAt / 1000 };
}

/** A secret that is not scheduled for deletion stays as it is. */
export function restoreSecret(input: Input<typeof restoreShape>, call: Call) {
  const secret = assertPrimary(call, requestedSecret(call, input.SecretId));
  if (secret.deleteAt !== undefined) {
    call.replace(secret, { ...secret, deleteAt: undefined, changedAt: call.now });
  }
  return identity(call, secret);
}

function secretIfAny(secretId: string, call: Call): Secret | undefined {
  try {
    return requestedSecret(call, secretId);
  } catch (error) {
    if (error instanceof ServiceError && error.type === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

/** "If you forcibly delete an already deleted or nonexistent secret" there is no ResourceNotFoundException. */
function deletedAlready(secretId: string, call: Call) {
  const name = parseSecretId(secretId)?.name ?? secretId;
  const arn = secretId.startsWith("arn:")
    ? secretId
    : secretArn({ name, suffix: "000000" }, call.region, call.accountId);
  return { ARN: arn, Name: name, DeletionDate: call.now / 1000 };
}
