import { createPublicKey, X509Certificate, type KeyObject } from "node:crypto";
import type { PlatformKeys } from "../domain/answer-signature";
import { parseValue, type CredentialValue } from "../domain/credential-value";
import type { Undecided } from "../domain/verdict";
import { MerchantCredentialsError } from "../errors";
import { wrongSecret } from "./request-signer";
import type { SecretSources } from "./secret-sources";

const property = "platformSecretArn";

/**
 * The keys with which WeChat Pay signs, from the secret of a PlatformPublicKey or of PlatformCertificates; undefined
 * while that holds none yet: the first certificates are asked for with the very certificate that is to be verified.
 *
 * @throws VaultError where the vault does not answer.
 */
export async function storedPlatformKeys(
  { merchantId, platformSecretArn: arn }: { merchantId: string; platformSecretArn: string },
  sources: SecretSources,
): Promise<PlatformKeys | undefined | Undecided> {
  try {
    const value = parseValue(await sources.secret(arn, property));
    if (value.schema === "merchant-credentials/empty/v1") return undefined;
    const keys = keysIn(value);
    if (!keys)
      return wrongSecret(
        `${property}: it holds ${value.schema}. Give the secret of PlatformPublicKey or PlatformCertificates.`,
      );
    if (value.merchantId === merchantId) return new Map(keys);
    return wrongSecret(`${property}: it is another merchant's. Give that of merchant ${merchantId}.`);
  } catch (error) {
    if (error instanceof MerchantCredentialsError) return wrongSecret(error.message);
    throw error;
  }
}

/** Undefined for a value of another kind. A key that cannot be read verifies nothing. */
function keysIn(value: CredentialValue): [string, KeyObject][] | undefined {
  if (value.schema === "merchant-credentials/platform-public-key/v1")
    return named(value.publicKeyId, () => createPublicKey(value.publicKey));
  if (value.schema === "merchant-credentials/platform-certificates/v1")
    return value.certificates.flatMap(({ serialNumber, certificate }) =>
      named(serialNumber, () => new X509Certificate(certificate).publicKey),
    );
  return undefined;
}

function named(serial: string, read: () => KeyObject): [string, KeyObject][] {
  try {
    return [[serial, read()]];
  } catch {
    return [];
  }
}
