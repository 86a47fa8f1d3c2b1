import { createHash, createPublicKey, sign, type KeyObject } from "node:crypto";
import { inspect, type InspectOptions } from "node:util";
import { unreadable } from "./certified-key";
import { CredentialError } from "./errors";
import { readPrivateKeyPem, readPublicKeyPem } from "./pem";
import { withoutAccessors } from "./redacted";
import type { StoredVersion } from "./secrets-manager";
import { valueOf } from "./stored-value";

/** Begins the label of a key that the partner verifies with although another one has taken over. */
const verificationLabel = "MC_VERIFY_";

/**
 * A merchant key: its private half signs, its public half is with the partner. The private half is no property of the
 * object, so that neither logs nor JSON nor a copy of it have it.
 */
export class MerchantKeyCredential {
  readonly merchantId: string;
  readonly versionId: string;
  /** SHA-256 of the public key's DER, lower-case hex: what the provider puts out, to compare. */
  readonly publicKeySha256: string;
  readonly #key: KeyObject;
  readonly #publicKey: KeyObject;
  readonly #isVerifiedWith: boolean;

  /** @throws CredentialError `not-ready`, `another-kind`, `unreadable`, `inconsistent` */
  constructor(version: StoredVersion) {
    const { merchantId, privateKey, publicKey } = valueOf("merchantKey", version);
    const { secretId, versionId, labels } = version;
    const key = readPrivateKeyPem(privateKey);
    if ("found" in key) throw unreadable(secretId, "privateKey", key.found);
    const stored = readPublicKeyPem(publicKey);
    if ("found" in stored) throw unreadable(secretId, "publicKey", stored.found);
    if (!stored.value.equals(createPublicKey(key.value)))
      throw new CredentialError("inconsistent", `${secretId}: publicKey does not belong to privateKey.`);
    this.merchantId = merchantId;
    this.versionId = versionId;
    this.#key = key.value;
    this.#publicKey = stored.value;
    this.#isVerifiedWith = labels.some((label) => label.startsWith(verificationLabel));
    this.publicKeySha256 = createHash("sha256")
      .update(stored.value.export({ type: "spki", format: "der" }))
      .digest("hex");
  }

  /** For `crypto.sign`, `createSign` and `privateDecrypt`. **Secret**: `export` shows what is in it. */
  get privateKey(): KeyObject {
    return this.#key;
  }

  /** For `crypto.verify` and `publicEncrypt`. */
  get publicKey(): KeyObject {
    return this.#publicKey;
  }

  /** Whether it is kept for verification after another key has taken over. */
  get isVerifiedWith(): boolean {
    return this.#isVerifiedWith;
  }

  /** Signs with RSA (PKCS#1 v1.5). @param algorithm of the digest, as the partner asks for it: `sha256`, `sha1`, … */
  sign(algorithm: string, data: string | Uint8Array): Buffer {
    return signed(algorithm, data, this.#key);
  }

  /** @internal */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return withoutAccessors(this, options);
  }
}

/** @throws CredentialError `invalid-options` for an algorithm or data that cannot be right */
export function signed(algorithm: string, data: string | Uint8Array, key: KeyObject): Buffer {
  try {
    return sign(algorithm, typeof data === "string" ? Buffer.from(data) : data, key);
  } catch {
    throw new CredentialError(
      "invalid-options",
      "sign: expected an algorithm of node:crypto, such as sha256, and what to sign as text or bytes.",
    );
  }
}
