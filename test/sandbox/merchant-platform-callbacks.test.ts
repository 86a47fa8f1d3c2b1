import { createPublicKey, X509Certificate } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { CallbackTampering } from "../../sandbox/merchant-platform";
import { openReceiver, type ReceivedCallback, type Receiver } from "../support/callback-receiver";
import { merchantId } from "../support/certificates";
import { apiV3Secret, confirmed, openPlatform, type PlatformScene } from "../support/platform-scene";
import { decrypted, isSignedBy, type EncryptedResource } from "../support/wechat-pay-client";

let scene: PlatformScene;
let receiver: Receiver;
beforeAll(async () => {
  scene = await openPlatform();
  receiver = await openReceiver();
});
afterAll(async () => {
  await receiver.close();
  await scene.platform.close();
});

const certificate = () => new X509Certificate(scene.account.platformCertificates[0]!.pem);
const resourceIn = ({ body }: ReceivedCallback) =>
  (JSON.parse(body) as { resource: EncryptedResource }).resource;
const isSigned = ({ headers, body }: ReceivedCallback) => isSignedBy(certificate().publicKey, headers, body);
const notify = (...rest: [event?: object, tamper?: CallbackTampering]) =>
  scene.platform.notify(merchantId, receiver.url, ...rest);

describe("a callback", () => {
  it("brings a paid transaction, encrypted and signed, and tells how it was taken", async () => {
    receiver.answerWith(500, '{"code":"FAIL"}');
    expect(await notify()).toEqual({ status: 500, body: '{"code":"FAIL"}' });
    receiver.answerWith(204);
    const callback = await receiver.next();
    expect(JSON.parse(callback.body)).toMatchObject({
      create_time: "2026-09-01T18:00:00+08:00",
      resource_type: "encrypt-resource",
      event_type: "TRANSACTION.SUCCESS",
      resource: {
        algorithm: "AEAD_AES_256_GCM",
        original_type: "transaction",
        associated_data: "transaction",
      },
    });
    expect(JSON.parse(decrypted(resourceIn(callback), apiV3Secret))).toMatchObject({
      mchid: merchantId,
      trade_state: "SUCCESS",
    });
    expect(isSigned(callback)).toBe(true);
    expect(scene.platform.journal.entries().at(-1)).toMatchObject({
      target: receiver.url,
      merchant: merchantId,
      serial: certificate().serialNumber,
      verdict: "callback",
      status: 500,
    });
  });

  it("brings what it is told to", async () => {
    await notify({
      eventType: "REFUND.SUCCESS",
      resource: { a: 1 },
      originalType: "refund",
      associatedData: "",
    });
    const callback = await receiver.next();
    expect(JSON.parse(callback.body)).toMatchObject({
      event_type: "REFUND.SUCCESS",
      resource: { original_type: "refund", associated_data: "" },
    });
    expect(JSON.parse(decrypted(resourceIn(callback), apiV3Secret))).toEqual({ a: 1 });
  });

  it("is encrypted with the APIv3 secret as it is set now", async () => {
    const next = "NextSecret0NextSecret0NextSecret";
    scene.account.setApiV3Secret(next, confirmed(scene.account));
    await notify();
    const callback = await receiver.next();
    expect(() => decrypted(resourceIn(callback), apiV3Secret)).toThrow();
    expect(decrypted(resourceIn(callback), next)).toContain(merchantId);
    scene.account.setApiV3Secret(apiV3Secret, confirmed(scene.account));
  });

  it.each<[CallbackTampering, { signed: boolean; decrypts: boolean }]>([
    ["truncated-tag", { signed: true, decrypts: false }],
    ["wrong-associated-data", { signed: true, decrypts: false }],
    ["unsigned", { signed: false, decrypts: true }],
    ["other-key", { signed: false, decrypts: true }],
    ["unknown-serial", { signed: false, decrypts: true }],
    ["signature-probe", { signed: false, decrypts: true }],
    [{ clockMinutes: -10 }, { signed: true, decrypts: true }],
  ])("may be wrong: %j", async (tampering, expected) => {
    await notify({}, tampering);
    const callback = await receiver.next();
    const reading = () => decrypted(resourceIn(callback), apiV3Secret);
    if (expected.decrypts) expect(reading()).toContain(merchantId);
    else expect(reading).toThrow();
    expect(isSigned(callback)).toBe(expected.signed);
    const { headers } = callback;
    const namesTheKey = headers.get("wechatpay-serial") === certificate().serialNumber;
    expect(namesTheKey).toBe(tampering !== "unknown-serial" && tampering !== "unsigned");
    expect(headers.get("wechatpay-signature")?.startsWith("WECHATPAY/SIGNTEST/") ?? false).toBe(
      tampering === "signature-probe",
    );
    const seconds = Number(headers.get("wechatpay-timestamp") ?? scene.clock.now.getTime() / 1000);
    expect(seconds - scene.clock.now.getTime() / 1000).toBe(typeof tampering === "object" ? -600 : 0);
  });

  it("is signed with either key while the merchant knows both", async () => {
    scene.account.setMode("both");
    await notify({ signedBy: "public-key" });
    const { headers, body } = await receiver.next();
    expect(headers.get("wechatpay-serial")).toBe(scene.account.publicKey.id);
    expect(isSignedBy(createPublicKey(scene.account.publicKey.pem), headers, body)).toBe(true);
    await notify({ signedBy: "platform-certificate" });
    expect(isSigned(await receiver.next())).toBe(true);
    scene.account.setMode("public-key");
    await notify();
    expect((await receiver.next()).headers.get("wechatpay-serial")).toBe(scene.account.publicKey.id);
    scene.account.setMode("platform-certificates");
  });

  it("that nobody takes has no status", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await scene.platform.notify(merchantId, `http://127.0.0.1:${port}/`)).toEqual({
      status: undefined,
      body: "",
    });
    expect(scene.platform.journal.entries().at(-1)).toMatchObject({ verdict: "callback", status: 0 });
  });

  it("needs a merchant with an APIv3 secret", async () => {
    scene.platform.addMerchant({ merchantId: "1900000110", merchantName: "Other" });
    await expect(scene.platform.notify("1900000110", receiver.url)).rejects.toThrow(
      "has set no APIv3 secret",
    );
    await expect(scene.platform.notify("1900000111", receiver.url)).rejects.toThrow(
      "There is no merchant 1900000111",
    );
  });
});
