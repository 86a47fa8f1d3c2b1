import { createPublicKey } from "node:crypto";
import type { CredentialKind, MerchantCredentials } from "merchant-credentials-loader";
import { v2Signature } from "merchant-credentials-loader/wechatpay";
import Pay from "wechatpay-node-v3";
import Wechatpay, { Aes, Formatter, Hash, Rsa } from "wechatpay-axios-plugin";
import { merchantCertificate, merchantId, privateKey } from "../support/certificates";
import { callback, payment } from "./callback";
import {
  apiSecret,
  platformSerial,
  publicKeyId,
  publicKeyPem,
  serialNumber,
  StoredMerchant,
  values,
} from "./stored-merchant";

const appid = "wx8888888888888888";
let stored: StoredMerchant;
beforeEach(async () => {
  stored = await StoredMerchant.start();
});
afterEach(() => stored.close());

async function shopWith(...kinds: CredentialKind[]): Promise<MerchantCredentials> {
  for (const kind of ["certificate", "apiV3Secret", ...kinds] as const)
    await stored.store(kind, values[kind]());
  return stored.load();
}
const merchantsPublicKey = createPublicKey(privateKey());

describe("wechatpay-node-v3", () => {
  it.each([
    ["no options", undefined],
    ["no app id", {}],
    ["an empty app id", { appid: "" }],
    ["a number as app id", { appid: 8888 }],
  ])("gets no options from %s", async (_what, more) => {
    const shop = await shopWith();
    await expect(shop.wechatpayNodeV3(more as never)).rejects.toMatchObject({
      code: "invalid-options",
      message: "wechatpayNodeV3: appid is not a text, the app's id at WeChat.",
    });
  });

  it("signs with the merchant's key under its serial number", async () => {
    const shop = await shopWith();
    const pay = new Pay(await shop.wechatpayNodeV3({ appid }));
    const [url, nonce, timestamp] = [
      "/v3/pay/transactions/jsapi",
      "593BEC0C930BF1AFEB40B4A08C8FB242",
      "1554208460",
    ];
    const signature = pay.getSignature("POST", nonce, timestamp, url, { appid });
    const message = Formatter.request("POST", url, timestamp, nonce, JSON.stringify({ appid }));
    expect(Rsa.verify(message, signature, merchantsPublicKey)).toBe(true);
    expect(pay.getAuthorization(nonce, timestamp, signature)).toContain(`mchid="${merchantId}"`);
    expect(pay.getAuthorization(nonce, timestamp, signature)).toContain(`serial_no="${serialNumber}"`);
  });

  it("reads the same serial number out of the certificate in its options", async () => {
    const shop = await shopWith();
    const { publicKey } = await shop.wechatpayNodeV3({ appid });
    expect(publicKey.toString()).toBe(merchantCertificate());
    const serial = new Pay({ ...(await shop.wechatpayNodeV3({ appid })), serial_no: undefined }).getSN();
    expect(serial.toUpperCase()).toBe(serialNumber);
  });

  it("verifies with the platform's keys and decrypts with the APIv3 secret", async () => {
    const shop = await shopWith("platformCertificates", "platformPublicKey");
    class ShopPay extends Pay {
      static trust(keys: Record<string, string>): void {
        Pay.certificates = keys;
      }
    }
    ShopPay.trust(await shop.platformKeys());
    const pay = new ShopPay(await shop.wechatpayNodeV3({ appid }));
    for (const [serial, key] of [
      [platformSerial, "platform"],
      [publicKeyId, "platform public key"],
    ] as const) {
      const { headers, body } = callback({ timestamp: 1554208460, serial, key: privateKey(key) });
      const [timestamp, nonce, signature] = ["Timestamp", "Nonce", "Signature"].map(
        (name) => headers[`Wechatpay-${name}`]!,
      );
      const message = { timestamp: timestamp!, nonce: nonce!, body, serial, signature: signature! };
      expect(await pay.verifySign(message)).toBe(true);
      expect(await pay.verifySign({ ...message, nonce: "another" })).toBe(false);
      const { resource } = JSON.parse(body) as {
        resource: { ciphertext: string; associated_data: string; nonce: string };
      };
      expect(pay.decipher_gcm(resource.ciphertext, resource.associated_data, resource.nonce)).toEqual(
        payment,
      );
    }
  });

  it("takes what else it is to have from the argument", async () => {
    const shop = await shopWith();
    const options = await shop.wechatpayNodeV3({ appid, userAgent: "shop/1.0" });
    expect(options.userAgent).toBe("shop/1.0");
    expect(options.appid).toBe(appid);
  });
});

describe("wechatpay-axios-plugin", () => {
  it("takes certificate, platform keys and API secret", async () => {
    const shop = await shopWith("apiSecret", "platformCertificates", "platformPublicKey");
    const options = await shop.wechatpayAxiosPlugin({ timeout: 5000 });
    expect(options).toMatchObject({
      mchid: merchantId,
      serial: serialNumber,
      secret: apiSecret,
      timeout: 5000,
    });
    expect(options.certs).toEqual({
      [platformSerial]: publicKeyPem(privateKey("platform")),
      [publicKeyId]: publicKeyPem(privateKey("platform public key")),
    });
    expect(() => new Wechatpay(options)).not.toThrow();
  });

  it("works with the platform's public key alone, and without an API secret", async () => {
    const shop = await shopWith("platformPublicKey");
    const options = await shop.wechatpayAxiosPlugin();
    expect(Object.keys(options).sort()).toEqual(["certs", "mchid", "privateKey", "serial"]);
    expect(Object.keys(options.certs)).toEqual([publicKeyId]);
    expect(() => new Wechatpay(options)).not.toThrow();
  });

  it("signs, verifies, encrypts and decrypts with these keys", async () => {
    const shop = await shopWith("apiSecret", "platformCertificates");
    const { privateKey: key, certs, secret } = await shop.wechatpayAxiosPlugin();
    expect(Rsa.verify("text", Rsa.sign("text", Rsa.from(key, "private")), merchantsPublicKey)).toBe(true);
    const { headers, body } = callback({ timestamp: 1554208460 });
    const message = Formatter.response(headers["Wechatpay-Timestamp"]!, headers["Wechatpay-Nonce"]!, body);
    const platformKey = Rsa.from(certs[platformSerial]!, "public");
    expect(Rsa.verify(message, headers["Wechatpay-Signature"]!, platformKey)).toBe(true);
    expect(Rsa.decrypt(Rsa.encrypt("a name", platformKey), privateKey("platform"))).toBe("a name");
    const { resource } = JSON.parse(body) as {
      resource: { ciphertext: string; nonce: string; associated_data: string };
    };
    const { apiV3Secret } = await shop.apiV3Secret();
    const text = Aes.AesGcm.decrypt(
      resource.ciphertext,
      apiV3Secret,
      resource.nonce,
      resource.associated_data,
    );
    expect(JSON.parse(text)).toEqual(payment);
    const parameters = { appid, mch_id: merchantId, device_info: "" };
    for (const type of ["MD5", "HMAC-SHA256"] as const)
      expect(Hash.sign(type, parameters, secret!)).toBe(v2Signature(parameters, apiSecret, type));
  });

  it("gets an object of its own for each client", async () => {
    const shop = await shopWith("platformCertificates");
    new Wechatpay(await shop.wechatpayAxiosPlugin());
    expect((await shop.wechatpayAxiosPlugin()).privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  });

  it("is not made when no key of the platform is stored", async () => {
    const shop = await shopWith();
    await expect(shop.wechatpayAxiosPlugin()).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringMatching(
        /^No key of WeChat Pay can be had, neither certificate nor public key\. .*platformCertificates .*platformPublicKey /,
      ) as string,
    });
  });

  it("is not made when all platform certificates have ended", async () => {
    const shop = await shopWith("platformCertificates");
    stored.clock.set("2031-01-01T00:00:00Z");
    await expect(shop.wechatpayAxiosPlugin()).rejects.toMatchObject({
      code: "not-ready",
      message: expect.stringMatching(
        /^All platform certificates that are stored have ended \(7132D72A\w+\)/,
      ) as string,
    });
  });
});
