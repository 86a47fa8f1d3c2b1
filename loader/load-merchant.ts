import { MerchantCredentials } from "./merchant-credentials";
import { MerchantSecrets } from "./merchant-secrets";
import { credentialKinds, type CredentialKind } from "./kinds";
import { readOptions, type Family, type LoadOptions } from "./options";
import { versionReader } from "./secrets-manager";
import { demandsByDefault, readAtStart } from "./start";

const weChatPay: Family<CredentialKind> = {
  loader: "loadMerchant",
  kinds: credentialKinds,
  merchantId: { pattern: /^\d{8,10}$/, expected: "a text of 8 to 10 digits" },
  demands: demandsByDefault,
};

/**
 * The credentials of one merchant, from AWS Secrets Manager. Looks at them at once, so that a mistake shows there and
 * not at the first payment, and reads them again when they are older than `cacheSeconds` or seem to be wrong.
 *
 * @throws CredentialError for an option that cannot be right, for a credential that is not what it should be, and for
 *   one that the application cannot do without: see `credentials`
 */
export async function loadMerchant(options: LoadOptions): Promise<MerchantCredentials> {
  const settings = readOptions(options, weChatPay);
  const secrets = new MerchantSecrets(versionReader(settings), settings);
  await readAtStart(secrets, settings);
  return new MerchantCredentials(secrets.merchantId!, secrets, settings.now);
}
