import type { SecretDescription } from "../domain/secret";
import { backoff, type Waiting } from "./backoff";
import { VaultError, type Vault } from "./vault";

const attempts = 6;

/**
 * Schedules a secret for deletion. Replicas go first: AWS deletes no secret that has them, and removes them a
 * while after it has said so. A crash leaves a secret without replicas, or one that can be restored.
 */
export async function retire(
  vault: Vault,
  observed: SecretDescription,
  recoveryWindowInDays: number,
  { sleep }: Pick<Waiting, "sleep">,
): Promise<void> {
  let secret: SecretDescription | undefined = observed;
  for (let attempt = 1; secret && !secret.deletedAt; attempt++) {
    try {
      const regions = secret.replicas.map(({ region }) => region);
      if (regions.length > 0) await vault.removeReplicas(secret.arn, regions);
      return await vault.scheduleDeletion(secret.arn, recoveryWindowInDays);
    } catch (error) {
      // An answer that was lost makes the SDK ask again, and the second call finds the work done.
      const mayPass = error instanceof VaultError && error.reason === "conflict" && attempt < attempts;
      if (!mayPass) throw error;
    }
    await sleep(backoff(attempt));
    secret = await vault.describe(observed.arn);
  }
}
