import { readValue, type CredentialValue } from "merchant-credentials-loader/format";
import { MerchantCredentialsError } from "../errors";

// The format belongs to the loader: what an application reads is what is written here.
export {
  emptyValue,
  serializeValue,
  type CertificateValue,
  type CredentialValue,
} from "merchant-credentials-loader/format";

/**
 * Reads a stored value.
 *
 * @throws MerchantCredentialsError `unreadable-value`; it names what is missing and never quotes the text.
 */
export function parseValue(text: string): CredentialValue {
  const read = readValue(text);
  if ("value" in read) return read.value;
  throw new MerchantCredentialsError("unreadable-value", "the secret's value is not a merchant credential", {
    expected: "a value of schema merchant-credentials/…",
    actual: read.found,
    hint:
      "If it has been overwritten, move AWSCURRENT back (update-secret-version-stage): for a certificate to the version " +
      "labelled MC_CERT_<serial number>, for a secret to the one labelled AWSPREVIOUS; if it never was a credential, " +
      "use another `secretName`",
  });
}

/** Whether an error says that a stored value is none of ours. */
export function isUnreadable(error: unknown): boolean {
  return error instanceof MerchantCredentialsError && error.code === "unreadable-value";
}
