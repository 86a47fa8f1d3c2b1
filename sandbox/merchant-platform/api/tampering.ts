import { randomBytes } from "node:crypto";
import type { PlatformKey } from "../accounts/platform-keys";
import { strangersKey } from "../../x509/rsa-key";
import { encryptResource, signLines, type Plaintext, type Resource } from "./cryptography";

/** What may be wrong with something that the platform has encrypted or signed. */
export const tamperings = [
  /** The ciphertext lacks the last byte of its tag. */
  "truncated-tag",
  /** Encrypted with other associated data than it names. */
  "wrong-associated-data",
  /** Without any `Wechatpay-` header. */
  "unsigned",
  /** The known key is named, another has signed. */
  "other-key",
  /** A key that nobody knows is named, and has signed. */
  "unknown-serial",
  /** As the platform probes its receivers: the signature begins with WECHATPAY/SIGNTEST/ and is wrong. */
  "signature-probe",
] as const;
export type Tampering = (typeof tamperings)[number];

export function seal(plaintext: Plaintext, tampering?: string): Resource {
  const { associatedData } = plaintext;
  if (tampering === "wrong-associated-data") {
    const sealed = encryptResource({ ...plaintext, associatedData: `not ${associatedData}` });
    return { ...sealed, associated_data: associatedData };
  }
  const sealed = encryptResource(plaintext);
  if (tampering !== "truncated-tag") return sealed;
  const ciphertext = Buffer.from(sealed.ciphertext, "base64").subarray(0, -1).toString("base64");
  return { ...sealed, ciphertext };
}

/** The four headers of a signature. Source: https://pay.weixin.qq.com/doc/v3/merchant/4013053249 */
export function signatureHeaders(
  body: string,
  { name, privateKey }: PlatformKey,
  at: Date,
  tampering?: string,
): Record<string, string> {
  if (tampering === "unsigned") return {};
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const nonce = randomBytes(16).toString("hex");
  const byStranger = tampering === "other-key" || tampering === "unknown-serial";
  const key = byStranger ? strangersKey() : privateKey;
  const signature = signLines([timestamp, nonce, body], key);
  return {
    "Wechatpay-Timestamp": timestamp,
    "Wechatpay-Nonce": nonce,
    "Wechatpay-Serial": tampering === "unknown-serial" ? randomBytes(20).toString("hex").toUpperCase() : name,
    "Wechatpay-Signature": tampering === "signature-probe" ? `WECHATPAY/SIGNTEST/${signature}` : signature,
    "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
  };
}
