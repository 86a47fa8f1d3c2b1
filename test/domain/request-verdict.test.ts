import { requestVerdict } from "../../provider/domain/request-verdict";
import { merchantId, someDay } from "../support/certificates";
import {
  errorAnswer,
  exchange,
  listAnswer,
  serialNumber,
  signedAnswer,
  withoutPlatformCertificate,
} from "../verification/platform-answers";

const unauthorized = (message: string, detail?: unknown) =>
  exchange(errorAnswer(401, "SIGN_ERROR", message, detail));
const minutesLater = (minutes: number) => new Date(someDay.getTime() + minutes * 60_000);
const notMatching = { detail: { issue: "sign not match" }, field: "signature", location: "authorization" };

describe("what signs a request is refused:", () => {
  it.each([
    ["a key of another certificate", "错误的签名，验签失败", "privateKey", "the private key is not that of"],
    [
      "the same, with the name of the API in it",
      "签名错误，请参考APIv3签名规则",
      "privateKey",
      "the private key is not that of",
    ],
    ["the older words for it", "签名错误，请检查后再试", "privateKey", "the private key is not that of"],
    [
      "a serial number of another certificate",
      "商户证书序列号有误。请使用签名私钥匹配的证书序列号",
      "serialNumber",
      "Compare the serial number",
    ],
    ["an expired certificate", "商户证书已过期", "serialNumber", "has expired"],
    ["a revoked certificate", "商户证书已作废", "serialNumber", "Restore it within 7 days"],
    ["a replaced certificate", "已更换证书，请使用新证书", "serialNumber", "was replaced"],
    ["a merchant without a certificate", "商户未申请过证书。", "merchantId", "apply for a certificate"],
    ["a merchant that does not exist", "商户号不存在", "merchantId", "Check merchantId"],
    ["a merchant without an APIv3 secret", "商户未设置APIv3密钥。", "apiV3Secret", "no APIv3 secret"],
  ])("%s", (_name, message, field, says) => {
    const verdict = requestVerdict(unauthorized(message));
    expect(verdict).toMatchObject({ verdict: "refused", field });
    expect(verdict!.says).toContain(says);
    expect(verdict!.says).not.toContain(message);
  });

  it("by the detail, where the message has other words", () => {
    expect(requestVerdict(unauthorized("Signature rejected", notMatching))).toMatchObject({
      verdict: "refused",
      field: "privateKey",
    });
  });

  it("by the message before the detail, which is the same for both", () => {
    expect(requestVerdict(unauthorized("商户证书序列号有误。", notMatching))).toMatchObject({
      field: "serialNumber",
    });
  });

  it("by the code of a merchant that does not exist", () => {
    expect(requestVerdict(exchange(errorAnswer(400, "MCH_NOT_EXISTS", "")))).toMatchObject({
      verdict: "refused",
      field: "merchantId",
    });
  });

  it("with the two numbers that a person compares", () => {
    expect(requestVerdict(unauthorized("错误的签名，验签失败"))!.says).toMatch(
      new RegExp(`${merchantId}.*${serialNumber}`),
    );
  });
});

describe("nothing is known", () => {
  it.each([
    ["after too many requests", errorAnswer(429, "FREQUENCY_LIMITED", ""), "throttled"],
    ["while the platform is in trouble", errorAnswer(500, "SYSTEM_ERROR", ""), "platform"],
    ["while a gateway is in trouble", { status: 502, headers: {}, body: "<html>" }, "platform"],
    ["from an unknown 401", errorAnswer(401, "SIGN_ERROR", "unheard of"), "platform"],
    ["from a 401 that is no JSON", { status: 401, headers: {}, body: "who are you" }, "platform"],
    ["from a missing permission", errorAnswer(403, "NO_AUTH", "商户未被授权"), "platform"],
    [
      "where the platform speaks of the clock",
      errorAnswer(401, "SIGN_ERROR", "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟"),
      "clock",
    ],
    [
      "where a proxy has removed the signature",
      errorAnswer(401, "SIGN_ERROR", "Http头Authorization值格式错误"),
      "platform",
    ],
    ["where a proxy has repeated the request", errorAnswer(401, "SIGN_ERROR", "nonce_str重复"), "platform"],
  ])("%s", (_name, answer, because) => {
    expect(requestVerdict(exchange(answer))).toMatchObject({ verdict: "undecided", because });
  });

  it.each([-10, -3, 3, 10])("with clocks %i minutes apart, whatever the answer", (minutes) => {
    for (const answer of [
      listAnswer(),
      errorAnswer(401, "SIGN_ERROR", "错误的签名，验签失败"),
      withoutPlatformCertificate(),
    ]) {
      expect(requestVerdict(exchange(answer, minutesLater(minutes)))).toEqual({
        verdict: "undecided",
        because: "clock",
        says: expect.stringContaining(`${Math.abs(minutes)} minutes apart`) as string,
      });
    }
  });

  it("from an old answer that is sent again under a new date", () => {
    const old = signedAnswer("{}", {}, minutesLater(-60));
    const replayed = { ...old, headers: { ...old.headers, date: someDay.toUTCString() } };
    expect(requestVerdict(exchange(replayed))).toMatchObject({ because: "clock" });
  });

  it.each(["nonce_str重复", "Http头Authorization中的nonce_str已使用过，请勿重放请求"])(
    "tells a repeated request from a lost header: %s",
    (message) => {
      expect(requestVerdict(unauthorized(message))!.says).toContain("a proxy on the way that repeats");
    },
  );

  it("shows no more of the answer than its status and code", () => {
    const { says } = requestVerdict(exchange(errorAnswer(403, "NO_AUTH", "quoted")))!;
    expect(says).toContain("403 NO_AUTH");
    expect(says).not.toContain("quoted");
    expect(requestVerdict(exchange(errorAnswer(403, "a secret?", "")))!.says).not.toContain("secret?");
  });
});

describe("the signature was taken", () => {
  it.each([
    ["of a request that was served", listAnswer(), 0],
    ["where clocks are less than 2 minutes apart", listAnswer(), 2],
    ["where there is nothing to serve", withoutPlatformCertificate(), -2],
    ["where no header tells the time", { status: 200, headers: {}, body: "{}" }, 10],
    ["where the time cannot be read", { status: 200, headers: { date: "soon" }, body: "{}" }, 10],
    ["and the content was not", errorAnswer(400, "PARAM_ERROR", "平台证书序列号Wechatpay-Serial错误"), 0],
  ])("%s", (_name, answer, minutes) => {
    expect(requestVerdict(exchange(answer, minutesLater(minutes)))).toBeUndefined();
  });
});
