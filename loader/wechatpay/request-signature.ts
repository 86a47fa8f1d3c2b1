import { sign, type KeyObject } from "node:crypto";

/** An APIv3 request, as far as its signature covers it. */
export interface SignedRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path with query, as in the request line. */
  target: string;
  /** Empty for a request without one. */
  body: string;
  /** Seconds since 1970. WeChat Pay refuses what is more than 5 minutes off its own clock. */
  timestamp: number;
  /** Random; at most 32 letters and digits. */
  nonce: string;
}

/** Who signs: the merchant's certificate by its serial number, and its key. Secret. */
export interface RequestSigner {
  merchantId: string;
  /** 40 upper-case hex digits. */
  serialNumber: string;
  privateKey: KeyObject;
}

const scheme = "WECHATPAY2-SHA256-RSA2048";

/**
 * The header `Authorization` of an APIv3 request. Source: WeChat Pay, "Signature generation":
 * SHA-256 with RSA over method, target, timestamp, nonce and body, each ended by a line feed.
 */
export function authorization(request: SignedRequest, signer: RequestSigner): string {
  const { merchantId, serialNumber, privateKey } = signer;
  const { timestamp, nonce } = request;
  const signature = sign("sha256", Buffer.from(requestMessage(request)), privateKey).toString("base64");
  const fields = { mchid: merchantId, nonce_str: nonce, timestamp, serial_no: serialNumber, signature };
  const list = Object.entries(fields).map(([name, value]) => `${name}="${value}"`);
  return `${scheme} ${list.join(",")}`;
}

function requestMessage({ method, target, timestamp, nonce, body }: SignedRequest): string {
  return `${method}\n${target}\n${timestamp}\n${nonce}\n${body}\n`;
}
