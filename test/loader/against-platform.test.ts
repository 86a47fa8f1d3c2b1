import { X509Certificate } from "node:crypto";
import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import type { AddressInfo } from "node:net";
import type { MerchantCredentials } from "merchant-credentials-loader";
import Pay from "wechatpay-node-v3";
import { PayRequest } from "wechatpay-node-v3/dist/lib/pay-request";
import Wechatpay from "wechatpay-axios-plugin";
import type { PlatformMode } from "../../sandbox/merchant-platform";
import { merchantId } from "../support/certificates";
import {
  apiSecret,
  apiV3Secret,
  confirmed,
  openPlatform,
  type PlatformScene,
} from "../support/platform-scene";
import { StoredMerchant, values } from "./stored-merchant";

const appid = "wx8888888888888888";
const order = (number: string) => ({
  appid,
  mchid: merchantId,
  description: "A cup",
  out_trade_no: number,
  notify_url: "https://shop.example/paid",
  amount: { total: 100 },
});

/** What axios answers. */
interface Answer {
  data: unknown;
  headers: Record<string, string>;
}

let stored: StoredMerchant;
let scene: PlatformScene;
let shop: MerchantCredentials;
const receivers: Server[] = [];

/** A merchant in business: the platform knows what is stored. */
async function open(mode: PlatformMode): Promise<void> {
  scene = await openPlatform({ mode });
  // The SDKs ask the system for the time.
  jest.useFakeTimers({
    now: scene.clock.now,
    doNotFake: [
      "nextTick",
      "setImmediate",
      "clearImmediate",
      "setTimeout",
      "clearTimeout",
      "setInterval",
      "clearInterval",
      "queueMicrotask",
      "performance",
      "hrtime",
    ],
  });
  stored = await StoredMerchant.start();
  stored.clock.set(scene.clock.now);
  const { account, certificate } = scene;
  await stored.store("certificate", values.certificate({ certificate, serialNumber: serialOf(certificate) }));
  await stored.store("apiSecret", values.apiSecret(apiSecret));
  await stored.store("apiV3Secret", values.apiV3Secret(apiV3Secret));
  if (mode !== "public-key") await stored.store("platformCertificates", platformCertificates());
  if (mode !== "platform-certificates") {
    const { id, pem } = account.publicKey;
    await stored.store("platformPublicKey", values.platformPublicKey({ publicKeyId: id, publicKey: pem }));
  }
  shop = await stored.load();
}
async function close(): Promise<void> {
  jest.useRealTimers();
  for (const server of receivers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  await stored.close();
  await scene.platform.close();
}

const serialOf = (pem: string) => new X509Certificate(pem).serialNumber.padStart(40, "0");

function platformCertificates(): string {
  const offered = scene.account.platformCertificates.map(
    ({ serialNumber, pem, effectiveTime, expireTime }) => ({
      serialNumber,
      certificate: pem,
      effectiveTime: effectiveTime.toISOString(),
      expireTime: expireTime.toISOString(),
    }),
  );
  return values.platformCertificates(...offered.reverse());
}

const modes = ["platform-certificates", "public-key", "both"] as const satisfies PlatformMode[];

describe.each(modes)("with the platform in the mode %s", (mode) => {
  beforeAll(() => open(mode));
  afterAll(close);

  it("wechatpay-axios-plugin places an order and verifies the answer", async () => {
    const client = new Wechatpay(await shop.wechatpayAxiosPlugin({ baseURL: scene.platform.endpoint }));
    const answer = await client.chain("v3/pay/transactions/native").post<object, Answer>(order("axios-1"));
    expect(answer.data).toMatchObject({ code_url: expect.stringMatching(/^weixin:/) as string });
    expect(Object.keys(await shop.platformKeys())).toContain(answer.headers["wechatpay-serial"]);
  });

  it("wechatpay-axios-plugin proves the API secret of v2", async () => {
    const client = new Wechatpay(await shop.wechatpayAxiosPlugin({ baseURL: scene.platform.endpoint }));
    const parameters = { mch_id: merchantId, nonce_str: "5K8264ILTKCH16CQ2502SI8ZNMTM67VS" };
    const { data } = await client
      .chain("v2/xdc/apiv2getsignkey/sign/getsignkey")
      .post<object, Answer>(parameters);
    expect(data).toMatchObject({ return_code: "SUCCESS", mch_id: merchantId });
  });

  it("wechatpay-node-v3 places an order", async () => {
    const pay = new Pay(await shop.wechatpayNodeV3({ appid }));
    pay.createHttp(requestsTo(scene.platform.endpoint));
    expect(await pay.transactions_native(order("node-1"))).toMatchObject({
      status: 200,
      data: { code_url: expect.any(String) as string },
    });
  });

  it("a request with the loader's own header is accepted, and its answer verified", async () => {
    const { status, answer } = await placeOrder("own-1");
    expect(status).toBe(200);
    await shop.verify(answer);
    await expect(shop.verify({ ...answer, body: `${answer.body} ` })).rejects.toMatchObject({
      code: "signature",
    });
  });

  it("the answer to a changed request says SIGN_ERROR", async () => {
    const { status, answer } = await placeOrder("own-1", { signed: "own-2" });
    expect(status).toBe(401);
    expect(JSON.parse(answer.body)).toMatchObject({ code: "SIGN_ERROR" });
  });

  it("callbacks are verified and decrypted, damaged ones refused", async () => {
    const receiver = await startReceiver();
    const { platform } = scene;
    expect(await platform.notify(merchantId, receiver.url)).toMatchObject({ status: 200 });
    expect(receiver.received.at(-1)).toMatchObject({ mchid: merchantId, trade_state: "SUCCESS" });
    for (const [tampering, code] of [
      ["other-key", "signature"],
      ["unknown-serial", "signature"],
      ["signature-probe", "signature"],
      ["unsigned", "signature"],
      ["truncated-tag", "decryption"],
      ["wrong-associated-data", "decryption"],
      [{ clockMinutes: -10 }, "clock"],
      [{ clockMinutes: 10 }, "clock"],
    ] as const) {
      const answer = await platform.notify(merchantId, receiver.url, {}, tampering);
      expect(answer).toMatchObject({ status: 400, body: code });
    }
  });

  it("callbacks go on while the APIv3 secret changes on the platform", async () => {
    const receiver = await startReceiver();
    const { platform, account } = scene;
    for (const round of [1, 2]) {
      // Nobody types 32 characters in less.
      stored.clock.set(new Date(stored.clock.now().getTime() + 6_000));
      const secret = `Ap3SecretOfRound${round}InThisTestHere12`.slice(0, 32);
      const version = await stored.put("apiV3Secret", values.apiV3Secret(secret), "AWSPENDING");
      expect(await platform.notify(merchantId, receiver.url)).toMatchObject({ status: 200 });
      account.setApiV3Secret(secret, confirmed(account));
      expect(await platform.notify(merchantId, receiver.url)).toMatchObject({ status: 200 });
      await stored.promote("apiV3Secret", version);
      expect(await platform.notify(merchantId, receiver.url)).toMatchObject({ status: 200 });
    }
    expect(receiver.received).toHaveLength(6);
  });
});

describe("with the platform's certificates", () => {
  beforeEach(() => open("platform-certificates"));
  afterEach(close);

  it("wechatpay-node-v3 downloads them with the APIv3 secret, and verifies with them", async () => {
    const pay = new Pay(await shop.wechatpayNodeV3({ appid }));
    pay.createHttp(requestsTo(scene.platform.endpoint));
    const { answer } = await placeOrder("node-2");
    const [timestamp, nonce, serial, signature] = ["timestamp", "nonce", "serial", "signature"].map((name) =>
      answer.headers.get(`wechatpay-${name}`)!,
    );
    const message = {
      timestamp: timestamp!,
      nonce: nonce!,
      serial: serial!,
      signature: signature!,
      body: answer.body,
    };
    expect(await pay.verifySign(message)).toBe(true);
  });

  it("applications go on through a change of them", async () => {
    const receiver = await startReceiver();
    const { platform, account } = scene;
    account.announcePlatformCertificate();
    await stored.put("platformCertificates", platformCertificates());
    expect(await platform.notify(merchantId, receiver.url)).toMatchObject({ status: 200 });
    account.replacePlatformCertificate();
    expect(await platform.notify(merchantId, receiver.url)).toMatchObject({ status: 200 });
  });
});

async function placeOrder(number: string, options: { signed?: string } = {}) {
  const path = "/v3/pay/transactions/native";
  const [sent, signed] = [number, options.signed ?? number].map((each) => JSON.stringify(order(each)));
  const authorization = await shop.authorization({ method: "POST", url: path, body: signed });
  const response = await fetch(scene.platform.endpoint + path, {
    method: "POST",
    headers: { authorization, accept: "application/json", "content-type": "application/json" },
    body: sent,
  });
  return { status: response.status, answer: { headers: response.headers, body: await response.text() } };
}

/** What wechatpay-node-v3 sends to WeChat Pay, sent to the sandbox. */
function requestsTo(endpoint: string): PayRequest {
  const sent = new PayRequest();
  const moved = (url: string) => url.replace("https://api.mch.weixin.qq.com", endpoint);
  return {
    get: (url, headers) => sent.get(moved(url), headers),
    post: (url, parameters, headers) => sent.post(moved(url), parameters, headers),
    upload: (url, parameters, headers) => sent.upload(moved(url), parameters, headers),
  };
}

/** An application's address for callbacks: 200 for what it could read, else 400 and why. */
async function startReceiver(): Promise<{ url: string; received: unknown[] }> {
  const received: unknown[] = [];
  const server = createServer((request, response) => {
    void text(request)
      .then((body) => shop.readNotification({ headers: request.headers, body }))
      .then(
        ({ resource }) => {
          received.push(resource);
          response.writeHead(200).end();
        },
        (error: { code: string }) => response.writeHead(400).end(error.code),
      );
  });
  receivers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, received };
}
