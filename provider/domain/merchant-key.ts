import { createPublicKey, type KeyObject } from "node:crypto";
import { adoptedText, unreadableForeign } from "./adopted-value";
import { parseValue, serializeValue } from "./credential-value";
import { sha256Hex } from "./digest";
import { jsonObject } from "./json-object";
import { withoutLineEnd } from "./line-end";
import { holdsPrivateKeyPem, pemBlocks, toPem } from "./pem";
import { readPkcs12 } from "./pkcs12";
import { privateKeyPem, readPrivateKey } from "./private-key";
import { readPrivateKeyFile } from "./private-key-file";
import { soleRsaKey, takeOutForImport, type KeyRule } from "./rsa-key";

/** Bits of the keys that are made and taken. */
export const merchantKeyBits = [2048, 3072, 4096] as const;

const keyRule: KeyRule = {
  bits: merchantKeyBits,
  expected: "one RSA key of 2048, 3072 or 4096 bits",
  hint: "Give the key whose public half the partner has; another one cannot be taken over",
  hintIfNone: "Export it again, together with its key; or give the key as `import.privateKey`",
  hintIfMany: "Export the key that is in use alone",
  files: {
    p12: "a PKCS#12 file (.p12, .pfx) with one private key",
    privateKey: "a private key in PEM or DER",
  },
  advice: {
    p12: "Give it as `import.p12`, its password as `import.password`",
    privateKey: "Give it as `import.privateKey`",
    certificate: "A certificate holds only the public key: its private key is what is needed",
  },
  defaultPassword: "the empty one",
  takeOut: takeOutForImport,
};

/** The public half of a key, as a partner takes it. Nothing in it is secret. */
export interface PublicKeyFacts {
  /** Bits of the modulus. */
  keyBits: number;
  /** SPKI PEM. */
  publicKey: string;
  /** SPKI DER in Base64 on one line: what a PEM has between its first line and its last. */
  publicKeyDer: string;
  /** SHA-256 of that DER, 64 lower-case hex digits. */
  publicKeySha256: string;
}

/** The public half of a private key in PKCS#8 PEM that has been read before. */
export function publicKeyFacts(privateKey: string): PublicKeyFacts {
  const key = createPublicKey(privateKey);
  const der = key.export({ type: "spki", format: "der" });
  return {
    keyBits: key.asymmetricKeyDetails!.modulusLength!,
    publicKey: toPem("PUBLIC KEY", der),
    publicKeyDer: der.toString("base64"),
    publicKeySha256: sha256Hex(der),
  };
}

/** What is stored for a private key in PKCS#8 PEM. */
export function merchantKeyValue(merchantId: string, privateKey: string): string {
  const { publicKey } = publicKeyFacts(privateKey);
  return serializeValue({
    schema: "merchant-credentials/merchant-key/v1",
    merchantId,
    privateKey,
    publicKey,
  });
}

/**
 * The private key in a stored value, PKCS#8 PEM, and whose it is; what is wrong with one that cannot serve; undefined
 * where it is a value of another kind.
 *
 * @throws MerchantCredentialsError `unreadable-value`.
 */
export function readMerchantKeyValue(
  text: string,
): { merchantId: string; secret: string } | { flaw: string } | undefined {
  const value = parseValue(text);
  if (value.schema !== "merchant-credentials/merchant-key/v1") return undefined;
  const key = readPrivateKey(value.privateKey);
  if (!key || !isWhole(key)) return { flaw: "a private key that cannot be used" };
  const secret = privateKeyPem(key);
  const [stored] = pemBlocks(value.publicKey);
  if (stored?.der.toString("base64") !== publicKeyFacts(secret).publicKeyDer)
    return { flaw: "a public key that is not its private key's" };
  return { merchantId: value.merchantId, secret };
}

function isWhole(key: KeyObject): boolean {
  try {
    return soleRsaKey([key], "secretName", keyRule) === key;
  } catch {
    return false;
  }
}

/** A key in use, as the references of `import` gave it. Secret. */
export type MerchantKeyImport =
  { p12: Buffer; password?: string } | { privateKey: Buffer; passphrase?: string };

/**
 * The private key that is imported, as PKCS#8 PEM. A file for which no password is given is opened with the empty one. One
 * line end after a password or a passphrase is taken off, because files end with one.
 *
 * @throws MerchantCredentialsError `invalid-input` on `import.p12`, `import.password`, `import.privateKey` or
 *   `import.passphrase`.
 */
export function importedMerchantKey(given: MerchantKeyImport): string {
  if ("privateKey" in given) {
    const { privateKey, passphrase } = given;
    const opener = passphrase && withoutLineEnd(passphrase);
    return privateKeyPem(readPrivateKeyFile(privateKey, opener, undefined, keyRule));
  }
  const password = withoutLineEnd(given.password ?? "");
  return privateKeyPem(readPkcs12(given.p12, password, undefined, keyRule).privateKey);
}

/**
 * The private key in a value that some other tool wrote, as PKCS#8 PEM: under a key of a JSON object that the program
 * names, or the value itself where it names none. In PEM, or DER in Base64; not encrypted.
 *
 * @throws MerchantCredentialsError `unreadable-value`, `invalid-input`; never quotes the value.
 */
export function adoptedMerchantKey(value: string, field: string | undefined): string {
  const property = field === undefined ? "adopt" : "adopt.privateKey";
  const text = field === undefined ? value : adoptedText(value, field, property);
  const isBase64 = /^\s*[A-Za-z0-9+/\s]{64,}={0,2}\s*$/.test(text);
  if (jsonObject(text) || (!isBase64 && !holdsPrivateKeyPem(text)))
    throw unreadableForeign(
      property,
      field === undefined
        ? "a value of schema merchant-credentials/…, or a private key in PEM"
        : "a private key in PEM or in Base64",
      "another text",
      field === undefined
        ? 'If it is a JSON object, name the key that holds the private key: adopt: { privateKey: "<key>" }'
        : undefined,
    );
  const file = isBase64 ? Buffer.from(text, "base64") : Buffer.from(text);
  return privateKeyPem(readPrivateKeyFile(file, undefined, { file: property }, keyRule));
}
