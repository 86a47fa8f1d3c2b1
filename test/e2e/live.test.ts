import { loadMerchant, type MerchantCredentials } from "merchant-credentials-loader";
import { Engine, type StateResource } from "../../sandbox/engine/engine";
import { startMerchantPlatform, type MerchantPlatform } from "../../sandbox/merchant-platform";
import { startSecretsManager, type SecretsManagerSandbox } from "../../sandbox/secrets-manager";
import { findCanaries, keyCanaries, textCanaries } from "../support/canaries";

jest.setTimeout(240_000);

const merchantId = "1900000109";
const merchantName = "Example Shop Ltd";
const day = 24 * 60 * 60 * 1000;

const program = `
const merchant = require("pulumi-merchant-credentials");
const { certificate, triggers, certificateSettings, apiV3Secret } = require("./declared.json");
const shop = new merchant.Merchant("shop", {
  merchantId: "${merchantId}",
  merchantName: "${merchantName}",
  certificate,
  certificateSettings: { verification: "live", ...certificateSettings },
  apiSecret: { activation: "live", triggers },
  apiV3Secret: { activation: "live", triggers, ...apiV3Secret },
});
exports.nextSteps = shop.nextSteps;
exports.secretArns = shop.secretArns;
`;

process.env.AWS_ACCESS_KEY_ID ??= "test";
process.env.AWS_SECRET_ACCESS_KEY ??= "test";

let aws: SecretsManagerSandbox;
let platform: MerchantPlatform;
let engine: Engine;
let declared: Record<string, unknown>;
/** All that the engine and WeChat Pay's journal have shown. */
let shown: string;

const account = () => platform.merchant(merchantId);
const declare = (changes: Record<string, unknown>): void => {
  declared = { ...declared, ...changes };
  engine.write({ "declared.json": JSON.stringify(declared) });
};

async function up(args: readonly string[] = [], expectFailure = false): Promise<string> {
  aws.journal.clear();
  const { output } = await engine.up(args, { expectFailure });
  shown +=
    output + JSON.stringify((await engine.state()).deployment) + JSON.stringify(platform.journal.entries());
  return output;
}

/** What the state says of each credential. */
async function outputs(): Promise<
  Record<"certificate" | "apiSecret" | "apiV3Secret", Record<string, unknown>>
> {
  const { deployment } = await engine.state();
  const of = (name: string) =>
    deployment.resources!.find(({ urn }: StateResource) => urn.endsWith(`::shop-${name}`))!.outputs!;
  return { certificate: of("certificate"), apiSecret: of("api-secret"), apiV3Secret: of("api-v3-secret") };
}

/** The value of a version, as a person reads it with `reveal`. */
function valueOf(kind: "apiSecret" | "apiV3Secret", versionId: unknown): string {
  const secret = aws.secrets().find(({ name }) => name === `merchants/${merchantId}/${kind}`)!;
  const { value } = secret.versions.find(({ id }) => id === versionId)!;
  return (JSON.parse(String(value)) as Record<string, string>)[kind]!;
}

/** The super administrator at the platform. */
const confirmation = () => ({ smsCode: account().requestSmsCode(), loginPassword: account().loginPassword });
async function setSecrets(): Promise<void> {
  const { apiSecret, apiV3Secret } = await outputs();
  account().setApiSecret(valueOf("apiSecret", apiSecret.pendingVersionId), confirmation());
  account().setApiV3Secret(valueOf("apiV3Secret", apiV3Secret.pendingVersionId), confirmation());
}
async function applyForCertificate(days: number): Promise<void> {
  const { certificate } = await outputs();
  const notAfter = new Date(Date.now() + days * day);
  const notBefore = new Date(notAfter.getTime() - 5 * 365 * day);
  const order = { ...confirmation(), merchantName, notBefore, notAfter };
  declare({ certificate: account().applyForCertificate(certificate.certificateRequest as string, order) });
}

/** Requests that reached WeChat Pay since the last look. */
let seen = 0;
function requests(): string[] {
  const entries = platform.journal.entries().slice(seen);
  seen += entries.length;
  return entries.map(({ method, target, status }) => `${method} ${target} ${status}`);
}

const statuses = async (): Promise<unknown[]> => Object.values(await outputs()).map(({ status }) => status);

/** An application: a signed request that WeChat Pay takes, with what the vault holds now. */
async function application(): Promise<MerchantCredentials> {
  const { secretArns } = (await engine.outputs()) as { secretArns: Record<string, string> };
  return loadMerchant({ arns: secretArns, endpoint: aws.endpoint });
}

beforeAll(async () => {
  aws = await startSecretsManager();
  platform = await startMerchantPlatform();
  platform.addMerchant({ merchantId, merchantName });
  const config = {
    "aws:region": "us-east-1",
    "merchant-credentials:endpoint": aws.endpoint,
    "merchant-credentials:wechatPayEndpoint": platform.endpoint,
  };
  engine = await Engine.forProgram({
    files: { "package.json": "{}", "index.js": program, "Pulumi.dev.yaml": JSON.stringify({ config }) },
  });
  shown = "";
  declared = {};
  declare({ triggers: ["one"] });
});
afterAll(async () => {
  engine.dispose();
  await platform.close();
  await aws.close();
});

describe("a merchant under live activation and verification; each step goes on from the one before", () => {
  it("waits for a person, green, and asks WeChat Pay nothing in the run that draws the values", async () => {
    await up();
    expect(requests()).toEqual([]);
    expect(await statuses()).toEqual(["awaiting-certificate", "awaiting-activation", "awaiting-activation"]);
  });

  it("asks in the next run, is told no, and stays as it is", async () => {
    const output = await up();
    expect(requests()).toEqual(["POST /xdc/apiv2getsignkey/sign/getsignkey 200"]);
    expect(output).toMatch(/WeChat Pay does not take version [0-9a-f]{16} yet \(apiSecret\)/);
    expect(output).toMatch(/WeChat Pay has not told of version [0-9a-f]{16} \(no-certificate\)/);
    expect(await statuses()).toEqual(["awaiting-certificate", "awaiting-activation", "awaiting-activation"]);
  });

  it("takes all three over in one run, once a person has set them", async () => {
    // 59 days: its replacement is due at once.
    await applyForCertificate(59);
    await setSecrets();
    await up();
    expect(requests().sort()).toEqual([
      "GET /v3/certificates 200",
      "GET /v3/certificates 200",
      "POST /xdc/apiv2getsignkey/sign/getsignkey 200",
    ]);
    expect(await statuses()).toEqual(["renewal-requested", "active", "active"]);
  });

  it("asks nobody anything when nothing is open but a certificate's request", async () => {
    await up(["--expect-no-changes"]);
    expect(requests()).toEqual([]);
    expect(aws.journal.entries()).toEqual([]);
  });

  it("keeps all three over a rotation that nobody has finished on the platform", async () => {
    const before = await outputs();
    declare({ triggers: ["two"] });
    await up();
    const output = await up();
    const after = await outputs();
    expect(output).toMatch(/yet \(apiV3Secret\): WeChat Pay still encrypts with the value that serves now/);
    for (const kind of ["certificate", "apiSecret", "apiV3Secret"] as const)
      expect(after[kind].currentVersionId).toBe(before[kind].currentVersionId);
    expect(await statuses()).toEqual(["renewal-requested", "rotation-pending", "rotation-pending"]);
  });

  it("keeps an APIv3 secret that was typed in wrong on the platform waiting, red: callbacks fail now", async () => {
    requests();
    account().setApiV3Secret("x".repeat(32), confirmation());
    const output = await up(["--continue-on-error"], true);
    expect(output).toContain("activation: payments or callbacks fail now (apiV3Secret).");
    expect((await outputs()).apiV3Secret.status).toBe("rotation-pending");
  });

  it("refuses a certificate that the platform has revoked, red, and keeps the one that serves", async () => {
    const { certificate: before } = await outputs();
    await applyForCertificate(5 * 365);
    const { serialNumber } = account().certificates.at(-1)!;
    account().revokeCertificate(serialNumber, confirmation());
    const output = await up(["--continue-on-error"], true);
    expect(output).toContain(`certificate: WeChat Pay does not take requests signed as ${serialNumber}`);
    expect((await outputs()).certificate.currentVersionId).toBe(before.currentVersionId);
    account().restoreCertificate(serialNumber, confirmation());
  });

  it("rotates all three in one run, once the platform has them; an application loads them and is understood", async () => {
    const before = await outputs();
    await setSecrets();
    requests();
    await up();
    const after = await outputs();
    expect(await statuses()).toEqual(["active", "active", "active"]);
    for (const kind of ["certificate", "apiSecret", "apiV3Secret"] as const)
      expect(after[kind].currentVersionId).not.toBe(before[kind].currentVersionId);
    const shop = await application();
    expect((await shop.certificate()).serialNumber).toBe(after.certificate.serialNumber);
    const url = `${platform.endpoint}/v3/certificates`;
    const headers = {
      Authorization: await shop.authorization({ method: "GET", url }),
      "User-Agent": "application",
      Accept: "application/json",
    };
    expect((await fetch(url, { headers })).status).toBe(200);
  });

  it("cannot be told anything of an APIv3 secret in public-key mode, and is promoted by version", async () => {
    account().setMode("public-key");
    declare({ triggers: ["two"], apiV3Secret: { triggers: ["three"] } });
    await up();
    const { apiV3Secret } = await outputs();
    account().setApiV3Secret(valueOf("apiV3Secret", apiV3Secret.pendingVersionId), confirmation());
    expect(await up()).toMatch(/has not told of version [0-9a-f]{16} \(public-key-mode\)/);
    expect((await outputs()).apiV3Secret.status).toBe("rotation-pending");
    const activation = { version: apiV3Secret.pendingVersionId };
    declare({ apiV3Secret: { triggers: ["three"], activation } });
    await up();
    expect((await outputs()).apiV3Secret).toMatchObject({
      status: "active",
      currentVersionId: activation.version,
    });
  });

  it("changes nothing, green, while WeChat Pay is down", async () => {
    declare({ apiV3Secret: { triggers: ["four"] } });
    await up();
    platform.faults.always({ do: { status: 503 } });
    const output = await up();
    platform.faults.clear();
    expect(output).toMatch(/has not told of version [0-9a-f]{16} \(platform\)/);
    expect((await outputs()).apiV3Secret.status).toBe("rotation-pending");
  });

  it("has shown no key and no secret, to nobody", () => {
    const values = aws
      .secrets()
      .flatMap(({ versions }) =>
        versions.map(({ value }) => JSON.parse(String(value)) as Record<string, string>),
      );
    const keys = [...new Set(values.flatMap(({ privateKey }) => privateKey ?? []))];
    const secrets = values.flatMap(({ apiSecret, apiV3Secret }) => apiSecret ?? apiV3Secret ?? []);
    expect([keys.length, secrets.length]).toEqual([2, 6]);
    const canaries = [
      ...keys.flatMap((key, index) => keyCanaries(`key ${index}`, key)),
      ...secrets.flatMap((secret, index) => textCanaries(`secret ${index}`, secret)),
    ];
    expect(findCanaries(Buffer.from(shown), canaries)).toEqual([]);
  });
});
