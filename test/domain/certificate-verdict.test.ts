import { createPublicKey } from "node:crypto";
import {
  certificateEchoVerdict,
  certificateVerdict,
  platformKeysProblem,
} from "../../provider/domain/certificate-verdict";
import { privateKey } from "../support/certificates";
import {
  errorAnswer,
  exchange,
  listAnswer,
  platformKeys,
  platformSerial,
  publicKeyId,
  signedAnswer,
  signer,
  withoutPlatformCertificate,
} from "../verification/platform-answers";

const unsigned = (body: string) => ({ status: 200, headers: {}, body });
const testSignature = { signature: "WECHATPAY/SIGNTEST/abcd" };

describe("a certificate is accepted", () => {
  it.each([
    ["by a list of platform certificates", listAnswer(), undefined],
    ["by a list that a known key has signed", listAnswer(), platformKeys()],
    ["where there is none, in public-key mode", withoutPlatformCertificate(), undefined],
    [
      "where there is none, and a public key is known: errors come unsigned",
      withoutPlatformCertificate(),
      new Map([["PUB_KEY_ID_1", createPublicKey(privateKey("platform"))]]),
    ],
  ])("%s", (_name, answer, keys) => {
    expect(certificateVerdict(exchange(answer), keys)).toEqual({ verdict: "accepted" });
  });
});

describe("nothing is known of a certificate", () => {
  it.each([
    [
      "from a page that is no answer of WeChat Pay's",
      unsigned("<html>Sign in</html>"),
      undefined,
      "platform",
    ],
    ["from JSON of another service", unsigned('{"ok":true}'), undefined, "platform"],
    ["from a redirect", { ...unsigned(""), status: 302 }, undefined, "platform"],
    ["from a path that is not there", { ...unsigned(""), status: 404 }, undefined, "platform"],
    [
      "where there is none, although platform certificates are known",
      withoutPlatformCertificate(),
      platformKeys(),
      "unsigned",
    ],
    ["from an empty list", { ...listAnswer(), body: '{"data":[]}' }, undefined, "platform"],
    ["from a list of something else", { ...listAnswer(), body: '{"data":[null]}' }, undefined, "platform"],
    ["from a list without a signature", { ...listAnswer(), headers: {} }, platformKeys(), "unsigned"],
    ["from such a list where no key is known", { ...listAnswer(), headers: {} }, undefined, "unsigned"],
    [
      "from a 404 that does not tell the time",
      { ...withoutPlatformCertificate(), headers: {} },
      undefined,
      "platform",
    ],
    [
      "from a list that another key has signed",
      listAnswer({}, { key: privateKey("else") }),
      platformKeys(),
      "unsigned",
    ],
    [
      "from a list that an unknown key has signed",
      listAnswer({}, { serial: "0A" }),
      platformKeys(),
      "unsigned",
    ],
    ["from a list that was changed on the way", listAnswer({}, { body: "{}" }), platformKeys(), "unsigned"],
    ["from a signature that is wrong on purpose", listAnswer({}, testSignature), platformKeys(), "unsigned"],
    [
      "without an APIv3 secret on the platform",
      errorAnswer(401, "SIGN_ERROR", "商户未设置APIv3密钥。"),
      undefined,
      "platform",
    ],
  ])("%s", (_name, answer, keys, because) => {
    expect(certificateVerdict(exchange(answer), keys)).toMatchObject({ verdict: "undecided", because });
  });

  it("where the merchant's own certificate is given as the platform's", () => {
    const own = new Map([[platformSerial, createPublicKey(privateKey())]]);
    expect(platformKeysProblem(signer(), own)).toMatchObject({
      because: "unsigned",
      says: expect.stringContaining("own certificate was given as WeChat Pay's") as string,
    });
    expect(platformKeysProblem(signer(), platformKeys())).toBeUndefined();
  });
});

it("refuses a certificate with the field to look at", () => {
  const answer = errorAnswer(401, "SIGN_ERROR", "商户证书序列号有误。");
  expect(certificateVerdict(exchange(answer))).toMatchObject({ verdict: "refused", field: "serialNumber" });
});

describe("by an echo, a certificate", () => {
  const keys = new Map([[publicKeyId, createPublicKey(privateKey("public key mode"))]]);
  const signature = { key: privateKey("public key mode"), serial: publicKeyId };
  const echoed = (message: string, other = {}) =>
    signedAnswer(JSON.stringify({ echo_message: message }), { ...signature, ...other });
  const verdict = (answer: ReturnType<typeof echoed>) =>
    certificateEchoVerdict(exchange(answer), "sent", keys);

  it("is accepted where what was sent comes back signed", () => {
    expect(verdict(echoed("sent"))).toEqual({ verdict: "accepted" });
  });

  it.each([
    ["the answer to another request", echoed("sent before"), "platform"],
    ["an answer that another key has signed", echoed("sent", { key: privateKey("else") }), "unsigned"],
    ["an answer without a signature", { ...echoed("sent"), headers: {} }, "unsigned"],
    ["a page", unsigned("<html>"), "unsigned"],
    ["no such path", { ...unsigned(""), status: 404 }, "platform"],
    [
      "a public key that the platform does not know",
      errorAnswer(400, "PARAM_ERROR", "平台证书序列号Wechatpay-Serial错误"),
      "unsigned",
    ],
  ])("stays undecided after %s", (_name, answer, because) => {
    expect(verdict(answer)).toMatchObject({ verdict: "undecided", because });
  });

  it("is refused as by any other request", () => {
    expect(verdict(errorAnswer(401, "SIGN_ERROR", "错误的签名，验签失败"))).toMatchObject({
      verdict: "refused",
      field: "privateKey",
    });
  });
});
