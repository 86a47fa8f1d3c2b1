import { undecided, type Undecided } from "../domain/verdict";
import { isSignatureTest, parsedAnswer, type WeChatPayAnswer } from "../domain/wechatpay-answer";
import { NoAnswer, type WeChatPay, type WeChatPayRequest } from "./wechat-pay";

/** What asking needs of the outside. */
export interface Asking {
  weChatPay: WeChatPay;
  now: () => Date;
  sleep: (milliseconds: number) => Promise<void>;
  randomBytes: (count: number) => Uint8Array;
}

/** What makes one attempt unlike every other: WeChat Pay takes each pair only once, and near its own time. */
export interface Attempt {
  /** 32 upper-case hex digits. */
  nonce: string;
  /** Seconds since 1970. */
  timestamp: number;
}

/** An answer, and the attempt that got it. */
export interface Answered extends Attempt {
  answer: WeChatPayAnswer;
  receivedAt: Date;
}

/** Milliseconds before the second and the third attempt. */
const pauses = [250, 1000];

/** Asks up to three times, each time anew, as long as there is no answer or one that may be better the next time. */
export async function ask(
  { weChatPay, now, sleep, randomBytes }: Asking,
  request: (attempt: Attempt) => WeChatPayRequest,
): Promise<Answered | Undecided> {
  for (let failures = 0; ; failures++) {
    const nonce = Buffer.from(randomBytes(16)).toString("hex").toUpperCase();
    const attempt = { nonce, timestamp: Math.floor(now().getTime() / 1000) };
    const result = await once(weChatPay, request(attempt));
    const pause = pauses[failures];
    if (pause === undefined || !isPassing(result)) {
      return result instanceof NoAnswer
        ? unanswered(result)
        : { answer: result, receivedAt: now(), ...attempt };
    }
    await sleep(pause);
  }
}

async function once(weChatPay: WeChatPay, request: WeChatPayRequest): Promise<WeChatPayAnswer | NoAnswer> {
  try {
    return await weChatPay(request);
  } catch (error) {
    if (error instanceof NoAnswer) return error;
    throw error;
  }
}

/** Whether the next attempt may fare better. */
function isPassing(result: WeChatPayAnswer | NoAnswer): boolean {
  if (result instanceof NoAnswer) return result.reason === "timeout" || result.reason === "unreachable";
  return result.status >= 500 || result.status === 429 || isSignatureTest(parsedAnswer(result));
}

function unanswered({ reason, message }: NoAnswer): Undecided {
  const hint: Readonly<Record<NoAnswer["reason"], string>> = {
    timeout: "Look at the network if that stays so.",
    unreachable: "Look at the network and at wechatPayEndpoint.",
    certificate:
      "Something on the way answers in WeChat Pay's place: look for a proxy, and trust its CA with NODE_EXTRA_CA_CERTS if it is yours.",
    "too-large": "Check wechatPayEndpoint.",
    aborted: "Look at the network if that stays so.",
  };
  return undecided("unreachable", `WeChat Pay gave no answer: ${message}. ${hint[reason]}`);
}
