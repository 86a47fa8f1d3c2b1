import { createDecipheriv } from "node:crypto";

/** What WeChat Pay encrypts with the APIv3 secret: the resource of a callback, or a platform certificate. */
export interface EncryptedResource {
  /** `AEAD_AES_256_GCM`. */
  algorithm: string;
  /** Base64 of the ciphertext and its 16-byte tag. */
  ciphertext: string;
  /** 12 bytes. */
  nonce: string;
  /** May be empty or absent. */
  associated_data?: string | undefined;
}

const tagBytes = 16;

/**
 * The text in a resource; undefined where this secret, nonce or associated data is not what it was encrypted
 * with, or it is damaged: the cipher cannot tell these apart. Source: WeChat Pay, "Decrypting callback messages".
 */
export function decryptResource(resource: EncryptedResource, apiV3Secret: string): string | undefined {
  const { algorithm, ciphertext, nonce, associated_data: associatedData = "" } = resource;
  const bytes = Buffer.from(ciphertext, "base64");
  if (algorithm !== "AEAD_AES_256_GCM" || bytes.length < tagBytes) return undefined;
  try {
    const decipher = createDecipheriv("aes-256-gcm", Buffer.from(apiV3Secret), Buffer.from(nonce), {
      authTagLength: tagBytes,
    });
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    decipher.setAAD(Buffer.from(associatedData));
    return Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()]).toString("utf8");
  } catch {
    // A wrong length of secret or nonce, or a tag that does not match.
    return undefined;
  }
}
