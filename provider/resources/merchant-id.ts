import { text } from "./shape";

/** Source: WeChat Pay's API reference, mchid. */
export const wechatPayMerchantId = text(
  {
    expected: "a merchant id of 8 to 10 digits, as text",
    hint: "Copy it from the Merchant Platform, in quotes",
  },
  (id) => /^\d{8,10}$/.test(id),
);

/** No longer than this, because 32 letters and digits could be a secret. */
export const merchantIdOfPartner = text(
  {
    expected: "a merchant id of 1 to 31 letters, digits or underscores, as text",
    hint: "Copy it from the merchant backend portal, in quotes",
  },
  (id) => /^\w{1,31}$/.test(id),
);
