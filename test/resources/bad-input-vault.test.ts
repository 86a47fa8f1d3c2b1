import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { emptyValue, serializeValue } from "../../provider/domain/credential-value";
import { publicKeySha256 } from "../../provider/domain/private-key";
import { labelName, requestFingerprint } from "../../provider/domain/staging-labels";
import type { JsonObject } from "../../provider/resources/resource-handlers";
import { merchantCertificate, platformCertificate, privateKey, privateKeyPem } from "../support/certificates";
import { merchantId, MerchantScene, restartKeys } from "../support/merchant";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const secretName = `merchants/${merchantId}/certificate`;
let scene: MerchantScene;
let aws: SecretsManager;
let inputs: JsonObject;

// One scene, emptied for each test, with keys that the tests share: a key takes 0.2 s to make.
beforeAll(async () => {
  scene = await MerchantScene.start();
  inputs = scene.inputs;
  aws = new SecretsManager({
    endpoint: scene.sandbox.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
});

beforeEach(() => {
  scene.sandbox.reset();
  scene.clock.set("2026-11-22T12:00:00Z");
  restartKeys();
  Object.assign(scene, { state: undefined, inputs });
});

afterAll(async () => {
  aws.destroy();
  await scene.close();
});

/** What an application reads now. */
function serving(): string {
  return scene.secret.versions.find(({ labels }) => labels.includes("AWSCURRENT"))!.value as string;
}

const versionOf = (label: string) => scene.secret.versions.find(({ labels }) => labels.includes(label))?.id;

async function activate(validity: { notAfter?: Date } = {}): Promise<string> {
  await scene.up();
  const certificate = scene.sign(validity);
  expect((await scene.up({ certificate })).unmet).toEqual([]);
  return certificate;
}

/** What a foreign key's certificate looks like on the day of the scene. */
const today = { notBefore: new Date("2026-11-01T00:00:00Z"), notAfter: new Date("2031-11-01T00:00:00Z") };
const foreign = () =>
  merchantCertificate({ key: privateKey("foreign"), serialNumber: "F".repeat(40), ...today });

describe("a certificate that cannot become current makes the run red and leaves the serving one untouched:", () => {
  let certificate: string;
  let before: string;
  beforeEach(async () => {
    certificate = await activate();
    before = serving();
  });
  afterEach(() => expect(serving()).toBe(before));

  const reasons = async (changes: JsonObject): Promise<string> => {
    const { unmet, outputs } = await scene.up(changes);
    expect(outputs.unmet).toEqual(unmet);
    expect(outputs.secretArn).toBe(scene.secret.arn);
    const text = unmet.join("\n");
    expect(text).not.toContain("PRIVATE KEY");
    return text;
  };

  it("the key matches no pending, current or kept one", async () => {
    expect(await reasons({ certificate: foreign() })).toMatch(
      /its key matches none in the vault: found [0-9a-f]{16}, expected/,
    );
  });

  it("taken out of the program after it was active", async () => {
    expect(await reasons({ certificate: null })).toContain("withdrawn from the program while");
  });

  it("the next one is not valid before a day in the future", async () => {
    scene.clock.set("2031-10-01T00:00:00Z");
    await scene.up();
    const next = scene.sign({ notBefore: new Date("2031-10-03T00:00:00Z") });
    expect(await reasons({ certificate: next })).toContain(
      "is not valid before 2031-10-03 00:00 UTC (2031-10-03 08:00 +08:00)",
    );
    scene.clock.set("2031-10-03T00:00:00Z");
    expect((await scene.up()).unmet).toEqual([]);
    before = serving();
  });

  it("the next one has expired before it was declared", async () => {
    scene.clock.set("2031-10-01T00:00:00Z");
    await scene.up();
    const next = scene.sign({
      notBefore: new Date("2031-06-01T00:00:00Z"),
      notAfter: new Date("2031-10-02T00:00:00Z"),
    });
    scene.clock.set("2031-10-03T00:00:00Z");
    expect(await reasons({ certificate: next, onExpiry: "warn" })).toMatch(
      /expired on 2031-10-02 00:00 UTC .*the current credential is untouched/,
    );
  });

  it("the current one has expired: red, with what stops working", async () => {
    scene.clock.set("2031-12-01T00:00:00Z");
    expect(await reasons({ certificate })).toMatch(/expired on 2031-11-22 .*APIv3 payments/);
  });

  it("it is kept but compromised", async () => {
    scene.clock.set("2031-10-01T00:00:00Z");
    await scene.up();
    await scene.up({ certificate: scene.sign() });
    const { serialNumber } = JSON.parse(before) as { serialNumber: string };
    const kept = versionOf(`MC_CERT_${serialNumber}`)!;
    await aws.updateSecretVersionStage({
      SecretId: secretName,
      VersionStage: `MC_CERT_${serialNumber}`,
      RemoveFromVersionId: kept,
    });
    await aws.updateSecretVersionStage({
      SecretId: secretName,
      VersionStage: `MC_COMPROMISED_${serialNumber}`,
      MoveToVersionId: kept,
    });
    before = serving();
    expect(await reasons({ certificate })).toContain(
      `${serialNumber} is marked as compromised and cannot come back`,
    );
  });

  it("stays red run after run, until it is put right", async () => {
    await reasons({ certificate: foreign() });
    expect((await scene.up()).unmet).toHaveLength(1);
    await scene.refresh();
    expect((await scene.up()).unmet).toHaveLength(1);
    expect((await scene.up({ certificate })).unmet).toEqual([]);
    expect((await scene.up()).changed).toBe(false);
  });
});

it("a foreign certificate while the first is awaited leaves the placeholder current and the request open", async () => {
  await scene.up();
  const request = versionOf("AWSPENDING");
  const { unmet, outputs } = await scene.up({ certificate: foreign() });
  expect(unmet.join()).toContain("(the open request)");
  expect(outputs).toMatchObject({ status: "awaiting-certificate", pendingVersionId: request });
  expect(serving()).toBe(emptyValue);
});

it("another merchant name while a request is outstanding makes the run red and keeps the request", async () => {
  const { certificateRequest } = (await scene.up()).outputs;
  const { unmet, outputs } = await scene.up({ merchantName: "Other Shop" });
  expect(unmet.join()).toMatch(/^merchantName: .*outstanding with "Example Shop Ltd".*"Other Shop"/);
  expect(outputs.certificateRequest).toBe(certificateRequest);
});

it("is green for a merchant with a Chinese name that waits for its first certificate", async () => {
  expect((await scene.up({ merchantName: "示例商店有限公司" })).unmet).toEqual([]);
});

describe("a secret that is not this program's is left as it is:", () => {
  const canary = "c4n4ry-0123456789abcdefghij";
  const theirs = (value = `{"password":"${canary}"}`, tags: Record<string, string> = {}) =>
    aws.createSecret({
      Name: secretName,
      SecretString: value,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    });
  const ownedBy = (owner: string, more: Record<string, string> = {}) => ({
    "merchant-credentials:owner": owner,
    "merchant-credentials:merchant-id": merchantId,
    "merchant-credentials:kind": "certificate",
    "merchant-credentials:lease": "ffff",
    ...more,
  });
  const refusal = async (changes: JsonObject = {}): Promise<string> => {
    const before = JSON.stringify(scene.secret);
    const problem = await scene.up(changes).then(
      ({ unmet }) => unmet.join("\n"),
      (error: Error) => error.message,
    );
    expect(problem).not.toBe("");
    expect(problem).not.toContain(canary);
    expect(JSON.stringify(scene.secret)).toBe(before);
    return problem;
  };

  it.each<[string, JsonObject, () => Promise<unknown>, string]>([
    [
      "of another owner, without adopt",
      {},
      () => theirs(emptyValue, ownedBy("other/prod")),
      "owner other/prod",
    ],
    [
      "made by something else, without adopt",
      {},
      () => theirs(),
      "owner none: it was made by something else",
    ],
    ["made by something else, without adopt, and the hint is adopt", {}, () => theirs(), "Set `adopt: true`"],
    [
      "with an unknown schema",
      { adopt: true },
      () => theirs(),
      "expected a value of schema merchant-credentials/…, found another text",
    ],
    [
      "with an unknown schema, and the hint is how to read it",
      { adopt: true },
      () => theirs(),
      'adopt: { privateKey: "<key>", certificate: "<key>" }',
    ],
    [
      "with a text that is not JSON",
      { adopt: true },
      () => theirs(canary),
      "expected a value of schema merchant-credentials/…, found another text",
    ],
    [
      "with a text that is not JSON, where the keys of an object are named",
      { adopt: { privateKey: "key", certificate: "crt" } },
      () => theirs(canary),
      "adopt.certificate: the secret to adopt cannot be read (expected a JSON object",
    ],
    [
      "of another merchant",
      { adopt: true },
      () => theirs(emptyValue, ownedBy("shop/prod", { "merchant-credentials:merchant-id": "1900000110" })),
      "belongs to merchant 1900000110",
    ],
    [
      "of another kind",
      { adopt: true },
      () => theirs(emptyValue, ownedBy("shop/prod", { "merchant-credentials:kind": "apiSecret" })),
      "kind apiSecret",
    ],
  ])("%s", async (_name, changes, arrange, reason) => {
    await arrange();
    expect(await refusal(changes)).toContain(reason);
    expect(scene.state).toBeUndefined();
  });

  it("rotated by AWS, even with adopt", async () => {
    await theirs(emptyValue);
    scene.sandbox.amend(secretName, { rotationEnabled: true });
    expect(await refusal({ adopt: true })).toContain("AWS rotates this secret");
  });

  it("owned by a service, even with adopt", async () => {
    await theirs(emptyValue);
    scene.sandbox.amend(secretName, { owningService: "rds" });
    expect(await refusal({ adopt: true })).toContain("the AWS service rds manages this secret");
  });
});

describe("a secret that ceased to be this program's makes the run red and stays in state:", () => {
  let before: string;
  beforeEach(async () => {
    await activate();
    before = serving();
  });
  afterEach(() => expect(serving()).toBe(before));

  it.each<[string, () => Promise<unknown> | void, string]>([
    [
      "AWS rotates it now",
      () => scene.sandbox.amend(secretName, { rotationEnabled: true }),
      "AWS rotates this secret",
    ],
    [
      "a service owns it now",
      () => scene.sandbox.amend(secretName, { owningService: "rds" }),
      "the AWS service rds manages this secret",
    ],
    [
      "another program has taken it over",
      () =>
        aws.tagResource({
          SecretId: secretName,
          Tags: [
            { Key: "merchant-credentials:owner", Value: "other/prod" },
            { Key: "merchant-credentials:lease", Value: "ffff" },
          ],
        }),
      "owner other/prod",
    ],
  ])("%s", async (_name, change, reason) => {
    const { id } = scene.state!;
    await change();
    const { unmet, outputs } = await scene.up({ tags: { team: "payments" } });
    expect(unmet.join()).toContain(reason);
    expect(scene.state!.id).toBe(id);
    expect(outputs.serialNumber).toBe((JSON.parse(before) as { serialNumber: string }).serialNumber);
  });
});

it("adopts a secret of another owner when told to, and says so only in its tags", async () => {
  await activate();
  const { certificate } = scene.inputs;
  const before = serving();
  scene.state = undefined;
  const { unmet, outputs } = await scene.up({ owner: "new/prod", adopt: true, certificate });
  expect(unmet).toEqual([]);
  expect(outputs.status).toBe("active");
  expect(serving()).toBe(before);
  expect(scene.secret.tags["merchant-credentials:owner"]).toBe("new/prod");
});

it("keeps private keys out of everything that a failing run returns", async () => {
  await scene.up();
  const { unmet, outputs } = await scene.up({ certificate: foreign() });
  const text = JSON.stringify({ unmet, outputs, logged: scene.logged });
  expect(text).not.toContain("PRIVATE KEY");
  const pending = JSON.parse(
    scene.secret.versions.find(({ id }) => id === outputs.pendingVersionId)!.value as string,
  ) as { privateKey: string };
  expect(text).not.toContain(pending.privateKey.split("\n")[4]);
  expect(text).not.toContain(privateKeyPem(privateKey("foreign")).split("\n")[4]);
});

it("never takes the platform's own certificate", async () => {
  await scene.up();
  await expect(scene.up({ certificate: platformCertificate(today) })).rejects.toThrow(/^certificate: /);
  expect(serving()).toBe(emptyValue);
});

it("stays in state when what it finds after the lease was written cannot be described", async () => {
  await aws.createSecret({ Name: secretName, SecretString: emptyValue, ClientRequestToken: "0".repeat(32) });
  const key = privateKey("pending");
  await aws.putSecretValue({
    SecretId: secretName,
    VersionStages: [labelName("request", requestFingerprint(publicKeySha256(key)))],
    SecretString: serializeValue({
      schema: "merchant-credentials/certificate-request/v1",
      merchantId,
      privateKey: privateKeyPem(key),
      certificateRequest: "not a request",
    }),
  });
  const { unmet } = await scene.up({ adopt: true });
  expect(unmet.join()).not.toBe("");
  expect(scene.secret.tags["merchant-credentials:lease"]).toBe(scene.state?.outputs.lease);
});

it("does not adopt a credential that is another merchant's by its value, though it has no tags", async () => {
  const pem = merchantCertificate({ merchantId: "1900000110" });
  const value = serializeValue({
    schema: "merchant-credentials/certificate/v1",
    merchantId: "1900000110",
    serialNumber: "5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
    privateKey: privateKeyPem(privateKey()),
    certificate: pem,
    chain: [],
  });
  await aws.createSecret({ Name: secretName, SecretString: value });
  const problem = await scene.up({ adopt: true }).then(
    ({ unmet }) => unmet.join(),
    (error: Error) => error.message,
  );
  expect(problem).toContain("1900000110");
  expect(scene.secret.tags).toEqual({});
});
