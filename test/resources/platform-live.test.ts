import {
  startMerchantPlatform,
  type MerchantAccount,
  type MerchantPlatform,
} from "../../sandbox/merchant-platform";
import { parseCertificate } from "../../provider/domain/certificate";
import type { CertificateValue } from "../../provider/domain/credential-value";
import { pemBlocks } from "../../provider/domain/pem";
import { weChatPayOverHttp } from "../../provider/verification/http-client";
import { weChatPayProber } from "../../provider/verification/we-chat-pay-prober";
import { privateKey, privateKeyPem, requestFor } from "../support/certificates";
import { merchantId, merchantName } from "../support/merchant";
import { apiV3Value, PlatformScene } from "./platform-scene";
import { canary } from "./secret-scene";

const certificates = new PlatformScene("platformCertificates", ({ arns }) => ({ ...arns }));
const key = new PlatformScene("platformPublicKey", ({ arns: { certificateSecretArn } }) => ({
  verification: "live",
  certificateSecretArn,
}));

let platform: MerchantPlatform;
let account: MerchantAccount;
let serialNumber: string;

const confirmation = () => ({ smsCode: account.requestSmsCode(), loginPassword: account.loginPassword });

beforeAll(async () => {
  platform = await startMerchantPlatform({ now: () => certificates.scene.clock.now() });
  account = platform.addMerchant({ merchantId, merchantName, mode: "platform-certificates" });
  const certificate = account.applyForCertificate(requestFor({ key: privateKey() }), confirmation());
  serialNumber = parseCertificate(pemBlocks(certificate)[0]!.der)!.serialNumber;
});

afterAll(() => platform.close());

beforeEach(async () => {
  account.setMode("platform-certificates");
  account.setApiV3Secret(canary("V"), confirmation());
  platform.faults.clear();
  for (const { scene } of [certificates, key]) {
    scene.prober = (_config, signal) =>
      weChatPayProber({
        ...scene.ports,
        now: () => certificates.scene.clock.now(),
        flavour: "mainland",
        weChatPay: weChatPayOverHttp(platform.endpoint, signal),
      });
  }
  for (const shop of [certificates, key]) await shop.store("certificate", merchantCertificate());
});

/** As the platform has issued it. */
const merchantCertificate = (): CertificateValue => ({
  schema: "merchant-credentials/certificate/v1",
  merchantId,
  serialNumber,
  privateKey: privateKeyPem(),
  certificate: "",
  chain: [],
});

const offered = () => account.platformCertificates.map(({ serialNumber: each }) => each);

describe("against a Merchant Platform", () => {
  it("downloads, verifies and decrypts, adds the new one, and lets the old one end", async () => {
    expect((await certificates.up()).unmet).toEqual([]);
    expect(certificates.outputs).toMatchObject({ status: "active", serialNumbers: offered() });
    const [old] = offered();
    const { serialNumber: next } = account.announcePlatformCertificate();

    certificates.later(0.5);
    await certificates.up();
    expect(certificates.outputs).toMatchObject({ status: "active", serialNumbers: [next, old] });

    account.replacePlatformCertificate();
    certificates.later(0.5);
    await certificates.up();
    expect(certificates.outputs).toMatchObject({ status: "active", serialNumbers: [next], unmet: [] });
    expect(certificates.reasons).toEqual(["first value", "change", "change"]);
  });

  it("is refused with the field to look at where the platform has another APIv3 secret", async () => {
    await certificates.store("apiV3Secret", apiV3Value(canary("W")));
    expect(await certificates.red()).toContain(
      "WeChat Pay refuses (apiV3Secret): WeChat Pay encrypts with another",
    );
    await certificates.store("apiV3Secret", apiV3Value(canary("V")));
    expect(await certificates.red()).toBe("");
  });

  it("is red where the platform does not know the certificate that signs", async () => {
    await certificates.up();
    const wrong = "6A17F09EFDC096DE15EBE81A47057A7232F1B8E2";
    await certificates.store("certificate", { ...merchantCertificate(), serialNumber: wrong });
    certificates.later(1);
    expect(await certificates.red()).toContain("WeChat Pay");
    expect(certificates.outputs).toMatchObject({ status: "active", nextSteps: [] });
  });

  it.each([[{ status: 503 }], ["drop"], [{ clockMinutes: 30 }]] as const)(
    "leaves what serves as it is while the platform answers %j",
    async (fault) => {
      await certificates.up();
      const before = certificates.serving;
      certificates.later(1);
      platform.faults.always({ do: fault });
      const { unmet, outputs } = await certificates.up();
      expect([unmet, certificates.serving]).toEqual([[], before]);
      expect(outputs).toMatchObject({ status: "active", askFrom: "2026-11-23T00:00:00Z" });
      expect(outputs.nextSteps).toHaveLength(1);
    },
  );

  it("changes over: certificates and key at once, then the key alone", async () => {
    account.setMode("both");
    const { id, pem } = account.publicKey;
    expect((await certificates.up()).unmet).toEqual([]);
    const wrong = await key.red({ publicKeyId: "PUB_KEY_ID_1", publicKey: pem });
    expect(wrong).toContain("WeChat Pay refuses (publicKeyId)");
    expect((await key.up({ publicKeyId: id })).unmet).toEqual([]);
    expect(key.outputs).toMatchObject({ status: "active", current: { publicKeyId: id } });
    expect(certificates.outputs).toMatchObject({ status: "active", nextSteps: [] });
    const { serialNumbers } = certificates.outputs;

    account.setMode("public-key");
    certificates.later(1);
    expect((await certificates.up()).unmet).toEqual([]);
    expect(certificates.outputs).toMatchObject({ status: "public-key-mode", serialNumbers });
    expect(await key.up({ tags: { team: "payments" } })).toMatchObject({ changed: true, unmet: [] });
  });
});
