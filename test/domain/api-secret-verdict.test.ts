import { apiSecretVerdict } from "../../provider/domain/api-secret-verdict";
import { merchantId } from "../support/certificates";

const xml = (values: Record<string, string>): string =>
  `<xml>\n${Object.entries(values)
    .map(([name, value]) => `  <${name}><![CDATA[${value}]]></${name}>\n`)
    .join("")}</xml>\n`;
const judge = (body: string, status = 200) => apiSecretVerdict({ status, headers: {}, body }, merchantId);
const fails = (message: string, code = "FAIL") => judge(xml({ return_code: code, return_msg: message }));

describe("an API secret", () => {
  it.each([
    [
      "with the key of the test system",
      { return_msg: "OK", mch_id: merchantId, sandbox_signkey: "013467007045764" },
    ],
  ])("is accepted by success %s", (_name, values) => {
    expect(judge(xml({ return_code: "SUCCESS", ...values }))).toEqual({ verdict: "accepted" });
  });

  it.each(["签名错误", "签名失败", "验签失败", "sign参数错误：签名错误，请检查"])(
    "is refused by %s",
    (message) => {
      const verdict = fails(message);
      expect(verdict).toMatchObject({ verdict: "refused", field: "apiSecret" });
      expect((verdict as { says: string }).says).toContain(
        "if it was typed in as APIv3密钥, the two are swapped",
      );
    },
  );

  it("is refused whatever the code of the failure", () => {
    expect(fails("签名错误", "PARAM_ERROR")).toMatchObject({ field: "apiSecret" });
  });

  it.each(["商户号不存在", "mch_id不正确", "商户号mch_id或sub_mch_id不存在"])(
    "is not what is wrong where the merchant is not known: %s",
    (message) => {
      expect(fails(message)).toMatchObject({ verdict: "refused", field: "merchantId" });
    },
  );

  it.each([
    ["a busy system", xml({ return_code: "FAIL", return_msg: "系统繁忙，请稍后再试" }), 200, "platform"],
    ["a parameter that was lost", xml({ return_code: "FAIL", return_msg: "缺少签名" }), 200, "platform"],
    ["success without the key", xml({ return_code: "SUCCESS", mch_id: merchantId }), 200, "platform"],
    [
      "success without the merchant",
      xml({ return_code: "SUCCESS", sandbox_signkey: "013" }),
      200,
      "platform",
    ],
    ["a failure without a word", xml({ return_code: "FAIL" }), 200, "platform"],
    [
      "success that failed",
      xml({ return_code: "SUCCESS", result_code: "FAIL", return_msg: "签名" }),
      200,
      "platform",
    ],
    [
      "an answer for another merchant",
      xml({ return_code: "SUCCESS", mch_id: "1900000110" }),
      200,
      "platform",
    ],
    ["a page", "<html>签名错误</html>", 200, "platform"],
    ["JSON", '{"return_code":"SUCCESS"}', 200, "platform"],
    ["nothing", "", 200, "platform"],
    ["a redirect, as after too many requests", "", 302, "platform"],
    ["a gateway in trouble", xml({ return_code: "FAIL", return_msg: "签名错误" }), 502, "platform"],
    ["too many requests", "", 429, "throttled"],
  ])("stays undecided after %s", (_name, body, status, because) => {
    expect(judge(body, status)).toMatchObject({ verdict: "undecided", because });
  });
});
