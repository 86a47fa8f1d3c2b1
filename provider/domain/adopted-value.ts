import { MerchantCredentialsError } from "../errors";
import { jsonObject } from "./json-object";
import { apiSecretText } from "./api-secret-text";
import { withoutLineEnd } from "./line-end";
import type { SecretDescription } from "./secret";
import type { SecretKind } from "./secret-kind";
import { firstIssuedTag } from "./secret-tags";

/** Under which key of another tool's JSON object each part of a credential is kept. */
export type AdoptedFields<Part extends string> = Readonly<Partial<Record<Part, string>>>;
export type SecretFields = AdoptedFields<SecretKind>;

/** Adoption happens once: what another tool writes over a credential of ours is not taken over. */
export function adoptable<Fields>(
  { tags }: Pick<SecretDescription, "tags">,
  adopt: Fields | undefined,
): Fields | undefined {
  return tags[firstIssuedTag] === undefined ? adopt : undefined;
}

/** Whether a value is of another tool: one of ours, of whatever kind, is never read by another's keys. */
export function isForeign(value: string): boolean {
  const schema = jsonObject(value)?.schema;
  return !(typeof schema === "string" && schema.startsWith("merchant-credentials/"));
}

/**
 * The secret in a value that some other tool wrote: a JSON object whose key the program names, or the 32 characters
 * themselves where it names none.
 *
 * @throws MerchantCredentialsError `unreadable-value`, `invalid-input`; never quotes the value.
 */
export function adoptedSecret(kind: SecretKind, value: string, fields: SecretFields): string {
  const key = fields[kind];
  if (key !== undefined) return apiSecretText(adoptedText(value, key, `adopt.${kind}`), `adopt.${kind}`);
  const text = withoutLineEnd(value);
  if (/^[0-9A-Za-z]{32}$/.test(text)) return text;
  throw unreadableForeign(
    "adopt",
    "a value of schema merchant-credentials/…, or 32 letters and digits",
    "another text",
    `If it is a JSON object, name the key that holds the secret: adopt: { ${kind}: "<key>" }`,
  );
}

/** The text that another tool's JSON object has under a key. */
export function adoptedText(value: string, key: string, property: string): string {
  const record = jsonObject(value);
  if (!record) throw unreadableForeign(property, "a JSON object", "text that is not one");
  const text = Object.hasOwn(record, key) ? record[key] : undefined;
  if (typeof text === "string" && text !== "") return text;
  throw unreadableForeign(
    property,
    "a text under that key of the JSON object",
    text === undefined ? "no such key" : "no text there",
  );
}

export function unreadableForeign(
  property: string,
  expected: string,
  actual: string,
  hint = "Look at the names of its keys, and correct the argument",
): MerchantCredentialsError {
  const summary = "the secret to adopt cannot be read";
  return new MerchantCredentialsError("unreadable-value", summary, { property, expected, actual, hint });
}
