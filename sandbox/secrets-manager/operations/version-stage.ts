import { type Call, identity, writableSecret } from "../call";
import type { updateSecretVersionStage as shape } from "../inputs";
import { findVersion } from "../secret";
import { invalidParameter, valueNotFound } from "../service-error";
import type { Input } from "../shape";
import { current, labelHolder, moveLabels, withoutLabel } from "../staging-labels";

/**
 * Moves or removes one label. "If the label is attached and you either do not specify RemoveFromVersionId,
 * or the version ID does not match, then the operation fails": a compare-and-swap.
 */
export function updateSecretVersionStage(input: Input<typeof shape>, call: Call) {
  const secret = writableSecret(call, input.SecretId);
  const { VersionStage: label, RemoveFromVersionId: from, MoveToVersionId: to } = input;
  const holder = labelHolder(secret, label);

  if (from === undefined && to === undefined) {
    throw invalidParameter("You must specify RemoveFromVersionId, MoveToVersionId or both.");
  }
  if (to !== undefined && !findVersion(secret, to)) throw valueNotFound({ versionId: to });
  if (from !== undefined && holder?.id !== from) {
    throw invalidParameter(`Staging label ${label} is not currently attached to version ${from}.`);
  }
  if (from === undefined && holder && holder.id !== to) {
    throw invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to ` +
        `version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  if (to === undefined && label === current) {
    throw invalidParameter(
      "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.",
    );
  }

  const changed = to === undefined ? withoutLabel(secret, from!, label) : moveLabels(secret, to, [label]);
  call.replace(secret, { ...changed, changedAt: call.now });
  return identity(call, secret);
}
