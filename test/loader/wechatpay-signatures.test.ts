import { createPublicKey, sign, verify } from "node:crypto";
import {
  authorization,
  isPublicKeyId,
  isSignedWith,
  platformMessage,
} from "merchant-credentials-loader/wechatpay";
import { merchantId, privateKey } from "../support/certificates";

const serialNumber = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1";
const signer = () => ({ merchantId, serialNumber, privateKey: privateKey() });
const request = {
  method: "GET",
  target: "/v3/certificates?a=b",
  body: "",
  timestamp: 1_780_272_000,
  nonce: "N1",
} as const;

describe("the header Authorization", () => {
  const fieldsOf = (header: string) =>
    Object.fromEntries([...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!]));

  it("names scheme, merchant, nonce, time and certificate, without spaces between them", () => {
    const header = authorization(request, signer());
    expect(header).toMatch(/^WECHATPAY2-SHA256-RSA2048 [a-z_]+="[^"]*"(,[a-z_]+="[^"]*"){4}$/);
    expect(fieldsOf(header)).toMatchObject({
      mchid: merchantId,
      nonce_str: "N1",
      timestamp: "1780272000",
      serial_no: serialNumber,
    });
  });

  it.each([
    ["a GET with a query", request, "GET\n/v3/certificates?a=b\n1780272000\nN1\n\n"],
    [
      "a POST with a body in Chinese",
      { ...request, method: "POST", target: "/v3/security/echo", body: '{"a":"微信"}' } as const,
      'POST\n/v3/security/echo\n1780272000\nN1\n{"a":"微信"}\n',
    ],
  ])("signs method, target, time, nonce and body of %s", (_name, signed, message) => {
    const { signature } = fieldsOf(authorization(signed, signer()));
    const publicKey = createPublicKey(privateKey());
    expect(verify("sha256", Buffer.from(message), publicKey, Buffer.from(signature!, "base64"))).toBe(true);
  });
});

describe("the platform's signature", () => {
  const body = '{"data":"微信"}';
  const key = () => privateKey("platform");
  const signed = () => sign("sha256", Buffer.from(`1780272000\nN2\n${body}\n`), key()).toString("base64");
  const headers = () => ({
    "Wechatpay-Timestamp": "1780272000",
    "wechatpay-nonce": "N2",
    "WECHATPAY-SERIAL": "PUB_KEY_ID_01",
    "wechatpay-signature": signed(),
  });

  it("is read from headers in any case, and verifies", () => {
    const message = platformMessage(headers(), body)!;
    expect(message).toMatchObject({ timestamp: "1780272000", nonce: "N2", serial: "PUB_KEY_ID_01", body });
    expect(isSignedWith(createPublicKey(key()), message)).toBe(true);
  });

  it.each(["Wechatpay-Timestamp", "wechatpay-nonce", "WECHATPAY-SERIAL", "wechatpay-signature"])(
    "is not there without %s, empty or twice",
    (name) => {
      for (const value of [undefined, "", ["a", "b"]])
        expect(platformMessage({ ...headers(), [name]: value }, body)).toBeUndefined();
    },
  );

  it.each([
    ["another body", { body: '{"data": "微信"}' }],
    ["another time", { timestamp: "1780272001" }],
    ["another nonce", { nonce: "N3" }],
    ["a signature made to be refused", { signature: "WECHATPAY/SIGNTEST/abcd" }],
    ["no Base64", { signature: "?" }],
  ])("does not verify for %s", (_name, other) => {
    const message = { ...platformMessage(headers(), body)!, ...other };
    expect(isSignedWith(createPublicKey(key()), message)).toBe(false);
  });

  it("does not verify with another key", () => {
    expect(isSignedWith(createPublicKey(privateKey()), platformMessage(headers(), body)!)).toBe(false);
  });
});

describe("the id of a platform public key", () => {
  it.each([
    ["PUB_KEY_ID_0119000001092024112200326500001", true],
    ["PUB_KEY_ID_1", true],
    [`PUB_KEY_ID_${"9".repeat(60)}`, true],
    [`PUB_KEY_ID_${"9".repeat(61)}`, false],
    ["PUB_KEY_ID_", false],
    ["pub_key_id_1", false],
    [" PUB_KEY_ID_1", false],
    ["PUB_KEY_ID_1\n", false],
    ["PUB_KEY_ID_1A", false],
    ["5157F09EFDC096DE15EBE81A47057A7232F1B8E1", false],
  ])("%j: %s", (text, isOne) => expect(isPublicKeyId(text)).toBe(isOne));
});
