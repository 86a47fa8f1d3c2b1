import { createHash, randomUUID } from "node:crypto";
import type { Merchant } from "../accounts/merchant-account";
import type { Journal } from "../journal";
import { beijingTime } from "./certificates-endpoint";
import { seal, signatureHeaders, type Tampering } from "./tampering";
import type { CallbackEvent } from "./v3-endpoint";

/** What may be wrong with a callback. */
export type CallbackTampering = Tampering | { clockMinutes: number };

/** How the receiver answered; no status where it did not within 5 seconds. */
export interface CallbackAnswer {
  status: number | undefined;
  body: string;
}

const patienceMs = 5000;

/** Sends what WeChat Pay sends of its own accord: https://pay.weixin.qq.com/doc/v3/merchant/4012071382 */
export class Callbacks {
  readonly #closing = new AbortController();

  constructor(
    private readonly now: () => Date,
    private readonly journal: Journal,
  ) {}

  /** Encrypted with the APIv3 secret as it is set now. Throws an Error if none is. */
  async send(
    merchant: Merchant,
    url: string,
    event: CallbackEvent = {},
    tampering?: CallbackTampering,
  ): Promise<CallbackAnswer> {
    const minutes = typeof tampering === "object" ? tampering.clockMinutes : 0;
    const at = new Date(this.now().getTime() + minutes * 60_000);
    const fault = typeof tampering === "string" ? tampering : undefined;
    const body = JSON.stringify(message(merchant, event, at, fault));
    const headers = signatureHeaders(body, signer(merchant, event, at), at, fault);
    const answer = await this.#post(url, body, headers);
    this.journal.note({
      at: at.toISOString(),
      method: "POST",
      target: url,
      merchant: merchant.merchantId,
      serial: headers["Wechatpay-Serial"],
      verdict: "callback",
      status: answer.status ?? 0,
      ...(tampering && { fault: tampering }),
      bodySha256: createHash("sha256").update(body).digest("hex"),
    });
    return answer;
  }

  /** Waits for no answer any longer. */
  close(): void {
    this.#closing.abort();
  }

  async #post(url: string, body: string, headers: Record<string, string>): Promise<CallbackAnswer> {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "User-Agent": "Mozilla/4.0", ...headers },
        body,
        redirect: "manual",
        signal: AbortSignal.any([AbortSignal.timeout(patienceMs), this.#closing.signal]),
      });
      return { status: response.status, body: await response.text() };
    } catch {
      return { status: undefined, body: "" };
    }
  }
}

function message(merchant: Merchant, event: CallbackEvent, at: Date, fault?: Tampering): object {
  const apiV3Secret = merchant.secret("apiV3Secret");
  if (apiV3Secret === undefined) throw new Error(`Merchant ${merchant.merchantId} has set no APIv3 secret.`);
  const { eventType = "TRANSACTION.SUCCESS", originalType = "transaction" } = event;
  const { associatedData = originalType, resource = paid(merchant, at) } = event;
  const sealed = seal({ text: JSON.stringify(resource), apiV3Secret, associatedData }, fault);
  return {
    id: randomUUID(),
    create_time: beijingTime(at),
    resource_type: "encrypt-resource",
    event_type: eventType,
    summary: eventType === "TRANSACTION.SUCCESS" ? "支付成功" : eventType,
    resource: { original_type: originalType, ...sealed },
  };
}

function signer(merchant: Merchant, { signedBy }: CallbackEvent, at: Date) {
  const keys = merchant.platformKeys();
  const named = signedBy === "public-key" ? keys.named(merchant.publicKey.id, at) : undefined;
  return named ?? keys.signing(at);
}

function paid({ merchantId }: Merchant, at: Date): object {
  return {
    mchid: merchantId,
    appid: "wxd678efh567hg6787",
    out_trade_no: randomUUID().replaceAll("-", ""),
    transaction_id: `42000000${String(at.getTime()).padStart(20, "0")}`,
    trade_type: "NATIVE",
    trade_state: "SUCCESS",
    trade_state_desc: "支付成功",
    success_time: beijingTime(at),
    amount: { total: 100, payer_total: 100, currency: "CNY", payer_currency: "CNY" },
  };
}
