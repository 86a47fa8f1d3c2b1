import { randomBytes } from "node:crypto";
import type { Reason } from "./api-error";
import { apiV2Signature, type SignType } from "./cryptography";
import type { ApiRequest, FindMerchant } from "./exchange";
import type { Orders } from "./orders";
import { readXml, writeXml } from "./xml";

export interface V2Answer {
  /** What the request says. */
  merchant?: string;
  verdict: "accepted" | Reason;
  body: string;
}

export interface V2Call {
  fields: ReadonlyMap<string, string>;
  orders: Orders;
}

interface V2Endpoint {
  path: string;
  signTypes: readonly SignType[];
  isAnswerSigned: boolean;
  answer(call: V2Call): Record<string, string>;
}

const endpoints: readonly V2Endpoint[] = [
  {
    /** Source: https://pay.weixin.qq.com/doc/v2/merchant/4011984810 */
    path: "/xdc/apiv2getsignkey/sign/getsignkey",
    signTypes: ["MD5"],
    isAnswerSigned: false,
    answer: ({ fields }) => ({
      return_code: "SUCCESS",
      return_msg: "OK",
      mch_id: fields.get("mch_id")!,
      sandbox_signkey: randomBytes(16).toString("hex"),
    }),
  },
  {
    /** Source: https://pay.weixin.qq.com/doc/v2/merchant/4011935216 */
    path: "/pay/orderquery",
    signTypes: ["MD5", "HMAC-SHA256"],
    isAnswerSigned: true,
    answer: ({ fields, orders }) => ({
      return_code: "SUCCESS",
      return_msg: "OK",
      appid: fields.get("appid") ?? "",
      mch_id: fields.get("mch_id")!,
      nonce_str: randomBytes(8).toString("hex"),
      ...stateOf(orders, fields.get("mch_id")!, fields.get("out_trade_no") ?? ""),
    }),
  },
];

export const isV2 = (path: string): boolean => endpoints.some((endpoint) => endpoint.path === path);

/** Status 200 in any case: the body says whether it went well. An unknown merchant is a wrong signature, too. */
export function answerV2(request: ApiRequest, find: FindMerchant, orders: Orders): V2Answer {
  const endpoint = endpoints.find(({ path }) => path === request.path)!;
  const fields = readXml(request.body.toString("utf8"));
  const merchant = fields?.get("mch_id");
  if (!fields || !merchant || !fields.get("nonce_str")) {
    return { merchant, verdict: "parameter", body: failure(fields ? "参数错误" : "XML格式错误") };
  }
  const apiSecret = find(merchant)?.secret("apiSecret");
  const signType = endpoint.signTypes.find((type) => type === (fields.get("sign_type") || "MD5"));
  if (
    !signType ||
    apiSecret === undefined ||
    fields.get("sign") !== apiV2Signature(fields, apiSecret, signType)
  ) {
    const verdict = apiSecret === undefined ? "no-api-secret" : "signature";
    return { merchant, verdict, body: failure("签名错误") };
  }
  const answer = new Map(Object.entries(endpoint.answer({ fields, orders })));
  if (endpoint.isAnswerSigned) answer.set("sign", apiV2Signature(answer, apiSecret, signType));
  return { merchant, verdict: "accepted", body: writeXml(answer) };
}

function stateOf(orders: Orders, merchantId: string, outTradeNo: string): Record<string, string> {
  const order = orders.find(merchantId, outTradeNo);
  if (!order) return { result_code: "FAIL", err_code: "ORDERNOTEXIST", err_code_des: "此交易订单号不存在" };
  const { out_trade_no } = order;
  return { result_code: "SUCCESS", out_trade_no, trade_state: "NOTPAY", trade_state_desc: "订单未支付" };
}

const failure = (message: string): string =>
  writeXml(
    new Map([
      ["return_code", "FAIL"],
      ["return_msg", message],
    ]),
  );
