import type { MerchantCredentials } from "merchant-credentials-loader";
import { Wechatpay } from "wechatpay-axios-plugin";
import WechatpayNodeV3 from "wechatpay-node-v3";
import type { ShopSettings } from "./settings";
import { verifiedHttp } from "./verified-http";
import { WeChatPayError, withPresentCredentials } from "./wechatpay-error";

export interface Order {
  /** `out_trade_no`: 6 to 32 letters and digits, of the shop's own making. */
  id: string;
  description: string;
  /** In fen. */
  total: number;
}

/** One SDK places orders, the other looks them up: a shop needs one of the two, this one shows both. */
export class Orders {
  readonly #nodeV3: () => Promise<WechatpayNodeV3>;
  readonly #axiosPlugin: () => Promise<{ client: Wechatpay }>;

  constructor(
    private readonly credentials: MerchantCredentials,
    private readonly settings: ShopSettings,
  ) {
    const { wechatPay, appId } = settings;
    // A client keeps the credentials that it was made with, so it is made anew when there are others.
    this.#nodeV3 = credentials.renewing(async () => {
      const client = new WechatpayNodeV3(await credentials.wechatpayNodeV3({ appid: appId }));
      client.createHttp(verifiedHttp(credentials, wechatPay));
      return client;
    });
    this.#axiosPlugin = credentials.renewing(async () => {
      const options = await credentials.wechatpayAxiosPlugin({ baseURL: wechatPay, timeout: 10_000 });
      // In an object: any name is a method of this client, `then` too, and so a promise would wait for it.
      return { client: new Wechatpay(options) };
    });
  }

  /** The address for the QR code. The same order again is no second one. */
  place({ id, description, total }: Order): Promise<string> {
    const amount = { total, currency: "CNY" };
    const order = { out_trade_no: id, description, notify_url: this.settings.notifyUrl, amount };
    return withPresentCredentials(this.credentials, async () => {
      const client = await this.#nodeV3();
      const { data } = (await client.transactions_native(order)) as { data: { code_url: string } };
      return data.code_url;
    });
  }

  /** `NOTPAY`, `SUCCESS`, … */
  state(id: string): Promise<string> {
    const params = { mchid: this.credentials.merchantId };
    return withPresentCredentials(this.credentials, async () => {
      const { client } = await this.#axiosPlugin();
      const order = client.chain(`v3/pay/transactions/out-trade-no/${id}`);
      const { data } = await order.get<{ trade_state: string }>({ params }).catch(withoutKey);
      return data.trade_state;
    });
  }
}

/** An error of axios holds the whole request, which is nothing for a log, and the key, which Node does not show there. */
function withoutKey(error: { response?: { status: number }; code?: string }): never {
  throw new WeChatPayError(error.response?.status, error.code ?? "UNKNOWN");
}
