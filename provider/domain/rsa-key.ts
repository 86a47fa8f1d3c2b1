import type { KeyObject } from "node:crypto";
import { MerchantCredentialsError } from "../errors";
import { publicKeySha256 } from "./private-key";

/** Which RSA keys are taken, in which files, and what to tell who gives another. */
export interface KeyRule {
  /** Bits of the modulus. */
  bits: readonly number[];
  expected: string;
  hint: string;
  /** Where the key comes from if the file has none. */
  hintIfNone: string;
  hintIfMany: string;
  /** What a file should be, by the form in which it is given. */
  files: Readonly<Record<"p12" | "privateKey", string>>;
  /** What to do with a file of another kind, by what it is. */
  advice: FileAdvice;
  /** What the password of a PKCS#12 file is where the program gives none, as the end of a sentence; if anything. */
  defaultPassword?: string;
  /** What to do with a PKCS#12 file that this package does not read, as the openssl command does. */
  takeOut: string;
}

/** How to give a file that belongs elsewhere. */
export interface FileAdvice {
  zip?: string;
  p12: string;
  privateKey: string;
  certificate: string;
}

/** The key that openssl writes is encrypted. */
export const takeOutForImport =
  "Take the key out with: openssl pkcs12 -legacy -nocerts -in FILE -out KEY.pem, and give that as `import.privateKey`, with its pass phrase as `import.passphrase`";

export const apiCertificateKey: KeyRule = {
  bits: [2048],
  expected: "one RSA key of 2048 bits",
  hint: "WeChat Pay issues certificates for RSA keys of 2048 bits only: check that this is the merchant's file",
  hintIfNone: "Export it again, together with its key; or give the key as `import.privateKey`",
  hintIfMany: "Export the key of the declared certificate alone",
  files: {
    p12: "apiclient_cert.p12, or another PKCS#12 file",
    privateKey: "apiclient_key.pem, or another private key in PEM or DER",
  },
  advice: {
    zip: "Give it as `import.zip`",
    p12: "Give it as `import.p12`, its password as `import.password`",
    privateKey: "Give it as `import.privateKey`",
    certificate: "The certificate belongs in `certificate`, in PEM; here belongs its key, apiclient_key.pem",
  },
  defaultPassword: "the merchant id, as in files of the Merchant Platform",
  takeOut: takeOutForImport,
};

/**
 * The one key among those that a file holds: RSA, with parts that fit each other. The same key twice counts once.
 *
 * @throws MerchantCredentialsError `invalid-input` on `property`.
 */
export function soleRsaKey(keys: readonly KeyObject[], property: string, rule: KeyRule): KeyObject {
  const refuse = (summary: string, actual: string, hint: string): never => {
    throw new MerchantCredentialsError("invalid-input", summary, {
      property,
      expected: rule.expected,
      actual,
      hint,
    });
  };
  const distinct = [...new Map(keys.map((key) => [publicKeySha256(key), key])).values()];
  const [key] = distinct;
  if (!key) return refuse("this file holds no private key", "none", rule.hintIfNone);
  if (distinct.length > 1)
    return refuse("this file holds more than one private key", `${distinct.length} keys`, rule.hintIfMany);
  if (!isTaken(key, rule)) return refuse("this key cannot be a merchant's", keyWords(key), rule.hint);
  if (!partsFit(key))
    return refuse("this private key is damaged", "parts that do not fit each other", "Export it again");
  return key;
}

function isTaken(key: KeyObject, { bits }: KeyRule): boolean {
  return key.asymmetricKeyType === "rsa" && bits.includes(key.asymmetricKeyDetails?.modulusLength ?? 0);
}

function keyWords(key: KeyObject): string {
  const bits = key.asymmetricKeyDetails?.modulusLength;
  const type = (key.asymmetricKeyType ?? "unknown").toUpperCase();
  return `${/^[AEIOR]/.test(type) ? "an" : "a"} ${type} key${bits ? ` of ${bits} bits` : ""}`;
}

/** Whether the numbers of a key belong together (RFC 8017, section 3.2): a changed byte gives another key, or none. */
function partsFit(key: KeyObject): boolean {
  const parts = key.export({ format: "jwk" }) as Record<string, string>;
  const number = (name: string) => BigInt(`0x${Buffer.from(parts[name]!, "base64url").toString("hex")}`);
  const [n, e, d, p, q] = ["n", "e", "d", "p", "q"].map(number) as [bigint, bigint, bigint, bigint, bigint];
  const [toP, toQ] = [p - 1n, q - 1n];
  return (
    p * q === n &&
    (e * d) % toP === 1n &&
    (e * d) % toQ === 1n &&
    d % toP === number("dp") &&
    d % toQ === number("dq") &&
    (q * number("qi")) % p === 1n
  );
}
