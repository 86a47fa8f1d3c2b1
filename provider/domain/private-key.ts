import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { sha256Hex } from "./digest";
import { holdsPrivateKeyPem } from "./pem";

/** SHA-256 of the SubjectPublicKeyInfo that belongs to a private key, lower-case hex. Public. */
export function publicKeySha256(privateKey: KeyObject): string {
  return sha256Hex(createPublicKey(privateKey).export({ type: "spki", format: "der" }));
}

/** PKCS#8 PEM, the form the SDKs of WeChat Pay load. Secret. */
export function privateKeyPem(privateKey: KeyObject): string {
  return privateKey.export({ type: "pkcs8", format: "pem" }) as string;
}

/** Reads an unencrypted private key; undefined where the text is not one. */
export function readPrivateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    // The error of node:crypto may quote its input.
    return undefined;
  }
}

/** Whether a text holds a private key: PEM, or DER or a PKCS#12 in Base64, encrypted or not. */
export function holdsPrivateKey(text: string): boolean {
  if (holdsPrivateKeyPem(text)) return true;
  if (!/^\s*MI[A-Za-z0-9+/\s]{60,}=*\s*$/.test(text)) return false;
  const der = Buffer.from(text, "base64");
  return isPkcs12(der) || (["pkcs8", "pkcs1", "sec1"] as const).some((type) => isPrivateKeyDer(der, type));
}

/** A PKCS#12 is a SEQUENCE that starts with INTEGER 3 (RFC 7292, section 4). */
export function isPkcs12(der: Buffer): boolean {
  return der[0] === 0x30 && der.subarray(1, 12).includes(Buffer.from([0x02, 0x01, 0x03]));
}

function isPrivateKeyDer(der: Buffer, type: "pkcs8" | "pkcs1" | "sec1"): boolean {
  try {
    createPrivateKey({ key: der, format: "der", type });
    return true;
  } catch (error) {
    // An encrypted key is one as well; node:crypto asks for its passphrase.
    return (error as { code?: string }).code === "ERR_MISSING_PASSPHRASE";
  }
}
