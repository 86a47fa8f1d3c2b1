import { merchantId, privateKeyPem } from "../support/certificates";
import { apiSecret, apiV3Secret, serialNumber, StoredMerchant, values } from "./stored-merchant";

let stored: StoredMerchant;
beforeEach(async () => {
  stored = await StoredMerchant.start();
});
afterEach(() => stored.close());

it("reads by the merchant's id", async () => {
  await stored.store("certificate", values.certificate());
  await stored.store("apiV3Secret", values.apiV3Secret());
  await stored.store("apiSecret", values.apiSecret());
  const shop = await stored.load();
  expect(stored.reads()).toEqual(["apiV3Secret AWSCURRENT", "certificate AWSCURRENT"]);
  const certificate = await shop.certificate();
  expect(certificate).toMatchObject({ merchantId, serialNumber, privateKey: privateKeyPem() });
  expect((await shop.apiV3Secret()).apiV3Secret).toBe(apiV3Secret);
  expect((await shop.apiSecret()).apiSecret).toBe(apiSecret);
});
