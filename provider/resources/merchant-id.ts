import { text } from "./shape";

/** Source: WeChat Pay's API reference, mchid. */
export const wechatPayMerchantId = text(
  {
    expected: "a merchant id of 8 to 10 digits, as text",
    hint: "Copy it from the Merchant Platform, in quotes",
  },
  (id) => /^\d{8,10}$/.test(id),
);
