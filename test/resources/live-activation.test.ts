import { accepted, type Undecided, type UndecidedReason, type Verdict } from "../../provider/domain/verdict";
import { serializeValue, type CredentialValue } from "../../provider/domain/credential-value";
import { privateKeyPem } from "../../provider/domain/private-key";
import { VaultError } from "../../provider/vault/vault";
import type { ApiV3SecretTrial } from "../../provider/verification/prober";
import { intercepted } from "../support/faults-vault";
import { freshKey, merchantId } from "../support/merchant";
import { unaskedProber } from "../support/prober";
import { canary, SecretScene } from "./secret-scene";

const refusal = (field: "apiSecret" | "apiV3Secret"): Verdict => ({
  verdict: "refused",
  field,
  says: "Set the value that waits.",
});
const nothingKnown = (because: UndecidedReason): Undecided => ({
  verdict: "undecided",
  because,
  says: "Nobody knows.",
});

/** What WeChat Pay would say next, and what it was asked. */
let answer: Verdict;
let asked: { secret: string; serving?: string | undefined; serialNumber?: string }[];

const shop = new SecretScene();
const v3 = new SecretScene("apiV3Secret");
const live = { activation: "live" };

beforeEach(() => {
  answer = refusal("apiSecret");
  asked = [];
  shop.scene.prober = () => ({
    ...unaskedProber,
    apiSecret: async ({ merchantId: id, apiSecret, signer }) => {
      expect(id).toBe(merchantId);
      asked.push({ secret: apiSecret, ...(signer && { serialNumber: signer.serialNumber }) });
      return answer;
    },
  });
  v3.scene.prober = () => ({
    ...unaskedProber,
    apiV3Secret: async ({ signer, apiV3Secret, servingApiV3Secret }: ApiV3SecretTrial) => {
      const { serialNumber } = signer;
      asked.push({ secret: apiV3Secret, serving: servingApiV3Secret, serialNumber });
      return answer;
    },
  });
});

const steps = (scene: SecretScene): string => (scene.outputs.nextSteps as string[]).join("\n");

describe("a value that waits under live activation", () => {
  it("is not asked about in the run that draws it: nobody can have set it", async () => {
    answer = accepted;
    const { unmet } = await shop.up(live);
    expect(asked).toEqual([]);
    expect(unmet).toEqual([]);
    expect(shop.outputs).toMatchObject({
      status: "awaiting-activation",
      currentVersionId: null,
      askFrom: "2026-11-22T12:00:00Z",
    });
    expect(steps(shop)).toContain(
      "In the same minute: pulumi up. It asks WeChat Pay, and activates what is accepted.",
    );
    expect(steps(shop)).toContain(
      "Or, without asking: merchant-credentials promote merchants/1900000109/apiSecret",
    );
    expect(steps(shop)).not.toContain("WeChat Pay does not take");
  });

  it("is asked about in every later run, once a run, and stays as it is while WeChat Pay refuses it", async () => {
    await shop.up(live);
    const waiting = shop.version("MC_REQUEST_")!;
    const before = shop.vault;
    for (const run of [1, 2]) {
      shop.quiet();
      expect(await shop.up()).toMatchObject({ changed: true, unmet: [] });
      expect(asked).toEqual(Array(run).fill({ secret: shop.value(waiting) }));
      expect(shop.writes).toEqual([]);
    }
    expect(shop.vault).toBe(before);
    expect(shop.outputs).toMatchObject({ status: "awaiting-activation", pendingVersionId: waiting });
    expect(steps(shop)).toContain(
      `WeChat Pay does not take version ${waiting.slice(0, 16)} yet (apiSecret): Set the value that waits.`,
    );
  });

  it("becomes current in the run to which WeChat Pay says yes, in three writes, and is not asked about again", async () => {
    await shop.up(live);
    const waiting = shop.outputs.pendingVersionId as string;
    const value = shop.value(waiting);
    answer = accepted;
    shop.quiet();
    shop.later(2);
    const { unmet, outputs } = await shop.up();
    expect(unmet).toEqual([]);
    expect(shop.writes).toEqual(["UpdateSecretVersionStage", "UpdateSecretVersionStage", "TagResource"]);
    expect(shop.value()).toBe(value);
    expect(outputs).toMatchObject({
      status: "active",
      currentVersionId: waiting,
      pending: null,
      askFrom: null,
      nextSteps: [],
      history: [{ versionId: waiting, from: "2026-11-24T12:00:00Z", reason: "first value" }],
    });
    shop.quiet();
    expect(await shop.up()).toMatchObject({ changed: false });
    expect(asked).toHaveLength(1);
    expect(shop.scene.sandbox.journal.entries()).toEqual([]);
  });

  it.each<UndecidedReason>(["unreachable", "platform", "throttled", "clock", "public-key-mode", "unsigned"])(
    "stays as it is, green, where nothing is known: %s",
    async (because) => {
      await shop.up(live);
      const before = shop.vault;
      answer = nothingKnown(because);
      expect(await shop.up()).toMatchObject({ changed: true, unmet: [] });
      expect(shop.vault).toBe(before);
      const waiting = (shop.outputs.pendingVersionId as string).slice(0, 16);
      expect(steps(shop)).toContain(
        `WeChat Pay has not told of version ${waiting} (${because}): Nobody knows.`,
      );
    },
  );

  it("can still be activated by its version, without a question", async () => {
    await shop.up(live);
    await shop.activate();
    expect(shop.outputs).toMatchObject({ status: "active", unmet: [], askFrom: null });
    expect(asked).toEqual([]);
  });

  it("turns the run red after its time, with the steps and what WeChat Pay said; not one day before", async () => {
    await shop.up({ ...live, failAfterDays: 3 });
    shop.later(2);
    expect((await shop.up()).unmet).toEqual([]);
    shop.later(1);
    const reason = await shop.red();
    expect(reason).toContain("has waited since 2026-11-22T12:00:00Z and is not set and activated yet.");
    expect(reason).toContain("(apiSecret): Set the value that waits.");
  });

  it("is asked about from the run in which a program turns to live", async () => {
    await shop.up();
    expect(shop.outputs.askFrom).toBeNull();
    shop.quiet();
    expect(await shop.up()).toMatchObject({ changed: false });
    answer = accepted;
    await shop.up(live);
    expect(shop.outputs).toMatchObject({ status: "active", unmet: [] });
  });

  it("is nobody's question when an import is current at once", async () => {
    await shop.up({ ...live, import: { env: "SHOP" } });
    expect(shop.outputs).toMatchObject({ status: "active", askFrom: null, unmet: [] });
    expect(asked).toEqual([]);
  });
});

describe("a rotation under live activation", () => {
  it("keeps the serving value until WeChat Pay takes the next one", async () => {
    await shop.up({ ...live, triggers: ["one"] });
    answer = accepted;
    await shop.up();
    const [first, serving] = [shop.version(), shop.value()];
    answer = refusal("apiSecret");
    await shop.up({ triggers: ["two"] });
    expect(shop.outputs).toMatchObject({ status: "rotation-pending", currentVersionId: first });
    await shop.up();
    expect(shop.value()).toBe(serving);
    answer = accepted;
    await shop.up();
    expect(shop.value()).not.toBe(serving);
    expect(shop.outputs).toMatchObject({ status: "active", previousVersionId: first });
    expect(shop.reasons).toEqual(["first value", "rotation"]);
  });

  it("turns red at once where the platform has dropped the value that serves as well", async () => {
    await shop.up({ ...live, triggers: ["one"] });
    answer = accepted;
    await shop.up();
    await shop.up({ triggers: ["two"] });
    answer = { verdict: "refused", field: "apiSecret", says: "The two are swapped.", isOutage: true };
    const before = shop.vault;
    expect(await shop.red()).toBe(
      "activation: payments or callbacks fail now (apiSecret). The two are swapped.",
    );
    expect(shop.vault).toBe(before);
    answer = accepted;
    expect(await shop.up()).toMatchObject({ unmet: [] });
  });

  it("is repaired by the next run, wherever its own breaks off", async () => {
    // Each call of an activation fails, before its effect and after it.
    for (const moment of ["before", "after"] as const) {
      for (let at = 1; ; at++) {
        shop.scene.sandbox.reset();
        Object.assign(shop.scene, { state: undefined });
        await shop.up(live);
        const waiting = shop.outputs.pendingVersionId as string;
        answer = accepted;
        const { vault } = shop.scene.ports;
        let calls = 0;
        shop.scene.ports.vault = (connection, signal) =>
          intercepted(vault(connection, signal), async (_operation, perform) => {
            if (++calls === at && moment === "before") throw new Error("crash");
            const result = await perform();
            if (calls === at && moment === "after") throw new Error("crash");
            return result;
          });
        await shop.up().catch(() => undefined);
        shop.scene.ports.vault = vault;
        if (calls < at) {
          expect(at).toBeGreaterThan(5);
          break;
        }
        await shop.up();
        expect(shop.outputs).toMatchObject({ status: "active", currentVersionId: waiting, unmet: [] });
        expect(shop.labels).toEqual(["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"]);
      }
    }
  });
});

/** The secret of the merchant's certificate, with some value. */
async function certificateSecret(value: CredentialValue | string): Promise<string> {
  const text = typeof value === "string" ? value : serializeValue(value);
  const { ARN } = await v3.aws.createSecret({ Name: "merchants/1900000109/certificate", SecretString: text });
  return ARN!;
}

const certificate = (changes: object = {}): CredentialValue => ({
  schema: "merchant-credentials/certificate/v1",
  merchantId,
  serialNumber: "5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
  privateKey: privateKeyPem(freshKey()),
  certificate: "a certificate",
  chain: [],
  ...changes,
});

describe("an APIv3 secret under live activation", () => {
  beforeEach(() => (answer = accepted));

  it("is proven with the merchant's certificate, beside the value that serves", async () => {
    const certificateSecretArn = await certificateSecret(certificate());
    await v3.up({ ...live, certificateSecretArn, triggers: ["one"] });
    const first = v3.value(v3.outputs.pendingVersionId as string)!;
    await v3.up();
    expect(v3.outputs).toMatchObject({ status: "active", unmet: [] });
    await v3.up({ triggers: ["two"] });
    await v3.up();
    const serialNumber = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1";
    expect(asked).toEqual([
      { secret: first, serving: undefined, serialNumber },
      { secret: v3.value(), serving: first, serialNumber },
    ]);
  });

  it.each<[string, CredentialValue | string, string, UndecidedReason?]>([
    [
      "there is no certificate yet",
      { schema: "merchant-credentials/empty/v1" },
      "it holds no certificate yet. Finish the certificate first.",
      "no-certificate",
    ],
    [
      "it is the secret of something else",
      { schema: "merchant-credentials/api-secret/v1", merchantId, apiSecret: canary("Z") },
      "it holds merchant-credentials/api-secret/v1. Give the secret of the certificate.",
    ],
    [
      "it is another merchant's",
      certificate({ merchantId: "1900000110" }),
      "it is another merchant's. Give that of merchant 1900000109.",
    ],
    ["its key is damaged", certificate({ privateKey: "no key" }), "its private key cannot be read."],
    ["it is none of ours", canary("Y"), "the secret's value is not a merchant credential"],
  ])("stays as it is where %s", async (_name, value, says, because = "wrong-secret") => {
    const certificateSecretArn = await certificateSecret(value);
    await v3.up({ ...live, certificateSecretArn });
    const { unmet } = await v3.up();
    // What only the program can correct is red; what is still to come is not.
    if (because === "no-certificate") expect(unmet).toEqual([]);
    else expect(unmet).toEqual([expect.stringMatching(/^activation: /)]);
    expect(v3.outputs.status).toBe("awaiting-activation");
    expect(steps(v3)).toContain(`(${because}): `);
    expect(steps(v3)).toContain(says);
    expect(asked).toEqual([]);
  });

  it("stays as it is, red, where the certificate's secret is gone", async () => {
    const certificateSecretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:gone-AbCdEf";
    await v3.up({ ...live, certificateSecretArn });
    expect((await v3.up()).unmet).toEqual([
      expect.stringContaining("activation: certificateSecretArn: there is no such secret"),
    ]);
    expect(steps(v3)).toContain("certificateSecretArn: there is no such secret, or it has no current value");
  });

  it("turns the run red, and changes nothing, where Secrets Manager does not answer", async () => {
    const certificateSecretArn = await certificateSecret(certificate());
    await v3.up({ ...live, certificateSecretArn });
    const before = v3.vault;
    const { secretSources } = v3.scene.ports;
    const refuse = () =>
      Promise.reject(new VaultError("unavailable", "GetSecretValue: no answer", "GetSecretValue"));
    v3.scene.ports.secretSources = () => ({ text: refuse, bytes: refuse, secret: refuse });
    expect(await v3.red()).toContain(
      "GetSecretValue: no answer. Nothing is lost; run the same command again",
    );
    v3.scene.ports.secretSources = secretSources;
    expect(v3.vault).toBe(before);
    await v3.up();
    expect(v3.outputs).toMatchObject({ status: "active", unmet: [] });
  });
});

it("an API secret is asked about with the certificate where there is one, and without where there is none yet", async () => {
  const certificateSecretArn = (
    await shop.aws.createSecret({ Name: "certificate", SecretString: serializeValue(certificate()) })
  ).ARN!;
  await shop.up({ ...live, certificateSecretArn });
  await shop.up();
  expect(asked).toMatchObject([{ serialNumber: "5157F09EFDC096DE15EBE81A47057A7232F1B8E1" }]);
  const SecretString = serializeValue({ schema: "merchant-credentials/empty/v1" });
  await shop.aws.putSecretValue({ SecretId: certificateSecretArn, SecretString });
  await shop.up();
  expect(Object.keys(asked[1]!)).toEqual(["secret"]);
});

describe("check refuses, in preview,", () => {
  const refusals = (scene: SecretScene, news: object, config: object = {}) =>
    scene.scene.handlers.check({
      olds: {},
      news: { ...scene.scene.inputs, ...news },
      config: { ...scene.scene.config, ...config },
    }).failures;

  it("live activation of an APIv3 secret without a certificate to sign with", () => {
    expect(refusals(v3, live)).toEqual([
      {
        property: "certificateSecretArn",
        reason:
          'certificateSecretArn: expected the ARN of the certificate\'s secret beside `activation: "live"`, found nothing. ' +
          "Its key signs the request: give the output `secretArn` of the MerchantCertificate.",
      },
    ]);
  });

  it("live activation of an API secret where WeChat Pay cannot be asked about one", () => {
    const [failure, ...rest] = refusals(shop, live, { wechatPayEndpoint: "global" });
    expect(rest).toEqual([]);
    expect(failure).toMatchObject({ property: "activation" });
    expect(failure!.reason).toContain(
      "WeChat Pay's global endpoint does not tell whether an API secret is right",
    );
    expect(refusals(shop, live, { wechatPayEndpoint: "mainland" })).toEqual([]);
    expect(refusals(shop, live)).toEqual([]);
  });

  it.each([
    ["a name", "shop", "expected the full ARN of a secret"],
    ["a secret", canary("W"), "looks like the secret itself"],
    ["a number", 7, "expected the full ARN of a secret"],
  ])("%s where the ARN of the certificate's secret belongs", (_name, certificateSecretArn, says) => {
    const failures = refusals(v3, { ...live, certificateSecretArn });
    expect(failures).toHaveLength(1);
    expect(failures[0]!.reason).toContain("certificateSecretArn");
    expect(failures[0]!.reason).toContain(says);
    expect(JSON.stringify(failures)).not.toContain(canary("W"));
  });

  it.each([
    ["http to another machine", "http://example.com"],
    ["a path", "https://example.com/v3"],
    ["a word", "hongkong"],
  ])("a Provider whose wechatPayEndpoint is %s", (_name, wechatPayEndpoint) => {
    const [failure] = refusals(shop, live, { wechatPayEndpoint });
    expect(failure!.reason).toContain('Provider: wechatPayEndpoint: expected "mainland", "global", or a URL');
  });
});
