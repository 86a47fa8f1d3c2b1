import { createPublicKey } from "node:crypto";
import { flatXml } from "../../provider/domain/flat-xml";
import { v2Signature } from "merchant-credentials-loader/wechatpay";
import type { WeChatPayRequest } from "../../provider/verification/wechat-pay";
import { merchantId, privateKey } from "../support/certificates";
import {
  apiV3Secret,
  errorAnswer,
  listAnswer,
  otherSecret,
  platformKeys,
  platformSerial,
  publicKeyId,
  serialNumber,
  signedAnswer,
  signer,
  withoutPlatformCertificate,
} from "./platform-answers";
import { authorizationOf, scriptedProber, xmlAnswer } from "./scripted-platform";

const publicKey = () => privateKey("public key mode");
const publicKeys = () => new Map([[publicKeyId, createPublicKey(publicKey())]]);
/** Repeats the message of a request, signed with the platform's public key. */
const echo = ({ body }: WeChatPayRequest) => signedAnswer(body, { key: publicKey(), serial: publicKeyId });
const notSigned = xmlAnswer("FAIL", "签名错误");
const accepted = { verdict: "accepted" };

describe("a certificate", () => {
  it("is proven by asking for the platform's certificates", async () => {
    const { prober, sent } = scriptedProber([listAnswer()]);
    expect(await prober.certificate(signer())).toEqual(accepted);
    expect(sent).toMatchObject([{ method: "GET", target: "/v3/certificates", body: "" }]);
    expect(authorizationOf(sent[0]!)).toMatchObject({ mchid: merchantId, serial_no: serialNumber });
    expect(sent[0]!.headers).toMatchObject({ "Accept-Language": "zh-CN" });
    expect(sent[0]!.headers).not.toHaveProperty("Wechatpay-Serial");
  });

  it("is proven on the paths outside the mainland", async () => {
    const { prober, sent } = scriptedProber([listAnswer()], "global");
    expect(await prober.certificate(signer(), platformKeys())).toEqual(accepted);
    expect(sent).toMatchObject([{ target: "/v3/global/certificates" }]);
  });

  it("is proven by an echo where the platform's public key is known, for 404 comes unsigned", async () => {
    const { prober, sent } = scriptedProber([echo]);
    expect(await prober.certificate(signer(), new Map([...platformKeys(), ...publicKeys()]))).toEqual(
      accepted,
    );
    expect(sent).toMatchObject([
      {
        method: "POST",
        target: "/v3/security/echo",
        headers: { "Wechatpay-Serial": publicKeyId, "Content-Type": "application/json" },
      },
    ]);
    expect(JSON.parse(sent[0]!.body)).toEqual({ echo_message: authorizationOf(sent[0]!).nonce_str });
  });

  it("is proven outside the mainland by a list for which the public key was asked, since no echo is known there", async () => {
    const { prober, sent } = scriptedProber([withoutPlatformCertificate()], "global");
    expect(await prober.certificate(signer(), publicKeys())).toEqual(accepted);
    expect(sent).toMatchObject([
      { target: "/v3/global/certificates", headers: { "Wechatpay-Serial": publicKeyId } },
    ]);
  });

  it("asks as without keys where none is known yet", async () => {
    const { prober } = scriptedProber([listAnswer()]);
    expect(await prober.certificate(signer(), new Map())).toEqual(accepted);
  });

  it("is not proven by the answer to an earlier echo", async () => {
    const { prober } = scriptedProber([
      () => echo({ body: '{"echo_message":"earlier"}' } as WeChatPayRequest),
    ]);
    expect(await prober.certificate(signer(), publicKeys())).toMatchObject({ verdict: "undecided" });
  });

  it.each([
    ["a decimal serial number", { serialNumber: BigInt(`0x${serialNumber}`).toString() }, undefined],
    [
      "the merchant's own certificate as the platform's",
      {},
      new Map([[platformSerial, createPublicKey(privateKey())]]),
    ],
  ])("sends nothing with %s", async (_name, wrong, keys) => {
    const { prober, sent } = scriptedProber([]);
    expect(await prober.certificate({ ...signer(), ...wrong }, keys)).not.toEqual(accepted);
    expect(sent).toEqual([]);
  });
});

describe("an API secret", () => {
  const trial = { merchantId, apiSecret: apiV3Secret };

  it("is proven by a v2 signature of merchant and nonce", async () => {
    const { prober, sent } = scriptedProber([xmlAnswer("SUCCESS", "OK")]);
    expect(await prober.apiSecret(trial)).toEqual(accepted);
    expect(sent).toMatchObject([{ method: "POST", target: "/xdc/apiv2getsignkey/sign/getsignkey" }]);
    const { sign, ...parameters } = Object.fromEntries(flatXml(sent[0]!.body)!);
    expect(Object.keys(parameters)).toEqual(["mch_id", "nonce_str"]);
    expect(sign).toBe(v2Signature(parameters, apiV3Secret));
  });

  it.each([31, 33, 34, 40])("of %i characters is refused before anything is sent", async (length) => {
    const { prober, sent } = scriptedProber([]);
    const verdict = await prober.apiSecret({ merchantId, apiSecret: "q".repeat(length) });
    expect(verdict).toMatchObject({
      field: "apiSecret",
      says: expect.stringContaining(`found ${length} characters`) as string,
    });
    expect(sent).toEqual([]);
  });

  it("of a merchant id that would change the XML is not sent", async () => {
    const { prober, sent } = scriptedProber([]);
    expect(await prober.apiSecret({ ...trial, merchantId: "1</mch_id>" })).toMatchObject({
      field: "merchantId",
    });
    expect(sent).toEqual([]);
  });

  it("cannot be proven outside the mainland", async () => {
    const { prober, sent } = scriptedProber([], "global");
    expect(await prober.apiSecret(trial)).toMatchObject({ verdict: "undecided", because: "not-offered" });
    expect(sent).toEqual([]);
  });

  it("that is refused may be the APIv3 secret: told where the certificate can ask", async () => {
    const { prober, sent } = scriptedProber([notSigned, listAnswer()]);
    const verdict = await prober.apiSecret({ ...trial, signer: signer() });
    expect(verdict).toMatchObject({
      verdict: "refused",
      field: "apiSecret",
      says: expect.stringContaining(
        "this value as the APIv3 secret (APIv3密钥): the two secrets are swapped",
      ) as string,
    });
    expect(sent).toHaveLength(2);
  });

  it.each([
    ["it opens nothing", listAnswer({ secret: otherSecret })],
    ["there is nothing to open", withoutPlatformCertificate()],
    ["the certificate is refused", errorAnswer(401, "SIGN_ERROR", "商户证书序列号有误。")],
  ])("that is refused stays so where %s", async (_name, answer) => {
    const { prober } = scriptedProber([notSigned, answer]);
    const verdict = await prober.apiSecret({ ...trial, signer: signer() });
    expect(verdict).toMatchObject({
      verdict: "refused",
      field: "apiSecret",
      says: expect.stringContaining("another API secret") as string,
    });
  });

  it("that is refused asks no more without a certificate", async () => {
    const { prober, sent } = scriptedProber([notSigned]);
    expect(await prober.apiSecret(trial)).toMatchObject({ verdict: "refused" });
    expect(sent).toHaveLength(1);
  });
});

describe("an APIv3 secret", () => {
  it("is proven by what it opens", async () => {
    const { prober, sent } = scriptedProber([listAnswer()]);
    expect(await prober.apiV3Secret({ signer: signer(), apiV3Secret })).toEqual(accepted);
    expect(sent).toMatchObject([{ method: "GET", target: "/v3/certificates" }]);
  });

  it("is proven on the paths outside the mainland", async () => {
    const { prober, sent } = scriptedProber([listAnswer()], "global");
    expect(await prober.apiV3Secret({ signer: signer(), apiV3Secret })).toEqual(accepted);
    expect(sent).toMatchObject([{ target: "/v3/global/certificates" }]);
  });

  it("waits for the platform, which still has the serving one", async () => {
    const { prober } = scriptedProber([listAnswer({ secret: otherSecret }), notSigned]);
    expect(
      await prober.apiV3Secret({ signer: signer(), apiV3Secret, servingApiV3Secret: otherSecret }),
    ).toMatchObject({
      verdict: "refused",
      field: "apiV3Secret",
      says: expect.stringContaining("still encrypts with the value that serves") as string,
    });
  });

  it("that is refused may be the API secret: told by asking for it", async () => {
    const { prober, sent } = scriptedProber([
      listAnswer({ secret: otherSecret }),
      xmlAnswer("SUCCESS", "OK"),
    ]);
    expect(await prober.apiV3Secret({ signer: signer(), apiV3Secret })).toMatchObject({
      verdict: "refused",
      field: "apiV3Secret",
      says: expect.stringContaining(
        "this value as the API secret (APIv2密钥): the two secrets are swapped",
      ) as string,
    });
    expect(sent).toMatchObject([{ method: "GET" }, { method: "POST" }]);
  });

  it("that is refused outside the mainland is asked about no more", async () => {
    const { prober, sent } = scriptedProber([listAnswer({ secret: otherSecret })], "global");
    expect(await prober.apiV3Secret({ signer: signer(), apiV3Secret })).toMatchObject({ verdict: "refused" });
    expect(sent).toHaveLength(1);
  });

  it("stays undecided in public-key mode, whatever it is", async () => {
    const { prober, sent } = scriptedProber([withoutPlatformCertificate()]);
    expect(await prober.apiV3Secret({ signer: signer(), apiV3Secret })).toMatchObject({
      verdict: "undecided",
      because: "public-key-mode",
    });
    expect(sent).toHaveLength(1);
  });

  it("of 33 characters is refused, and with a wrong serial number nothing is known of it: nothing is sent", async () => {
    const { prober, sent } = scriptedProber([]);
    expect(await prober.apiV3Secret({ signer: signer(), apiV3Secret: "q".repeat(33) })).toMatchObject({
      field: "apiV3Secret",
    });
    expect(
      await prober.apiV3Secret({ signer: { ...signer(), serialNumber: "1".repeat(48) }, apiV3Secret }),
    ).toMatchObject({ verdict: "undecided", because: "signer-refused" });
    expect(sent).toEqual([]);
  });
});

describe("a platform public key", () => {
  it("is proven by an echo that is signed with it", async () => {
    const { prober, sent } = scriptedProber([echo]);
    const verdict = await prober.platformPublicKey(signer(), publicKeyId, createPublicKey(publicKey()));
    expect(verdict).toEqual(accepted);
    expect(sent).toMatchObject([{ headers: { "Wechatpay-Serial": publicKeyId } }]);
    expect(sent[0]!.body).not.toContain("notify_url");
  });

  it("is refused where another one is behind its id", async () => {
    const { prober } = scriptedProber([echo]);
    expect(
      await prober.platformPublicKey(signer(), publicKeyId, createPublicKey(privateKey("else"))),
    ).toMatchObject({ verdict: "refused", field: "publicKey" });
  });

  it("is not sent for where it is the merchant's own, or outside the mainland", async () => {
    const { prober, sent } = scriptedProber([], "global");
    expect(
      await prober.platformPublicKey(signer(), publicKeyId, createPublicKey(privateKey())),
    ).toMatchObject({ verdict: "refused", field: "publicKey" });
    expect(await prober.platformPublicKey(signer(), publicKeyId, createPublicKey(publicKey()))).toMatchObject(
      { verdict: "undecided", because: "not-offered" },
    );
    expect(sent).toEqual([]);
  });
});

describe("the platform's certificates", () => {
  it("are downloaded, opened and given in the form that is stored", async () => {
    const { prober } = scriptedProber([listAnswer()]);
    expect(await prober.platformCertificates(signer(), apiV3Secret)).toMatchObject([
      { serialNumber: platformSerial, expireTime: "2030-01-15T08:30:00Z" },
    ]);
  });

  it.each([
    [
      "the wrong APIv3 secret",
      listAnswer({ secret: otherSecret }),
      { verdict: "refused", field: "apiV3Secret" },
    ],
    ["public-key mode", withoutPlatformCertificate(), { verdict: "undecided", because: "public-key-mode" }],
    [
      "no list that can be used",
      listAnswer({ expire: "2026-05-31T00:00:00Z" }),
      { verdict: "undecided", because: "platform" },
    ],
    [
      "a signer that is refused",
      errorAnswer(401, "SIGN_ERROR", "商户证书已过期"),
      { verdict: "undecided", because: "signer-refused" },
    ],
  ])("are not had with %s", async (_name, answer, verdict) => {
    const { prober, sent } = scriptedProber([answer]);
    expect(await prober.platformCertificates(signer(), apiV3Secret)).toMatchObject(verdict);
    expect(sent).toHaveLength(1);
  });
});
