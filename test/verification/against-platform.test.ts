import { createPublicKey, X509Certificate, type KeyObject } from "node:crypto";
import type { PlatformCertificate } from "merchant-credentials-loader/format";
import type { RequestSigner } from "merchant-credentials-loader/wechatpay";
import { wechatPayEndpoint, type WeChatPayFlavour } from "../../provider/domain/wechatpay-endpoint";
import { weChatPayOverHttp } from "../../provider/verification/http-client";
import type { Prober } from "../../provider/verification/prober";
import { weChatPayProber } from "../../provider/verification/we-chat-pay-prober";
import {
  startMerchantPlatform,
  type Fault,
  type MerchantAccount,
  type MerchantPlatform,
  type PlatformMode,
} from "../../sandbox/merchant-platform";
import { merchantName, privateKey, requestFor, someDay, testAuthority } from "../support/certificates";
import { apiV3Secret as v3Secret, otherSecret } from "./platform-answers";

const apiSecret = "Wq2Er4Ty6Ui8Op1As3Df5Gh7Jk9Lz0Xc";
const accepted = { verdict: "accepted" };
const refused = (field: string) => expect.objectContaining({ verdict: "refused", field }) as unknown;
const undecided = (because: string) => expect.objectContaining({ verdict: "undecided", because }) as unknown;

let platform: MerchantPlatform;
/** With both secrets set, and changed by no test. */
let merchant: MerchantAccount;
let signer: RequestSigner;
let drawn = 0;
let added = 0;

const confirmation = (account: MerchantAccount) => ({
  smsCode: account.requestSmsCode(),
  loginPassword: account.loginPassword,
});

function newMerchant(mode?: PlatformMode): MerchantAccount {
  return platform.addMerchant({ merchantId: String(1_900_000_200 + added++), merchantName, mode });
}

/** Who signs for a merchant, with a new certificate. */
function signerOf(account: MerchantAccount): RequestSigner {
  const { merchantId } = account;
  const pem = account.applyForCertificate(requestFor({ merchantId }), confirmation(account));
  const serialNumber = new X509Certificate(pem).serialNumber.padStart(40, "0");
  return { merchantId, serialNumber, privateKey: privateKey() };
}

function setSecrets(account: MerchantAccount, secrets: { apiSecret: string; apiV3Secret: string }): void {
  account.setApiSecret(secrets.apiSecret, confirmation(account));
  account.setApiV3Secret(secrets.apiV3Secret, confirmation(account));
}

/** @param milliseconds that an answer may take */
function proberFor({
  flavour = "mainland",
  milliseconds = 20_000,
}: { flavour?: WeChatPayFlavour; milliseconds?: number } = {}): Prober {
  const { baseUrl } = wechatPayEndpoint(platform.endpoint);
  return weChatPayProber({
    weChatPay: weChatPayOverHttp(baseUrl, new AbortController().signal, { milliseconds, bytes: 1_000_000 }),
    flavour,
    now: () => someDay,
    sleep: () => Promise.resolve(),
    randomBytes: (count) => Buffer.from(String((drawn += 1)).padStart(count, "0")),
  });
}

beforeAll(async () => {
  platform = await startMerchantPlatform({ now: () => someDay, authority: testAuthority() });
  merchant = newMerchant();
  signer = signerOf(merchant);
  setSecrets(merchant, { apiSecret, apiV3Secret: v3Secret });
});

afterEach(() => {
  const unmet = platform.faults.pending();
  platform.faults.clear();
  expect(unmet).toEqual([]);
});

afterAll(() => platform.close());

const platformKeys = () =>
  new Map(
    merchant.platformCertificates.map(({ serialNumber, pem }) => [
      serialNumber,
      new X509Certificate(pem).publicKey,
    ]),
  );

describe.each(["mainland", "global"] as const)("on the paths of %s", (flavour) => {
  it("a certificate, an APIv3 secret and the platform's certificates are accepted", async () => {
    const prober = proberFor({ flavour });
    expect(await prober.certificate(signer)).toEqual(accepted);
    expect(await prober.certificate(signer, platformKeys())).toEqual(accepted);
    expect(await prober.apiV3Secret({ signer, apiV3Secret: v3Secret })).toEqual(accepted);
    const [only] = merchant.platformCertificates;
    expect(await prober.platformCertificates(signer, v3Secret)).toEqual([
      {
        serialNumber: only!.serialNumber,
        certificate: new X509Certificate(only!.pem).toString(),
        effectiveTime: "2026-06-01T00:00:00Z",
        expireTime: "2031-06-01T00:00:00Z",
      },
    ]);
  });
});

describe("WeChat Pay, asked with a stranger's or a stale credential, refuses", () => {
  it.each<[string, Partial<RequestSigner>, string]>([
    ["the key of another certificate", { privateKey: privateKey("else") }, "privateKey"],
    [
      "the serial number of another certificate",
      { serialNumber: "5157F09EFDC096DE15EBE81A47057A7232F1B8E1" },
      "serialNumber",
    ],
    ["another merchant's id", { merchantId: "1900000110" }, "serialNumber"],
  ])("%s", async (_name, wrong, field) => {
    const prober = proberFor();
    expect(await prober.certificate({ ...signer, ...wrong })).toEqual(refused(field));
    // Nothing is known of a secret because of that.
    expect(await prober.apiV3Secret({ signer: { ...signer, ...wrong }, apiV3Secret: v3Secret })).toEqual(
      undecided("signer-refused"),
    );
  });

  it("a certificate that was revoked, until it is restored", async () => {
    const other = newMerchant("public-key");
    const its = signerOf(other);
    other.revokeCertificate(its.serialNumber, confirmation(other));
    expect(await proberFor().certificate(its)).toMatchObject({
      verdict: "refused",
      field: "serialNumber",
      says: expect.stringContaining("was revoked") as string,
    });
    other.restoreCertificate(its.serialNumber, confirmation(other));
    expect(await proberFor().certificate(its)).toEqual(accepted);
  });

  it("a merchant without a certificate", async () => {
    const { merchantId } = newMerchant();
    expect(await proberFor().certificate({ ...signer, merchantId })).toEqual(refused("merchantId"));
  });
});

describe("a secret", () => {
  it("is accepted once it is set, and not a moment earlier", async () => {
    const other = newMerchant();
    const { merchantId } = other;
    setSecrets(other, { apiSecret, apiV3Secret: v3Secret });
    const prober = proberFor();
    const trial = { signer: signerOf(other), apiV3Secret: otherSecret, servingApiV3Secret: v3Secret };
    expect(await prober.apiV3Secret(trial)).toMatchObject({
      verdict: "refused",
      says: expect.stringContaining("still encrypts with the value that serves") as string,
    });
    expect(await prober.apiSecret({ merchantId, apiSecret: otherSecret })).toEqual(refused("apiSecret"));
    setSecrets(other, { apiSecret: otherSecret, apiV3Secret: otherSecret });
    expect(await prober.apiV3Secret(trial)).toEqual(accepted);
    expect(await prober.apiSecret({ merchantId, apiSecret: otherSecret })).toEqual(accepted);
  });

  it("that stands in the other one's place is told by name", async () => {
    const prober = proberFor();
    expect(await prober.apiV3Secret({ signer, apiV3Secret: apiSecret })).toMatchObject({
      verdict: "refused",
      field: "apiV3Secret",
      says: expect.stringContaining("the two secrets are swapped") as string,
    });
    expect(await prober.apiSecret({ ...signer, apiSecret: v3Secret, signer })).toMatchObject({
      verdict: "refused",
      field: "apiSecret",
      says: expect.stringContaining("the two secrets are swapped") as string,
    });
  });

  it("of APIv3 opens both certificates while the platform changes its own", async () => {
    const other = newMerchant();
    setSecrets(other, { apiSecret, apiV3Secret: v3Secret });
    const its = signerOf(other);
    const prober = proberFor();
    const serials = async () =>
      ((await prober.platformCertificates(its, v3Secret)) as PlatformCertificate[]).map(
        ({ serialNumber }) => serialNumber,
      );
    const [before] = await serials();
    const { serialNumber: next } = other.announcePlatformCertificate();
    expect(await serials()).toEqual([next, before]);
    other.replacePlatformCertificate();
    expect(await serials()).toEqual([next, before]);
    expect(await prober.apiV3Secret({ signer: its, apiV3Secret: v3Secret })).toEqual(accepted);
  });

  it("of APIv3 that was never set is refused, and the certificate is not", async () => {
    const its = signerOf(newMerchant());
    expect(await proberFor().apiV3Secret({ signer: its, apiV3Secret: v3Secret })).toEqual(
      refused("apiV3Secret"),
    );
    expect(await proberFor().certificate(its)).toEqual(undecided("platform"));
  });
});

describe.each<PlatformMode>(["public-key", "both"])("in mode %s", (mode) => {
  let its: RequestSigner;
  let id: string;
  let publicKey: KeyObject;
  beforeAll(() => {
    const account = newMerchant(mode);
    setSecrets(account, { apiSecret, apiV3Secret: v3Secret });
    its = signerOf(account);
    id = account.publicKey.id;
    publicKey = createPublicKey(account.publicKey.pem);
  });

  it("certificate and public key are accepted", async () => {
    const prober = proberFor();
    expect(await prober.certificate(its)).toEqual(accepted);
    expect(await prober.certificate(its, new Map([[id, publicKey]]))).toEqual(accepted);
    expect(await prober.platformPublicKey(its, id, publicKey)).toEqual(accepted);
  });

  it("another key under the id, and another id, are refused", async () => {
    const prober = proberFor();
    const otherKey = createPublicKey(privateKey("else"));
    expect(await prober.platformPublicKey(its, id, otherKey)).toEqual(refused("publicKey"));
    const otherId = "PUB_KEY_ID_0114232134912410000000000000";
    expect(await prober.platformPublicKey(its, otherId, publicKey)).toEqual(refused("publicKeyId"));
    expect(await prober.certificate(its, new Map([[id, otherKey]]))).toEqual(undecided("unsigned"));
  });

  it("an APIv3 secret is proven only where the platform has certificates too", async () => {
    const verdicts = [];
    for (const apiV3Secret of [v3Secret, otherSecret])
      verdicts.push(await proberFor().apiV3Secret({ signer: its, apiV3Secret }));
    expect(verdicts).toEqual(
      mode === "both"
        ? [accepted, refused("apiV3Secret")]
        : [undecided("public-key-mode"), undecided("public-key-mode")],
    );
    expect(await proberFor().apiSecret({ ...its, apiSecret })).toEqual(accepted);
  });
});

describe("when something goes wrong on the way", () => {
  it.each<[string, Fault]>([
    ["503", { status: 503 }],
    ["429", { status: 429 }],
    ["a broken connection", "drop"],
    ["an answer that does not come", "hang"],
    ["a signature that is wrong on purpose", "signature-probe"],
  ])("the second attempt after %s is accepted", async (_name, fault) => {
    platform.faults.next({ do: fault });
    const prober = proberFor({ milliseconds: fault === "hang" ? 1000 : 20_000 });
    expect(await prober.apiV3Secret({ signer, apiV3Secret: v3Secret })).toEqual(accepted);
  });

  it.each<[string, Fault, string]>([
    ["503", { status: 503 }, "platform"],
    ["429", { status: 429 }, "throttled"],
    ["403", { status: 403 }, "platform"],
    ["broken connections", "drop", "unreachable"],
    ["no answers", "hang", "unreachable"],
    ["an answer that is too large", "oversized-body", "unreachable"],
    ["garbage", "garbage-body", "platform"],
    ["nothing", "empty-body", "platform"],
    ["no signature", "unsigned", "unsigned"],
    ["the signature of another key", "other-key", "unsigned"],
    ["a signature by a key that nobody knows", "unknown-serial", "unsigned"],
    ["signatures that are wrong on purpose", "signature-probe", "unsigned"],
    ["a clock that is 10 minutes ahead", { clockMinutes: 10 }, "clock"],
    ["a clock that is 10 minutes behind", { clockMinutes: -10 }, "clock"],
    ["a clock that is 3 minutes ahead", { clockMinutes: 3 }, "clock"],
  ])("nothing is known after %s", async (_name, fault, because) => {
    platform.faults.always({ do: fault });
    const prober = proberFor({ milliseconds: fault === "hang" ? 50 : 20_000 });
    expect(await prober.certificate(signer, platformKeys())).toEqual(undecided(because));
    expect(await prober.apiV3Secret({ signer, apiV3Secret: v3Secret })).toEqual(undecided(because));
    expect(await prober.platformCertificates(signer, v3Secret)).toEqual(undecided(because));
  });

  it.each<Fault>(["truncated-tag", "wrong-associated-data"])(
    "an item with %s, signed by the platform, cannot be told from one of another secret",
    async (fault) => {
      platform.faults.next({ do: fault, on: "/v3/certificates" });
      expect(await proberFor().apiV3Secret({ signer, apiV3Secret: v3Secret })).toEqual(
        refused("apiV3Secret"),
      );
    },
  );

  it("a request that comes twice is no refusal of the key", async () => {
    const sent = drawn;
    expect(await proberFor().certificate(signer)).toEqual(accepted);
    drawn = sent;
    expect(await proberFor().certificate(signer)).toEqual(undecided("platform"));
  });
});
