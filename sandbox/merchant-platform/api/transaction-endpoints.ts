import { ApiError, parameterError } from "./api-error";
import type { Order } from "./orders";
import { jsonBody, textIn, type Call, type Endpoint } from "./v3-endpoint";

/** Source: https://pay.weixin.qq.com/doc/v3/merchant/4012791877 */
export const nativeOrder: Endpoint = {
  method: "POST",
  path: /^\/v3\/pay\/transactions\/native$/,
  needsUserAgent: false,
  answer: ({ merchant, request, orders }: Call) => {
    const body = jsonBody(request);
    const order = {
      appid: textIn(body, "appid", 32),
      mchid: textIn(body, "mchid", 32),
      description: textIn(body, "description", 127),
      out_trade_no: textIn(body, "out_trade_no", 32),
      total: totalIn(body),
    };
    textIn(body, "notify_url", 255);
    if (order.mchid !== merchant.merchantId) throw parameterError("/mchid", "must be the merchant who signs");
    const placed = orders.place(order);
    if (!placed) throw new ApiError("parameter", 403, "OUT_TRADE_NO_USED", "商户订单号重复");
    return { code_url: placed.codeUrl };
  },
};

/** Source: https://pay.weixin.qq.com/doc/v3/merchant/4012791880 */
export const orderByOutTradeNo: Endpoint = {
  method: "GET",
  path: /^\/v3\/pay\/transactions\/out-trade-no\/([^/]+)$/,
  needsUserAgent: false,
  answer: ({ merchant, request, orders }: Call, part) => {
    if (request.query.get("mchid") !== merchant.merchantId) {
      throw parameterError("mchid", "must be the merchant who signs", "query");
    }
    const order = orders.find(merchant.merchantId, decoded(part));
    if (!order) throw new ApiError("unknown-order", 404, "ORDER_NOT_EXIST", "订单不存在");
    return unpaid(order);
  },
};

function unpaid({ appid, mchid, out_trade_no, total }: Order): object {
  return {
    amount: { currency: "CNY", total },
    appid,
    mchid,
    out_trade_no,
    trade_state: "NOTPAY",
    trade_state_desc: "订单未支付",
  };
}

function totalIn({ amount }: Record<string, unknown>): number {
  const { total } = (amount ?? {}) as { total?: unknown };
  if (typeof total !== "number" || !Number.isInteger(total) || total < 1) {
    throw parameterError("/amount/total", "must be a whole number of fen, at least 1");
  }
  return total;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw parameterError("out_trade_no", "is not encoded as a part of a path", "query");
  }
}
