import { createPublicKey, X509Certificate } from "node:crypto";
import * as given from "../support/certificates";
import { apiV3Secret, openPlatform, type PlatformScene } from "../support/platform-scene";
import { openReceiver, type Receiver } from "../support/callback-receiver";
import { decrypted, decryptedField, encryptedField, isSignedBy } from "../support/wechat-pay-client";

let scene: PlatformScene;
beforeAll(async () => {
  scene = await openPlatform({ mode: "both" });
});
afterAll(() => scene.platform.close());

const certificateKey = () => {
  const { serialNumber, pem } = scene.account.platformCertificates[0]!;
  return { name: serialNumber, key: new X509Certificate(pem).publicKey };
};
const publicKey = () => ({
  name: scene.account.publicKey.id,
  key: createPublicKey(scene.account.publicKey.pem),
});

const echo = (name: string | undefined, body: object) =>
  scene.client.send("/v3/security/echo", {
    body: JSON.stringify(body),
    headers: name === undefined ? {} : { "Wechatpay-Serial": name },
  });

describe("POST /v3/security/echo", () => {
  it.each<[string, () => { name: string; key: ReturnType<typeof createPublicKey> }]>([
    ["platform certificate", certificateKey],
    ["public key", publicKey],
  ])("says it again, signed with the %s that the request names", async (_, named) => {
    const { name, key } = named();
    const { status, headers, text } = await echo(name, { echo_message: "你好" });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({ echo_message: "你好" });
    expect(headers.get("wechatpay-serial")).toBe(name);
    expect(isSignedBy(key, headers, text)).toBe(true);
  });

  it("decrypts what is encrypted for the platform, and encrypts it for the merchant's certificate", async () => {
    for (const { name, key } of [certificateKey(), publicKey()]) {
      const message = { echo_message: "x", encrypted_echo_message: encryptedField("秘密", key) };
      const { text } = await echo(name, message);
      const answer = JSON.parse(text) as { encrypted_echo_message: string };
      expect(decryptedField(answer.encrypted_echo_message, given.privateKey())).toBe("秘密");
    }
  });

  it.each<[string, () => Promise<{ status: number; text: string }>, object]>([
    [
      "no key named",
      () => echo(undefined, { echo_message: "x" }),
      { message: "HTTP header缺少微信支付平台证书序列号(Wechatpay-Serial)" },
    ],
    [
      "a key of nobody",
      () => echo("PUB_KEY_ID_0", { echo_message: "x" }),
      { message: "平台证书序列号Wechatpay-Serial错误" },
    ],
    [
      "the merchant's own certificate named as the platform's",
      () => echo(new X509Certificate(scene.certificate).serialNumber, { echo_message: "x" }),
      { message: "平台证书序列号Wechatpay-Serial错误" },
    ],
    [
      "encrypted with the other key",
      () =>
        echo(publicKey().name, {
          echo_message: "x",
          encrypted_echo_message: encryptedField("x", certificateKey().key),
        }),
      { detail: { field: "/encrypted_echo_message" } },
    ],
    ["no message", () => echo(publicKey().name, {}), { detail: { field: "/echo_message" } }],
    ["a list", () => echo(publicKey().name, []), { detail: { issue: "The body is not an object" } }],
    [
      "not JSON",
      () => scene.client.send("/v3/security/echo", { body: "echo" }),
      { detail: { issue: "The body is not JSON" } },
    ],
    [
      "an address that is none",
      () => echo(publicKey().name, { echo_message: "x", notify_url: "file:///etc/passwd" }),
      { detail: { field: "/notify_url" } },
    ],
  ])("refuses %s", async (_, send, expected) => {
    const { status, text } = await send();
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ code: "PARAM_ERROR", ...expected });
  });

  it("without a public key does not know its name", async () => {
    const { id } = scene.account.publicKey;
    scene.account.setMode("platform-certificates");
    expect((await echo(id, { echo_message: "x" })).status).toBe(400);
    scene.account.setMode("both");
    expect((await echo(id, { echo_message: "x" })).status).toBe(200);
  });
});

describe("the callback of an echo", () => {
  let receiver: Receiver;
  beforeAll(async () => (receiver = await openReceiver()));
  afterAll(() => receiver.close());

  it("comes to the address, encrypted with the APIv3 secret and signed", async () => {
    const { status } = await echo(certificateKey().name, { echo_message: "hello", notify_url: receiver.url });
    expect(status).toBe(200);
    const { headers, body } = await receiver.next();
    const event = JSON.parse(body) as { event_type: string; resource: Parameters<typeof decrypted>[0] };
    expect(event.event_type).toBe("SECURITY_ECHO.SUCCESS");
    expect(JSON.parse(decrypted(event.resource, apiV3Secret))).toEqual({ echo_message: "hello" });
    expect(isSignedBy(certificateKey().key, headers, body)).toBe(true);
  });
});

describe("orders", () => {
  const native = "/v3/pay/transactions/native";
  const order = {
    appid: "wxd678efh567hg6787",
    mchid: given.merchantId,
    description: "Coffee",
    out_trade_no: "A-1_2*3",
    notify_url: "https://shop.example/callback",
    amount: { total: 100, currency: "CNY" },
  };
  const place = (changes: object = {}) =>
    scene.client.send(native, { body: JSON.stringify({ ...order, ...changes }) });
  const query = (outTradeNo: string, mchid = given.merchantId) =>
    scene.client.send(`/v3/pay/transactions/out-trade-no/${outTradeNo}?mchid=${mchid}`);

  it("are placed once, and found unpaid", async () => {
    const [first, again] = [await place(), await place()];
    expect(JSON.parse(first.text)).toEqual({
      code_url: expect.stringMatching(/^weixin:\/\/wxpay\/bizpayurl\?pr=\w+$/) as string,
    });
    expect(again.text).toBe(first.text);
    expect(JSON.parse((await query("A-1_2*3")).text)).toMatchObject({
      mchid: given.merchantId,
      out_trade_no: "A-1_2*3",
      trade_state: "NOTPAY",
      amount: { total: 100, currency: "CNY" },
    });
  });

  it.each<[string, () => Promise<{ status: number; text: string }>, number, object]>([
    [
      "the number of another order",
      async () => (await place(), place({ description: "Tea" })),
      403,
      { code: "OUT_TRADE_NO_USED" },
    ],
    ["another merchant's", () => place({ mchid: "1900000110" }), 400, { detail: { field: "/mchid" } }],
    ["nothing to pay", () => place({ amount: { total: 0 } }), 400, { detail: { field: "/amount/total" } }],
    ["no description", () => place({ description: "" }), 400, { detail: { field: "/description" } }],
    ["a number that nobody has", () => query("unknown"), 404, { code: "ORDER_NOT_EXIST" }],
    [
      "a look at another merchant's",
      () => query("A-1_2*3", "1900000110"),
      400,
      { detail: { field: "mchid" } },
    ],
    ["a broken address", () => query("%E0%A4%A"), 400, { code: "PARAM_ERROR" }],
  ])("refuse %s", async (_, send, status, expected) => {
    const answer = await send();
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject(expected);
  });
});
