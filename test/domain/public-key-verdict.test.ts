import { createPrivateKey, createPublicKey } from "node:crypto";
import { publicKeyProblem, publicKeyVerdict } from "../../provider/domain/public-key-verdict";
import { ellipticCurveKey, privateKey, privateKeyPem } from "../support/certificates";
import {
  errorAnswer,
  exchange,
  platformSerial,
  publicKeyId,
  signedAnswer,
} from "../verification/platform-answers";

const key = () => privateKey("public key mode");
const echoed = (other = {}, message = "sent") =>
  signedAnswer(JSON.stringify({ echo_message: message }), { key: key(), serial: publicKeyId, ...other });
const judge = (answer: ReturnType<typeof echoed>) =>
  publicKeyVerdict(exchange(answer), "sent", publicKeyId, createPublicKey(key()));

describe("a platform public key", () => {
  it("is accepted where WeChat Pay signs with it", () => {
    expect(judge(echoed())).toEqual({ verdict: "accepted" });
  });

  it.each([
    [
      "the id is not known",
      errorAnswer(400, "PARAM_ERROR", "平台证书序列号Wechatpay-Serial错误"),
      "publicKeyId",
    ],
    [
      "the id is not known, in other words",
      errorAnswer(404, "RESOURCE_NOT_EXISTS", "微信支付公钥不存在"),
      "publicKeyId",
    ],
    ["another key signs under the id", echoed({ key: privateKey("else") }), "publicKey"],
  ])("is refused where %s", (_name, answer, field) => {
    expect(judge(answer)).toMatchObject({ verdict: "refused", field });
  });

  it.each([
    ["the answer is not signed", { ...echoed(), headers: {} }, "unsigned"],
    ["the signature is wrong on purpose", echoed({ signature: "WECHATPAY/SIGNTEST/abcd" }), "unsigned"],
    ["a platform certificate has signed", echoed({ serial: platformSerial }), "unsigned"],
    ["the answer is for another request", echoed({}, "sent before"), "platform"],
    [
      "a proxy has removed the header",
      errorAnswer(400, "PARAM_ERROR", "HTTP header缺少微信支付平台证书序列号(Wechatpay-Serial)"),
      "platform",
    ],
    ["there is no such path", { status: 404, headers: {}, body: "" }, "not-offered"],
    ["the merchant may not ask", errorAnswer(403, "NO_AUTH", ""), "platform"],
    [
      "the request's signature was refused",
      errorAnswer(401, "SIGN_ERROR", "错误的签名，验签失败"),
      "signer-refused",
    ],
    ["the platform is in trouble", errorAnswer(500, "SYSTEM_ERROR", ""), "platform"],
  ])("stays undecided where %s", (_name, answer, because) => {
    expect(judge(answer)).toMatchObject({ verdict: "undecided", because });
  });

  it("whose switch was not turned on is told apart from a wrong one", () => {
    expect(judge(echoed({ serial: platformSerial }))).toMatchObject({
      says: expect.stringMatching(new RegExp(`signed with ${platformSerial}.*开启公钥切换`)) as string,
    });
    expect(judge(echoed({ serial: "<script>" }))).toMatchObject({
      says: expect.not.stringContaining("<script>") as string,
    });
  });
});

describe("nothing is asked about a platform public key", () => {
  const publicKey = createPublicKey(key());
  it.each([
    [
      "that is the merchant's own",
      publicKeyId,
      createPublicKey(privateKey()),
      "publicKey",
      "merchant's own key",
    ],
    [
      "whose id is a serial number",
      platformSerial,
      publicKey,
      "publicKeyId",
      "serial number of a certificate",
    ],
    ["whose id was cut off", "PUB_KEY_ID_", publicKey, "publicKeyId", "PUB_KEY_ID_ and digits"],
    ["whose id has something after it", `${publicKeyId}\r\nX: y`, publicKey, "publicKeyId", "Copy it whole"],
    ["on an elliptic curve", publicKeyId, createPublicKey(ellipticCurveKey()), "publicKey", "RSA public key"],
    ["that is a private key", publicKeyId, key(), "publicKey", "RSA public key"],
  ])("%s", (_name, id, given, field, says) => {
    const verdict = publicKeyProblem(id, given, privateKey());
    expect(verdict).toMatchObject({ verdict: "refused", field });
    expect(verdict!.says).toContain(says);
  });

  it("and a key of another type leaves no error for the next reading of a key", () => {
    publicKeyProblem(publicKeyId, createPublicKey(ellipticCurveKey()), privateKey());
    expect(() => createPrivateKey(privateKeyPem())).not.toThrow();
  });

  it("but for one of the right form", () => {
    expect(publicKeyProblem(publicKeyId, publicKey, privateKey())).toBeUndefined();
  });
});
