import type { WeChatPayAnswer } from "../domain/wechatpay-answer";

export type { WeChatPayAnswer };

/** One request to WeChat Pay. Its headers and body may hold a signature, never a secret. */
export interface WeChatPayRequest {
  method: "GET" | "POST";
  /** Path with query. */
  target: string;
  headers: Readonly<Record<string, string>>;
  /** Empty for none. */
  body: string;
}

/** There was no answer. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  constructor(
    readonly reason: "timeout" | "unreachable" | "certificate" | "too-large" | "aborted",
    message: string,
  ) {
    super(message);
  }
}

/** The way to WeChat Pay: one attempt, bounded in time and size. Throws {@link NoAnswer}. */
export type WeChatPay = (request: WeChatPayRequest) => Promise<WeChatPayAnswer>;
