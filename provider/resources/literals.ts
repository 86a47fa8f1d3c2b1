import { MerchantCredentialsError } from "../errors";
import { holdsPrivateKeyPem } from "../domain/pem";
import { nearestWord } from "../domain/nearest";

/**
 * Refuses secret material written into a program, before the engine sees it: its verbose logs hold every input.
 * Values that are known only later are refused by check.
 *
 * @throws MerchantCredentialsError `invalid-input`; names the argument, never the value.
 */
export function assertNoSecretLiterals(args: object, path = ""): void {
  for (const [key, value] of Object.entries(args) as [string, unknown][]) {
    const property = path ? `${path}.${key}` : key;
    if (typeof value === "string" && (holdsPrivateKeyPem(value) || looksLikePkcs12(value))) {
      throw new MerchantCredentialsError("invalid-input", "this holds a private key", {
        property,
        hint: "Remove it from the program and treat it as leaked: private keys stay in the vault",
      });
    }
    if (typeof value === "object" && value !== null && isPlain(value))
      assertNoSecretLiterals(value, property);
  }
}

/** Refuses arguments that do not exist; TypeScript does so too, but programs are also written in JavaScript. */
export function assertKnownArguments(args: object, known: readonly string[]): void {
  for (const key of Object.keys(args)) {
    if (known.includes(key)) continue;
    const near = nearestWord(key, known);
    throw new MerchantCredentialsError("invalid-input", "is not a known argument", {
      property: key,
      hint: near ? `Did you mean \`${near}\`?` : `Known are: ${known.join(", ")}`,
    });
  }
}

/** Outputs and resources are not looked into: what they hold arrives later. */
function isPlain(value: object): boolean {
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}

/** Base64 of a PKCS#12: a SEQUENCE that starts with INTEGER 3 (RFC 7292, section 4). */
function looksLikePkcs12(text: string): boolean {
  if (!/^MI[A-Za-z0-9+/\s]{100,}=*\s*$/.test(text)) return false;
  const start = Buffer.from(text.slice(0, 64).replace(/\s/g, ""), "base64").subarray(0, 16);
  return start.includes(Buffer.from([0x02, 0x01, 0x03]));
}
