import { CredentialError, type MerchantCredentials } from "merchant-credentials-loader";
import type { Answer, Received } from "./server";

/** As WeChat Pay tells of it: https://pay.weixin.qq.com/doc/v3/merchant/4012791882 */
export interface Payment {
  out_trade_no: string;
  transaction_id: string;
  trade_state: string;
}

export type OnPayment = (payment: Payment) => void | Promise<void>;

/** What is not WeChat Pay's, or is damaged. All else may come again, and be understood then. */
const refused: readonly string[] = ["signature", "clock", "unreadable"];

/**
 * Takes a callback. WeChat Pay sends it again until it is answered with 2xx within five seconds, and now and then once
 * more, so `onPayment` must bear the same payment twice.
 */
export async function takeCallback(
  { headers, body }: Received,
  credentials: MerchantCredentials,
  onPayment: OnPayment,
): Promise<Answer> {
  try {
    const { event_type, resource } = await credentials.readNotification<Payment>({ headers, body });
    if (event_type === "TRANSACTION.SUCCESS") await onPayment(resource);
    return { status: 200, body: { code: "SUCCESS", message: "OK" } };
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    console.error(error.message);
    const status = refused.includes(error.code) ? 401 : 503;
    return { status, body: { code: "FAIL", message: "The callback was not understood." } };
  }
}
