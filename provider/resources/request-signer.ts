import type { RequestSigner } from "merchant-credentials-loader/wechatpay";
import { parseValue } from "../domain/credential-value";
import { readPrivateKey } from "../domain/private-key";
import type { Undecided } from "../domain/verdict";
import { MerchantCredentialsError } from "../errors";
import type { SecretSources } from "./secret-sources";

/**
 * Who signs the requests of a merchant, read from the secret of its certificate. Nothing is known, and nothing
 * refused, where that is not there yet or cannot be read.
 *
 * @throws VaultError where the vault does not answer.
 */
export async function requestSigner(
  { merchantId, certificateSecretArn }: { merchantId: string; certificateSecretArn: string },
  sources: SecretSources,
): Promise<RequestSigner | Undecided> {
  const property = "certificateSecretArn";
  try {
    const value = parseValue(await sources.secret(certificateSecretArn, property));
    if (value.schema === "merchant-credentials/empty/v1")
      return {
        verdict: "undecided",
        because: "no-certificate",
        says: `${property}: it holds no certificate yet. Finish the certificate first.`,
      };
    if (value.schema !== "merchant-credentials/certificate/v1")
      return wrongSecret(`${property}: it holds ${value.schema}. Give the secret of the certificate.`);
    if (value.merchantId !== merchantId)
      return wrongSecret(`${property}: it is another merchant's. Give that of merchant ${merchantId}.`);
    const privateKey = readPrivateKey(value.privateKey);
    if (!privateKey) return wrongSecret(`${property}: its private key cannot be read.`);
    return { merchantId, serialNumber: value.serialNumber, privateKey };
  } catch (error) {
    if (error instanceof MerchantCredentialsError) return wrongSecret(error.message);
    throw error;
  }
}

/** A secret that was to be asked with is not what it should be. */
export function wrongSecret(says: string): Undecided {
  return { verdict: "undecided", because: "wrong-secret", says };
}
