import { platformMessage, type PlatformMessage } from "merchant-credentials-loader/wechatpay";
import { jsonObject } from "./json-object";

/** What came back from WeChat Pay. */
export interface WeChatPayAnswer {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** As it came; at most 1 MB. */
  body: string;
}

/** An answer of APIv3, read once. What is absent in it is undefined; texts of its body are never shown. */
export interface ParsedAnswer {
  status: number;
  /** Of an error, e.g. `SIGN_ERROR`. */
  code: string | undefined;
  /** Of an error, in Chinese; empty for none. */
  message: string;
  /** Of a signature that is not taken, e.g. `sign not match`. */
  issue: string | undefined;
  json: Readonly<Record<string, unknown>> | undefined;
  /** What the platform has signed; errors usually come unsigned. */
  signed: PlatformMessage | undefined;
  /** The platform's clock, by every header that tells it. */
  times: readonly Date[];
}

/** @see https://pay.weixin.qq.com/doc/v3/merchant/4012081709 for the form of answers and errors. */
export function parsedAnswer({ status, headers, body }: WeChatPayAnswer): ParsedAnswer {
  const json = jsonObject(body);
  const signed = platformMessage(headers, body);
  const seconds = signed && /^\d{1,12}$/.test(signed.timestamp) ? Number(signed.timestamp) : undefined;
  const times = [new Date(headers.date ?? ""), new Date((seconds ?? NaN) * 1000)];
  return {
    status,
    code: text(json?.code),
    message: text(json?.message) ?? "",
    issue: text(record(record(json?.detail)?.detail)?.issue) ?? text(record(json?.detail)?.issue),
    json,
    signed,
    times: times.filter((time) => !Number.isNaN(time.getTime())),
  };
}

export function isSuccess({ status }: { status: number }): boolean {
  return status >= 200 && status < 300;
}

/**
 * WeChat Pay sends a few answers with a wrong signature on purpose, to see that they are refused; asked again it
 * signs rightly. Source: pay.weixin.qq.com/doc/v3/merchant/4013053249.
 */
export function isSignatureTest({ signed }: ParsedAnswer): boolean {
  return signed?.signature.startsWith("WECHATPAY/SIGNTEST/") === true;
}

/** An answer by its status and code, the only words of it that may be shown. */
export function answerName({ status, code }: { status: number; code?: string | undefined }): string {
  return code !== undefined && /^[A-Z][A-Z0-9_]{1,39}$/.test(code) ? `${status} ${code}` : `${status}`;
}

export function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  return isRecord ? (value as Record<string, unknown>) : undefined;
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
