import { NoAnswer } from "../../provider/verification/wechat-pay";
import { someDay } from "../support/certificates";
import { errorAnswer, listAnswer, platformKeys, signer } from "./platform-answers";
import { authorizationOf, scriptedProber, timeout, xmlAnswer, type Reply } from "./scripted-platform";

const busy = errorAnswer(500, "SYSTEM_ERROR", "");
const throttled = errorAnswer(429, "FREQUENCY_LIMITED", "");
const unreachable = new NoAnswer("unreachable", "no connection (ECONNREFUSED)");
const wrongOnPurpose = listAnswer({}, { signature: "WECHATPAY/SIGNTEST/abcd" });

describe("WeChat Pay is asked again", () => {
  it.each([
    ["after 5xx", [busy, listAnswer()], 2],
    ["after 5xx twice", [busy, busy, listAnswer()], 3],
    ["after too many requests", [throttled, listAnswer()], 2],
    ["after a time-out", [timeout(), listAnswer()], 2],
    ["after a broken connection, then 5xx", [unreachable, busy, listAnswer()], 3],
    ["after a signature that is wrong on purpose", [wrongOnPurpose, listAnswer()], 2],
  ] as [string, Reply[], number][])("%s", async (_name, replies, times) => {
    const { prober, sent, slept } = scriptedProber(replies);
    expect(await prober.certificate(signer(), platformKeys())).toEqual({ verdict: "accepted" });
    expect(sent).toHaveLength(times);
    expect(slept).toEqual([250, 1000].slice(0, times - 1));
  });

  it("each time with a nonce, a time and a signature of its own", async () => {
    const { prober, sent } = scriptedProber([timeout()]);
    await prober.certificate(signer());
    const headers = sent.map(authorizationOf);
    expect(headers).toHaveLength(3);
    for (const field of ["nonce_str", "signature"])
      expect(new Set(headers.map((each) => each[field])).size).toBe(3);
    for (const { nonce_str: nonce } of headers) expect(nonce).toMatch(/^[0-9A-F]{32}$/);
    const start = someDay.getTime() / 1000;
    expect(headers.map(({ timestamp }) => timestamp)).toEqual([start, start, start + 1].map(String));
  });

  it("each time with a nonce of its own in API v2 too", async () => {
    const { prober, sent } = scriptedProber([busy, busy, xmlAnswer("SUCCESS", "OK")]);
    const verdict = await prober.apiSecret({ merchantId: "1900000109", apiSecret: "a".repeat(32) });
    expect(verdict).toEqual({ verdict: "accepted" });
    const nonces = sent.map(({ body }) => /<nonce_str>([0-9A-F]{32})<\/nonce_str>/.exec(body)?.[1]);
    expect(new Set(nonces).size).toBe(3);
  });
});

describe("after three attempts nothing is known", () => {
  it.each([
    ["without an answer in time", timeout(), "unreachable", "no answer within 10 seconds"],
    ["without a connection", unreachable, "unreachable", "wechatPayEndpoint"],
    ["in trouble", busy, "platform", "500 SYSTEM_ERROR"],
    ["throttled", throttled, "throttled", "too many requests"],
    ["with signatures that are wrong on purpose", wrongOnPurpose, "unsigned", "on purpose"],
  ])("%s", async (_name, reply, because, says) => {
    const { prober, sent } = scriptedProber([reply]);
    const verdict = await prober.certificate(signer(), platformKeys());
    expect(verdict).toMatchObject({ verdict: "undecided", because });
    expect((verdict as { says: string }).says).toContain(says);
    expect(sent).toHaveLength(3);
  });
});

describe("WeChat Pay is asked once", () => {
  it.each([
    ["where it accepts", listAnswer()],
    ["where it refuses", errorAnswer(401, "SIGN_ERROR", "错误的签名，验签失败")],
    ["where it says that a nonce came twice", errorAnswer(401, "SIGN_ERROR", "nonce_str重复")],
    ["where the answer is garbage", { status: 200, headers: {}, body: "\0\uFFFD{[" }],
    ["where it redirects", { status: 302, headers: { location: "https://example.com" }, body: "" }],
    ["where its certificate is not trusted", new NoAnswer("certificate", "not trusted (CERT)")],
    ["where the run has no time left", new NoAnswer("aborted", "the run has no time left")],
    ["where the answer is too large", new NoAnswer("too-large", "more than 1000000 bytes")],
  ])("%s", async (_name, reply) => {
    const { prober, sent, slept } = scriptedProber([reply]);
    await prober.certificate(signer());
    expect(sent).toHaveLength(1);
    expect(slept).toEqual([]);
  });
});

it("lets through what is no matter of answers: a fault of this program", async () => {
  const { prober } = scriptedProber([
    () => {
      throw new TypeError("fault");
    },
  ]);
  await expect(prober.certificate(signer())).rejects.toThrow(TypeError);
});
