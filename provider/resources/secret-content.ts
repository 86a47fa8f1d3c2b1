import { jsonObject } from "../domain/json-object";
import { MerchantCredentialsError, type ErrorDetails } from "../errors";

/** What a reference leads to, as it is kept there. Secret. */
export type SecretContent = { text: string } | { bytes: Buffer };

/** The most that is taken from outside, in bytes; what a secret of Secrets Manager can hold. */
export const mostSecretBytes = 65_536;

/** The error for what a reference leads to; `property` is the member at fault, such as `import.env`. */
export function refusal(
  property: string,
  summary: string,
  details: Omit<ErrorDetails, "property">,
): MerchantCredentialsError {
  return new MerchantCredentialsError("invalid-input", summary, { property, ...details });
}

/** As text: bytes are UTF-8; a byte order mark is taken off. */
export function asText(content: SecretContent, property: string): string {
  const text = "text" in content ? content.text : utf8(content.bytes, property);
  if (Buffer.byteLength(text) > mostSecretBytes) throw tooLarge(property);
  return notEmpty(text.replace(/^\uFEFF/, ""), property);
}

/** As bytes: a text is Base64, or PEM that is taken as it is. */
export function asBytes(content: SecretContent, property: string): Buffer {
  const bytes = "bytes" in content ? content.bytes : decoded(asBase64(content.text, property), property);
  if (bytes.length > mostSecretBytes) throw tooLarge(property);
  if (bytes.length === 0) throw empty(property);
  return bytes;
}

/** The text under a key of a JSON object. Says nothing of what else is in it. */
export function memberOf(json: string, key: string, property: string): string {
  const fault = (actual: string, hint: string): MerchantCredentialsError =>
    refusal(property, "the secret has no such text", {
      expected: `a JSON object with a text under the key "${key}"`,
      actual,
      hint,
    });
  const record = jsonObject(json);
  if (!record)
    throw fault("text that is not a JSON object", "Leave `jsonKey` out if the whole value is meant");
  const value = Object.hasOwn(record, key) ? record[key] : undefined;
  if (value === undefined) throw fault("no such key", "Compare it with the keys of the secret");
  if (typeof value !== "string") throw fault("something else than text", "Store it as text, in quotes");
  if (value === "") throw fault("an empty text", "Store the value there");
  return value;
}

function utf8(bytes: Buffer, property: string): string {
  const utf16 = bytes.length > 1 && (bytes.readUInt16BE(0) === 0xfffe || bytes.readUInt16BE(0) === 0xfeff);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!/[^\P{Cc}\s]/u.test(text)) return text;
  } catch {
    // Falls through to the same answer as a control character.
  }
  throw refusal(property, "bytes where text belongs", {
    expected: "text in UTF-8",
    actual: utf16 ? "text in UTF-16" : `${bytes.length} bytes that are not text`,
    hint: utf16 ? "Save it as UTF-8" : "Check that the reference is to the right place",
  });
}

function asBase64(text: string, property: string): { pem: string } | { base64: string } {
  const given = notEmpty(text.replace(/^\uFEFF/, ""), property);
  if (given.includes("-----BEGIN ")) return { pem: given };
  const base64 = given.replace(/\s/g, "");
  if (base64 !== "" && base64.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return { base64 };
  const isObject = jsonObject(given) !== undefined;
  throw refusal(property, "text where a file's bytes belong", {
    expected: "the file in Base64, or a key in PEM",
    actual: isObject ? "a JSON object" : "text that is neither",
    hint: isObject
      ? "Name the key that holds the file with `jsonKey`"
      : "Encode the file with: base64 -w0 FILE",
  });
}

function decoded(given: { pem: string } | { base64: string }, property: string): Buffer {
  if ("pem" in given) return Buffer.from(given.pem);
  // Three bytes in four characters: spares the decoding of what is refused anyway.
  if ((given.base64.length * 3) / 4 > mostSecretBytes + 2) throw tooLarge(property);
  return Buffer.from(given.base64, "base64");
}

function notEmpty(text: string, property: string): string {
  if (text === "") throw empty(property);
  return text;
}

export function empty(property: string): MerchantCredentialsError {
  return refusal(property, "nothing is there", {
    expected: "a value",
    actual: "an empty one",
    hint: "Check that whatever should set it has run",
  });
}

export function tooLarge(property: string): MerchantCredentialsError {
  return refusal(property, "what is there is too large", {
    expected: `at most ${mostSecretBytes} bytes`,
    actual: "more",
    hint: "Check that the reference is to the right place",
  });
}
