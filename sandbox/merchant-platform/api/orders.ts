import { randomBytes } from "node:crypto";

export interface Order {
  appid: string;
  mchid: string;
  out_trade_no: string;
  description: string;
  total: number;
  codeUrl: string;
}

/** Orders that nobody has paid yet; they live as long as the process. */
export class Orders {
  readonly #orders = new Map<string, Order>();

  find(mchid: string, outTradeNo: string): Order | undefined {
    return this.#orders.get(`${mchid}/${outTradeNo}`);
  }

  /** The same number again is the same order; undefined if it was another. */
  place(order: Omit<Order, "codeUrl">): Order | undefined {
    const key = `${order.mchid}/${order.out_trade_no}`;
    const known = this.#orders.get(key);
    if (!known) {
      const placed = { ...order, codeUrl: `weixin://wxpay/bizpayurl?pr=${randomBytes(6).toString("hex")}` };
      this.#orders.set(key, placed);
      return placed;
    }
    const { appid, description, total } = known;
    const isSame = appid === order.appid && description === order.description && total === order.total;
    return isSame ? known : undefined;
  }
}
