import type { KnownCertificate } from "../accounts/merchant-certificates";
import type { Merchant } from "../accounts/merchant-account";
import { ApiError, type Reason } from "./api-error";
import { isSignatureOf } from "./cryptography";
import { header, type ApiRequest, type FindMerchant } from "./exchange";
import type { UsedNonces } from "./used-nonces";

/** Who signed a request. */
export interface Caller {
  merchant: Merchant;
  certificate: KnownCertificate;
}

export interface Credentials {
  mchid: string;
  nonce_str: string;
  timestamp: string;
  serial_no: string;
  signature: string;
}

const toleranceSeconds = 5 * 60;
const names = ["mchid", "nonce_str", "timestamp", "serial_no", "signature"] as const;

/**
 * Messages as the platform's, where they are known: https://pay.weixin.qq.com/doc/v3/merchant/4012072670 and the
 * questions about signatures beside it. Nothing is published of a nonce used twice; those words are the sandbox's own.
 */
const messages = {
  "no-authorization": "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》",
  "authorization-scheme": "Http头Authorization认证类型不正确",
  timestamp: "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟",
  "no-certificate": "商户未申请过证书。",
  "unknown-serial": "商户证书序列号有误。请使用签名私钥匹配的证书序列号",
  "expired-certificate": "商户证书已过期。",
  "revoked-certificate": "商户证书已作废。",
  signature: "错误的签名，验签失败",
  "replayed-nonce": "Http头Authorization中的nonce_str已使用过，请勿重放请求",
  "no-apiv3-secret": "商户未设置APIv3密钥。",
} as const satisfies Partial<Record<Reason, string>>;

export function signError(reason: keyof typeof messages, detail?: object): ApiError {
  return new ApiError(reason, 401, "SIGN_ERROR", messages[reason], detail);
}

/**
 * The fields of the header `Authorization`: five, each once, in quotes, separated by a comma alone.
 * Source: https://pay.weixin.qq.com/doc/v3/merchant/4012365344
 */
export function readAuthorization(value: string | undefined): Credentials {
  const [, scheme, list] = /^(\S+) (.+)$/.exec(value ?? "") ?? [];
  if (!list) throw signError("no-authorization");
  if (scheme !== "WECHATPAY2-SHA256-RSA2048") throw signError("authorization-scheme");
  const fields = list.split(",").map((part) => /^([a-z_]+)="([^"]+)"$/.exec(part));
  const given = Object.fromEntries(fields.map((match) => [match?.[1], match?.[2]])) as Partial<Credentials>;
  if (fields.length !== names.length || !names.every((name) => given[name]))
    throw signError("no-authorization");
  return given as Credentials;
}

/** In the platform's order: the clock before the certificate, the certificate before the signature. */
export function authenticate(request: ApiRequest, find: FindMerchant, nonces: UsedNonces): Caller {
  const credentials = readAuthorization(header(request, "authorization"));
  checkTimestamp(credentials, request.at);
  const merchant = find(credentials.mchid);
  const certificate = merchant?.certificate(credentials.serial_no, request.at);
  const message = messageOf(request, credentials);
  const mismatch = signInformation(request, message);
  if (merchant?.certificates.length === 0) throw signError("no-certificate");
  if (!merchant || !certificate || certificate.status === "not-yet-valid") {
    throw signError("unknown-serial", mismatch);
  }
  if (certificate.status === "expired") throw signError("expired-certificate");
  if (certificate.status === "revoked") throw signError("revoked-certificate");
  if (!isSignatureOf(message, credentials.signature, certificate.publicKey)) {
    throw signError("signature", mismatch);
  }
  if (!nonces.use(`${credentials.mchid} ${credentials.nonce_str}`, request.at))
    throw signError("replayed-nonce");
  return { merchant, certificate };
}

function checkTimestamp({ timestamp }: Credentials, at: Date): void {
  const skew = Math.abs(Math.floor(at.getTime() / 1000) - Number(timestamp));
  if (!/^\d{1,12}$/.test(timestamp) || skew > toleranceSeconds) throw signError("timestamp");
}

/** The bytes that were signed; the body as it came. */
function messageOf({ method, target, body }: ApiRequest, { timestamp, nonce_str }: Credentials): Buffer {
  const lines = Buffer.from(`${method}\n${target}\n${timestamp}\n${nonce_str}\n`);
  return Buffer.concat([lines, body, Buffer.from("\n")]);
}

/** The body is cut off, as the platform does. */
function signInformation({ method, target, body }: ApiRequest, message: Buffer): object {
  const truncated = message.subarray(0, message.length - Math.max(0, body.length - 10)).toString("utf8");
  return {
    detail: { issue: "sign not match" },
    field: "signature",
    location: "authorization",
    sign_information: {
      method,
      sign_message_length: message.length,
      truncated_sign_message: truncated,
      url: target,
    },
  };
}
