import { addDays } from "./calendar";
import { readLastChange } from "./last-change";
import { currentVersionId, labelledVersions, versionWith, type SecretDescription } from "./secret";
import { awsPrevious } from "./staging-labels";

/**
 * When the key before the current one is verified with no more, so many days after the change; undefined where no change
 * to the current version is recorded.
 */
export function overlapEnd(secret: SecretDescription, overlapDays: number): Date | undefined {
  const change = readLastChange(secret.tags);
  const at = new Date(change?.at ?? NaN);
  return change?.versionId === currentVersionId(secret) && !Number.isNaN(at.getTime())
    ? addDays(at, overlapDays)
    : undefined;
}

/** Whether the key before the current one is still verified with. Another change would take it away. */
export function isOverlapping(secret: SecretDescription): boolean {
  const before = versionWith(secret, awsPrevious);
  return labelledVersions(secret, "verification").some(({ versionId }) => versionId === before);
}
