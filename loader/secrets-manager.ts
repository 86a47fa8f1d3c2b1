import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { readingError } from "./aws-errors";
import { CredentialError } from "./errors";
import type { Connection } from "./options";

export type Stage = "AWSCURRENT" | "AWSPENDING" | "AWSPREVIOUS";

/** One version of a secret, as it is stored. */
export interface StoredVersion {
  /** Name or ARN by which it was read. */
  secretId: string;
  versionId: string;
  text: string;
  /** Its staging labels. */
  labels: readonly string[];
}

/** @throws CredentialError `not-found`, `access-denied`, `no-aws-credentials`, `unavailable`, `unreadable`, `invalid-options` */
export type ReadVersion = (secretId: string, stage: Stage) => Promise<StoredVersion>;

/** Milliseconds. The SDK itself would wait for ever. */
const timeouts = { connectionTimeout: 3_000, requestTimeout: 5_000, throwOnRequestTimeout: true };

/**
 * Reads from AWS Secrets Manager. The stage is always named: a policy that allows some stages only refuses a request
 * that names none.
 */
export function versionReader({ client, region, endpoint }: Connection): ReadVersion {
  // A stray AWS_ENDPOINT_URL must not decide where credentials come from.
  const behaviour = { ignoreConfiguredEndpointUrls: true, maxAttempts: 3, requestHandler: timeouts };
  const secretsManager =
    client ??
    new SecretsManagerClient({ ...behaviour, ...(region && { region }), ...(endpoint && { endpoint }) });
  return async (secretId, stage) => {
    const command = new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage });
    const answer = await secretsManager.send(command).catch((error: unknown) => {
      throw readingError(error, secretId, stage);
    });
    if (answer.SecretString === undefined || answer.VersionId === undefined)
      throw new CredentialError("unreadable", `${secretId} holds bytes, not one of this product's values.`);
    return {
      secretId,
      versionId: answer.VersionId,
      text: answer.SecretString,
      labels: answer.VersionStages ?? [],
    };
  };
}
