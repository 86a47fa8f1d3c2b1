import { createPrivateKey, type KeyObject, type PrivateKeyInput } from "node:crypto";
import { MerchantCredentialsError } from "../errors";
import { otherFile } from "./file-kind";
import { holdsPrivateKeyPem, pemBlocks } from "./pem";
import { apiCertificateKey, soleRsaKey, type KeyRule } from "./rsa-key";

type KeyForm = "pkcs8" | "pkcs1" | "sec1";

/** The forms that node:crypto reads, by the words after BEGIN. */
const forms: Readonly<Record<string, KeyForm>> = {
  "PRIVATE KEY": "pkcs8",
  "ENCRYPTED PRIVATE KEY": "pkcs8",
  "RSA PRIVATE KEY": "pkcs1",
  "EC PRIVATE KEY": "sec1",
};

/** An encrypted key of OpenSSL's own form: headers, which RFC 7468 does not know, in front of the Base64. */
const traditional =
  /-----BEGIN ((?:RSA|EC) PRIVATE KEY)-----\s*Proc-Type: ?4,ENCRYPTED\s+DEK-Info: ?([A-Z0-9-]+),([0-9A-Fa-f]+)\s+([A-Za-z0-9+/=\s]+)-----END \1-----/g;

interface Properties {
  file: string;
  /** Absent where there is no argument for a passphrase. */
  passphrase?: string;
}

/**
 * Reads the private key in a file: PEM, with whatever certificates stand beside it, or DER; PKCS#8 or PKCS#1,
 * encrypted or not. Line ends do not matter. A passphrase for a key that needs none is not looked at.
 *
 * @throws MerchantCredentialsError `invalid-input`, on `properties.file` or, where the passphrase is missing or does
 *   not open it, on `properties.passphrase`.
 */
export function readPrivateKeyFile(
  bytes: Buffer,
  passphrase?: string,
  properties: Properties = { file: "import.privateKey", passphrase: "import.passphrase" },
  rule: KeyRule = apiCertificateKey,
): KeyObject {
  const text = bytes.toString("latin1");
  const open = (input: PrivateKeyInput) => openKey(input, passphrase, properties);
  const found = holdsPrivateKeyPem(text) ? pemKeys(text, open) : derKey(bytes, open);
  if (found === "damaged")
    throw new MerchantCredentialsError("invalid-input", "this private key is damaged or cut off", {
      property: properties.file,
      expected: "a whole private key, from its BEGIN line to its END line",
      actual: "one that cannot be read",
      hint: "Copy the file again",
    });
  if (found === "other")
    throw otherFile(bytes, rule.advice, {
      property: properties.file,
      summary: "this is not a private key",
      expected: rule.files.privateKey,
    });
  return soleRsaKey(found, properties.file, rule);
}

type Open = (input: PrivateKeyInput) => KeyObject | undefined;

function pemKeys(text: string, open: Open): KeyObject[] | "damaged" | "other" {
  if (text.includes("-----BEGIN OPENSSH PRIVATE KEY-----")) return "other";
  const lines = text.replaceAll("\\r", "").replaceAll("\\n", "\n");
  const plain = pemBlocks(text).flatMap(({ label, der }) => {
    const type = Object.hasOwn(forms, label) ? forms[label] : undefined;
    return type ? [open({ key: der, format: "der", type })] : [];
  });
  const encrypted = [...lines.matchAll(traditional)].map(([, label, cipher, vector, body]) =>
    open({ key: traditionalPem(label!, cipher!, vector!, body!), format: "pem" }),
  );
  const keys = [...plain, ...encrypted];
  const begun = text.match(/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/g)!.length;
  return keys.length < begun || keys.includes(undefined) ? "damaged" : (keys as KeyObject[]);
}

function traditionalPem(label: string, cipher: string, vector: string, body: string): string {
  const base64 = body.replace(/\s/g, "").match(/.{1,64}/g) ?? [];
  const headers = ["Proc-Type: 4,ENCRYPTED", `DEK-Info: ${cipher},${vector}`, ""];
  return [`-----BEGIN ${label}-----`, ...headers, ...base64, `-----END ${label}-----`, ""].join("\n");
}

function derKey(bytes: Buffer, open: Open): KeyObject[] | "other" {
  for (const type of ["pkcs8", "pkcs1", "sec1"] as const) {
    const key = open({ key: bytes, format: "der", type });
    if (key) return [key];
  }
  return "other";
}

/** Undefined where the bytes are no key of the form that is asked for. */
function openKey(
  input: PrivateKeyInput,
  passphrase: string | undefined,
  properties: Properties,
): KeyObject | undefined {
  const first = attempt(input);
  if (typeof first !== "string") return first;
  if (!/^ERR_MISSING_PASSPHRASE$|INTERRUPTED_OR_CANCELLED$/.test(first)) return undefined;
  if (passphrase === undefined) throw missingPassphrase(properties);

  const second = attempt({ ...input, passphrase });
  if (typeof second !== "string") return second;
  throw second === "ERR_OSSL_EVP_UNSUPPORTED" ? oldCipher(properties) : wrongPassphrase(properties);
}

/** The key, or the code of node:crypto's error, whose text may quote its input. */
function attempt(input: PrivateKeyInput): KeyObject | string {
  try {
    return createPrivateKey(input);
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
}

const encryptedKey = "the private key is encrypted";

function missingPassphrase({ file, passphrase }: Properties): MerchantCredentialsError {
  return new MerchantCredentialsError("invalid-input", encryptedKey, {
    property: passphrase ?? file,
    expected: passphrase ? "its passphrase" : "a key that is not encrypted",
    actual: passphrase ? "none" : "an encrypted one",
    hint: passphrase
      ? `Give \`${passphrase}\` a reference to it`
      : "Give the key as `import.privateKey`, with `import.passphrase`",
  });
}

function wrongPassphrase({ file, passphrase }: Properties): MerchantCredentialsError {
  return new MerchantCredentialsError("invalid-input", "the private key does not open", {
    property: passphrase ?? file,
    expected: "the passphrase that it was encrypted with",
    actual: "another one",
    hint: "If the passphrase is right, the file is damaged",
  });
}

function oldCipher({ file }: Properties): MerchantCredentialsError {
  return new MerchantCredentialsError(
    "invalid-input",
    "the private key is encrypted in a way that is not read",
    {
      property: file,
      expected: "AES or 3DES",
      actual: "an older cipher, such as RC2 or single DES",
      hint: "Convert it with: openssl pkcs8 -topk8 -v2 aes-256-cbc -provider legacy -provider default -in FILE -out NEW",
    },
  );
}
