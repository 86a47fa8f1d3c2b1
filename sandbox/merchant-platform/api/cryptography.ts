import {
  constants,
  createCipheriv,
  createHash,
  createHmac,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  sign,
  verify,
  type KeyObject,
} from "node:crypto";

/** Base64 of SHA-256 with RSA over the lines, each ended by a line feed. */
export function signLines(lines: readonly string[], privateKey: KeyObject): string {
  return sign("sha256", Buffer.from(ended(lines)), privateKey).toString("base64");
}

/** Whether a base64 signature is over these bytes. */
export function isSignatureOf(message: Buffer, signature: string, publicKey: KeyObject): boolean {
  return verify("sha256", message, publicKey, Buffer.from(signature, "base64"));
}

const ended = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");

export interface Resource {
  algorithm: "AEAD_AES_256_GCM";
  nonce: string;
  associated_data: string;
  /** Base64 of ciphertext and tag. */
  ciphertext: string;
}

export interface Plaintext {
  text: string;
  apiV3Secret: string;
  associatedData: string;
  /** 12 characters. Default: random. */
  nonce?: string;
}

/** As callbacks and platform certificates are encrypted: https://pay.weixin.qq.com/doc/v3/merchant/4012071382 */
export function encryptResource({
  text,
  apiV3Secret,
  associatedData,
  nonce = randomBytes(6).toString("hex"),
}: Plaintext): Resource {
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(apiV3Secret), Buffer.from(nonce));
  cipher.setAAD(Buffer.from(associatedData));
  const bytes = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return {
    algorithm: "AEAD_AES_256_GCM",
    nonce,
    associated_data: associatedData,
    ciphertext: bytes.toString("base64"),
  };
}

/** Sensitive fields: RSAES-OAEP with SHA-1. Source: https://pay.weixin.qq.com/doc/v3/merchant/4013053257 */
const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha1" };

export function encryptField(text: string, publicKey: KeyObject): string {
  return publicEncrypt({ key: publicKey, ...oaep }, Buffer.from(text)).toString("base64");
}

/** Undefined if it is not encrypted for this key. */
export function decryptField(base64: string, privateKey: KeyObject): string | undefined {
  try {
    return privateDecrypt({ key: privateKey, ...oaep }, Buffer.from(base64, "base64")).toString("utf8");
  } catch {
    return undefined;
  }
}

export type SignType = "MD5" | "HMAC-SHA256";

/** Source: WeChat Pay API v2, signature algorithm: https://pay.weixin.qq.com/doc/v2/merchant/4011985891 */
export function apiV2Signature(
  fields: ReadonlyMap<string, string>,
  apiSecret: string,
  signType: SignType = "MD5",
): string {
  const names = [...fields.keys()].filter((name) => name !== "sign" && fields.get(name) !== "").sort();
  const text = [...names.map((name) => `${name}=${fields.get(name)}`), `key=${apiSecret}`].join("&");
  const digest = signType === "MD5" ? createHash("md5") : createHmac("sha256", apiSecret);
  return digest.update(text).digest("hex").toUpperCase();
}
