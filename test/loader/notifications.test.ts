import { Aes } from "wechatpay-axios-plugin";
import type { CredentialErrorCode, MerchantCredentials } from "merchant-credentials-loader";
import { merchantId, privateKey } from "../support/certificates";
import { callback, payment, type CallbackOptions } from "./callback";
import {
  apiV3Secret,
  platformCertificate,
  platformEntry,
  platformSerial,
  publicKeyId,
  StoredMerchant,
  values,
} from "./stored-merchant";

let stored: StoredMerchant;
let shop: MerchantCredentials;

beforeEach(async () => {
  stored = await StoredMerchant.start();
  await stored.store("apiV3Secret", values.apiV3Secret());
  await stored.store("platformCertificates", values.platformCertificates());
  shop = await stored.load({ merchantId, credentials: ["apiV3Secret"] });
  await shop.platformKeys();
  stored.reads();
});
afterEach(() => stored.close());

const seconds = () => stored.clock.now().getTime() / 1000;
const sent = (options: Partial<CallbackOptions> = {}) => callback({ timestamp: seconds(), ...options });
const advance = (by: number) => stored.clock.set(new Date(stored.clock.now().getTime() + by * 1000));

const nextSecret = "Ap3SecretThatComesNextInThisTest";
const otherSecret = "Ap3SecretThatNobodyHasStoredHere";

describe("a callback", () => {
  it("is verified, decrypted and given as JSON", async () => {
    expect(await shop.readNotification<typeof payment>(sent())).toEqual({
      id: "EV-2018022511223320873",
      create_time: "2026-11-22T20:00:00+08:00",
      resource_type: "encrypt-resource",
      event_type: "TRANSACTION.SUCCESS",
      summary: "支付成功",
      resource: payment,
    });
    expect(stored.reads()).toEqual([]);
  });

  it.each([
    ["bytes", (message: ReturnType<typeof sent>) => ({ ...message, body: Buffer.from(message.body) })],
    [
      "headers in lower case",
      (message: ReturnType<typeof sent>) => ({ ...message, headers: lower(message.headers) }),
    ],
    [
      "headers of fetch",
      (message: ReturnType<typeof sent>) => ({ ...message, headers: new Headers(message.headers) }),
    ],
  ])("may come as %s", async (_what, given) => {
    expect(await shop.readNotification(given(sent()))).toMatchObject({ resource: payment });
  });

  it("may be signed with the platform's public key, beside its certificates", async () => {
    await stored.store("platformPublicKey", values.platformPublicKey());
    shop = await stored.load({ merchantId, credentials: ["apiV3Secret"] });
    const withPublicKey = sent({ serial: publicKeyId, key: privateKey("platform public key") });
    expect(await shop.readNotification(withPublicKey)).toMatchObject({ resource: payment });
    expect(await shop.readNotification(sent())).toMatchObject({ resource: payment });
  });

  it.each([[undefined], [""]])("may lack associated data: %j", async (associated_data) => {
    const resource = {
      ciphertext: Aes.AesGcm.encrypt("{}", apiV3Secret, "fdasflkja484"),
      associated_data,
    };
    expect(await shop.readNotification(sent({ resource }))).toMatchObject({ resource: {} });
  });
});

function lower(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

interface Refusal {
  what: string;
  message: () => ReturnType<typeof sent>;
  code: CredentialErrorCode;
  says: RegExp;
}
const withHeader = (name: string, value: string): ReturnType<typeof sent> => {
  const { headers, body } = sent();
  return { headers: { ...headers, [name]: value }, body };
};

const refusals: Refusal[] = [
  {
    what: "another body than was signed",
    message: () => ({ ...sent(), body: sent().body.replace("TRANSACTION", "REFUND") }),
    code: "signature",
    says: /^The signature does not fit the message and the platform key 7132D72A\w+: it is forged, or the body was changed on the way\.$/,
  },
  {
    what: "a body that was parsed and written again",
    message: () => ({ ...sent(), body: JSON.stringify(JSON.parse(sent().body), undefined, 1) }),
    code: "signature",
    says: /the body was changed on the way/,
  },
  {
    what: "another nonce",
    message: () => withHeader("Wechatpay-Nonce", "another"),
    code: "signature",
    says: /does not fit/,
  },
  {
    what: "the key of someone else",
    message: () => sent({ key: privateKey("other") }),
    code: "signature",
    says: /does not fit/,
  },
  {
    what: "garbage as signature",
    message: () => withHeader("Wechatpay-Signature", "???"),
    code: "signature",
    says: /does not fit/,
  },
  {
    what: "a serial number that nobody knows",
    message: () => sent({ serial: "00000000000000000000000000000000DEADBEEF" }),
    code: "signature",
    says: /names the platform key 0+DEADBEEF, which is not known here \(known: 7132D72A\w+\)/,
  },
  {
    what: "the id of a public key that is not stored",
    message: () => sent({ serial: publicKeyId }),
    code: "signature",
    says: /names the platform key PUB_KEY_ID_\d+, which is not known here .*declare it with PlatformPublicKey/,
  },
  {
    what: "a test of WeChat Pay's",
    message: () => withHeader("Wechatpay-Signature", "WECHATPAY/SIGNTEST/f4WX2l+SIuNbVBXbdRmiEkmSyC9Yfhw="),
    code: "signature",
    says: /^WeChat Pay has sent a wrong signature as a test: answer with 4xx\.$/,
  },
  {
    what: "no signature",
    message: () => {
      const { headers, body } = sent();
      return { headers: omit(headers, "Wechatpay-Signature"), body };
    },
    code: "signature",
    says: /needs Wechatpay-Timestamp, -Nonce, -Signature and -Serial once each\.$/,
  },
  {
    what: "a time 10 minutes ago",
    message: () => sent({ timestamp: seconds() - 600 }),
    code: "clock",
    says: /is 600 s behind this machine's clock, and at most 300 s are allowed: it is a replay, or the clock is wrong\.$/,
  },
  {
    what: "a time in 10 minutes",
    message: () => sent({ timestamp: seconds() + 600 }),
    code: "clock",
    says: /is 600 s ahead of this machine's clock/,
  },
  {
    what: "a time that is none",
    message: () => withHeader("Wechatpay-Timestamp", "now"),
    code: "clock",
    says: /Wechatpay-Timestamp is not a number of seconds/,
  },
  {
    what: "a body that is no JSON",
    message: () => sent({ body: "<xml/>" }),
    code: "unreadable",
    says: /^The message is WeChat Pay's, and not a callback with a resource\.$/,
  },
  {
    what: "an answer in place of a callback",
    message: () => sent({ body: "null" }),
    code: "unreadable",
    says: /not a callback with a resource\.$/,
  },
  {
    what: "a resource without ciphertext",
    message: () => sent({ resource: { ciphertext: undefined } }),
    code: "unreadable",
    says: /not a callback with a resource\.$/,
  },
  {
    what: "other associated data",
    message: () => sent({ resource: { associated_data: "certificate" } }),
    code: "decryption",
    says: /^No APIv3 secret decrypts the message: is the one on the Merchant Platform stored here\? AWSCURRENT is version /,
  },
  {
    what: "a truncated tag",
    message: () => sent({ resource: { ciphertext: truncated(sent().body) } }),
    code: "decryption",
    says: /No APIv3 secret decrypts the message/,
  },
  {
    what: "less than a tag",
    message: () => sent({ resource: { ciphertext: "AAAA" } }),
    code: "decryption",
    says: /No APIv3 secret decrypts the message/,
  },
  {
    what: "another cipher",
    message: () => sent({ resource: { algorithm: "AEAD_SM4_GCM" } }),
    code: "decryption",
    says: /No APIv3 secret decrypts the message/,
  },
  {
    what: "a secret that is stored nowhere",
    message: () => sent({ secret: otherSecret }),
    code: "decryption",
    says: /AWSPENDING\) cannot be read: there is no such version\. .*AWSPREVIOUS\) cannot be read: there is no such version\.$/,
  },
];

function omit(headers: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([each]) => each !== name));
}

function truncated(body: string): string {
  const { resource } = JSON.parse(body) as { resource: { ciphertext: string } };
  return Buffer.from(resource.ciphertext, "base64").subarray(0, -4).toString("base64");
}

describe("refused is a callback with", () => {
  it.each(refusals.map((each) => [each.what, each] as const))(
    "%s",
    async (_what, { message, code, says }) => {
      const refused = expect(shop.readNotification(message())).rejects;
      await refused.toMatchObject({ code, message: expect.stringMatching(says) as string });
    },
  );

  it.each([
    ["nothing at all", undefined],
    ["null", null],
    ["no headers", { body: "{}" }],
    ["null as headers", { headers: null, body: "{}" }],
    ["headers as a list", { headers: ["Wechatpay-Serial", "1"], body: "{}" }],
  ])("%s in place of headers and body", async (_what, message) => {
    const mistake = {
      name: "CredentialError",
      code: "invalid-options",
      message: expect.stringMatching(
        /^headers is missing or not an object: give \{ headers, body \}/,
      ) as string,
    };
    await expect(shop.verify(message as never)).rejects.toMatchObject(mistake);
    await expect(shop.readNotification(message as never)).rejects.toMatchObject(mistake);
  });

  it("a body that was parsed before it came here", async () => {
    const message = { headers: sent().headers, body: JSON.parse(sent().body) as string };
    await expect(shop.readNotification(message)).rejects.toMatchObject({
      code: "invalid-options",
      message: expect.stringMatching(/^body is neither text nor bytes: give it as it came/) as string,
    });
  });

  it("a platform certificate that has ended", async () => {
    advance(100);
    await stored.put(
      "platformCertificates",
      values.platformCertificates(
        platformEntry({ expireTime: stored.clock.now().toISOString() }),
        platformEntry({
          serialNumber: "AA".repeat(20),
          certificate: platformCertificate({ serialNumber: "AA".repeat(20) }),
        }),
      ),
    );
    await shop.refresh();
    expect(Object.keys(await shop.platformKeys())).toEqual(["AA".repeat(20)]);
    await expect(shop.readNotification(sent())).rejects.toMatchObject({
      code: "signature",
      message: expect.stringMatching(
        /which ended at 2026-11-22T12:01:40\.000Z: run `pulumi up`\.$/,
      ) as string,
    });
  });
});

describe("a flood of forged callbacks", () => {
  it.each([
    ["under unknown serial numbers", () => sent({ serial: "00000000000000000000000000000000DEADBEEF" })],
    ["with wrong signatures", () => sent({ key: privateKey("other") })],
  ])("%s causes one reading of the platform's keys in 5 s, and none of a secret", async (_what, forged) => {
    const flood = () =>
      Promise.all(Array.from({ length: 50 }, () => shop.readNotification(forged()).catch(() => undefined)));
    await flood();
    expect(stored.reads()).toEqual(["platformCertificates AWSCURRENT", "platformPublicKey AWSCURRENT"]);
    advance(4);
    await flood();
    expect(stored.reads()).toEqual([]);
    advance(1);
    await flood();
    expect(stored.reads()).toHaveLength(2);
  });

  it.each([
    ["tests of WeChat Pay's", () => withHeader("Wechatpay-Signature", "WECHATPAY/SIGNTEST/f4WX")],
    ["replays", () => sent({ timestamp: seconds() - 301 })],
    ["requests without a signature", () => ({ headers: {}, body: sent().body })],
  ])("that are %s causes none at all", async (_what, forged) => {
    await expect(shop.readNotification(forged())).rejects.toThrow();
    expect(stored.reads()).toEqual([]);
  });
});

describe("when the platform's certificate changes", () => {
  const nextSerial = "AA".repeat(20);
  const next = () =>
    platformEntry({
      serialNumber: nextSerial,
      certificate: platformCertificate({ key: privateKey("next"), serialNumber: nextSerial }),
    });

  it("the first callback under the new one makes the keys be read again", async () => {
    await stored.put("platformCertificates", values.platformCertificates(next(), platformEntry()));
    const message = sent({ serial: nextSerial, key: privateKey("next") });
    expect(await shop.readNotification(message)).toMatchObject({ resource: payment });
    stored.reads();
    expect(await shop.readNotification(message)).toMatchObject({ resource: payment });
    expect(await shop.readNotification(sent())).toMatchObject({ resource: payment });
    expect(stored.reads()).toEqual([]);
  });

  it("an application that had no key at all takes the first one as soon as it is stored", async () => {
    const none = await stored.load({ merchantId, secretPrefix: "elsewhere", credentials: [] });
    await expect(none.readNotification(sent())).rejects.toMatchObject({ code: "not-found" });
    await stored.store("platformPublicKey", values.platformPublicKey(), "elsewhere");
    await stored.store("apiV3Secret", values.apiV3Secret(), "elsewhere");
    advance(5);
    const first = sent({ serial: publicKeyId, key: privateKey("platform public key") });
    expect(await none.readNotification(first)).toMatchObject({ resource: payment });
  });

  it("a flood under unknown serial numbers does not delay that by more than 5 s", async () => {
    await shop.readNotification(sent({ serial: "0".repeat(40) })).catch(() => undefined);
    await stored.put("platformCertificates", values.platformCertificates(next(), platformEntry()));
    const message = () => sent({ serial: nextSerial, key: privateKey("next") });
    await expect(shop.readNotification(message())).rejects.toMatchObject({ code: "signature" });
    advance(5);
    expect(await shop.readNotification(message())).toMatchObject({ resource: payment });
  });
});

describe("while the APIv3 secret rotates, a callback is decrypted", () => {
  const underNext = () => shop.readNotification(sent({ secret: nextSecret }));
  const underOld = () => shop.readNotification(sent());

  it("under the pending secret, from the moment a person sets it", async () => {
    await stored.put("apiV3Secret", values.apiV3Secret(nextSecret), "AWSPENDING");
    expect(await underNext()).toMatchObject({ resource: payment });
    expect(stored.reads()).toEqual(["apiV3Secret AWSPENDING"]);
    expect(await underNext()).toMatchObject({ resource: payment });
    expect(await underOld()).toMatchObject({ resource: payment });
    expect(stored.reads()).toEqual([]);
  });

  it("under the previous secret, when it is promoted before a person sets it", async () => {
    const next = await stored.put("apiV3Secret", values.apiV3Secret(nextSecret), "AWSPENDING");
    await stored.promote("apiV3Secret", next);
    advance(300);
    await Promise.all([shop.apiV3Secret(), shop.platformKeys()]);
    stored.reads();
    expect(await underOld()).toMatchObject({ resource: payment });
    // Pending is on the current version still, and is not tried twice.
    expect(stored.reads()).toEqual(["apiV3Secret AWSPENDING", "apiV3Secret AWSPREVIOUS"]);
    expect(await underNext()).toMatchObject({ resource: payment });
  });

  it("at every step of one rotation after another, seconds apart", async () => {
    const secrets = [1, 2, 3, 4].map((round) => `Ap3SecretOfRound${round}InTheseTestsHere`.slice(0, 32));
    for (const secret of secrets) {
      const next = await stored.put("apiV3Secret", values.apiV3Secret(secret), "AWSPENDING");
      advance(6);
      expect(await shop.readNotification(sent({ secret }))).toMatchObject({ resource: payment });
      await stored.promote("apiV3Secret", next);
      advance(6);
      expect(await shop.readNotification(sent({ secret }))).toMatchObject({ resource: payment });
    }
    expect(stored.warnings).toEqual([]);
  });

  it("when what is in memory is two rotations old, by one reading of all three", async () => {
    await stored.put("apiV3Secret", values.apiV3Secret(nextSecret), "AWSPENDING");
    await underNext();
    await stored.put("apiV3Secret", values.apiV3Secret(otherSecret));
    stored.reads();
    expect(await shop.readNotification(sent({ secret: otherSecret }))).toMatchObject({ resource: payment });
    expect(stored.reads()).toEqual([
      "apiV3Secret AWSCURRENT",
      "apiV3Secret AWSPENDING",
      "apiV3Secret AWSPREVIOUS",
      "apiV3Secret AWSPREVIOUS",
    ]);
  });

  it("never by more readings than once in 5 s while no secret fits", async () => {
    const unknown = () => shop.readNotification(sent({ secret: otherSecret })).catch(() => undefined);
    await Promise.all(Array.from({ length: 30 }, unknown));
    stored.reads();
    await Promise.all(Array.from({ length: 30 }, unknown));
    expect(stored.reads()).toEqual([]);
    advance(5);
    await Promise.all(Array.from({ length: 30 }, unknown));
    expect(stored.reads()).toHaveLength(3);
  });

  it("before the first activation, under the pending secret, while the placeholder is current", async () => {
    await stored.put("apiV3Secret", values.placeholder());
    await stored.put("apiV3Secret", values.apiV3Secret(nextSecret), "AWSPENDING");
    shop = await stored.load({ merchantId, credentials: [] });
    expect(await underNext()).toMatchObject({ resource: payment });
    await expect(underOld()).resolves.toMatchObject({ resource: payment });
  });

  it("and the placeholder, or what another tool stored, is passed over", async () => {
    await stored.put("apiV3Secret", values.placeholder(), "AWSPENDING");
    await stored.put("apiV3Secret", "the form of the tool before");
    await stored.put("apiV3Secret", values.apiV3Secret(nextSecret));
    shop = await stored.load({ merchantId, credentials: ["apiV3Secret"] });
    await expect(shop.readNotification(sent({ secret: otherSecret }))).rejects.toMatchObject({
      code: "decryption",
      message: expect.stringMatching(/holds the placeholder.*holds text that is not a JSON object/) as string,
    });
    expect(await underNext()).toMatchObject({ resource: payment });
  });

  it("and a pending version that goes away again is nothing to warn of", async () => {
    await stored.put("apiV3Secret", values.apiV3Secret(nextSecret), "AWSPENDING");
    await underNext();
    await stored.put("apiV3Secret", values.placeholder(), "AWSPENDING");
    advance(300);
    await underNext();
    expect(stored.warnings).toEqual([]);
  });

  it("and a stage that may not be read is named when nothing fits", async () => {
    const errorType = "AccessDeniedException";
    stored.aws.faults.add({ kind: "error", errorType, secretId: "apiV3Secret", times: 5 });
    await expect(shop.readNotification(sent({ secret: otherSecret }))).rejects.toMatchObject({
      code: "decryption",
      message: expect.stringMatching(/`secretsmanager:VersionStage` = AWSPENDING\)/) as string,
    });
  });

  it("without a current secret, the error is why there is none", async () => {
    await stored.put("apiV3Secret", values.placeholder());
    shop = await stored.load({ merchantId, credentials: [] });
    await expect(shop.readNotification(sent({ secret: otherSecret }))).rejects.toMatchObject({
      code: "not-ready",
    });
  });
});

describe("WeChat Pay's answers", () => {
  it("are verified with the same keys", async () => {
    await shop.verify(sent({ body: "" }));
    await expect(shop.verify({ ...sent({ body: "" }), body: "{}" })).rejects.toMatchObject({
      code: "signature",
    });
  });
});

it("knows the platform's keys by serial number", async () => {
  await stored.store("platformPublicKey", values.platformPublicKey());
  shop = await stored.load({ merchantId, credentials: [] });
  const keys = await shop.platformKeys();
  expect(Object.keys(keys)).toEqual([platformSerial, publicKeyId]);
  for (const pem of Object.values(keys)) expect(pem).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
});
