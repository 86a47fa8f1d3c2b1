import { createPublicKey, type KeyObject } from "node:crypto";
import { isPublicKeyId } from "merchant-credentials-loader/wechatpay";
import { parseCertificate } from "./certificate";
import { platformCertificateName } from "./certificate-kind";
import { sha256Hex } from "./digest";
import { pemBlocks, toPem } from "./pem";
import { holdsPrivateKey } from "./private-key";
import type { PublishedValue, PublishedView } from "./published-value";
import type { Awaiting } from "./platform-certificates";
import type { Verdict } from "./verdict";

export type PlatformPublicKeyValue = PublishedValue<"merchant-credentials/platform-public-key/v1">;

export interface PlatformPublicKeyView extends PublishedView<PlatformPublicKeyValue> {
  /** What WeChat Pay makes of the declared key; undefined where it is not asked. */
  answer: Verdict | Awaiting | undefined;
}

/** A public key as it is stored and put out. */
export interface PlatformPublicKey {
  /** Canonical SPKI PEM. */
  pem: string;
  key: KeyObject;
  /** SHA-256 of the DER, lower-case hex. */
  sha256: string;
}

/** Why something is not what it should be; quotes nothing of it. */
export interface Mistake {
  found: string;
  hint: string;
}

const download = "Download it again: Merchant Platform, API Security, WeChat Pay Public Key (pub_key.pem)";

/** The key in a text: one SPKI PEM with an RSA key of at least 2048 bits. Line ends do not matter. */
export function readPlatformPublicKey(text: string): PlatformPublicKey | Mistake {
  const other = otherThanPublicKey(text);
  if (other) return other;
  const blocks = pemBlocks(text);
  if (blocks.length !== 1)
    return blocks.length > 1
      ? { found: `${blocks.length} PEM blocks`, hint: "Give the key that belongs to `publicKeyId`, alone" }
      : { found: "a damaged or truncated public key", hint: download };
  const key = publicKey(blocks[0]!.der);
  if (!key) return { found: "a damaged or truncated public key", hint: download };
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== "rsa")
    return { found: `a key of type ${(key.asymmetricKeyType ?? "unknown").toUpperCase()}`, hint: download };
  if (bits < 2048) return { found: `an RSA key of ${bits} bits`, hint: download };
  const der = key.export({ type: "spki", format: "der" });
  return { pem: toPem("PUBLIC KEY", der), key, sha256: sha256Hex(der) };
}

/** Names what a text is, as far as it is something else than one PEM public key. */
function otherThanPublicKey(text: string): Mistake | undefined {
  const has = (label: string): boolean => new RegExp(`-----BEGIN ${label}-----`).test(text);
  if (text.trim() === "") return { found: "an empty text", hint: download };
  if (holdsPrivateKey(text)) {
    return {
      found: "a private key",
      hint: "Remove it from the program and treat it as leaked: a private key belongs in the vault only",
    };
  }
  if (has("(TRUSTED |X509 )?CERTIFICATE")) return certificateMistake(pemBlocks(text)[0]?.der);
  if (has("(NEW )?CERTIFICATE REQUEST"))
    return {
      found: "a certificate request",
      hint: "It belongs on the Merchant Platform, for the API certificate",
    };
  if (has("RSA PUBLIC KEY")) {
    return {
      found: "a public key in the form PKCS#1",
      hint: "Convert it with: openssl rsa -RSAPublicKey_in -in FILE -pubout",
    };
  }
  if (has("PUBLIC KEY")) return undefined;
  return text.includes("-----BEGIN ")
    ? { found: "PEM text of another kind", hint: download }
    : withoutPem(text);
}

/** DER that was read as text, or its Base64 without the PEM lines. */
function withoutPem(text: string): Mistake {
  const isBase64 = /^[A-Za-z0-9+/=\s]+$/.test(text);
  const der = Buffer.from(text, isBase64 ? "base64" : "latin1");
  if (parseCertificate(der)) return certificateMistake(der);
  if (publicKey(der)) {
    return {
      found: isBase64 ? "a public key without its PEM lines" : "a public key in DER, read as text",
      hint: "Give the whole file, from -----BEGIN PUBLIC KEY----- to -----END PUBLIC KEY-----",
    };
  }
  if (isPublicKeyId(text.trim()))
    return { found: "the id of a public key", hint: "The id is `publicKeyId`; the key itself goes here" };
  const isBinary = text.startsWith("0\u0082") || text.startsWith("0\ufffd");
  return {
    found: isBinary ? "binary data (DER) read as text" : "text without -----BEGIN PUBLIC KEY-----",
    hint: download,
  };
}

function certificateMistake(der: Buffer | undefined): Mistake {
  const certificate = der && parseCertificate(der);
  if (certificate && /^\d{8,10}$/.test(certificate.subject.CN ?? ""))
    return { found: "a merchant's certificate", hint: `It belongs in a MerchantCertificate. ${download}` };
  return {
    found:
      certificate?.subject.CN === platformCertificateName
        ? "a certificate of WeChat Pay's platform"
        : "a certificate",
    hint: "PlatformCertificates fetches the platform's certificates by itself; here belongs the public key of the newer mode",
  };
}

function publicKey(der: Buffer): KeyObject | undefined {
  try {
    return createPublicKey({ key: der, format: "der", type: "spki" });
  } catch {
    // The error of node:crypto may quote its input.
    return undefined;
  }
}

/** What a text is that should be the id of a public key; undefined where it is one. */
export function publicKeyIdMistake(text: string): Mistake | undefined {
  if (isPublicKeyId(text)) return undefined;
  const copy = "Copy it from the Merchant Platform: API Security, WeChat Pay Public Key";
  if (/^[0-9A-Fa-f]{40}$/.test(text) && /[A-Fa-f]/.test(text))
    return { found: "the serial number of a certificate", hint: copy };
  if (/^\d+$/.test(text)) return { found: "digits without PUB_KEY_ID_", hint: copy };
  if (isPublicKeyId(text.trim().toUpperCase()))
    return {
      found: "it with spaces around, or in small letters",
      hint: "Write it as the Merchant Platform shows it",
    };
  return { found: `a text of ${text.length} characters`, hint: copy };
}
