import type { ValueInput } from "../inputs";
import { findVersion, sameValue, type Secret, type SecretValue } from "../secret";
import { invalidParameter, invalidRequest, resourceExists } from "../service-error";

/** The value in a request, if it brings one. */
export function valueOf({ SecretString, SecretBinary }: ValueInput): SecretValue | undefined {
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw invalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  if (SecretString !== undefined) return { string: SecretString };
  return SecretBinary && { binary: SecretBinary.toString("base64") };
}

/** The id of the version that the request makes. The SDKs and the CLI send a random one by themselves. */
export function requestToken({ ClientRequestToken }: ValueInput): string {
  if (ClientRequestToken === undefined) {
    throw invalidRequest("You must provide a ClientRequestToken value. We recommend a UUID-type value.");
  }
  return ClientRequestToken;
}

/** True if the request repeats one that has made its version already; that one is then left alone. */
export function repeats(secret: Secret, token: string, value: SecretValue): boolean {
  const version = findVersion(secret, token);
  if (version && !sameValue(version.value, value)) {
    throw resourceExists("A resource with the ID you requested already exists.");
  }
  return version !== undefined;
}
