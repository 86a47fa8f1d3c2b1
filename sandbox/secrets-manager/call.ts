import { parseSecretId, partitionOf, secretArn } from "./arn";
import type { Secret } from "./secret";
import type { Secrets } from "./secret-store";
import {
  invalidParameter,
  invalidRequest,
  secretNotFound,
  ServiceError,
  validationFailed,
} from "./service-error";

/** One request, as an operation sees it. */
export interface Call {
  readonly operation: string;
  readonly region: string;
  readonly accountId: string;
  readonly now: number;
  readonly secrets: Secrets;
  replace(before: Secret | undefined, after: Secret | undefined): void;
  noteAccess(accessed: Secret): void;
}

/** The secret that a SecretId names in the region of the call. */
export function requestedSecret(call: Call, secretId: string): Secret {
  const reference = parseSecretId(secretId);
  if (!reference) throw invalidName();
  if (reference.by === "name") return found(call.secrets.find(call.region, reference.name, call.now));
  if (reference.accountId !== call.accountId) {
    throw new ServiceError(
      "AccessDeniedException",
      `User: arn:${partitionOf(call.region)}:iam::${call.accountId}:user/sandbox is not authorized to perform: ` +
        `secretsmanager:${call.operation} on resource: ${secretId} because no resource-based policy allows ` +
        `the secretsmanager:${call.operation} action`,
    );
  }
  if (reference.region !== call.region || reference.partition !== partitionOf(call.region)) {
    throw secretNotFound();
  }
  const secret = found(call.secrets.find(call.region, reference.name, call.now));
  if (reference.suffix !== undefined && reference.suffix !== secret.suffix) throw secretNotFound();
  return secret;
}

/** Like `requestedSecret`, for an operation that a scheduled deletion bars. */
export function usableSecret(call: Call, secretId: string): Secret {
  const secret = requestedSecret(call, secretId);
  if (secret.deleteAt !== undefined) {
    throw invalidRequest(
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }
  return secret;
}

/** Like `usableSecret`, for an operation that only the primary's region accepts. */
export function writableSecret(call: Call, secretId: string): Secret {
  return assertPrimary(call, usableSecret(call, secretId));
}

export function assertPrimary(call: Call, secret: Secret): Secret {
  if (secret.region !== call.region) {
    throw invalidParameter(
      "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
    );
  }
  return secret;
}

export function arnInCall(call: Call, secret: Secret): string {
  return secretArn(secret, call.region, call.accountId);
}

/** The members that identify a secret in almost every answer. */
export function identity(call: Call, secret: Secret) {
  return { ARN: arnInCall(call, secret), Name: secret.name };
}

export const invalidName = () =>
  validationFailed(
    "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
  );

function found(secret: Secret | undefined): Secret {
  if (!secret) throw secretNotFound();
  return secret;
}
