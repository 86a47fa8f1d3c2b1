import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Engine } from "../../sandbox/engine/engine";
import { startMerchantPlatform, type MerchantPlatform } from "../../sandbox/merchant-platform";
import { startSecretsManager, type SecretsManagerSandbox } from "../../sandbox/secrets-manager";
import { JavaProgram } from "./java-sdk/java-sdk";

jest.setTimeout(400_000);

const merchantId = "1900000109";
const merchantName = "Example Shop Ltd";

const program = `
const merchant = require("pulumi-merchant-credentials");
const { certificate, triggers, platformPublicKey } = require("./declared.json");
const shop = new merchant.Merchant("shop", {
  merchantId: "${merchantId}",
  merchantName: "${merchantName}",
  certificate,
  apiSecret: false,
  apiV3Secret: { activation: "live", triggers },
  ...(certificate && { platformCertificates: {} }),
  platformPublicKey,
});
exports.request = shop.certificateRequest;
`;

process.env.AWS_ACCESS_KEY_ID ??= "test";
process.env.AWS_SECRET_ACCESS_KEY ??= "test";

let java: JavaProgram | { readonly missing: string };
let aws: SecretsManagerSandbox;
let platform: MerchantPlatform;
let engine: Engine;
let receiver: Server;
/** The last callback that came. */
let callback: { headers: IncomingHttpHeaders; body: string };

const account = () => platform.merchant(merchantId);
const confirmation = () => ({ smsCode: account().requestSmsCode(), loginPassword: account().loginPassword });
const declare = (declared: object): void => engine.write({ "declared.json": JSON.stringify(declared) });

/** The value at a stage, as a person reads it with `reveal`. */
function apiV3Secret(stage: string): string {
  const secret = aws.secrets().find(({ name }) => name.endsWith("/apiV3Secret"))!;
  const { value } = secret.versions.find(({ labels }) => labels.includes(stage))!;
  return (JSON.parse(value as string) as { apiV3Secret: string }).apiV3Secret;
}

/** What WeChat Pay sends to the merchant, caught on the way. */
async function sentCallback(signedBy: "platform-certificate" | "public-key"): Promise<object> {
  const { port } = receiver.address() as AddressInfo;
  await platform.notify(merchantId, `http://127.0.0.1:${port}/`, { signedBy });
  return { mode: modeOf[signedBy], ...callback };
}
const modeOf = { "platform-certificate": "certificates", "public-key": "public-key" } as const;

const run = (...tasks: object[]): Promise<string[]> =>
  (java as JavaProgram).run([aws.endpoint, `merchants/${merchantId}`, platform.endpoint], tasks);

/** A merchant in business, by the provider and the real engine: active secrets, and both kinds of platform keys. */
beforeAll(async () => {
  java = await JavaProgram.compile();
  if ("missing" in java) {
    console.warn(`The official Java SDK has not been tried: ${java.missing}`);
    return;
  }
  aws = await startSecretsManager();
  platform = await startMerchantPlatform();
  platform.addMerchant({ merchantId, merchantName, mode: "both" });
  receiver = createServer((request, response) => {
    void text(request).then((body) => {
      callback = { headers: request.headers, body };
      response.end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const config = {
    "aws:region": "us-east-1",
    "merchant-credentials:endpoint": aws.endpoint,
    "merchant-credentials:wechatPayEndpoint": platform.endpoint,
  };
  engine = await Engine.forProgram({
    files: { "package.json": "{}", "index.js": program, "Pulumi.dev.yaml": JSON.stringify({ config }) },
  });
  declare({ triggers: ["one"] });
  await engine.up();
  const { request } = (await engine.outputs()) as { request: string };
  const certificate = account().applyForCertificate(request, { ...confirmation(), merchantName });
  account().setApiV3Secret(apiV3Secret("AWSPENDING"), confirmation());
  const { id, pem } = account().publicKey;
  const active = { certificate, platformPublicKey: { publicKeyId: id, publicKey: pem } };
  declare({ ...active, triggers: ["one"] });
  await engine.up();
  // The next rotation is open: the next value waits.
  declare({ ...active, triggers: ["two"] });
  await engine.up();
});

afterAll(async () => {
  if ("missing" in java) return;
  java.remove();
  engine.dispose();
  receiver.close();
  await platform.close();
  await aws.close();
});

describe("the official Java SDK, with the reader in docs/loader.md and what the provider has stored,", () => {
  it("signs orders that WeChat Pay takes, and verifies the answers in both modes", async () => {
    if ("missing" in java) return;
    const [publicKey, certificates] = await run(
      { order: "java-1", mode: "public-key" },
      { order: "java-2", mode: "certificates" },
    );
    for (const codeUrl of [publicKey, certificates]) expect(codeUrl).toMatch(/^weixin:\/\//);
    const orders = platform.journal.entries().filter(({ target }) => target.endsWith("/native"));
    expect(orders.map(({ status, verdict }) => [status, verdict])).toEqual([
      [200, "accepted"],
      [200, "accepted"],
    ]);
  });

  it("reads callbacks under the current secret, refuses forged ones, and reads those under the pending one", async () => {
    if ("missing" in java) return;
    const current = [await sentCallback("public-key"), await sentCallback("platform-certificate")];
    const forged = { ...current[0], body: callback.body.replace("TRANSACTION", "REFUND") };
    expect(apiV3Secret("AWSPENDING")).not.toBe(apiV3Secret("AWSCURRENT"));
    expect(await run(...current, forged)).toEqual(["SUCCESS", "SUCCESS", "ValidationException"]);

    account().setApiV3Secret(apiV3Secret("AWSPENDING"), confirmation());
    expect(await run(await sentCallback("public-key"))).toEqual(["SUCCESS"]);
  });

  it("reads what was sent under the previous secret, once the next one is current", async () => {
    if ("missing" in java) return;
    account().setApiV3Secret(apiV3Secret("AWSCURRENT"), confirmation());
    const early = await sentCallback("public-key");
    account().setApiV3Secret(apiV3Secret("AWSPENDING"), confirmation());
    await engine.up();
    const late = await sentCallback("public-key");
    expect(await run(early, late)).toEqual(["SUCCESS", "SUCCESS"]);
    account().setApiV3Secret("NobodyHasStoredThisSecretAnywher", confirmation());
    expect(await run(await sentCallback("public-key"))).toEqual(["DecryptionException"]);
  });
});
