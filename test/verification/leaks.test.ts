import { createPublicKey } from "node:crypto";
import {
  NoAnswer,
  type WeChatPayAnswer,
  type WeChatPayRequest,
} from "../../provider/verification/wechat-pay";
import { findCanaries, keyCanaries, textCanaries, windowCanaries, type Canary } from "../support/canaries";
import { merchantId, privateKey, privateKeyPem } from "../support/certificates";
import {
  apiV3Secret,
  errorAnswer,
  listAnswer,
  listBody,
  otherSecret,
  platformKeys,
  publicKeyId,
  signedAnswer,
  signer,
  withoutPlatformCertificate,
} from "./platform-answers";
import { scriptedProber, timeout, xmlAnswer, type Reply } from "./scripted-platform";

const secretCanaries = (name: string, secret: string): Canary[] => [
  ...textCanaries(name, secret),
  ...windowCanaries(name, Buffer.from(secret)),
];
const canaries = [
  ...secretCanaries("the value that waits", apiV3Secret),
  ...secretCanaries("the value that serves", otherSecret),
  ...keyCanaries("the merchant's key", privateKeyPem()),
];

/** What was told of an answer, with everything in it that the platform or a liar could have put there. */
const planted = `${apiV3Secret} ${otherSecret} ${privateKeyPem()}`;
const answers: [string, Reply][] = [
  ["a list that opens", listAnswer()],
  ["a list of the serving secret", listAnswer({ secret: otherSecret })],
  ["a list of another secret", listAnswer({ secret: "x".repeat(32) })],
  ["an item that holds secrets", listAnswer({ pem: planted })],
  ["a serial number that is a secret", listAnswer({ serial: apiV3Secret })],
  ["a signature under a name that is a secret", listAnswer({}, { serial: otherSecret })],
  ["a signature that is a secret", listAnswer({}, { signature: planted.replaceAll("\n", "") })],
  ["no certificates", withoutPlatformCertificate()],
  ["success of API v2", xmlAnswer("SUCCESS", planted)],
  ["a wrong signature of API v2", xmlAnswer("FAIL", `签名错误 ${planted}`)],
  ["another failure of API v2", xmlAnswer("FAIL", planted)],
  ["a code of API v2 that is a secret", xmlAnswer(apiV3Secret, planted)],
  ...["错误的签名", "商户证书序列号有误", "商户号不存在", "timestamp", "商户未设置APIv3密钥", ""].map(
    (message): [string, Reply] => [`401 ${message}`, errorAnswer(401, "SIGN_ERROR", `${message} ${planted}`)],
  ),
  ["an error whose code is a secret", errorAnswer(403, apiV3Secret.toUpperCase() + planted, planted)],
  ["trouble", errorAnswer(500, planted, planted)],
  ["JSON that breaks off", signedAnswer(`{"data":["${planted}`)],
  ["a list of secrets", signedAnswer(listBody(planted))],
  ["an echo of secrets", signedAnswer(JSON.stringify({ echo_message: planted }), { serial: publicKeyId })],
  ["a page", { status: 200, headers: { "content-type": planted.slice(0, 20) }, body: `<html>${planted}` }],
  ["a redirect to a secret", { status: 302, headers: { location: `/${apiV3Secret}` }, body: "" }],
  ["no answer", timeout()],
  ["no connection", new NoAnswer("unreachable", "no connection (ECONNREFUSED)")],
  ["no trust", new NoAnswer("certificate", "not trusted (CERT_HAS_EXPIRED)")],
];

/** Everything that one platform gets from, and tells, every probe. */
async function everythingSaid(reply: Reply): Promise<{ sent: WeChatPayRequest[]; said: unknown[] }> {
  const { prober, sent } = scriptedProber([reply]);
  const its = { ...signer(), privateKey: privateKey() };
  const keys = new Map([...platformKeys(), [publicKeyId, createPublicKey(privateKey("else"))] as const]);
  const said = await Promise.all([
    prober.certificate(its),
    prober.certificate(its, platformKeys()),
    prober.certificate(its, keys),
    prober.certificate({ ...its, serialNumber: apiV3Secret }),
    prober.certificate({ ...its, merchantId: otherSecret }),
    prober.apiSecret({ merchantId, apiSecret: apiV3Secret, signer: its }),
    prober.apiSecret({ merchantId, apiSecret: `${apiV3Secret}x` }),
    prober.apiV3Secret({ signer: its, apiV3Secret, servingApiV3Secret: otherSecret }),
    prober.apiV3Secret({ signer: its, apiV3Secret: privateKeyPem() }),
    prober.platformCertificates(its, apiV3Secret, keys),
    prober.platformPublicKey(its, publicKeyId, createPublicKey(privateKey("else"))),
    prober.platformPublicKey(its, apiV3Secret, createPublicKey(privateKey("else"))),
  ]);
  return { sent, said };
}

it.each(answers)("neither what is sent nor what is said holds a secret, after %s", async (_name, reply) => {
  const { sent, said } = await everythingSaid(reply);
  expect(sent.length).toBeGreaterThan(5);
  const everything = Buffer.from(JSON.stringify({ sent, said }));
  expect(findCanaries(everything, canaries)).toEqual([]);
});

it("finds a secret that is there: in the answers themselves", () => {
  const bodies = answers.map(([, reply]) => (reply as WeChatPayAnswer).body ?? "");
  expect(findCanaries(Buffer.from(bodies.join("\n")), canaries)).toEqual(
    expect.arrayContaining([
      "the value that waits raw",
      "the value that serves raw",
      "the merchant's key, PEM body in JSON",
    ]),
  );
});

it("never repeats the platform's words", async () => {
  const words = "平台说了什么";
  for (const answer of [
    errorAnswer(401, "SIGN_ERROR", `错误的签名 ${words}`),
    errorAnswer(400, "PARAM_ERROR", words),
    xmlAnswer("FAIL", `签名错误 ${words}`),
  ]) {
    const { said } = await everythingSaid(answer);
    expect(JSON.stringify(said)).not.toContain(words);
  }
});
