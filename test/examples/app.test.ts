import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { MerchantCredentials } from "merchant-credentials-loader";
import { shopServer } from "../../examples/app/server/server";
import { readSettings } from "../../examples/app/server/settings";
import { verifiedHttp } from "../../examples/app/server/verified-http";
import { WeChatPayError, withPresentCredentials } from "../../examples/app/server/wechatpay-error";
import { callback, payment } from "../loader/callback";
import { serialNumber, StoredMerchant, values } from "../loader/stored-merchant";
import { merchantId, privateKey } from "../support/certificates";

describe("the server of examples/app", () => {
  let stored: StoredMerchant;
  let paid: object[];
  let printed: string;
  let server: ReturnType<typeof shopServer>;

  beforeEach(async () => {
    stored = await StoredMerchant.start();
    for (const kind of ["certificate", "apiV3Secret", "platformCertificates"] as const)
      await stored.store(kind, values[kind]());
    paid = [];
    printed = "";
    jest.spyOn(console, "error").mockImplementation((line: string) => void (printed += `${line}\n`));
    const orders = {
      place: () => Promise.resolve("weixin://wxpay/bizpayurl?pr=p4lpSuKzz"),
      state: (id: string) =>
        id === "ORDER1"
          ? Promise.resolve("NOTPAY")
          : Promise.reject(new WeChatPayError(404, "ORDER_NOT_EXIST")),
    };
    const onPayment = (payment: object) => void paid.push(payment);
    server = shopServer({ credentials: await stored.load(), orders, onPayment }).listen(0);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    server.close();
    server.closeAllConnections();
    await stored.close();
  });

  async function ask(method: string, path: string, message: RequestInit = {}) {
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, ...message });
    return { status: response.status, body: await response.json() };
  }
  const seconds = () => stored.clock.now().getTime() / 1000;

  describe("asked for a callback", () => {
    const failed = { code: "FAIL", message: "The callback was not understood." };
    const nextSecret = "Ap3SecretThatComesNextInThisTest";

    it("takes one that is WeChat Pay's", async () => {
      const answer = await ask("POST", "/callback", callback({ timestamp: seconds() }));
      expect(answer).toEqual({ status: 200, body: { code: "SUCCESS", message: "OK" } });
      expect(paid).toEqual([payment]);
    });

    it("takes one that is encrypted with the value that waits", async () => {
      await stored.put("apiV3Secret", values.apiV3Secret(nextSecret), "AWSPENDING");
      const answer = await ask("POST", "/callback", callback({ timestamp: seconds(), secret: nextSecret }));
      expect(answer.status).toBe(200);
      expect(paid).toEqual([payment]);
    });

    it.each([
      ["signed by someone else", 401, () => callback({ timestamp: seconds(), key: privateKey("forger") })],
      ["ten minutes old", 401, () => callback({ timestamp: seconds() - 600 })],
      ["without headers", 401, () => ({ body: callback({ timestamp: seconds() }).body })],
      ["signed, and no callback", 401, () => callback({ timestamp: seconds(), body: "[]" })],
      [
        "encrypted with a value that is not stored yet",
        503,
        () => callback({ timestamp: seconds(), secret: nextSecret }),
      ],
    ])("refuses one %s with %i, and says why to its operator alone", async (_, status, message) => {
      expect(await ask("POST", "/callback", message())).toEqual({ status, body: failed });
      expect(paid).toEqual([]);
      expect(printed).not.toBe("");
      expect(printed).not.toContain(nextSecret);
    });
  });

  it("answers 413 to a callback that is too long, and goes on", async () => {
    const body = "x".repeat(2_000_000);
    const { status } = await ask("POST", "/callback", { ...callback({ timestamp: seconds() }), body });
    expect(status).toBe(413);
    expect(paid).toEqual([]);
    expect((await ask("POST", "/callback", callback({ timestamp: seconds() }))).status).toBe(200);
  });

  it.each([
    [
      "POST",
      "/orders",
      { status: 201, body: { id: expect.any(String) as string, codeUrl: expect.any(String) as string } },
    ],
    ["GET", "/orders/ORDER1", { status: 200, body: { id: "ORDER1", state: "NOTPAY" } }],
    [
      "GET",
      "/orders/ORDER2",
      { status: 500, body: { code: "FAIL", message: "This server could not do it." } },
    ],
    ["GET", "/health", { status: 200, body: { merchantId, serialNumber } }],
    ["GET", "/callback", { status: 404, body: { code: "NOT_FOUND", message: "There is nothing here." } }],
    [
      "GET",
      "/orders/..%2Frefunds",
      { status: 404, body: { code: "NOT_FOUND", message: "There is nothing here." } },
    ],
  ])("answers %s %s", async (method, path, answer) => {
    expect(await ask(method, path)).toEqual(answer);
  });
});

describe("a question to WeChat Pay", () => {
  const unknownKey = new WeChatPayError(200, "EV3_RES_HEADER_PLATFORM_SERIAL");
  const revoked = new WeChatPayError(401, "SIGN_ERROR");
  const unknownOrder = new WeChatPayError(404, "ORDER_NOT_EXIST");
  it.each<[string, Error[], string | Error, string[]]>([
    ["is asked once where it is answered well", [], "answer", ["ask"]],
    [
      "is asked again after a look at the vault, refused as SIGN_ERROR",
      [revoked],
      "answer",
      ["ask", "refresh", "ask"],
    ],
    ["… answered with a key not known here", [unknownKey], "answer", ["ask", "refresh", "ask"]],
    ["is not asked a third time", [revoked, revoked], revoked, ["ask", "refresh", "ask"]],
    ["is not asked again for another reason", [unknownOrder], unknownOrder, ["ask"]],
    [
      "is not asked again where there was no answer",
      [new TypeError("fetch failed")],
      new TypeError("fetch failed"),
      ["ask"],
    ],
  ])("%s", async (_, refusals, expected, done) => {
    const did: string[] = [];
    const credentials = { refresh: async () => void did.push("refresh") } as MerchantCredentials;
    const left = [...refusals];
    const asked = withPresentCredentials(credentials, async () => {
      did.push("ask");
      const refusal = left.shift();
      if (refusal) throw refusal;
      return "answer";
    });
    expect(await asked.catch((error: unknown) => error)).toEqual(expected);
    expect(did).toEqual(done);
  });
});

describe("the way of examples/app to WeChat Pay", () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  function listen(listener: RequestListener): string {
    const server = createServer(listener).listen(0);
    servers.push(server);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it.each([302, 307, 308])("does not lead to another host, which %i names", async (status) => {
    const came: (string | undefined)[] = [];
    const other = listen((request, response) => {
      came.push(request.url);
      response.writeHead(404).end();
    });
    const platform = listen((request, response) => {
      response.writeHead(status, { Location: other + request.url! }).end();
    });
    const http = verifiedHttp({} as MerchantCredentials, platform);
    const url = "https://api.mch.weixin.qq.com/v3/pay/transactions/native";
    await expect(http.post(url, { amount: 1 }, { Authorization: "signed" })).rejects.toThrow("fetch failed");
    expect(came).toEqual([]);
  });
});

describe("the settings of examples/app", () => {
  const given = { MERCHANT_ID: merchantId, APP_ID: "wx1", NOTIFY_URL: "https://shop.example/callback" };

  it("have WeChat Pay's own address and port 8080 unless they say otherwise", () => {
    const shop = { wechatPay: "https://api.mch.weixin.qq.com", appId: "wx1", notifyUrl: given.NOTIFY_URL };
    expect(readSettings(given)).toEqual({ load: { merchantId }, shop, port: 8080 });
  });

  it("take the stack's output in place of a merchant id", () => {
    const arns = { certificate: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:a-AbCdEf" };
    const { load } = readSettings({ ...given, MERCHANT_ID: undefined, SECRET_ARNS: JSON.stringify(arns) });
    expect(load).toEqual({ arns });
  });

  it.each(["secret-text", "null", '"arn"', "[]"])(
    "name SECRET_ARNS where it is %s, and quote nothing",
    (arns) => {
      expect(() => readSettings({ ...given, SECRET_ARNS: arns })).toThrow(
        /^SECRET_ARNS is not a JSON object: give `pulumi stack output secretArns --json`\.$/,
      );
    },
  );

  it.each(["http", "", "-1", "80.5", "65536", "1e3"])("refuse %j as PORT", (port) => {
    expect(() => readSettings({ ...given, PORT: port })).toThrow("PORT is not a number from 0 to 65535.");
  });

  it.each(["0", "65535"])("take %j as PORT", (port) => {
    expect(readSettings({ ...given, PORT: port }).port).toBe(Number(port));
  });

  it.each(Object.keys(given))("name %s where it is missing", (name) => {
    expect(() => readSettings({ ...given, [name]: undefined })).toThrow(name);
  });
});
