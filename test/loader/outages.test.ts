import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { CredentialKind, LoadOptions, MerchantCredentials } from "merchant-credentials-loader";
import { merchantId, privateKey } from "../support/certificates";
import { callback, payment, type CallbackOptions } from "./callback";
import { apiSecret, publicKeyId, StoredMerchant, values } from "./stored-merchant";

let stored: StoredMerchant;
let client: SecretsManagerClient;
beforeEach(async () => {
  stored = await StoredMerchant.start();
  client = new SecretsManagerClient({ region: "us-east-1", endpoint: stored.aws.endpoint, maxAttempts: 1 });
});
afterEach(async () => {
  client.destroy();
  await stored.close();
});

/** Without the SDK's own attempts, which take their time. */
const load = (options: LoadOptions = {}): Promise<MerchantCredentials> =>
  stored.load({ merchantId, client, region: undefined, endpoint: undefined, ...options });
const advance = (by: number) => stored.clock.set(new Date(stored.clock.now().getTime() + by * 1000));
const sent = (options: Partial<CallbackOptions> = {}) =>
  callback({ timestamp: stored.clock.now().getTime() / 1000, ...options });
const withPublicKey = () => sent({ serial: publicKeyId, key: privateKey("platform public key") });

async function store(...kinds: CredentialKind[]): Promise<void> {
  for (const kind of kinds) await stored.store(kind, values[kind]());
}
function awsIsAway(secretId = "merchants/"): void {
  stored.aws.faults.add({ kind: "drop-before", operation: "GetSecretValue", secretId, times: 100_000 });
}

describe("during an outage of an hour", () => {
  it.each([
    ["platformCertificates", sent],
    ["platformPublicKey", withPublicKey],
  ] as const)("callbacks go on for a merchant who has only %s", async (kind, message) => {
    await store("certificate", "apiV3Secret", kind);
    const shop = await load();
    expect(await shop.readNotification(message())).toMatchObject({ resource: payment });
    awsIsAway();
    for (let minutes = 0; minutes < 60; minutes += 4) {
      advance(240);
      expect(await shop.readNotification(message())).toMatchObject({ resource: payment });
    }
    expect(new Set(stored.warnings.map(({ code }) => code))).toEqual(new Set(["unavailable"]));
    expect(stored.warnings.map(({ message: text }) => text).join()).not.toContain(
      kind === "platformPublicKey" ? "platformCertificates" : "platformPublicKey",
    );
  });

  it("clients of wechatpay-axios-plugin are made for a merchant without an API secret", async () => {
    await store("certificate", "apiV3Secret", "platformCertificates");
    const shop = await load();
    await shop.wechatpayAxiosPlugin();
    awsIsAway();
    advance(3600);
    expect(await shop.wechatpayAxiosPlugin()).not.toHaveProperty("secret");
    stored.aws.faults.clear();
    await store("apiSecret");
    advance(5);
    expect(await shop.wechatpayAxiosPlugin()).toHaveProperty("secret", apiSecret);
  });

  it("that began before the other kind of key was ever asked for, callbacks go on too", async () => {
    await store("certificate", "apiV3Secret", "platformCertificates", "platformPublicKey");
    const shop = await load({ credentials: ["certificate", "apiV3Secret"] });
    awsIsAway("platformPublicKey");
    expect(await shop.readNotification(sent())).toMatchObject({ resource: payment });
    await expect(shop.readNotification(withPublicKey())).rejects.toMatchObject({ code: "signature" });
    stored.aws.faults.clear();
    advance(5);
    expect(await shop.readNotification(withPublicKey())).toMatchObject({ resource: payment });
  });
});

it("a mistake in the one kind of platform keys does not take the other away, and someone is told", async () => {
  await store("certificate", "apiV3Secret", "platformCertificates");
  await stored.store("platformPublicKey", values.platformPublicKey({ publicKey: "?" }));
  const shop = await load({ credentials: ["certificate", "apiV3Secret"] });
  await shop.platformKeys();
  expect(await shop.readNotification(sent())).toMatchObject({ resource: payment });
  expect(stored.warnings.map(({ code }) => code)).toEqual(["unreadable"]);
});

it("without any platform key the error says that AWS is away, if it is", async () => {
  await store("certificate", "apiV3Secret");
  const shop = await load({ credentials: ["certificate", "apiV3Secret"] });
  awsIsAway("platformPublicKey");
  await expect(shop.platformKeys()).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringMatching(
      /^No key of WeChat Pay can be had, .*no such secret.*AWS did not/,
    ) as string,
  });
});

it("while AWS answers after 1.3 s the pending APIv3 secret is found by the first callback under it", async () => {
  await store("certificate", "apiV3Secret", "platformCertificates");
  const shop = await load();
  const secret = "Ap3SecretThatComesNextInThisTest";
  await shop.readNotification(sent({ secret })).catch(() => undefined);
  await stored.put("apiV3Secret", values.apiV3Secret(secret), "AWSPENDING");
  advance(5);
  stored.aws.faults.add({ kind: "latency", latencyMs: 1_300, operation: "GetSecretValue", times: 3 });
  expect(await shop.readNotification(sent({ secret }))).toMatchObject({ resource: payment });
});
