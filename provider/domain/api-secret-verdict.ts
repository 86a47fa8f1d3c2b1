import { flatXml } from "./flat-xml";
import { unexpected } from "./request-verdict";
import { accepted, refused, undecided, type Refused, type Verdict } from "./verdict";
import { isSuccess, type WeChatPayAnswer } from "./wechatpay-answer";

const place = "账户中心 > 账户设置 > API安全 > APIv2密钥";

/** An answer of API v2, as far as it was one. */
interface V2Exchange {
  status: number;
  /** `return_code`; empty for none. */
  code: string;
  /** `return_msg`, in Chinese; empty for none. */
  message: string;
  values: ReadonlyMap<string, string> | undefined;
  merchantId: string;
}

interface V2Rule {
  name: string;
  when: (exchange: V2Exchange) => boolean;
  verdict: (exchange: V2Exchange) => Verdict;
}

/**
 * What WeChat Pay says of a v2 signature; the first rule that applies decides. The message alone tells a wrong
 * signature from other failures.
 *
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011984810
 */
const apiSecretRules: readonly V2Rule[] = [
  {
    name: "too many requests",
    when: ({ status }) => status === 429,
    verdict: () =>
      undecided("throttled", "WeChat Pay gets too many requests of this merchant for the moment."),
  },
  {
    name: "no answer of API v2",
    when: ({ status, values }) => !isSuccess({ status }) || !values,
    verdict: unexpected,
  },
  {
    name: "the answer is for another merchant",
    when: ({ values, merchantId }) => (values!.get("mch_id") ?? merchantId) !== merchantId,
    verdict: unexpected,
  },
  {
    name: "the signature was taken",
    // The key is given to nobody else; an answer without it and without the merchant comes from somebody else.
    when: ({ code, values }) => code === "SUCCESS" && values!.has("sandbox_signkey") && values!.has("mch_id"),
    verdict: () => accepted,
  },
  {
    name: "the merchant does not exist",
    when: ({ message }) => /(商户号?|mch_id)[^，。]*不(存在|正确)/i.test(message),
    verdict: ({ merchantId }) =>
      refused("merchantId", `WeChat Pay knows no merchant ${merchantId}. Check merchantId.`),
  },
  {
    name: "the signature is not this secret's",
    // "missing": a parameter was lost on the way.
    when: ({ code, message }) => code !== "SUCCESS" && /签名|验签/.test(message) && !/缺少/.test(message),
    verdict: ({ merchantId }) =>
      refused(
        "apiSecret",
        `The Merchant Platform has another API secret of merchant ${merchantId}, or none. Set this value at ${place}; if it was typed in as APIv3密钥, the two are swapped.`,
      ),
  },
  {
    name: "failed for another reason",
    when: () => true,
    verdict: () =>
      undecided(
        "platform",
        "WeChat Pay could not judge the signature: it is busy, or takes such requests otherwise today.",
      ),
  },
];

/** Whether WeChat Pay has taken the v2 signature of a request for the key of its test system. */
export function apiSecretVerdict({ status, body }: WeChatPayAnswer, merchantId: string): Verdict {
  const values = flatXml(body);
  const code = values?.get("return_code") ?? "";
  const exchange = { status, code, message: values?.get("return_msg") ?? "", values, merchantId };
  return apiSecretRules.find(({ when }) => when(exchange))!.verdict(exchange);
}

/** The refusal of a secret with which WeChat Pay encrypts. */
export const isTheApiV3Secret: Refused = {
  ...refused(
    "apiSecret",
    `The Merchant Platform has this value as the APIv3 secret (APIv3密钥): the two secrets are swapped. Set it at ${place}, and the other one at APIv3密钥.`,
  ),
  isOutage: true,
};
