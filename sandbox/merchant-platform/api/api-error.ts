/** Why a request was refused, in one word: in the journal, and nowhere else. */
export type Reason =
  | "no-user-agent"
  | "no-authorization"
  | "authorization-scheme"
  | "timestamp"
  | "no-certificate"
  | "unknown-serial"
  | "expired-certificate"
  | "revoked-certificate"
  | "signature"
  | "replayed-nonce"
  | "no-api-secret"
  | "no-apiv3-secret"
  | "public-key-mode"
  | "platform-serial"
  | "parameter"
  | "unknown-order"
  | "not-offered";

/** What the API answers instead; its body is `{ code, message, detail? }`. */
export class ApiError extends Error {
  constructor(
    readonly reason: Reason,
    readonly status: number,
    readonly code: string,
    message: string,
    readonly detail?: object,
  ) {
    super(message);
  }

  get body(): string {
    const { code, message, detail } = this;
    return JSON.stringify({ code, ...(detail && { detail }), message });
  }
}

/** Source: https://pay.weixin.qq.com/doc/v3/merchant/4012081709 */
export function parameterError(field: string, issue: string, location: "body" | "query" = "body"): ApiError {
  return new ApiError("parameter", 400, "PARAM_ERROR", "参数错误", { field, issue, location });
}
