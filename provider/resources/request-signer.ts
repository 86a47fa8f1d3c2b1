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
      return noCertificate(`${property}: it holds no certificate yet. Finish the certificate first.`);
    if (value.schema !== "merchant-credentials/certificate/v1")
      return noCertificate(`${property}: it holds ${value.schema}. Give the secret of the certificate.`);
    if (value.merchantId !== merchantId)
      return noCertificate(`${property}: it is another merchant's. Give that of merchant ${merchantId}.`);
    const privateKey = readPrivateKey(value.privateKey);
    if (!privateKey) return noCertificate(`${property}: its private key cannot be read.`);
    return { merchantId, serialNumber: value.serialNumber, privateKey };
  } catch (error) {
    if (error instanceof MerchantCredentialsError) return noCertificate(error.message);
    throw error;
  }
}

function noCertificate(says: string): Undecided {
  return { verdict: "undecided", because: "no-certificate", says };
}
