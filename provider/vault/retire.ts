import type { SecretDescription } from "../domain/secret";
import { VaultError, type Vault } from "./vault";

/** Schedules a secret for deletion. Replicas go first: AWS deletes no secret that has them. */
export async function retire(
  vault: Vault,
  { arn, replicas }: SecretDescription,
  recoveryWindowInDays: number,
): Promise<void> {
  const regions = replicas.map(({ region }) => region);
  try {
    if (regions.length > 0) await vault.removeReplicas(arn, regions);
    await vault.scheduleDeletion(arn, recoveryWindowInDays);
  } catch (error) {
    // An answer that was lost makes the SDK ask again, and the second call finds the work done.
    if (!(error instanceof VaultError && error.reason === "conflict")) throw error;
    const left = await vault.describe(arn);
    if (left?.deletedAt) return;
    if (!left || left.replicas.length > 0) throw error;
    await vault.scheduleDeletion(arn, recoveryWindowInDays);
  }
}
