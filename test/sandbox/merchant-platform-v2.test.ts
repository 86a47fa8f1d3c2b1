import { createHash, createHmac } from "node:crypto";
import { merchantId } from "../support/certificates";
import { apiSecret, confirmed, openPlatform, type PlatformScene } from "../support/platform-scene";

let scene: PlatformScene;
beforeAll(async () => (scene = await openPlatform()));
afterAll(() => scene.platform.close());

type Fields = Record<string, string>;

/** As the documentation describes it, once more. */
function signed(fields: Fields, secret = apiSecret): Fields {
  const text = Object.keys(fields)
    .filter((name) => fields[name] !== "")
    .sort()
    .map((name) => `${name}=${fields[name]}&`)
    .join("");
  const digest = fields.sign_type === "HMAC-SHA256" ? createHmac("sha256", secret) : createHash("md5");
  return { ...fields, sign: digest.update(`${text}key=${secret}`).digest("hex").toUpperCase() };
}

async function post(path: string, fields: Fields | string) {
  const elements =
    typeof fields === "string"
      ? fields
      : `<xml>${Object.entries(fields)
          .map(([name, value]) => `<${name}>${value}</${name}>`)
          .join("")}</xml>`;
  const response = await fetch(scene.platform.endpoint + path, { method: "POST", body: elements });
  const text = await response.text();
  const found = [...text.matchAll(/<(\w+)><!\[CDATA\[(.*?)\]\]><\/\1>/g)].map(([, name, value]) => [
    name,
    value,
  ]);
  return { status: response.status, answer: Object.fromEntries(found) as Fields };
}

const getSignKey = "/xdc/apiv2getsignkey/sign/getsignkey";
const asked = { mch_id: merchantId, nonce_str: "5K8264ILTKCH16CQ2502SI8ZNMTM67VS" };
const verdict = () => scene.platform.journal.entries().at(-1)?.verdict;

describe("getsignkey", () => {
  it("knows the API secret", async () => {
    const { status, answer } = await post(getSignKey, signed(asked));
    expect(status).toBe(200);
    expect(answer).toEqual({
      return_code: "SUCCESS",
      return_msg: "OK",
      mch_id: merchantId,
      sandbox_signkey: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    });
    expect(scene.platform.journal.entries().at(-1)).toMatchObject({
      method: "POST",
      target: getSignKey,
      merchant: merchantId,
      verdict: "accepted",
    });
  });

  it.each<[string, () => Fields | string, string, string]>([
    ["another secret", () => signed(asked, "x".repeat(32)), "签名错误", "signature"],
    ["a changed field", () => ({ ...signed(asked), nonce_str: "other" }), "签名错误", "signature"],
    ["no signature", () => asked, "签名错误", "signature"],
    ["a signature in lower case", () => lower(signed(asked)), "签名错误", "signature"],
    ["HMAC-SHA256", () => signed({ ...asked, sign_type: "HMAC-SHA256" }), "签名错误", "signature"],
    [
      "a merchant that nobody is",
      () => signed({ ...asked, mch_id: "1900000110" }),
      "签名错误",
      "no-api-secret",
    ],
    ["no nonce", () => signed({ mch_id: merchantId }), "参数错误", "parameter"],
    ["no merchant", () => signed({ nonce_str: "x" }), "参数错误", "parameter"],
    ["JSON", () => JSON.stringify(signed(asked)), "XML格式错误", "parameter"],
  ])("refuses %s, with status 200", async (_, fields, message, reason) => {
    const { status, answer } = await post(getSignKey, fields());
    expect({ status, answer }).toEqual({ status: 200, answer: { return_code: "FAIL", return_msg: message } });
    expect(verdict()).toBe(reason);
  });

  it("knows only the newest secret: the old one is worthless at once", async () => {
    const next = "NextSecret0NextSecret0NextSecret";
    scene.account.setApiSecret(next, confirmed(scene.account));
    expect((await post(getSignKey, signed(asked))).answer.return_code).toBe("FAIL");
    expect((await post(getSignKey, signed(asked, next))).answer.return_code).toBe("SUCCESS");
    scene.account.setApiSecret(apiSecret, confirmed(scene.account));
  });

  it("takes the same nonce again, as API v2 does", async () => {
    const fields = signed(asked);
    expect((await post(getSignKey, fields)).answer.return_code).toBe("SUCCESS");
    expect((await post(getSignKey, fields)).answer.return_code).toBe("SUCCESS");
  });
});

describe("orderquery", () => {
  const query = { appid: "wxd678efh567hg6787", ...asked, out_trade_no: "20260901100000" };

  it.each<[string, Fields]>([
    ["MD5 by default", {}],
    ["MD5 by name", { sign_type: "MD5" }],
    ["HMAC-SHA256", { sign_type: "HMAC-SHA256" }],
  ])("is answered with the signature that was used: %s", async (_, type) => {
    const { answer } = await post("/pay/orderquery", signed({ ...query, ...type }));
    expect(answer).toMatchObject({ return_code: "SUCCESS", result_code: "FAIL", err_code: "ORDERNOTEXIST" });
    const { sign, ...rest } = answer;
    expect(checked(rest, type.sign_type)).toBe(sign);
  });

  it("finds an order that API v3 placed", async () => {
    const body = JSON.stringify({
      appid: query.appid,
      mchid: merchantId,
      description: "Coffee",
      out_trade_no: query.out_trade_no,
      notify_url: "https://shop.example/callback",
      amount: { total: 100, currency: "CNY" },
    });
    expect((await scene.client.send("/v3/pay/transactions/native", { body })).status).toBe(200);
    const { answer } = await post("/pay/orderquery", signed(query));
    expect(answer).toMatchObject({
      result_code: "SUCCESS",
      trade_state: "NOTPAY",
      out_trade_no: query.out_trade_no,
    });
  });

  it.each<[string, Fields]>([
    ["another secret", signed(query, "x".repeat(32))],
    ["another type of signature", signed({ ...query, sign_type: "SHA1" })],
    ["the type of signature changed", { ...signed(query), sign_type: "HMAC-SHA256" }],
  ])("refuses %s", async (_, fields) => {
    expect((await post("/pay/orderquery", fields)).answer).toEqual({
      return_code: "FAIL",
      return_msg: "签名错误",
    });
  });
});

const lower = ({ sign = "", ...fields }: Fields): Fields => ({ ...fields, sign: sign.toLowerCase() });

/** The type is not in the answer, but known to both. */
function checked(answer: Fields, signType?: string): string | undefined {
  const text = Object.keys(answer)
    .filter((name) => answer[name] !== "")
    .sort()
    .map((name) => `${name}=${answer[name]}&`)
    .join("");
  const digest = signType === "HMAC-SHA256" ? createHmac("sha256", apiSecret) : createHash("md5");
  return digest.update(`${text}key=${apiSecret}`).digest("hex").toUpperCase();
}
