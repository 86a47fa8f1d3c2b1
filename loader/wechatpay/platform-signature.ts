import { verify, type KeyObject } from "node:crypto";

/** What WeChat Pay has signed: an answer or a callback. */
export interface PlatformMessage {
  /** Seconds since 1970, as in the header. */
  timestamp: string;
  nonce: string;
  /** The bytes as they came, as text: parsed and written again they are others. */
  body: string;
  /** Base64. */
  signature: string;
  /** Serial number of a platform certificate, or `PUB_KEY_ID_…` of a platform public key. */
  serial: string;
}

/**
 * Whether a text is the id of a platform public key: the newer way, which has no certificate. Source: WeChat Pay,
 * pay.weixin.qq.com/doc/v3/merchant/4013053249; how many digits there may be is said nowhere.
 */
export function isPublicKeyId(text: string): boolean {
  return /^PUB_KEY_ID_\d{1,60}$/.test(text);
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The signed message in headers and body; undefined where a header is missing. Header names in any case. */
export function platformMessage(headers: Headers, body: string): PlatformMessage | undefined {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const header = (name: string): string | undefined => {
    const value = lower.get(`wechatpay-${name}`);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const [timestamp, nonce, signature, serial] = ["timestamp", "nonce", "signature", "serial"].map(header);
  return timestamp && nonce && signature && serial
    ? { timestamp, nonce, body, signature, serial }
    : undefined;
}

/**
 * Whether the key has signed the message. Source: WeChat Pay, "Signature verification": SHA-256 with RSA over
 * timestamp, nonce and body, each ended by a line feed.
 */
export function isSignedWith(publicKey: KeyObject, message: PlatformMessage): boolean {
  const { timestamp, nonce, body, signature } = message;
  const signed = Buffer.from(`${timestamp}\n${nonce}\n${body}\n`);
  return verify("sha256", signed, publicKey, Buffer.from(signature, "base64"));
}
