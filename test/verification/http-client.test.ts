import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { weChatPayOverHttp } from "../../provider/verification/http-client";
import type { NoAnswer, WeChatPayRequest } from "../../provider/verification/wechat-pay";
import { privateKeyPem, selfSignedCertificate } from "../support/certificates";

interface Received {
  method: string | undefined;
  url: string | undefined;
  headers: http.IncomingHttpHeaders;
  body: string;
}

const servers: http.Server[] = [];
const received: Received[] = [];

/** Something that answers on a free port of this machine. */
async function serve(
  answer: http.RequestListener,
  server: http.Server = http.createServer(),
): Promise<string> {
  server.on("request", (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url, headers } = request;
      received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      answer(request, response);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return `${server instanceof https.Server ? "https" : "http"}://127.0.0.1:${port}`;
}

afterEach(async () => {
  received.length = 0;
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const get: WeChatPayRequest = { method: "GET", target: "/v3/certificates?a=b", headers: {}, body: "" };
const neverAborted = new AbortController().signal;
const limits = { milliseconds: 200, bytes: 1000 };
const generous = { milliseconds: 20_000, bytes: 1000 };
const failure = (answer: Promise<unknown>): Promise<NoAnswer> =>
  answer.then(
    () => {
      throw new Error("there was an answer");
    },
    (error: NoAnswer) => error,
  );

it("sends target, headers and body as they are, with what WeChat Pay demands", async () => {
  const endpoint = await serve((_, response) => response.end("{}"));
  const body = '{"a":"微信"}';
  await weChatPayOverHttp(
    endpoint,
    neverAborted,
  )({
    method: "POST",
    target: "/v3/security/echo?x=%7B",
    headers: { Authorization: "signed", "Content-Type": "application/json" },
    body,
  });
  expect(received).toEqual([
    {
      method: "POST",
      url: "/v3/security/echo?x=%7B",
      headers: expect.objectContaining({
        "user-agent": "pulumi-merchant-credentials",
        accept: "application/json",
        authorization: "signed",
        "content-type": "application/json",
        "content-length": String(Buffer.byteLength(body)),
        connection: "close",
      }) as unknown,
      body,
    },
  ]);
});

it("sends no body and no type of one with GET, and another Accept where one is asked for", async () => {
  const endpoint = await serve((_, response) => response.end());
  await weChatPayOverHttp(endpoint, neverAborted)({ ...get, headers: { Accept: "text/xml" } });
  expect(received).toMatchObject([{ method: "GET", url: "/v3/certificates?a=b", body: "" }]);
  expect(received[0]!.headers).toMatchObject({ accept: "text/xml" });
  expect(received[0]!.headers).not.toHaveProperty("content-type");
});

it.each([200, 302, 401, 404, 500])(
  "gives status %i, headers in lower case and the body as it came",
  async (status) => {
    const endpoint = await serve((_, response) => {
      response.writeHead(status, {
        Location: "/elsewhere",
        "Wechatpay-Serial": "0A",
        "Set-Cookie": ["a", "b"],
      });
      response.write('{"a": "微');
      response.end('信"}\n');
    });
    const answer = await weChatPayOverHttp(endpoint, neverAborted)(get);
    expect(answer).toMatchObject({
      status,
      headers: { location: "/elsewhere", "wechatpay-serial": "0A" },
      body: '{"a": "微信"}\n',
    });
    expect(answer.headers).not.toHaveProperty("set-cookie");
    // A redirect is not followed: what is signed goes nowhere else.
    expect(received).toHaveLength(1);
  },
);

describe("there is no answer", () => {
  it.each([
    ["where none comes", () => undefined],
    ["where it does not end", (response: http.ServerResponse) => void response.write("{")],
    [
      "where it never stops coming",
      (response: http.ServerResponse) => {
        const timer = setInterval(() => response.write(" "), 10);
        response.on("close", () => clearInterval(timer));
      },
    ],
  ])("in time %s", async (_name, begin) => {
    const endpoint = await serve((_, response) => begin(response));
    expect(await failure(weChatPayOverHttp(endpoint, neverAborted, limits)(get))).toMatchObject({
      name: "NoAnswer",
      reason: "timeout",
      message: "no answer within 0.2 seconds",
    });
  });

  it.each([
    ["in one piece", (response: http.ServerResponse) => response.end("x".repeat(1001))],
    [
      "in many",
      (response: http.ServerResponse) => {
        for (let piece = 0; piece < 100; piece++) response.write("x".repeat(100));
      },
    ],
  ])("of more than the limit, %s", async (_name, begin) => {
    const endpoint = await serve((_, response) => void begin(response));
    expect(await failure(weChatPayOverHttp(endpoint, neverAborted, generous)(get))).toMatchObject({
      reason: "too-large",
    });
  });

  it("of more than the limit, but one of just as much is taken", async () => {
    const endpoint = await serve((_, response) => response.end("x".repeat(1000)));
    expect((await weChatPayOverHttp(endpoint, neverAborted, generous)(get)).body).toHaveLength(1000);
  });

  it.each([
    ["before it begins", (response: http.ServerResponse) => response.destroy()],
    [
      "in the middle",
      (response: http.ServerResponse) => {
        response.writeHead(200, { "Content-Length": "100" });
        response.write("{", () => response.destroy());
      },
    ],
  ])("where the connection breaks %s", async (_name, begin) => {
    const endpoint = await serve((_, response) => void begin(response));
    expect(await failure(weChatPayOverHttp(endpoint, neverAborted, generous)(get))).toMatchObject({
      reason: "unreachable",
      message: "no connection (ECONNRESET)",
    });
  });

  it("where another protocol is spoken from there on", async () => {
    const server = http.createServer();
    server.on("connection", (socket) =>
      socket.end("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n"),
    );
    const endpoint = await serve(() => undefined, server);
    expect(await failure(weChatPayOverHttp(endpoint, neverAborted, generous)(get))).toMatchObject({
      reason: "unreachable",
      message: "the connection ended without an answer",
    });
  });

  it("where nobody listens", async () => {
    const endpoint = await serve((_, response) => response.end());
    const server = servers.pop()!;
    await new Promise((resolve) => server.close(resolve));
    expect(await failure(weChatPayOverHttp(endpoint, neverAborted, generous)(get))).toMatchObject({
      reason: "unreachable",
      message: "no connection (ECONNREFUSED)",
    });
  });

  it("that is HTTP, and its text is not repeated", async () => {
    const server = http.createServer();
    server.on("connection", (socket) => socket.end("a secret of another protocol\r\n\r\n"));
    const error = await failure(
      weChatPayOverHttp(await serve(() => undefined, server), neverAborted, generous)(get),
    );
    expect(error).toMatchObject({ reason: "unreachable" });
    expect(`${error.message} ${error.stack}`).not.toContain("a secret of another protocol");
  });

  it("where the certificate of the endpoint is not trusted", async () => {
    const server = https.createServer({ key: privateKeyPem(), cert: selfSignedCertificate() });
    const endpoint = await serve((_, response) => response.end("{}"), server);
    expect(await failure(weChatPayOverHttp(endpoint, neverAborted, generous)(get))).toMatchObject({
      reason: "certificate",
    });
    expect(received).toEqual([]);
  });

  it("after the run's time is over, at once", async () => {
    const controller = new AbortController();
    const endpoint = await serve(() => controller.abort());
    const weChatPay = weChatPayOverHttp(endpoint, controller.signal, generous);
    expect(await failure(weChatPay(get))).toMatchObject({
      reason: "aborted",
      message: "the run has no time left",
    });
    expect(received).toHaveLength(1);
    expect(await failure(weChatPay(get))).toMatchObject({ reason: "aborted" });
    expect(received).toHaveLength(1);
  });
});

describe("the endpoint", () => {
  it.each([
    ["http to another machine", "http://api.mch.weixin.qq.com"],
    ["no URL", "mainland"],
    ["a URL with a password", "https://user:c4n4ry@api.mch.weixin.qq.com"],
  ])("may not be %s", (_name, endpoint) => {
    const make = () => weChatPayOverHttp(endpoint, neverAborted);
    expect(make).toThrow(/^wechatPayEndpoint: (?!.*c4n4ry).*expected https, or http on loopback/);
  });

  it("is reached without the proxy that the environment names", async () => {
    const proxy = await serve((_, response) => response.end("proxy"));
    const endpoint = await serve((_, response) => response.end("endpoint"));
    const before = { ...process.env };
    Object.assign(process.env, { http_proxy: proxy, HTTP_PROXY: proxy, NODE_USE_ENV_PROXY: "1" });
    try {
      expect((await weChatPayOverHttp(endpoint, neverAborted, generous)(get)).body).toBe("endpoint");
    } finally {
      process.env = before;
    }
  });
});
