import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { sha256Hex } from "./digest";

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
