import { answerName, type ParsedAnswer } from "./wechatpay-answer";
import { refused, undecided, type Refused, type Undecided } from "./verdict";

/** A signed request of APIv3 that was answered. */
export interface Exchange {
  answer: ParsedAnswer;
  /** This machine's clock when the answer came. */
  receivedAt: Date;
  merchantId: string;
  /** Of the certificate that signed the request. */
  serialNumber: string;
}

interface RequestRule {
  name: string;
  when: (exchange: Exchange) => boolean;
  verdict: (exchange: Exchange) => Refused | Undecided;
}

/** Where certificates are managed; docs/wechat-pay-steps.md has the places. */
const certificates = "账户中心 > 账户设置 > API安全 > 商户API证书";

/** WeChat Pay refuses what is 5 minutes off; a machine that is 2 minutes off needs its clock set. */
const toleratedMinutes = 2;

const isUnauthorized = ({ answer }: Exchange): boolean => answer.status === 401;
const says = (words: RegExp) => (exchange: Exchange) =>
  isUnauthorized(exchange) && words.test(exchange.answer.message);

/**
 * What an answer says of the signature of its request, or of neither side's credentials; the first rule that applies
 * decides. All refusals are 401 SIGN_ERROR and told apart by their message. The platform's clock comes before them,
 * because a signature is judged by it.
 *
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012072670 for the messages
 */
const requestRules: readonly RequestRule[] = [
  {
    name: "too many requests",
    when: ({ answer }) => answer.status === 429,
    verdict: () =>
      undecided("throttled", "WeChat Pay gets too many requests of this merchant for the moment."),
  },
  {
    name: "the platform is in trouble",
    when: ({ answer }) => answer.status >= 500,
    verdict: ({ answer }) => undecided("platform", `WeChat Pay is in trouble (${answerName(answer)}).`),
  },
  {
    name: "the clocks are apart",
    when: (exchange) => minutesApart(exchange) > toleratedMinutes,
    verdict: (exchange) =>
      undecided(
        "clock",
        `This machine's clock and WeChat Pay's are ${minutesApart(exchange)} minutes apart, and signatures are judged by the clock. Set this machine's with NTP.`,
      ),
  },
  {
    name: "the platform finds the clocks apart",
    when: says(/timestamp|时间戳/i),
    verdict: () =>
      undecided(
        "clock",
        "WeChat Pay finds the time of the request more than 5 minutes off. Set this machine's clock with NTP.",
      ),
  },
  {
    name: "a nonce came twice",
    when: says(/nonce|随机串|重放|重复/i),
    verdict: () =>
      undecided(
        "platform",
        "WeChat Pay has seen this request before, although each is made only once. Look for a proxy on the way that repeats requests.",
      ),
  },
  {
    name: "the header with the signature was lost",
    when: says(/Authorization|签名信息错误/i),
    verdict: () =>
      undecided(
        "platform",
        "The header Authorization did not reach WeChat Pay whole. Look for a proxy on the way that removes it.",
      ),
  },
  {
    name: "no APIv3 secret is set",
    when: says(/未设置APIv3/i),
    verdict: ({ merchantId }) =>
      refused(
        "apiV3Secret",
        `Merchant ${merchantId} has no APIv3 secret on the Merchant Platform yet. Set it at API安全 > 解密回调 > APIv3密钥.`,
      ),
  },
  {
    name: "the merchant has no certificate",
    when: says(/未申请过?.*证书/),
    verdict: ({ merchantId }) =>
      refused(
        "merchantId",
        `WeChat Pay has no API certificate of merchant ${merchantId}. Check merchantId, or apply for a certificate at ${certificates}.`,
      ),
  },
  {
    name: "the certificate has expired",
    when: says(/证书已?过期/),
    verdict: ({ serialNumber }) =>
      refused(
        "serialNumber",
        `Certificate ${serialNumber} has expired. Get the next one at ${certificates}, and declare it.`,
      ),
  },
  {
    name: "the certificate was revoked",
    when: says(/作废|吊销/),
    verdict: ({ serialNumber }) =>
      refused(
        "serialNumber",
        `Certificate ${serialNumber} was revoked. Restore it within 7 days at ${certificates} > 管理证书 > 恢复, or declare another one.`,
      ),
  },
  {
    name: "the certificate was replaced",
    when: says(/更换证书|新证书/),
    verdict: ({ serialNumber }) =>
      refused(
        "serialNumber",
        `Certificate ${serialNumber} was replaced on the Merchant Platform. Declare the new one, as it is shown at ${certificates} > 管理证书.`,
      ),
  },
  {
    name: "the serial number is not the key's",
    when: says(/序列号|serial/i),
    verdict: ({ merchantId, serialNumber }) =>
      refused(
        "serialNumber",
        `WeChat Pay has no valid certificate ${serialNumber} of merchant ${merchantId} for this key. Compare the serial number with those at ${certificates} > 管理证书.`,
      ),
  },
  {
    name: "the merchant does not exist",
    when: ({ answer }) =>
      answer.code === "MCH_NOT_EXISTS" ||
      (answer.status >= 400 && /商户号?[^，。]*不存在|mch_?id[^，。]*不(存在|正确)/i.test(answer.message)),
    verdict: ({ merchantId }) =>
      refused("merchantId", `WeChat Pay knows no merchant ${merchantId}. Check merchantId.`),
  },
  {
    name: "the signature is not the key's",
    when: (exchange) =>
      says(/签名|验签/)(exchange) || (isUnauthorized(exchange) && exchange.answer.issue === "sign not match"),
    verdict: ({ merchantId, serialNumber }) =>
      refused(
        "privateKey",
        `WeChat Pay cannot verify the signature of merchant ${merchantId}: the private key is not that of certificate ${serialNumber}. Check that both come from one request.`,
      ),
  },
  {
    name: "refused for a reason that is not known",
    when: ({ answer }) => answer.status === 401 || answer.status === 403,
    verdict: ({ answer }) => unexpected(answer),
  },
];

/** Why a signed request was not served; undefined where WeChat Pay has taken its signature, or speaks of its content. */
export function requestVerdict(exchange: Exchange): Refused | Undecided | undefined {
  return requestRules.find(({ when }) => when(exchange))?.verdict(exchange);
}

/** An answer that no rule knows. */
export function unexpected(answer: { status: number; code?: string | undefined }): Undecided {
  if (answer.status >= 300 && answer.status < 400)
    return undecided(
      "platform",
      `Something on the way redirects (${answer.status}): look for a proxy, and at wechatPayEndpoint.`,
    );
  return undecided(
    "platform",
    `WeChat Pay answered ${answerName(answer)}, which says nothing of the credential. Check wechatPayEndpoint if that stays so.`,
  );
}

/** Whole minutes between the two clocks, rounded up: the most by any header that tells the time; 0 for none. */
function minutesApart({ answer, receivedAt }: Exchange): number {
  const apart = answer.times.map((time) => Math.abs(time.getTime() - receivedAt.getTime()));
  return Math.ceil(Math.max(0, ...apart) / 60_000);
}
