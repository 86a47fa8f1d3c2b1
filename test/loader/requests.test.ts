import type { MerchantCredentials } from "merchant-credentials-loader";
import { createPublicKey } from "node:crypto";
import { Formatter, Rsa, Wechatpay } from "wechatpay-axios-plugin";
import { merchantCertificate, merchantId, privateKey, privateKeyPem } from "../support/certificates";
import {
  apiSecret,
  platformSerial,
  publicKeyId,
  serialNumber,
  StoredMerchant,
  values,
} from "./stored-merchant";

let stored: StoredMerchant;
let shop: MerchantCredentials;
beforeEach(async () => {
  stored = await StoredMerchant.start();
  await stored.store("certificate", values.certificate());
  shop = await stored.load({ merchantId, credentials: ["certificate"] });
});
afterEach(() => stored.close());

const nextSerial = "AA".repeat(20);
const nextCertificate = () =>
  values.certificate({
    serialNumber: nextSerial,
    privateKey: privateKeyPem(privateKey("next")),
    certificate: merchantCertificate({ key: privateKey("next"), serialNumber: nextSerial }),
  });

/** The fields of an Authorization header. */
function fieldsOf(header: string): Record<string, string> {
  const [, list] = /^WECHATPAY2-SHA256-RSA2048 (.*)$/.exec(header)!;
  return Object.fromEntries(
    list!.split(",").map((field) => /^(\w+)="(.*)"$/.exec(field)!.slice(1, 3) as [string, string]),
  );
}

describe("the header Authorization", () => {
  it.each([
    ["a path with query", "/v3/certificates?algorithm_type=RSA", "/v3/certificates?algorithm_type=RSA"],
    ["a whole address", "https://apihk.mch.weixin.qq.com/v3/global/certificates", "/v3/global/certificates"],
    [
      "an address of the sandbox",
      "http://127.0.0.1:4444/v3/refund/domestic/refunds",
      "/v3/refund/domestic/refunds",
    ],
    ["an address with other letters", "/v3/bill?name=商户", "/v3/bill?name=%E5%95%86%E6%88%B7"],
  ])("is signed over %s", async (_what, url, target) => {
    const body = '{"a":"商户"}';
    const fields = fieldsOf(await shop.authorization({ method: "POST", url, body }));
    expect(fields).toMatchObject({ mchid: merchantId, serial_no: serialNumber });
    expect(fields.timestamp).toBe(String(stored.clock.now().getTime() / 1000));
    expect(fields.nonce_str).toMatch(/^[0-9a-f]{32}$/);
    const message = Formatter.request("POST", target, fields.timestamp!, fields.nonce_str!, body);
    expect(Rsa.verify(message, fields.signature!, createPublicKey(privateKey()))).toBe(true);
  });

  it("of a GET is over an empty body, and never the same twice", async () => {
    const request = { method: "GET", url: "/v3/certificates" } as const;
    const [one, other] = [
      fieldsOf(await shop.authorization(request)),
      fieldsOf(await shop.authorization(request)),
    ];
    expect(one.nonce_str).not.toBe(other.nonce_str);
    const message = Formatter.request("GET", request.url, one.timestamp!, one.nonce_str!, "");
    expect(Rsa.verify(message, one.signature!, createPublicKey(privateKey()))).toBe(true);
  });
});

describe("nothing is signed that cannot be right:", () => {
  const url = "/v3/pay/transactions/native";
  const method = /^authorization: method is not one of GET, POST, PUT, PATCH, DELETE\.$/;
  const address =
    /^authorization: url is neither an https or http address nor a path that begins with a single slash\.$/;
  const text =
    /^authorization: body is not a text: give it as it is sent; a parsed body has another signature\.$/;
  it.each([
    ["no request", undefined, method],
    ["no method", { url }, method],
    ["a method in lower case", { method: "post", url }, method],
    ["no url", { method: "GET" }, address],
    ["another host's address without a scheme", { method: "GET", url: "//evil.example/x" }, address],
    ["the same with a backslash", { method: "GET", url: "/\\evil.example/x" }, address],
    ["the same behind a line end", { method: "GET", url: "/\n/evil.example/x" }, address],
    ["a path without a slash", { method: "GET", url: "v3/certificates" }, address],
    ["an address of another scheme", { method: "GET", url: "ftp://api.mch.weixin.qq.com/v3" }, address],
    ["an address without a host", { method: "GET", url: "https://" }, address],
    ["a body that was parsed", { method: "POST", url, body: { total: 100 } }, text],
    ["a body of null", { method: "POST", url, body: null }, text],
    ["a body of bytes", { method: "POST", url, body: Buffer.from("{}") }, text],
  ])("%s", async (_what, request, says) => {
    await expect(shop.authorization(request as never)).rejects.toMatchObject({
      name: "CredentialError",
      code: "invalid-options",
      message: expect.stringMatching(says) as string,
    });
  });

  it.each([
    ["undefined", undefined],
    ["bytes", Buffer.from("text")],
  ])("%s in place of a text", async (_what, given) => {
    await expect(shop.sign(given as never)).rejects.toMatchObject({
      code: "invalid-options",
      message: "sign: what to sign is not a text.",
    });
  });
});

it("signs any text, paySign of JSAPI say", async () => {
  const text = "wx8888888888888888\n1414561699\n5K8264ILTKCH16CQ2502SI8ZNMTM67VS\nprepay_id=wx2014\n";
  expect(Rsa.verify(text, await shop.sign(text), createPublicKey(privateKey()))).toBe(true);
});

describe("after a change of the certificate", () => {
  it.each([
    [299, serialNumber],
    [300, nextSerial],
  ])("after %i s the serial number is %s, with its own key", async (seconds, serial) => {
    await stored.put("certificate", nextCertificate());
    stored.clock.set(new Date(stored.clock.now().getTime() + seconds * 1000));
    const { signer } = await shop.certificate();
    expect(signer.serialNumber).toBe(serial);
    const key = createPublicKey(serial === nextSerial ? privateKey("next") : privateKey());
    expect(createPublicKey(signer.privateKey).equals(key)).toBe(true);
  });

  it("an application that is answered SIGN_ERROR has it at once, but asks once in 5 s", async () => {
    await stored.put("certificate", nextCertificate());
    stored.reads();
    await Promise.all([shop.refresh(), shop.refresh()]);
    expect(await shop.certificate()).toMatchObject({ serialNumber: nextSerial });
    await shop.refresh();
    expect(stored.reads()).toEqual(["certificate AWSCURRENT"]);
  });
});

describe("a client of an SDK", () => {
  const nextSecret = () => values.apiV3Secret("Ap3SecretThatComesNextInThisTest");

  it("is made once, and again when a credential has changed", async () => {
    await stored.store("apiV3Secret", values.apiV3Secret());
    shop = await stored.load({ merchantId, credentials: ["certificate", "apiV3Secret"] });
    let made = 0;
    const client = shop.renewing(async () => {
      made += 1;
      const { serial_no } = await shop.wechatpayNodeV3({ appid: "wx8888888888888888" });
      return { serial_no };
    });
    const [first, second] = await Promise.all([client(), client()]);
    expect(second).toBe(first);
    stored.clock.advanceDays(1);
    expect(await client()).toBe(first);
    await stored.put("certificate", nextCertificate());
    expect(await client()).toBe(first);
    stored.clock.advanceDays(1);
    expect(await client()).toEqual({ serial_no: nextSerial });
    await stored.put("apiV3Secret", nextSecret());
    stored.clock.advanceDays(1);
    await client();
    expect(made).toBe(3);
  });

  it("is made once more where the first one had to read something, and not again", async () => {
    await stored.store("apiV3Secret", values.apiV3Secret());
    let made = 0;
    const client = shop.renewing(async () => {
      await shop.apiV3Secret();
      return (made += 1);
    });
    expect([await client(), await client(), await client()]).toEqual([1, 2, 2]);
  });

  it.each([
    ["of what was in memory", () => shop.apiV3Secret()],
    ["of what the first one had to read", () => undefined],
  ])("that a change overtook while it was made is made anew by the next call: %s", async (_what, before) => {
    await stored.store("apiV3Secret", values.apiV3Secret());
    await before();
    let meanwhile = async () => {
      await stored.put("apiV3Secret", nextSecret());
      await shop.refresh();
    };
    const client = shop.renewing(async () => {
      const { versionId } = await shop.apiV3Secret();
      await meanwhile();
      return versionId;
    });
    const first = await client();
    meanwhile = () => Promise.resolve();
    const { versionId: present } = await shop.apiV3Secret();
    expect(present).not.toBe(first);
    expect(await client()).toBe(present);
  });

  describe("has what was not there when it was first made:", () => {
    const axiosOptions = () => shop.renewing(async () => ({ ...(await shop.wechatpayAxiosPlugin()) }));
    beforeEach(async () => {
      await stored.store("platformCertificates", values.platformCertificates());
    });

    it("the platform's public key, after the cache's time", async () => {
      const client = axiosOptions();
      expect(Object.keys((await client()).certs)).toEqual([platformSerial]);
      await stored.store("platformPublicKey", values.platformPublicKey());
      await client();
      stored.clock.set(new Date(stored.clock.now().getTime() + 299_000));
      expect(Object.keys((await client()).certs)).toEqual([platformSerial]);
      stored.clock.set(new Date(stored.clock.now().getTime() + 1_000));
      expect(Object.keys((await client()).certs)).toEqual([platformSerial, publicKeyId]);
    });

    it("the API secret, and the platform's public key, after a `refresh`", async () => {
      const client = axiosOptions();
      expect(await client()).not.toHaveProperty("secret");
      await stored.store("platformPublicKey", values.platformPublicKey());
      await stored.store("apiSecret", values.apiSecret());
      await shop.refresh();
      const { secret, certs } = await client();
      expect(secret).toBe(apiSecret);
      expect(Object.keys(certs)).toEqual([platformSerial, publicKeyId]);
    });
  });

  it("of wechatpay-axios-plugin is kept inside an object, because its `then` would send a request", async () => {
    await stored.store("platformCertificates", values.platformCertificates());
    await shop.platformKeys();
    const client = shop.renewing(async () => ({
      wechatpay: new Wechatpay(await shop.wechatpayAxiosPlugin()),
    }));
    expect((await client()).wechatpay).toBe((await client()).wechatpay);
  });

  it("that could not be made is tried again", async () => {
    let made = 0;
    const client = shop.renewing(() => {
      made += 1;
      if (made === 1) throw new Error("not yet");
      return made;
    });
    await expect(client()).rejects.toThrow("not yet");
    expect(await client()).toBe(2);
    expect(await client()).toBe(2);
  });

  it("that cannot be made anew is not served any more", async () => {
    let made = 0;
    const client = shop.renewing(async () => {
      made += 1;
      await shop.certificate();
      if (made === 2) throw new Error("not now");
      return made;
    });
    expect(await client()).toBe(1);
    await stored.put("certificate", nextCertificate());
    stored.clock.advanceDays(1);
    await expect(client()).rejects.toThrow("not now");
    expect(await client()).toBe(3);
  });
});
