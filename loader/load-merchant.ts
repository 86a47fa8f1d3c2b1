import { MerchantCredentials } from "./merchant-credentials";
import { MerchantSecrets } from "./merchant-secrets";
import { readOptions, type LoadOptions } from "./options";
import { versionReader } from "./secrets-manager";

/**
 * The credentials of one merchant, from AWS Secrets Manager. Reads those in `credentials` at once, the others when
 * they are needed, and all of them again when they are older than `cacheSeconds` or seem to be wrong.
 *
 * @throws CredentialError for an option that cannot be right, and for every credential that cannot be had
 */
export async function loadMerchant(options: LoadOptions): Promise<MerchantCredentials> {
  const settings = readOptions(options);
  const secrets = new MerchantSecrets(versionReader(settings), settings);
  await secrets.load(settings.atStart);
  return new MerchantCredentials(secrets.merchantId!, secrets, settings.now);
}
