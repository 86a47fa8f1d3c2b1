import { adoptedSecret, type AdoptedFields } from "./adopted-value";
import { adoptedMerchantKey, merchantKeyValue, readMerchantKeyValue } from "./merchant-key";
import { isSecretKind, readSecretValue, secretKinds, secretValue, type SecretKind } from "./secret-kind";

/** What is replaced in two phases: the next one waits until a person has seen to it, and is activated then. */
export type RotatedKind = SecretKind | "merchantKey";

interface RotatedKindFacts {
  title: string;
  /** What waits, in one word. */
  noun: "value" | "key";
  /** What a person does with it first, as the end of "it is not …". */
  handled: string;
}

export const rotatedKinds: Readonly<Record<RotatedKind, RotatedKindFacts>> = {
  apiSecret: { title: secretKinds.apiSecret.title, noun: "value", handled: "set" },
  apiV3Secret: { title: secretKinds.apiV3Secret.title, noun: "value", handled: "set" },
  merchantKey: { title: "merchant key", noun: "key", handled: "handed over" },
};

export function isRotatedKind(kind: string | undefined): kind is RotatedKind {
  return kind === "merchantKey" || isSecretKind(kind);
}

/** What is stored; of a merchant key the secret is its PKCS#8 PEM. */
export function rotatedValue(kind: RotatedKind, merchantId: string, secret: string): string {
  return kind === "merchantKey"
    ? merchantKeyValue(merchantId, secret)
    : secretValue(kind, merchantId, secret);
}

/**
 * The secret in a stored value and whose it is; what is wrong with it, if it cannot serve; undefined where it is a
 * value of another kind.
 *
 * @throws MerchantCredentialsError `unreadable-value`.
 */
export function readRotatedValue(
  kind: RotatedKind,
  text: string,
): { merchantId: string; secret: string } | { flaw: string } | undefined {
  return kind === "merchantKey" ? readMerchantKeyValue(text) : readSecretValue(kind, text);
}

/** Under which keys of another tool's JSON object a secret is kept; empty where the value is the secret itself. */
export type RotatedFields = AdoptedFields<SecretKind | "privateKey">;

/**
 * The secret in a value that some other tool wrote.
 *
 * @throws MerchantCredentialsError `unreadable-value`, `invalid-input`; never quotes the value.
 */
export function adoptedValue(kind: RotatedKind, value: string, fields: RotatedFields): string {
  return kind === "merchantKey"
    ? adoptedMerchantKey(value, fields.privateKey)
    : adoptedSecret(kind, value, fields);
}
