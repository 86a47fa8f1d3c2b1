import { MerchantCredentialsError } from "../errors";
import { jsonObject } from "./json-object";
import { withoutLineEnd } from "./line-end";
import { holdsPrivateKeyPem } from "./pem";

const wanted = 32;

const copyWhole = "Copy the whole value, as it was set on the Merchant Platform";
const nothingAround = "Store the 32 characters alone";

interface Flaw {
  when: (text: string) => boolean;
  found: (text: string) => string;
  hint: string;
}

/** What an API secret or APIv3 secret is. */
export const secretExpected = "32 characters, letters and digits only";

const count = (text: string): string => {
  const characters = [...text].length;
  return characters === 1 ? "1 character" : `${characters} characters`;
};

/** Ordered: the first that applies explains most. None says which characters were found. */
const flaws: readonly Flaw[] = [
  { when: (text) => text.trim() === "", found: () => "nothing but white space", hint: copyWhole },
  { when: holdsPrivateKeyPem, found: () => "a private key", hint: "Refer to the secret, not to the key" },
  {
    when: (text) => jsonObject(text) !== undefined,
    found: () => "a JSON object",
    hint: "Name the key that holds the secret",
  },
  {
    when: (text) => text !== text.trim(),
    found: (text) => `${count(text)}, with white space ${whereWhiteSpace(text)}`,
    hint: nothingAround,
  },
  {
    when: (text) => /^(["'`]).*\1$/s.test(text),
    found: (text) => `${count(text)}, with quotation marks around them`,
    hint: nothingAround,
  },
  {
    when: (text) => /[^0-9A-Za-z]/.test(text),
    found: (text) => `${count(text)}, some of them neither letter nor digit`,
    hint: "WeChat Pay takes letters and digits only: check that this is the secret, and not another value",
  },
  {
    when: (text) => text.length === 40 && /^[0-9A-Fa-f]+$/.test(text),
    found: count,
    hint: "A certificate's serial number has 40; the secret is another value",
  },
  {
    when: (text) => text.length < wanted,
    found: count,
    hint: `It looks cut off: ${lowerFirst(copyWhole)}`,
  },
  { when: (text) => text.length > wanted, found: count, hint: `It is too long: ${lowerFirst(copyWhole)}` },
];

/**
 * An API secret or APIv3 secret from outside: exactly 32 of [0-9A-Za-z]. Exactly one line end after it is taken off,
 * because files end with one; any other white space is refused.
 *
 * Source: WeChat Pay's pages on both secrets, which ask for 32 letters and digits.
 *
 * @throws MerchantCredentialsError `invalid-input`; says how long the text is, never a character of it.
 */
export function apiSecretText(given: string, property = "import"): string {
  const text = withoutLineEnd(given);
  const flaw = secretFlaw(text);
  if (!flaw) return text;
  throw new MerchantCredentialsError("invalid-input", "this is not a secret of WeChat Pay", {
    property,
    expected: secretExpected,
    actual: flaw.found,
    hint: flaw.hint,
  });
}

/** What a text is instead of a secret, and what to do; undefined for a secret. Says its length, never a character. */
export function secretFlaw(text: string): { found: string; hint: string } | undefined {
  const flaw = flaws.find(({ when }) => when(text));
  return flaw && { found: flaw.found(text), hint: flaw.hint };
}

function whereWhiteSpace(text: string): string {
  const places = [
    text !== text.trimStart() && "in front of them",
    text !== text.trimEnd() && "at their end",
  ].filter(Boolean);
  return places.join(" and ");
}

function lowerFirst(text: string): string {
  return text[0]!.toLowerCase() + text.slice(1);
}
