import {
  firstStep,
  settingsAfterValues,
  settingsBeforeValues,
  type SecretSettings,
} from "../domain/settings-steps";
import type { SecretDescription } from "../domain/secret";
import type { SecretIdentity } from "../domain/secret-tags";
import type { Protocol } from "../vault/reconcile";
import type { CredentialInputs, ValueProtocol } from "./credential-kind";
import type { JsonObject } from "./resource-handlers";

/** Settings of the secret first, then its value, then its copies; all in one reconciliation. */
export function withSettings<View>(
  kind: string,
  values: ValueProtocol<View>,
  settings: SecretSettings,
): Protocol<{ secret: SecretDescription; values: View | undefined }> {
  return {
    kind,
    // The value of a secret that is scheduled for deletion cannot be read before it is restored.
    view: async (secret, read, exists) => ({
      secret,
      values: secret.deletedAt ? undefined : await values.view(secret, read, exists),
    }),
    next: ({ secret, values: view }) =>
      firstStep(settingsBeforeValues, secret, settings) ??
      (view && values.next(view)) ??
      firstStep(settingsAfterValues, secret, settings),
  };
}

export function settingsOf(
  inputs: CredentialInputs,
  identity: SecretIdentity,
  claimTags: Readonly<Record<string, string>>,
  previous: JsonObject,
): SecretSettings {
  const { tags, kmsKeyId, replicaRegions } = inputs;
  return {
    identity,
    claimTags,
    tags,
    kmsKeyId,
    replicaRegions,
    before: {
      tags: Object.keys((previous.tags ?? {}) as JsonObject),
      kmsKeyId: previous.kmsKeyId as string | undefined,
      unconfirmedKmsKeyId: previous.unconfirmedKmsKeyId as string | undefined,
      replicaRegions: (previous.replicaRegions ?? []) as string[],
    },
  };
}

/**
 * The settings to remember after an update that did not go through: what was there before and what has been
 * asked for since, because either may be in the vault and have to be taken away again.
 */
export function settingsAfterFailure(previous: JsonObject, outputs: JsonObject): JsonObject {
  const regions = [
    ...((previous.replicaRegions ?? []) as string[]),
    ...((outputs.replicaRegions ?? []) as string[]),
  ];
  return {
    tags: { ...((previous.tags ?? {}) as JsonObject), ...((outputs.tags ?? {}) as JsonObject) },
    kmsKeyId: previous.kmsKeyId,
    unconfirmedKmsKeyId: outputs.kmsKeyId ?? previous.unconfirmedKmsKeyId,
    replicaRegions: [...new Set(regions)],
  };
}
