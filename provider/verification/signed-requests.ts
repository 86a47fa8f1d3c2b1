import { authorization, v2Signature, type RequestSigner } from "merchant-credentials-loader/wechatpay";
import type { Exchange } from "../domain/request-verdict";
import type { Undecided } from "../domain/verdict";
import { parsedAnswer } from "../domain/wechatpay-answer";
import type { WeChatPayFlavour } from "../domain/wechatpay-endpoint";
import { ask, type Answered, type Asking } from "./attempts";
import type { WeChatPayRequest } from "./wechat-pay";

/** A request of APIv3 that was answered, and the nonce that it was sent with. */
export interface SignedExchange extends Exchange {
  nonce: string;
}

type Content = Pick<WeChatPayRequest, "method" | "target" | "body">;

async function signed(
  asking: Asking,
  signer: RequestSigner,
  content: (nonce: string) => Content,
  platformKey: string | undefined,
): Promise<SignedExchange | Undecided> {
  const answered = await ask(asking, ({ nonce, timestamp }) => {
    const request = content(nonce);
    const headers = {
      Authorization: authorization({ ...request, nonce, timestamp }, signer),
      // Errors are told apart by their message: it has to be in one language.
      "Accept-Language": "zh-CN",
      ...(request.body !== "" && { "Content-Type": "application/json" }),
      ...(platformKey !== undefined && { "Wechatpay-Serial": platformKey }),
    };
    return { ...request, headers };
  });
  if ("verdict" in answered) return answered;
  const { answer, receivedAt, nonce } = answered;
  const { merchantId, serialNumber } = signer;
  return { answer: parsedAnswer(answer), receivedAt, merchantId, serialNumber, nonce };
}

const certificates: Readonly<Record<WeChatPayFlavour, string>> = {
  mainland: "/v3/certificates",
  global: "/v3/global/certificates",
};

/**
 * Asks for the platform's certificates.
 *
 * @param platformKey what the answer is to be signed with; WeChat Pay decides where it is left out
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012551764 (mainland)
 * @see https://pay.weixin.qq.com/doc/global/v3/zh/4012354540 (global)
 */
export function askForCertificates(
  asking: Asking,
  flavour: WeChatPayFlavour,
  signer: RequestSigner,
  platformKey?: string,
): Promise<SignedExchange | Undecided> {
  const content: Content = { method: "GET", target: certificates[flavour], body: "" };
  return signed(asking, signer, () => content, platformKey);
}

/**
 * Asks for the nonce back, signed with a key of the platform. No `notify_url` is sent, so nothing is called back.
 *
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4014551946
 */
export function askForEcho(
  asking: Asking,
  signer: RequestSigner,
  platformKey: string,
): Promise<SignedExchange | Undecided> {
  const content = (nonce: string): Content => ({
    method: "POST",
    target: "/v3/security/echo",
    body: JSON.stringify({ echo_message: nonce }),
  });
  return signed(asking, signer, content, platformKey);
}

/**
 * Asks for the key of WeChat Pay's test system, which is given to whoever signs with the API secret. It is not read.
 *
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011984810
 */
export function askForTestKey(
  asking: Asking,
  merchantId: string,
  apiSecret: string,
): Promise<Answered | Undecided> {
  return ask(asking, ({ nonce }) => {
    const parameters = { mch_id: merchantId, nonce_str: nonce };
    const elements = Object.entries({ ...parameters, sign: v2Signature(parameters, apiSecret) });
    return {
      method: "POST",
      target: "/xdc/apiv2getsignkey/sign/getsignkey",
      headers: { Accept: "text/xml", "Content-Type": "text/xml" },
      body: `<xml>${elements.map(([name, value]) => `<${name}>${value}</${name}>`).join("")}</xml>`,
    };
  });
}
