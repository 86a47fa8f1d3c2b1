import { VaultError, type VaultErrorReason } from "./vault";

/** Error names of Secrets Manager and STS, and what each means for the protocol. Source: API reference. */
const reasons: Readonly<Record<string, VaultErrorReason>> = {
  ResourceNotFoundException: "not-found",
  ResourceExistsException: "exists",
  InvalidParameterException: "refused",
  // Also answers a call that has been overtaken: the secret is being deleted, say.
  InvalidRequestException: "conflict",
  PreconditionNotMetException: "conflict",
  AccessDeniedException: "access-denied",
  AccessDenied: "access-denied",
  UnrecognizedClientException: "access-denied",
  InvalidSignatureException: "access-denied",
  ExpiredTokenException: "access-denied",
  ExpiredToken: "access-denied",
  InvalidClientTokenId: "access-denied",
  SignatureDoesNotMatch: "access-denied",
  EncryptionFailure: "kms",
  DecryptionFailure: "kms",
  ThrottlingException: "unavailable",
  // A quota, such as 20 labels on a secret; waiting does not help.
  LimitExceededException: "refused",
  InternalServiceError: "unavailable",
};

/** Operations that say InvalidParameterException when another run has been there first. */
const overtakenByParameter = new Set([
  "DeleteSecret",
  "UpdateSecretVersionStage",
  "ReplicateSecretToRegions",
  "RemoveRegionsFromReplication",
]);

/** What the SDK calls it when no answer came at all; the last is the handler's own time limit. */
const silences = new Set(["TimeoutError", "AggregateError", "AbortError"]);

const socketErrors =
  /^(ECONN|ENOTFOUND|EAI_AGAIN|EPIPE|EPROTO|EHOST|ENET|ETIMEDOUT|CERT_|DEPTH_ZERO|ERR_TLS|SELF_SIGNED|UNABLE_TO)/;

/**
 * An error of the SDK as ours: its name, what it means and as much of its text as is safe. The text of a name that
 * is not listed is left out: AWS quotes a rejected argument in a ValidationException, and it may be the value.
 */
export function vaultError(operation: string, error: unknown): VaultError {
  const {
    name = "Error",
    message = "",
    code = "",
  } = error as { name?: string; message?: string; code?: string };
  // Its text may hold the whole command line of a credential_process.
  if (name === "CredentialsProviderError") {
    return new VaultError("access-denied", `${operation}: no AWS credentials could be had`, operation);
  }
  const overtaken = name === "InvalidParameterException" && overtakenByParameter.has(operation);
  const known = overtaken ? "conflict" : reasons[name];
  if (known) return new VaultError(known, `${operation}: ${name}${quote(message)}`, operation);
  const transport = socketErrors.test(code) || silences.has(name);
  if (transport) {
    return new VaultError(
      "unavailable",
      `${operation}: no answer from the endpoint (${code || name})`,
      operation,
    );
  }
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  const reason = status !== undefined && status >= 500 ? "unavailable" : "refused";
  return new VaultError(reason, `${operation}: ${name}${status ? ` (HTTP ${status})` : ""}`, operation);
}

function quote(message: string): string {
  // A message must not be able to move a terminal's cursor or turn its writing direction.
  return message && `: ${message.replace(/[\p{Cc}\p{Cf}]+/gu, " ").slice(0, 300)}`;
}
