import type { Prober } from "../../provider/verification/prober";
import { weChatPayProber } from "../../provider/verification/we-chat-pay-prober";
import {
  NoAnswer,
  type WeChatPayAnswer,
  type WeChatPayRequest,
} from "../../provider/verification/wechat-pay";
import type { WeChatPayFlavour } from "../../provider/domain/wechatpay-endpoint";
import { someDay } from "../support/certificates";

/** An answer, no answer, or whatever fits the request. */
export type Reply = WeChatPayAnswer | NoAnswer | ((request: WeChatPayRequest) => WeChatPayAnswer | NoAnswer);

export interface ScriptedProber {
  prober: Prober;
  sent: WeChatPayRequest[];
  /** Milliseconds between attempts. */
  slept: number[];
}

/** A prober on `someDay` whose requests get these replies, one after the other, and then the last one again. */
export function scriptedProber(
  replies: readonly Reply[],
  flavour: WeChatPayFlavour = "mainland",
): ScriptedProber {
  const sent: WeChatPayRequest[] = [];
  const slept: number[] = [];
  let time = someDay.getTime();
  let drawn = 0;
  const prober = weChatPayProber({
    flavour,
    weChatPay: (request) => {
      sent.push(request);
      const reply = replies[Math.min(sent.length, replies.length) - 1];
      if (!reply) throw new Error("nothing was to be sent");
      const answer = typeof reply === "function" ? reply(request) : reply;
      return answer instanceof NoAnswer ? Promise.reject(answer) : Promise.resolve(answer);
    },
    now: () => new Date(time),
    sleep: (milliseconds) => {
      slept.push(milliseconds);
      time += milliseconds;
      return Promise.resolve();
    },
    randomBytes: (count) => Buffer.alloc(count, ++drawn),
  });
  return { prober, sent, slept };
}

export const timeout = () => new NoAnswer("timeout", "no answer within 10 seconds");
export const xmlAnswer = (code: string, message: string): WeChatPayAnswer => ({
  status: 200,
  headers: {},
  body: `<xml><return_code><![CDATA[${code}]]></return_code><return_msg><![CDATA[${message}]]></return_msg><mch_id>1900000109</mch_id>${code === "SUCCESS" ? "<sandbox_signkey>013467007045764</sandbox_signkey>" : ""}</xml>`,
});

/** The fields of a request's header Authorization. */
export function authorizationOf({ headers }: WeChatPayRequest): Record<string, string> {
  return Object.fromEntries(
    [...(headers.Authorization ?? "").matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!]),
  );
}
