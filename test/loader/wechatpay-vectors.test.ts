import { decryptResource, v2Signature } from "merchant-credentials-loader/wechatpay";

/** WeChat Pay API v2 documentation, "Signature algorithm": the example of the page, with its merchant's secret. */
const v2 = {
  parameters: {
    appid: "wxd930ea5d5a258f4f",
    body: "test",
    device_info: "1000",
    mch_id: "10000100",
    nonce_str: "ibuaiVcKdpRxkhJA",
  },
  apiSecret: "192006250b4c09247ec02edce69f6a2d",
};

describe("the published v2 signatures", () => {
  it.each([
    ["MD5", "9A0A8659F005D6984697E2CA0A9CF3B7"],
    ["HMAC-SHA256", "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6"],
  ] as const)("%s", (signType, signature) => {
    expect(v2Signature(v2.parameters, v2.apiSecret, signType)).toBe(signature);
  });

  it("are MD5 where no type is named", () => {
    expect(v2Signature(v2.parameters, v2.apiSecret)).toBe("9A0A8659F005D6984697E2CA0A9CF3B7");
  });

  it.each([
    ["in another order", Object.fromEntries(Object.entries(v2.parameters).reverse())],
    ["with empty values and the signature itself among them", { ...v2.parameters, attach: "", sign: "x" }],
  ])("do not change %s", (_name, parameters) => {
    expect(v2Signature(parameters, v2.apiSecret)).toBe("9A0A8659F005D6984697E2CA0A9CF3B7");
  });

  it("change with a value, a name and the secret", () => {
    const others = [
      v2Signature({ ...v2.parameters, body: "text" }, v2.apiSecret),
      v2Signature({ ...v2.parameters, Body: "test" }, v2.apiSecret),
      v2Signature(v2.parameters, v2.apiSecret.toUpperCase()),
    ];
    expect(new Set([...others, "9A0A8659F005D6984697E2CA0A9CF3B7"]).size).toBe(4);
  });
});

/** A published test of a WeChat Pay APIv3 SDK. */
const resource = {
  algorithm: "AEAD_AES_256_GCM",
  associated_data: "associatedData",
  nonce: "uluk4a9R25RW",
  ciphertext: "ulwSiIajGClcvcOYvOQ7+l+0PAbzzwI=",
};
const secret = "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb";

describe("the published encrypted resource", () => {
  it("is opened", () => {
    expect(decryptResource(resource, secret)).toBe("message");
  });

  it.each([
    ["another secret", resource, secret.toLowerCase()],
    ["a secret that was cut off", resource, secret.slice(1)],
    ["a secret with one character too many", resource, `${secret}x`],
    ["other associated data", { ...resource, associated_data: "associateddata" }, secret],
    ["no associated data", { ...resource, associated_data: undefined }, secret],
    ["another nonce", { ...resource, nonce: "uluk4a9R25RX" }, secret],
    ["a nonce of no characters", { ...resource, nonce: "" }, secret],
    ["another algorithm", { ...resource, algorithm: "AEAD_SM4_GCM" }, secret],
    ["a tag that was cut off", { ...resource, ciphertext: "ulwSiIajGClcvcOYvOQ7+l+0PAbzzw==" }, secret],
    ["nothing but a tag", { ...resource, ciphertext: Buffer.alloc(16).toString("base64") }, secret],
    ["less than a tag", { ...resource, ciphertext: "ulwSiIa=" }, secret],
    ["no Base64", { ...resource, ciphertext: "?" }, secret],
  ])("is not opened with %s", (_name, given, apiV3Secret) => {
    expect(decryptResource(given, apiV3Secret)).toBeUndefined();
  });
});
