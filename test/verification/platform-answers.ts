import { createCipheriv, createPublicKey, sign, type KeyObject } from "node:crypto";
import type { EncryptedResource, RequestSigner } from "merchant-credentials-loader/wechatpay";
import { parsedAnswer, type WeChatPayAnswer } from "../../provider/domain/wechatpay-answer";
import type { Exchange } from "../../provider/domain/request-verdict";
import { merchantId, platformCertificate, privateKey, someDay } from "../support/certificates";

export const serialNumber = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1";
export const platformSerial = "50062CE505775F070CAB06E697F1BBD1AD4F4D87";
export const publicKeyId = "PUB_KEY_ID_0114232134912410000000000000";
export const apiV3Secret = "Zq3Vw8Xn5Lk2Rt7Yb4Cm9Hd6Jf1Gs0Pa";
export const otherSecret = "Mn7Bv4Cx1Zl8Kj5Hg2Fd9Sa6Po3Iu0Yt";

export const platformKey = (): KeyObject => privateKey("platform");
export const platformKeys = () => new Map([[platformSerial, createPublicKey(platformKey())]]);
export const signer = (): RequestSigner => ({ merchantId, serialNumber, privateKey: privateKey() });

export interface Signature {
  key: KeyObject;
  serial: string;
  nonce: string;
  /** What stands in the place of the signature. */
  signature: string;
  /** What is signed in the place of the body. */
  body: string;
}

/** Headers and body as the platform sends them on `someDay`, signed with its certificate. */
export function signedAnswer(
  body: string,
  { key = platformKey(), serial = platformSerial, nonce = "n", ...other }: Partial<Signature> = {},
  at: Date = someDay,
): WeChatPayAnswer {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const message = Buffer.from(`${timestamp}\n${nonce}\n${other.body ?? body}\n`);
  return {
    status: 200,
    headers: {
      date: at.toUTCString(),
      "wechatpay-timestamp": timestamp,
      "wechatpay-nonce": nonce,
      "wechatpay-serial": serial,
      "wechatpay-signature": other.signature ?? sign("sha256", message, key).toString("base64"),
    },
    body,
  };
}

/** An error as the platform sends it: unsigned. */
export function errorAnswer(
  status: number,
  code: string,
  message: string,
  detail?: unknown,
): WeChatPayAnswer {
  const headers = { date: someDay.toUTCString() };
  return { status, headers, body: JSON.stringify({ code, message, detail }) };
}

export const withoutPlatformCertificate = () =>
  errorAnswer(404, "RESOURCE_NOT_EXISTS", "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。");

export interface ListItem {
  pem: string;
  secret: string;
  /** What the item is encrypted with. */
  associatedData: string;
  nonce: string;
  serial: string;
  effective: string;
  expire: string;
  /** Fields of `encrypt_certificate` in place of the right ones. */
  changed: Partial<EncryptedResource>;
}

/** One item of GET /v3/certificates. */
export function listItem(item: Partial<ListItem> = {}): Record<string, unknown> {
  const { nonce = "61f9c719728a", associatedData = "certificate", secret = apiV3Secret } = item;
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(secret), Buffer.from(nonce));
  cipher.setAAD(Buffer.from(associatedData));
  const encrypted = [cipher.update(item.pem ?? platformCertificate(), "utf8"), cipher.final()];
  const ciphertext = Buffer.concat([...encrypted, cipher.getAuthTag()]).toString("base64");
  const algorithm = "AEAD_AES_256_GCM";
  return {
    serial_no: item.serial ?? platformSerial,
    effective_time: item.effective ?? "2026-01-15T16:30:00+08:00",
    expire_time: item.expire ?? "2030-01-15T16:30:00+08:00",
    encrypt_certificate: { algorithm, nonce, associated_data: associatedData, ciphertext, ...item.changed },
  };
}

export const listBody = (...items: unknown[]): string => JSON.stringify({ data: items });

/** The answer to GET /v3/certificates. */
export function listAnswer(
  item: Partial<ListItem> = {},
  signature: Partial<Signature> = {},
): WeChatPayAnswer {
  return signedAnswer(listBody(listItem(item)), signature);
}

/** An answer as the rules see it, received on `someDay`. */
export function exchange(answer: WeChatPayAnswer, receivedAt: Date = someDay): Exchange {
  return { answer: parsedAnswer(answer), receivedAt, merchantId, serialNumber };
}

/** Whether a text carries a secret of these tests. */
export function holdsSecret(text: string): boolean {
  return [apiV3Secret, otherSecret].some((secret) => text.includes(secret)) || text.includes("PRIVATE KEY");
}
