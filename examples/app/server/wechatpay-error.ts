import type { MerchantCredentials } from "merchant-credentials-loader";

/** WeChat Pay has refused, or an SDK has found something wrong with its answer. */
export class WeChatPayError extends Error {
  override readonly name = "WeChatPayError";

  constructor(
    /** HTTP status; undefined where there was no answer. */
    readonly status: number | undefined,
    /** WeChat Pay's words, or the SDK's code. */
    readonly says: string,
  ) {
    super(`WeChat Pay: ${status ?? "no answer"} ${says}`);
  }
}

/**
 * Asks; and if a signature did not fit, ours or WeChat Pay's, reads the credentials again and asks once more. That is
 * for the first request after a certificate was revoked, or after WeChat Pay has begun to sign with its next one.
 * `ask` takes its client from `renewing`, and does no harm when it is repeated.
 */
export async function withPresentCredentials<T>(
  credentials: MerchantCredentials,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof WeChatPayError && isAboutSignatures(error))) throw error;
    await credentials.refresh();
    return ask();
  }
}

/** The second is what wechatpay-axios-plugin says to an answer signed with a key that it was not given. */
function isAboutSignatures({ status, says }: WeChatPayError): boolean {
  return status === 401 || says === "EV3_RES_HEADER_PLATFORM_SERIAL";
}
