import { createPublicKey, X509Certificate } from "node:crypto";
import * as given from "../support/certificates";
import { apiV3Secret, confirmed, openPlatform, type PlatformScene } from "../support/platform-scene";
import { decrypted, isSignedBy, type Attempt, type EncryptedResource } from "../support/wechat-pay-client";

let scene: PlatformScene;
beforeEach(async () => (scene = await openPlatform()));
afterEach(() => scene.platform.close());

const verdict = () => scene.platform.journal.entries().at(-1)?.verdict;

interface CertificateList {
  data: {
    serial_no: string;
    effective_time: string;
    expire_time: string;
    encrypt_certificate: EncryptedResource & { algorithm: string };
  }[];
}

describe("GET /v3/certificates", () => {
  it.each(["/v3/certificates", "/v3/certificates?algorithm_type=RSA", "/v3/global/certificates"])(
    "%s offers the platform's certificate, encrypted and signed",
    async (target) => {
      const { status, headers, text } = await scene.client.send(target);
      expect(status).toBe(200);
      const { data } = JSON.parse(text) as CertificateList;
      expect(data).toHaveLength(1);
      const [{ serial_no, effective_time, expire_time, encrypt_certificate }] = data as [
        CertificateList["data"][0],
      ];
      const certificate = new X509Certificate(decrypted(encrypt_certificate, apiV3Secret));
      expect(encrypt_certificate).toMatchObject({
        algorithm: "AEAD_AES_256_GCM",
        associated_data: "certificate",
      });
      expect(certificate.serialNumber).toBe(serial_no);
      expect([effective_time, expire_time]).toEqual([
        "2026-09-01T18:00:00+08:00",
        "2031-09-01T18:00:00+08:00",
      ]);
      expect(headers.get("wechatpay-serial")).toBe(serial_no);
      expect(isSignedBy(certificate.publicKey, headers, text)).toBe(true);
      expect(isSignedBy(certificate.publicKey, headers, `${text} `)).toBe(false);
      expect(headers.get("date")).toBe("Tue, 01 Sep 2026 10:00:00 GMT");
      expect(headers.get("request-id")).toMatch(/^[0-9A-F]{40}-\d+$/);
      expect(verdict()).toBe("accepted");
    },
  );

  it("is encrypted with the APIv3 secret as it is now: the old one is worthless at once", async () => {
    const next = "NextSecret0NextSecret0NextSecret";
    scene.account.setApiV3Secret(next, confirmed(scene.account));
    const { data } = JSON.parse((await scene.client.send("/v3/certificates")).text) as CertificateList;
    expect(() => decrypted(data[0]!.encrypt_certificate, apiV3Secret)).toThrow();
    expect(decrypted(data[0]!.encrypt_certificate, next)).toContain("BEGIN CERTIFICATE");
  });

  it("refuses an algorithm that it does not have", async () => {
    const answer = await scene.client.send("/v3/certificates?algorithm_type=SM2");
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({
      code: "PARAM_ERROR",
      detail: { field: "algorithm_type", location: "query" },
    });
  });
});

describe("the signature of a request", () => {
  const authorization = () => scene.client.authorization("GET", "/v3/certificates");
  const seconds = () => Math.floor(scene.clock.now.getTime() / 1000);

  it.each<[string, () => Attempt, string, string]>([
    ["is missing", () => ({ authorization: null }), "no-authorization", "值格式错误"],
    [
      "is a bearer token",
      () => ({ authorization: "Bearer token" }),
      "authorization-scheme",
      "认证类型不正确",
    ],
    [
      "is separated by commas and spaces",
      () => ({ authorization: authorization().replaceAll(",", ", ") }),
      "no-authorization",
      "值格式错误",
    ],
    [
      "lacks the nonce",
      () => ({ authorization: authorization().replace(/nonce_str="\w+",/, "") }),
      "no-authorization",
      "值格式错误",
    ],
    [
      "has a field twice",
      () => ({ authorization: `${authorization()},mchid="1900000109"` }),
      "no-authorization",
      "值格式错误",
    ],
    ["is 301 seconds old", () => ({ timestamp: seconds() - 301 }), "timestamp", "不得超过5分钟"],
    ["is 301 seconds ahead", () => ({ timestamp: seconds() + 301 }), "timestamp", "不得超过5分钟"],
    ["has a time in milliseconds", () => ({ timestamp: seconds() * 1000 }), "timestamp", "不得超过5分钟"],
    [
      "names a certificate that nobody has",
      () => ({ serialNumber: "5".repeat(40) }),
      "unknown-serial",
      "序列号有误",
    ],
    ["names a merchant that nobody is", () => ({ merchantId: "1900000110" }), "unknown-serial", "序列号有误"],
    ["is of another key", () => ({ privateKey: given.privateKey("other") }), "signature", "验签失败"],
    ["is over another method", () => ({ signed: { method: "POST" } }), "signature", "验签失败"],
    [
      "is over another address",
      () => ({ signed: { target: "/v3/certificates?a=b" } }),
      "signature",
      "验签失败",
    ],
    ["is over another body", () => ({ signed: { body: "{}" } }), "signature", "验签失败"],
  ])("%s: 401, and the answer is not signed", async (_, attempt, reason, message) => {
    const { status, headers, text } = await scene.client.send("/v3/certificates", attempt());
    expect(status).toBe(401);
    const body = JSON.parse(text) as { code: string; message: string };
    expect(body.code).toBe("SIGN_ERROR");
    expect(body.message).toContain(message);
    expect(headers.get("wechatpay-signature")).toBeNull();
    expect(verdict()).toBe(reason);
  });

  it.each([-300, 300])("may be %d seconds off the platform's clock", async (off) => {
    expect((await scene.client.send("/v3/certificates", { timestamp: seconds() + off })).status).toBe(200);
  });

  it("covers a body with characters of several bytes, and shows what the platform has verified", async () => {
    const body = JSON.stringify({ echo_message: "你好，世界" });
    const target = "/v3/security/echo";
    const { text } = await scene.client.send(target, { body, signed: { body: "{}" } });
    const message = { method: "POST", url: target, sign_message_length: expect.any(Number) as number };
    expect(JSON.parse(text)).toEqual({
      code: "SIGN_ERROR",
      message: "错误的签名，验签失败",
      detail: {
        detail: { issue: "sign not match" },
        field: "signature",
        location: "authorization",
        sign_information: {
          ...message,
          truncated_sign_message: expect.stringMatching(
            /^POST\n\/v3\/security\/echo\n\d{10}\n\w{32}\n\{"echo_mes/,
          ) as string,
        },
      },
    });
  });

  it("is good for one request only, until it is too old", async () => {
    const authorization = scene.client.authorization("GET", "/v3/certificates");
    const again = () => scene.client.send("/v3/certificates", { authorization });
    expect((await again()).status).toBe(200);
    expect((await again()).status).toBe(401);
    expect(verdict()).toBe("replayed-nonce");
    scene.clock.advance(5);
    expect((await again()).status).toBe(401);
    expect(verdict()).toBe("replayed-nonce");
    scene.clock.advance(1);
    await again();
    expect(verdict()).toBe("timestamp");
  });

  it("is remembered as used while a clock that runs ahead keeps it young", async () => {
    const authorization = scene.client.authorization("GET", "/v3/certificates", {
      timestamp: seconds() + 300,
    });
    expect((await scene.client.send("/v3/certificates", { authorization })).status).toBe(200);
    scene.clock.advance(10);
    await scene.client.send("/v3/certificates", { authorization });
    expect(verdict()).toBe("replayed-nonce");
  });

  it("does not use up the nonce of somebody else's, nor of a wrong signature", async () => {
    const nonce = "0123456789abcdef0123456789abcdef";
    await scene.client.send("/v3/certificates", { nonce, privateKey: given.privateKey("other") });
    expect((await scene.client.send("/v3/certificates", { nonce })).status).toBe(200);
  });
});

describe("the certificate of a request", () => {
  const serialNumber = () => new X509Certificate(scene.certificate).serialNumber;
  const verdictNow = async () => {
    await scene.client.send("/v3/certificates");
    return verdict();
  };

  it("may be written in lower case", async () => {
    const lower = serialNumber().toLowerCase();
    expect((await scene.client.send("/v3/certificates", { serialNumber: lower })).status).toBe(200);
  });

  it("counts until its last second", async () => {
    scene.clock.now = new Date(new X509Certificate(scene.certificate).validTo);
    expect(await verdictNow()).toBe("accepted");
    scene.clock.now = new Date(scene.clock.now.getTime() + 1000);
    expect(await verdictNow()).toBe("expired-certificate");
  });

  it("does not count before its first", async () => {
    const { account, clock } = scene;
    const notBefore = new Date(clock.now.getTime() + 24 * 60 * 60_000);
    account.revokeCertificate(serialNumber(), confirmed(account));
    const pem = account.applyForCertificate(given.requestFor(), { ...confirmed(account), notBefore });
    const early = { serialNumber: new X509Certificate(pem).serialNumber };
    await scene.client.send("/v3/certificates", early);
    expect(verdict()).toBe("unknown-serial");
    clock.now = notBefore;
    expect((await scene.client.send("/v3/certificates", early)).status).toBe(200);
  });

  it("does not count while it is revoked", async () => {
    scene.account.revokeCertificate(serialNumber(), confirmed(scene.account));
    expect(await verdictNow()).toBe("revoked-certificate");
    scene.account.restoreCertificate(serialNumber(), confirmed(scene.account));
    expect(await verdictNow()).toBe("accepted");
  });

  it("is another's: the serial number is wrong", async () => {
    scene.platform.addMerchant({ merchantId: "1900000110", merchantName: "Other" });
    await scene.client.send("/v3/certificates", { merchantId: "1900000110" });
    expect(verdict()).toBe("no-certificate");
  });

  it("without an APIv3 secret there is nothing to encrypt with", async () => {
    const other = scene.platform.addMerchant({ merchantId: "19000001", merchantName: "Other" });
    const pem = other.applyForCertificate(given.requestFor({ merchantId: "19000001" }), confirmed(other));
    const { status, text } = await scene.client.send("/v3/certificates", {
      merchantId: "19000001",
      serialNumber: new X509Certificate(pem).serialNumber,
    });
    expect(status).toBe(401);
    expect(JSON.parse(text)).toEqual({ code: "SIGN_ERROR", message: "商户未设置APIv3密钥。" });
    expect(verdict()).toBe("no-apiv3-secret");
  });
});

describe("the address of a request", () => {
  it.each<[string, string, Attempt, number]>([
    ["one that there is not", "/v3/nothing", {}, 404],
    ["one of v2 with GET", "/pay/orderquery", {}, 404],
    ["another method", "/v3/certificates", { method: "POST", body: "" }, 405],
  ])("%s: %s has an empty answer", async (_, target, attempt, status) => {
    const answer = await scene.client.send(target, attempt);
    expect(answer).toMatchObject({ status, text: "" });
    expect(verdict()).toBe("not-offered");
  });

  it("wants to know who asks, where the platform does", async () => {
    const nobody = { headers: { "User-Agent": "" } };
    const { status, text } = await scene.client.send("/v3/certificates", nobody);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toEqual({
      code: "INVALID_REQUEST",
      message: "Http头缺少Accept或User-Agent",
    });
    const query = "/v3/pay/transactions/out-trade-no/1?mchid=1900000109";
    expect((await scene.client.send(query, nobody)).status).toBe(404);
  });
});

describe("the modes of a merchant", () => {
  const askForPublicKey = () => ({ headers: { "Wechatpay-Serial": scene.account.publicKey.id } });
  const publicKey = () => createPublicKey(scene.account.publicKey.pem);

  it("in public-key mode there are no certificates, which proves the request's signature all the same", async () => {
    scene.account.setMode("public-key");
    const { status, text, headers } = await scene.client.send("/v3/certificates");
    expect(status).toBe(404);
    expect(JSON.parse(text)).toMatchObject({
      code: "RESOURCE_NOT_EXISTS",
      message: expect.stringContaining("无可用的平台证书") as string,
    });
    expect(headers.get("wechatpay-signature")).toBeNull();
    expect(verdict()).toBe("public-key-mode");
    expect(scene.account.platformCertificates).toEqual([]);
    await scene.client.send("/v3/certificates", { privateKey: given.privateKey("other") });
    expect(verdict()).toBe("signature");
  });

  it("in both modes the request says whose signature it wants", async () => {
    scene.account.setMode("both");
    const plain = await scene.client.send("/v3/certificates");
    const asked = await scene.client.send("/v3/certificates", askForPublicKey());
    expect([plain.status, asked.status]).toEqual([200, 200]);
    expect(plain.headers.get("wechatpay-serial")).toBe(scene.account.platformCertificates[0]!.serialNumber);
    expect(asked.headers.get("wechatpay-serial")).toMatch(/^PUB_KEY_ID_\d{28}$/);
    expect(isSignedBy(publicKey(), asked.headers, asked.text)).toBe(true);
    expect(isSignedBy(publicKey(), plain.headers, plain.text)).toBe(false);
  });

  it("without a public key there is none to ask for", () => {
    expect(() => scene.account.publicKey).toThrow("by certificates only");
  });
});

describe("a change of the platform's certificate", () => {
  const list = async () => {
    const { headers, text } = await scene.client.send("/v3/certificates");
    const { data } = JSON.parse(text) as CertificateList;
    return { signed: headers.get("wechatpay-serial"), offered: data.map(({ serial_no }) => serial_no) };
  };

  it("shows the new one a day ahead, signs with it, and lets the old one end", async () => {
    const old = scene.account.platformCertificates[0]!.serialNumber;
    expect(await list()).toEqual({ signed: old, offered: [old] });
    const { serialNumber: next } = scene.account.announcePlatformCertificate();
    expect(await list()).toEqual({ signed: old, offered: [old, next] });
    expect(scene.account.platformCertificates.map(({ expireTime }) => expireTime)).toEqual([
      new Date("2026-09-02T10:00:00Z"),
      new Date("2031-09-01T10:00:00Z"),
    ]);
    scene.account.replacePlatformCertificate();
    expect(await list()).toEqual({ signed: next, offered: [old, next] });
    scene.clock.advance(24 * 60 - 1);
    expect(await list()).toEqual({ signed: next, offered: [old, next] });
    scene.clock.advance(1);
    expect(await list()).toEqual({ signed: next, offered: [next] });
  });

  it("comes by itself with the end of the old one", async () => {
    const { serialNumber: next } = scene.account.announcePlatformCertificate();
    scene.clock.advance(24 * 60);
    expect(await list()).toEqual({ signed: next, offered: [next] });
  });
});
