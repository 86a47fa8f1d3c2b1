import type { RequestSigner } from "merchant-credentials-loader/wechatpay";
import { parseValue } from "../domain/credential-value";
import type { Awaiting } from "../domain/platform-certificates";
import type { Undecided } from "../domain/verdict";
import { MerchantCredentialsError } from "../errors";
import { requestSigner } from "./request-signer";
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
  const { certificateSecretArn: arn } = credentials;
  // Two questions to one secret are one call.
  let once: Promise<string> | undefined;
  const secret: SecretSources["secret"] = (...named) => (once ??= sources.secret(...named));
  if (await isEmpty(arn, "certificateSecretArn", { ...sources, secret })) {
    return { verdict: "awaiting", says: "Finish the certificate first (its nextSteps)." };
  }
  return requestSigner(credentials, { ...sources, secret });
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
      return unusable(`${property}: it holds ${value.schema}. Give the secret of the APIv3 secret.`);
    if (value.merchantId !== merchantId)
      return unusable(`${property}: it is another merchant's. Give that of merchant ${merchantId}.`);
    return { apiV3Secret: value.apiV3Secret };
  } catch (error) {
    if (error instanceof MerchantCredentialsError) return unusable(error.message);
    throw error;
  }
}

async function isEmpty(arn: string, property: string, sources: SecretSources): Promise<boolean> {
  try {
    return parseValue(await sources.secret(arn, property)).schema === "merchant-credentials/empty/v1";
  } catch (error) {
    // requestSigner meets it again, and says it.
    if (error instanceof MerchantCredentialsError) return false;
    throw error;
  }
}

function unusable(says: string): Undecided {
  return { verdict: "undecided", because: "no-certificate", says };
}
