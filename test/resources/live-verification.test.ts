import { createPublicKey, X509Certificate } from "node:crypto";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { serializeValue, type CredentialValue } from "../../provider/domain/credential-value";
import { accepted, type Verdict } from "../../provider/domain/verdict";
import type { JsonObject } from "../../provider/resources/resource-handlers";
import type { RequestSigner } from "merchant-credentials-loader/wechatpay";
import { publicKeySha256 } from "../../provider/domain/private-key";
import { platformCertificate, privateKey, privateKeyPem } from "../support/certificates";
import { intercepted } from "../support/faults-vault";
import { merchantId, merchantName, MerchantScene, restartKeys } from "../support/merchant";
import { unaskedProber } from "../support/prober";

let scene: MerchantScene;
let inputs: JsonObject;
/** What WeChat Pay would say next, and who signed the requests. */
let answer: Verdict;
let asked: RequestSigner[];
/** Names of the keys that its answer was to be verified with. */
let known: string[] | undefined;
let aws: SecretsManager;

const refusal: Verdict = { verdict: "refused", field: "serialNumber", says: "Compare the serial number." };
const unknown: Verdict = { verdict: "undecided", because: "unreachable", says: "No answer." };

beforeAll(async () => {
  scene = await MerchantScene.start();
  inputs = { ...scene.inputs, verification: "live" };
  aws = new SecretsManager({ endpoint: scene.sandbox.endpoint, region: "us-east-1" });
  scene.prober = () => ({
    ...unaskedProber,
    certificate: async (signer, keys) => {
      asked.push(signer);
      known = keys && [...keys.keys()];
      return answer;
    },
  });
});
beforeEach(() => {
  scene.sandbox.reset();
  scene.clock.set("2026-11-22T12:00:00Z");
  Object.assign(scene, { state: undefined, inputs, env: {} });
  restartKeys();
  [answer, asked, known] = [accepted, [], undefined];
});
afterAll(async () => {
  aws.destroy();
  await scene.close();
});

const writes = (): string[] =>
  scene.sandbox.journal
    .entries()
    .map(({ operation }) => operation)
    .filter((operation) => !/^(Describe|Get)/.test(operation));
const labels = (): string[] => scene.secret.versions.flatMap((version) => version.labels).sort();
const vault = (): string => JSON.stringify(scene.sandbox.secrets());
const reasons = (): string => (scene.state!.outputs.unmet as string[]).join("\n");

/** A first certificate that serves. */
async function serving(): Promise<string> {
  await scene.up();
  const certificate = scene.sign();
  await scene.up({ certificate });
  asked = [];
  return certificate;
}

describe("a certificate under live verification", () => {
  it("becomes current once WeChat Pay takes a request signed with its own key and serial number", async () => {
    await scene.up();
    expect(asked).toEqual([]);
    const { unmet, outputs } = await scene.up({ certificate: scene.sign() });
    expect(unmet).toEqual([]);
    expect(outputs).toMatchObject({ status: "active", certificateRequest: null });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ merchantId, serialNumber: outputs.serialNumber });
    expect(publicKeySha256(asked[0]!.privateKey)).toBe(publicKeySha256(privateKey("fresh 0")));
  });

  it("is asked about once, and never again while it serves", async () => {
    await serving();
    scene.sandbox.journal.clear();
    expect(await scene.up()).toMatchObject({ changed: false });
    expect(await scene.up({ tags: { team: "payments" } })).toMatchObject({ changed: true, unmet: [] });
    expect(asked).toEqual([]);
  });

  it.each<[string, Verdict, string]>([
    [
      "refuses",
      refusal,
      "does not take requests signed as SERIAL (serialNumber). Compare the serial number. Nothing has changed.",
    ],
    [
      "does not answer",
      unknown,
      "has not told whether it takes SERIAL (unreachable). No answer. Nothing has changed. " +
        'Run pulumi up again, or set `verification: "none"` to make it current without asking.',
    ],
  ])("leaves everything as it was, and the run red, while WeChat Pay %s", async (_name, verdict, says) => {
    await scene.up();
    const [before, request] = [vault(), scene.state!.outputs.certificateRequest];
    const certificate = scene.sign();
    const { serialNumber } = new X509Certificate(certificate);
    answer = verdict;
    for (const run of [1, 2]) {
      scene.sandbox.journal.clear();
      const { unmet, outputs } = await scene.up({ certificate });
      expect(unmet).toEqual([
        `certificate: WeChat Pay ${says.replace("SERIAL", serialNumber.padStart(40, "0"))}`,
      ]);
      expect(outputs).toMatchObject({ status: "awaiting-certificate", certificateRequest: request });
      expect(writes()).toEqual([]);
      expect(asked).toHaveLength(run);
    }
    expect(vault()).toBe(before);
    answer = accepted;
    expect(await scene.up()).toMatchObject({ unmet: [], outputs: { status: "active" } });
  });

  it("can be made current without asking, by taking live verification out", async () => {
    await scene.up();
    answer = unknown;
    await scene.up({ certificate: scene.sign() });
    expect(await scene.up({ verification: "none" })).toMatchObject({
      unmet: [],
      outputs: { status: "active" },
    });
  });

  it("keeps the one that serves until its replacement is taken", async () => {
    await serving();
    const first = scene.state!.outputs.serialNumber;
    scene.clock.set("2031-10-15T12:00:00Z");
    await scene.up();
    answer = refusal;
    await scene.up({ certificate: scene.sign() });
    expect(scene.state!.outputs).toMatchObject({ serialNumber: first, status: "renewal-requested" });
    expect(reasons()).toContain("WeChat Pay does not take requests signed as");
    answer = accepted;
    expect(await scene.up()).toMatchObject({ unmet: [], outputs: { status: "active" } });
    expect(scene.state!.outputs.serialNumber).not.toBe(first);
  });

  it("asks about the kept one of a roll back too", async () => {
    const first = await serving();
    scene.clock.set("2031-10-15T12:00:00Z");
    await scene.up();
    await scene.up({ certificate: scene.sign() });
    const second = scene.state!.outputs.serialNumber;
    answer = refusal;
    await scene.up({ certificate: first });
    expect(scene.state!.outputs.serialNumber).toBe(second);
    answer = accepted;
    await scene.up();
    expect(scene.state!.outputs.serialNumber).not.toBe(second);
  });

  it("asks nothing about a certificate that does not fit", async () => {
    await scene.up();
    const other = scene.platform.issue(scene.requestOfKey(privateKeyPem()), { merchantId, merchantName });
    const { unmet } = await scene.up({ certificate: other });
    expect(unmet.join()).toContain("its key matches none in the vault");
    expect(asked).toEqual([]);
  });

  it("asks about a key from outside before it is stored", async () => {
    scene.env = { KEY: privateKeyPem() };
    const issued = scene.platform.issue(scene.requestOfKey(privateKeyPem()), { merchantId, merchantName });
    answer = refusal;
    const imported = { certificate: issued, import: { privateKey: { env: "KEY" } } };
    const { unmet } = await scene.up(imported);
    expect(unmet.join()).toContain("WeChat Pay does not take requests signed as");
    expect(unmet.join()).toContain("[not-verified]");
    expect(labels()).toEqual(["AWSCURRENT"]);
    answer = accepted;
    expect(await scene.up()).toMatchObject({
      unmet: [],
      outputs: { status: "active", keyOrigin: "imported" },
    });
    expect(asked).toHaveLength(2);
  });

  it("is repaired by the next run, wherever the one that promotes breaks off", async () => {
    for (const moment of ["before", "after"] as const) {
      for (let at = 1; ; at++) {
        scene.sandbox.reset();
        Object.assign(scene, { state: undefined, inputs });
        restartKeys();
        await scene.up();
        const certificate = scene.sign();
        const { vault: connect } = scene.ports;
        let calls = 0;
        scene.ports.vault = (connection, signal) =>
          intercepted(connect(connection, signal), async (_operation, perform) => {
            if (++calls === at && moment === "before") throw new Error("crash");
            const result = await perform();
            if (calls === at && moment === "after") throw new Error("crash");
            return result;
          });
        await scene.up({ certificate }).catch(() => undefined);
        scene.ports.vault = connect;
        if (calls < at) {
          expect(at).toBeGreaterThan(6);
          break;
        }
        expect(await scene.up()).toMatchObject({ unmet: [] });
        expect(scene.state!.outputs).toMatchObject({ status: "active", certificateRequest: null });
        expect(labels()).toEqual([
          "AWSCURRENT",
          "AWSPENDING",
          "AWSPREVIOUS",
          `MC_CERT_${scene.state!.outputs.serialNumber as string}`,
        ]);
      }
    }
  });

  describe("whose answer has to be WeChat Pay's by its signature", () => {
    const publicKeyId = "PUB_KEY_ID_0114232134912410000000000000";
    const publicKeyPem = createPublicKey(privateKey("platform")).export({
      type: "spki",
      format: "pem",
    }) as string;
    const aPublicKey: CredentialValue = {
      schema: "merchant-credentials/platform-public-key/v1",
      merchantId,
      publicKeyId,
      publicKey: publicKeyPem,
    };
    const platformSerial = "50062CE505775F070CAB06E697F1BBD1AD4F4D87";
    const certificates: CredentialValue = {
      schema: "merchant-credentials/platform-certificates/v1",
      merchantId,
      certificates: [
        {
          serialNumber: platformSerial,
          certificate: platformCertificate(),
          effectiveTime: "2026-01-15T08:30:00Z",
          expireTime: "2031-01-15T08:30:00Z",
        },
        { serialNumber: "0A", certificate: "damaged", effectiveTime: "", expireTime: "" },
      ],
    };

    async function declaredBeside(value: CredentialValue | undefined): Promise<readonly string[]> {
      let platformSecretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:gone-AbCdEf";
      if (value) {
        const Name = "merchants/1900000109/platform";
        const { ARN } = await aws.createSecret({ Name, SecretString: serializeValue(value) });
        platformSecretArn = ARN!;
      }
      const first = { ...scene.inputs, platformSecretArn };
      scene.inputs = first;
      await scene.up();
      return (await scene.up({ certificate: scene.sign() })).unmet;
    }

    it.each([
      ["a public key", aPublicKey, [publicKeyId]],
      ["platform certificates, those that can be read", certificates, [platformSerial]],
    ])("gives the prober %s", async (_name, value, serials) => {
      expect(await declaredBeside(value)).toEqual([]);
      expect(known).toEqual(serials);
    });

    it("asks without a key while there is none: the first are asked for with this very certificate", async () => {
      expect(await declaredBeside({ schema: "merchant-credentials/empty/v1" })).toEqual([]);
      expect(known).toBeUndefined();
    });

    it.each<[string, CredentialValue | undefined, string]>([
      [
        "something else",
        { schema: "merchant-credentials/api-secret/v1", merchantId, apiSecret: "A".repeat(32) },
        "it holds merchant-credentials/api-secret/v1. Give the secret of PlatformPublicKey or PlatformCertificates.",
      ],
      ["another merchant's key", { ...aPublicKey, merchantId: "1900000110" }, "it is another merchant's."],
      ["nothing", undefined, "there is no such secret"],
    ])("does not ask, and promotes nothing, where the ARN leads to %s", async (_name, value, says) => {
      const unmet = await declaredBeside(value);
      expect(unmet.join()).toContain("(wrong-secret). platformSecretArn: ");
      expect(unmet.join()).toContain(says);
      expect(asked).toEqual([]);
      expect(scene.state!.outputs.status).toBe("awaiting-certificate");
    });
  });

  it("is refused in preview beside a certificate that APIv3 never takes", () => {
    const { failures } = scene.handlers.check({
      olds: {},
      news: { ...inputs, issuance: "download" },
      config: scene.config,
    });
    expect(failures).toEqual([
      {
        property: "verification",
        reason:
          'verification: expected "none" beside `issuance: "download"`, found "live". WeChat Pay takes no APIv3 request signed ' +
          "with a certificate that it has issued itself, so it cannot be asked.",
      },
    ]);
  });
});
