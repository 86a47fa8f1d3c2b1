import { publicKeyIdMistake, readPlatformPublicKey, type Mistake } from "../domain/platform-public-key";
import { unknownValue } from "../domain/unknown";
import type { CheckCall, Checked } from "./credential-kind";
import type { CheckFailure } from "./resource-handlers";
import { failure } from "./shape";

/** Rules that need neither the vault nor a person, on inputs of the right shape. Adds the normal form of the key. */
export function checkPlatformPublicKey({ inputs }: CheckCall): Checked {
  const { publicKeyId, publicKey, verification, certificateSecretArn } = inputs;
  const failures: CheckFailure[] = [];
  const refuse = (name: string, value: string, expected: string, { found, hint }: Mistake): void => {
    failures.push(failure([name], value, `expected ${expected}, found ${found}. ${hint}.`));
  };
  const idMistake = isKnown(publicKeyId) && publicKeyIdMistake(publicKeyId);
  if (idMistake) refuse("publicKeyId", publicKeyId, "PUB_KEY_ID_ and 1 to 60 digits", idMistake);
  const read = isKnown(publicKey) ? readPlatformPublicKey(publicKey) : undefined;
  if (read && "found" in read)
    refuse("publicKey", publicKey as string, "one public key in PEM, RSA of at least 2048 bits", read);
  if (verification === "live" && certificateSecretArn === undefined) {
    const reason =
      'certificateSecretArn: expected the ARN of the certificate\'s secret beside `verification: "live"`, found nothing. ' +
      "Its key signs the request: give the output `secretArn` of the MerchantCertificate.";
    failures.push({ property: "certificateSecretArn", reason });
  }
  return { inputs: read && "pem" in read ? { ...inputs, publicKey: read.pem } : inputs, failures };
}

function isKnown(value: unknown): value is string {
  return typeof value === "string" && value !== unknownValue;
}
