import type { RequestSigner } from "merchant-credentials-loader/wechatpay";
import { parseValue } from "../domain/credential-value";
import type { Awaiting } from "../domain/platform-certificates";
import type { Undecided } from "../domain/verdict";
import { MerchantCredentialsError } from "../errors";
import { requestSigner, wrongSecret } from "./request-signer";
import type { SecretSources } from "./secret-sources";

interface Credentials {
  merchantId: string;
  certificateSecretArn: string;
}

/**
 * Who signs the requests about the platform: as `requestSigner`, but for a certificate that is still to come, which is
 * nothing wrong.
 */
export async function platformSigner(
  credentials: Credentials,
  sources: SecretSources,
): Promise<RequestSigner | Awaiting | Undecided> {
  const signer = await requestSigner(credentials, sources);
  return "verdict" in signer && signer.because === "no-certificate"
    ? { verdict: "awaiting", says: "Finish the certificate first (its nextSteps)." }
    : signer;
}

/** What the answer of WeChat Pay is decrypted with: the APIv3 secret that serves. Secret. */
export async function servingApiV3Secret(
  { merchantId, apiV3SecretArn }: { merchantId: string; apiV3SecretArn: string },
  sources: SecretSources,
): Promise<{ apiV3Secret: string } | Awaiting | Undecided> {
  const property = "apiV3SecretArn";
  try {
    const value = parseValue(await sources.secret(apiV3SecretArn, property));
    if (value.schema === "merchant-credentials/empty/v1")
      return { verdict: "awaiting", says: "Finish the APIv3 secret first (its nextSteps)." };
    if (value.schema !== "merchant-credentials/apiv3-secret/v1")
      return wrongSecret(`${property}: it holds ${value.schema}. Give the secret of the APIv3 secret.`);
    if (value.merchantId !== merchantId)
      return wrongSecret(`${property}: it is another merchant's. Give that of merchant ${merchantId}.`);
    return { apiV3Secret: value.apiV3Secret };
  } catch (error) {
    if (error instanceof MerchantCredentialsError) return wrongSecret(error.message);
    throw error;
  }
}
