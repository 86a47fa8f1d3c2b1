import { createPublicKey } from "node:crypto";
import { downloadVerdict, type SecretsToTry } from "../../provider/domain/api-v3-secret-verdict";
import { platformCertificate, privateKey } from "../support/certificates";
import {
  apiV3Secret,
  errorAnswer,
  exchange,
  holdsSecret,
  listAnswer,
  listBody,
  listItem,
  otherSecret,
  platformKeys,
  platformSerial,
  publicKeyId,
  signedAnswer,
  withoutPlatformCertificate,
} from "../verification/platform-answers";

const nextSerial = "60062CE505775F070CAB06E697F1BBD1AD4F4D88";
const nextCertificate = () =>
  platformCertificate({ key: privateKey("next platform"), serialNumber: nextSerial });
const next = (other = {}) => listItem({ pem: nextCertificate(), serial: nextSerial, ...other });

type Answer = ReturnType<typeof listAnswer>;
const judge = (answer: Answer, secrets: Partial<SecretsToTry> = {}) =>
  downloadVerdict(exchange(answer), { apiV3Secret, ...secrets });

describe("an APIv3 secret is accepted", () => {
  it.each([
    ["where it opens the certificate that has signed the list", listAnswer()],
    ["where it opens both, while the certificate is changed", signedAnswer(listBody(listItem(), next()))],
    [
      "where the next certificate signs already",
      signedAnswer(listBody(listItem(), next()), { key: privateKey("next platform"), serial: nextSerial }),
    ],
    [
      "where the certificate has no line ends",
      listAnswer({ pem: platformCertificate().replaceAll("\n", "") }),
    ],
    ["where the serial number is in lower case", listAnswer({ serial: platformSerial.toLowerCase() })],
    [
      "where the item has no associated data",
      listAnswer({ associatedData: "", changed: { associated_data: undefined } }),
    ],
  ])("%s", (_name, answer) => {
    const verdict = judge(answer);
    expect(verdict).toBeInstanceOf(Array);
    expect(verdict).toContainEqual(expect.objectContaining({ serialNumber: platformSerial }));
  });

  it("where the platform's public key, known before, has signed the list", () => {
    const key = privateKey("public key mode");
    const answer = listAnswer({}, { key, serial: publicKeyId });
    const keys = new Map([[publicKeyId, createPublicKey(key)]]);
    expect(judge(answer, { platformKeys: keys })).toBeInstanceOf(Array);
  });

  it("where a public key that is not known has: nobody but WeChat Pay can encrypt so", () => {
    const answer = listAnswer({}, { key: privateKey("public key mode"), serial: publicKeyId });
    expect(judge(answer)).toBeInstanceOf(Array);
    const foreign = listAnswer({}, { key: privateKey("public key mode"), serial: "0A" });
    expect(judge(foreign)).toMatchObject({ verdict: "undecided", because: "unsigned" });
  });
});

describe("an APIv3 secret is refused", () => {
  it.each([
    ["where the serving one still opens the list", otherSecret, "still encrypts with the value that serves"],
    ["where the serving one does not either", "Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9St0Uv", "the two are swapped"],
    ["where there is no serving one", undefined, "encrypts with another APIv3 secret"],
  ])("%s", (_name, servingApiV3Secret, says) => {
    const verdict = judge(listAnswer({ secret: otherSecret }), { servingApiV3Secret });
    expect(verdict).toMatchObject({ verdict: "refused", field: "apiV3Secret" });
    expect((verdict as { says: string }).says).toContain(says);
    // Where the serving one opens nothing either, no callback can be decrypted.
    const isOutage = servingApiV3Secret !== undefined && servingApiV3Secret !== otherSecret;
    expect((verdict as { isOutage?: boolean }).isOutage === true).toBe(isOutage);
    expect(holdsSecret(JSON.stringify(verdict))).toBe(false);
  });

  it("where the platform has none", () => {
    expect(judge(errorAnswer(401, "SIGN_ERROR", "商户未设置APIv3密钥。"))).toMatchObject({
      verdict: "refused",
      field: "apiV3Secret",
    });
  });

  it("where an item was damaged and kept its form: the cipher cannot tell", () => {
    const { encrypt_certificate: item } = listItem() as { encrypt_certificate: { ciphertext: string } };
    const bytes = Buffer.from(item.ciphertext, "base64");
    bytes[0]! ^= 1;
    const damaged = listAnswer({ changed: { ciphertext: bytes.toString("base64") } });
    expect(judge(damaged)).toMatchObject({ verdict: "refused" });
    // With a key that is known it can be told.
    const changed = { ...damaged, headers: listAnswer().headers };
    expect(judge(changed, { platformKeys: platformKeys() })).toMatchObject({ because: "unsigned" });
  });
});

describe("nothing is known of an APIv3 secret", () => {
  const tag = (bytes: number) => Buffer.alloc(bytes, 7).toString("base64");
  it.each([
    ["in public-key mode", withoutPlatformCertificate(), "public-key-mode"],
    ["from a refused signature", errorAnswer(401, "SIGN_ERROR", "错误的签名，验签失败"), "signer-refused"],
    [
      "from an unknown serial number",
      errorAnswer(401, "SIGN_ERROR", "商户证书序列号有误。"),
      "signer-refused",
    ],
    ["from an empty list", signedAnswer(listBody()), "platform"],
    ["from no list", signedAnswer('{"data":{}}'), "platform"],
    ["from no JSON", signedAnswer('{"data":['), "platform"],
    ["from a list of nothing", signedAnswer('{"data":[null]}'), "platform"],
    ["from another path", { status: 404, headers: {}, body: "" }, "platform"],
    ["from another algorithm", listAnswer({ changed: { algorithm: "AEAD_SM4_GCM" } }), "platform"],
    ["from other associated data", listAnswer({ changed: { associated_data: "transaction" } }), "platform"],
    ["from a nonce of another length", listAnswer({ changed: { nonce: "61f9c719728" } }), "platform"],
    ["from a ciphertext that is all tag", listAnswer({ changed: { ciphertext: tag(16) } }), "platform"],
    [
      "from a ciphertext that is no Base64",
      listAnswer({ changed: { ciphertext: "?".repeat(40) } }),
      "platform",
    ],
    [
      "from a ciphertext that was cut off",
      listAnswer({ changed: { ciphertext: `${tag(30)}A` } }),
      "platform",
    ],
    ["from a date that is none", listAnswer({ expire: "soon" }), "platform"],
    ["from a serial number that is none", listAnswer({ serial: "platform" }), "platform"],
    ["from an item that is no certificate", listAnswer({ pem: "hello" }), "platform"],
    ["from a certificate of another serial number", listAnswer({ serial: nextSerial }), "platform"],
    [
      "from a list of which it opens a part",
      signedAnswer(listBody(listItem(), next({ secret: otherSecret }))),
      "platform",
    ],
    ["from a list without a signature", { ...listAnswer(), headers: {} }, "unsigned"],
    ["from a list that another key has signed", listAnswer({}, { key: privateKey("else") }), "unsigned"],
    ["from a list that names a key that is not in it", listAnswer({}, { serial: nextSerial }), "unsigned"],
  ])("%s", (_name, answer, because) => {
    expect(judge(answer, { servingApiV3Secret: otherSecret })).toMatchObject({
      verdict: "undecided",
      because,
    });
  });

  it("and the person is told which field of the signer to look at, and the way by hand", () => {
    const refused = judge(errorAnswer(401, "SIGN_ERROR", "商户证书序列号有误。")) as { says: string };
    expect(refused.says).toMatch(/^Nothing is known of the APIv3 secret\. .*serial number/);
    expect((judge(withoutPlatformCertificate()) as { says: string }).says).toContain("promote");
  });
});
