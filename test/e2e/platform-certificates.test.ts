import { Engine, type StateResource } from "../../sandbox/engine/engine";
import {
  startMerchantPlatform,
  type MerchantAccount,
  type MerchantPlatform,
} from "../../sandbox/merchant-platform";
import { startSecretsManager, type SecretsManagerSandbox } from "../../sandbox/secrets-manager";

jest.setTimeout(240_000);

const merchantId = "1900000109";
const merchantName = "Example Shop Ltd";

const program = `
const merchant = require("pulumi-merchant-credentials");
const { certificate, platformPublicKey } = require("./declared.json");
const shop = new merchant.Merchant("shop", {
  merchantId: "${merchantId}",
  merchantName: "${merchantName}",
  certificate,
  apiSecret: false,
  apiV3Secret: { activation: "live" },
  platformCertificates: {},
  platformPublicKey,
});
exports.nextSteps = shop.nextSteps;
exports.secretArns = shop.secretArns;
`;

process.env.AWS_ACCESS_KEY_ID ??= "test";
process.env.AWS_SECRET_ACCESS_KEY ??= "test";

let now: Date;
let aws: SecretsManagerSandbox;
let platform: MerchantPlatform;
let account: MerchantAccount;
let engine: Engine;
let declared: Record<string, unknown> = {};

const declare = (changes: Record<string, unknown>): void => {
  declared = { ...declared, ...changes };
  engine.write({ "declared.json": JSON.stringify(declared) });
};
const confirmation = () => ({ smsCode: account.requestSmsCode(), loginPassword: account.loginPassword });

async function outputsOf(name: string): Promise<Record<string, unknown>> {
  const { deployment } = await engine.state();
  return deployment.resources!.find(({ urn }: StateResource) => urn.endsWith(`::shop-${name}`))!.outputs!;
}

async function up(): Promise<void> {
  aws.journal.clear();
  await engine.up();
}

beforeAll(async () => {
  now = new Date();
  aws = await startSecretsManager();
  platform = await startMerchantPlatform({ now: () => now });
  account = platform.addMerchant({ merchantId, merchantName });
  const config = {
    "aws:region": "us-east-1",
    "merchant-credentials:endpoint": aws.endpoint,
    "merchant-credentials:wechatPayEndpoint": platform.endpoint,
  };
  engine = await Engine.forProgram({
    files: { "package.json": "{}", "index.js": program, "Pulumi.dev.yaml": JSON.stringify({ config }) },
  });
  declare({});
});
afterAll(async () => {
  engine.dispose();
  await platform.close();
  await aws.close();
});

describe("what WeChat Pay signs with; each step goes on from the one before", () => {
  it("waits for certificate and APIv3 secret, green, and says so", async () => {
    await up();
    expect(await outputsOf("platform-certificates")).toMatchObject({
      status: "awaiting-credentials",
      nextSteps: ["Finish the certificate first (its nextSteps). Then run pulumi up."],
    });
  });

  it("is there in the very run in which they become current", async () => {
    const { certificateRequest } = await outputsOf("certificate");
    const { pendingVersionId } = await outputsOf("api-v3-secret");
    const secret = aws.secrets().find(({ name }) => name === `merchants/${merchantId}/apiV3Secret`)!;
    const { value } = secret.versions.find(({ id }) => id === pendingVersionId)!;
    account.setApiV3Secret(
      (JSON.parse(String(value)) as { apiV3Secret: string }).apiV3Secret,
      confirmation(),
    );
    declare({
      certificate: account.applyForCertificate(certificateRequest as string, {
        ...confirmation(),
        merchantName,
      }),
    });
    await up();
    expect(await outputsOf("platform-certificates")).toMatchObject({
      status: "active",
      serialNumbers: account.platformCertificates.map(({ serialNumber }) => serialNumber),
      unmet: [],
      nextSteps: [],
    });
    expect((await engine.outputs()).secretArns).toMatchObject({
      platformCertificates: expect.stringContaining("/platformCertificates-") as string,
    });
  });

  it("asks nobody, and makes no call, until the time has come", async () => {
    const requests = platform.journal.entries().length;
    await up();
    expect([aws.journal.entries(), platform.journal.entries().length]).toEqual([[], requests]);
  });

  it("stands beside the public key while the merchant changes over, and shows no change in a preview after it", async () => {
    account.setMode("both");
    const { id: publicKeyId, pem: publicKey } = account.publicKey;
    declare({ platformPublicKey: { publicKeyId, publicKey, verification: "live" } });
    await up();
    expect(await outputsOf("platform-public-key")).toMatchObject({
      status: "active",
      current: { publicKeyId },
      unmet: [],
    });
    aws.journal.clear();
    const { output } = await engine.preview(["--expect-no-changes"]);
    expect(output).toContain("unchanged");
    expect(aws.journal.entries()).toEqual([]);
  });
});
