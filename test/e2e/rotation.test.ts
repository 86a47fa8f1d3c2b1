import {
  DeleteSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { requestFor } from "../support/certificates";
import { verifyRequest } from "../support/openssl";
import { merchantName, privateKeys, Stage, until } from "../support/stage";

jest.setTimeout(180_000);

const ownerTag = "merchant-credentials:owner";
const carryOn = "--continue-on-error";

/** Days and seconds until the first certificate ends: it is due once the other merchants have had their turn. */
const dueSoon = { days: 60, seconds: 40 };

const merchantId = "1900000109";
let stage: Stage;
let due: number;
let first: string;
beforeAll(async () => {
  stage = await Stage.open();
  stage.declare({ shop: { merchantId } });
});
afterAll(() => stage.close());

describe("a merchant certificate, from nothing", () => {
  it("makes a key and a request that openssl verifies", async () => {
    const { output } = await stage.up();
    expect(output).toContain(`super administrator of merchant ${merchantId}`);
    const { certificateRequest, status } = await stage.outputs("shop");
    expect(status).toBe("awaiting-certificate");
    expect(verifyRequest(String(certificateRequest))).toMatchObject({
      ok: true,
      subject: expect.stringContaining(`CN=${merchantId}`) as string,
      keyBits: 2048,
    });
    expect(stage.credential(merchantId)).toEqual({
      schema: "merchant-credentials/empty/v1",
    });
  });

  it("makes the certificate current that the platform issued for it", async () => {
    due = Date.now() + dueSoon.seconds * 1000;
    await stage.sign({ name: "shop", ...dueSoon });
    await stage.up();
    first = stage.certificateOf("shop");
    expect(stage.calls().filter((operation) => !/^(Describe|Get)/.test(operation))).toHaveLength(4);
    const { status, serialNumber, certificateRequest } = await stage.outputs("shop");
    expect({ status, certificateRequest }).toEqual({ status: "active", certificateRequest: null });
    expect(stage.credential(merchantId)).toMatchObject({
      schema: "merchant-credentials/certificate/v1",
      certificate: first,
      serialNumber,
    });
  });

  it("asks the vault nothing while nothing changes", () => stage.expectUnchanged());
});

describe("several merchants in one program, some of them in trouble", () => {
  const ids = {
    calm: "1900000111",
    tardy: "1900000112",
    ended: "1900000113",
    mixed: "1900000114",
    bare: "1900000115",
  };
  const troubles = {
    tardy: /certificate: [0-9A-F]{40} expires on .* and its replacement is not declared yet/,
    ended: /certificate: [0-9A-F]{40} expire[sd] on /,
    mixed:
      /certificate: its key matches none in the vault: found [0-9a-f]{16}, expected [0-9a-f]{16} \(the current key\)/,
    bare: /certificate: withdrawn from the program while [0-9A-F]{40} serves/,
  };
  let stage: Stage;
  let end: number;
  let own: string;
  const serving = () => Object.values(ids).map((id) => stage.serving(id));
  let before: ReturnType<typeof serving>;

  beforeAll(async () => {
    stage = await Stage.open();
    stage.declare(
      Object.fromEntries(Object.entries(ids).map(([name, merchantId]) => [name, { merchantId }])),
    );
    await stage.up();
    end = Date.now() + 16_000;
    await stage.sign(
      ...["calm", "mixed", "bare"].map((name) => ({ name })),
      { name: "tardy", days: 5 },
      { name: "ended", days: 0, seconds: 16 },
    );
    await stage.up([carryOn], { expectFailure: true });
    before = serving();
    own = stage.certificateOf("mixed");
  });
  afterAll(() => stage.close());

  function expectTroubles(output: string): void {
    for (const trouble of Object.values(troubles)) expect(output).toMatch(trouble);
  }

  it("lets the others go through while four are red, each with its reason", async () => {
    const foreign = stage.platform.issue(requestFor({ merchantId: ids.mixed }), {
      merchantId: ids.mixed,
      merchantName,
    });
    stage.change("mixed", { certificate: foreign });
    stage.change("bare", { certificate: undefined });
    stage.change("calm", { tags: { team: "payments" } });
    const { output } = await stage.up([carryOn], { expectFailure: true });
    expectTroubles(output);
    expect(stage.secret(ids.calm).tags).toMatchObject({ team: "payments" });
    expect(serving()).toEqual(before);
    const { mixed } = await stage.resources();
    expect(mixed!.outputs).toMatchObject({
      status: "active",
      current: { serialNumber: mixed!.outputs!.serialNumber },
    });
  });

  it("stays red on the next run, after a refresh and once one has expired", async () => {
    const again = await stage.up([carryOn], { expectFailure: true });
    expectTroubles(again.output);
    await stage.engine.refresh([], { expectFailure: "maybe" });
    const refreshed = await stage.up([carryOn], { expectFailure: true });
    expectTroubles(refreshed.output);
    await until(end);
    const inOne = await stage.up([carryOn, "--refresh"], { expectFailure: true });
    expectTroubles(inOne.output);
    expect(inOne.output).toMatch(/expired on .*\. WeChat Pay refuses every request signed with it/);
    expect(await stage.outputs("ended")).toMatchObject({ status: "expired" });
    expect(serving()).toEqual(before);
  });

  it("is green again once everything is put right", async () => {
    stage.change("mixed", { certificate: own });
    stage.change("bare", { certificate: stage.credential(ids.bare).certificate as string });
    await stage.sign({ name: "tardy" }, { name: "ended" });
    await stage.up();
    const statuses = Object.values(await stage.resources()).map(({ outputs }) => outputs!.status);
    expect(statuses).toEqual(Array(5).fill("active"));
    await stage.expectUnchanged();
  });
});

describe("the same certificate, when renewal is due", () => {
  it("shows that renewal is due as one line of the preview", async () => {
    await until(due);
    const { output } = await stage.preview();
    const changes = output.split("\n").filter((line) => /^ {6,}[~+-] /.test(line));
    expect(changes).toEqual([expect.stringMatching(/~ lifecycle +: "healthy.*" => "renewal-due/)]);
    expect(stage.calls()).toEqual([]);
  });

  it("makes the next key and request while the current one keeps serving", async () => {
    const before = stage.serving(merchantId);
    const credential = stage.credential(merchantId);
    const { output } = await stage.up();
    expect(output).toContain("Apply (申请证书)");
    const { status, serialNumber } = await stage.outputs("shop");
    expect(status).toBe("renewal-requested");
    expect(stage.serving(merchantId)).toEqual(before);
    expect(credential).toMatchObject({ serialNumber });
    await stage.expectUnchanged();
  });

  it("promotes the new certificate", async () => {
    await stage.sign({ name: "shop" });
    await stage.up();
    const { status, history } = await stage.outputs("shop");
    expect(status).toBe("active");
    expect(history).toMatchObject([{ reason: "first issuance" }, { reason: "replacement" }]);
    expect(stage.credential(merchantId)).toMatchObject({
      certificate: stage.certificateOf("shop"),
    });
    expect(privateKeys(stage.secret(merchantId))).toHaveLength(2);
  });

  it("rolls back to the certificate before it when that is declared again", async () => {
    stage.change("shop", { certificate: first });
    await stage.up();
    expect(stage.credential(merchantId)).toMatchObject({ certificate: first });
    const { history } = await stage.outputs("shop");
    expect(history).toMatchObject([{}, { reason: "replacement" }, { reason: "roll back" }]);
  });
});

describe("somebody else at the secrets", () => {
  const ids = {
    moved: "1900000121",
    tagged: "1900000122",
    doomed: "1900000123",
    erased: "1900000124",
    overwritten: "1900000125",
  };
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
    stage.declare(
      Object.fromEntries(Object.entries(ids).map(([name, merchantId]) => [name, { merchantId }])),
    );
    await stage.up();
    await stage.sign(...Object.keys(ids).map((name) => ({ name })));
    await stage.up();
  });
  afterAll(() => stage.close());

  it("shows in the preview after a refresh, and the next run repairs what it can", async () => {
    const before = Object.values(ids).map((id) => stage.serving(id));
    const tags = stage.secret(ids.tagged).tags;
    const { moveCurrent, tag, scheduleDeletion, put } = somebodyElse(stage);
    await moveCurrent(ids.moved);
    await tag(ids.tagged, { [ownerTag]: "mine/now" });
    await scheduleDeletion(ids.doomed);
    await scheduleDeletion(ids.erased, { ForceDeleteWithoutRecovery: true });
    const theirs = await put(ids.overwritten, "not a credential");

    await stage.engine.refresh();
    const { output } = await stage.preview();
    expect(stage.calls()).toEqual([]);
    for (const line of [
      /- drift *: "the current version is [0-9a-f]{8}…, not [0-9a-f]{8}…"/,
      /- drift *: "tags differ: merchant-credentials:owner"/,
      /- drift *: "the secret is scheduled for deletion"/,
      new RegExp(`- drift *: "the current version is ${theirs.slice(0, 8)}…, not [0-9a-f]{8}…"`),
      /\+ pulumi-nodejs:dynamic\/merchantCredentials:MerchantCertificate: \(create\)\s+\[urn=.*::erased\]/,
    ]) {
      expect(output).toMatch(line);
    }

    const repaired = await stage.up([carryOn], { expectFailure: true });
    expect(repaired.output).toMatch(/the secret's value is not a merchant credential .*\[unreadable-value\]/);
    expect(repaired.output).toMatch(/certificate: its key matches none in the vault/);
    const [moved, tagged, doomed] = before;
    expect(stage.serving(ids.moved)).toEqual(moved);
    expect(stage.serving(ids.tagged)).toEqual(tagged);
    expect(stage.secret(ids.tagged).tags).toEqual(tags);
    expect(stage.serving(ids.doomed)).toEqual(doomed);
    expect(stage.secret(ids.doomed).deletionDate).toBeUndefined();

    await moveCurrent(ids.overwritten, before[4]!.versionId);
    stage.change("erased", { certificate: undefined });
    await stage.up();
    expect(stage.serving(ids.overwritten)).toEqual(before[4]);
    await stage.expectUnchanged();
  });
});

describe("programs that share a vault", () => {
  const merchantId = "1900000131";
  const worlds: Stage[] = [];
  afterAll(() => Promise.all(worlds.map((stage) => stage.close())));

  it("keep each other's secrets apart, hand one over with `adopt`, and look one up with `.get`", async () => {
    const giver = await Stage.open();
    worlds.push(giver);
    giver.declare({ shop: { merchantId } });
    await giver.up();
    await giver.sign({ name: "shop" });
    await giver.up();
    const before = giver.serving(merchantId);
    const { certificate, lease } = await giver.outputs("shop");

    const taker = await Stage.open({ world: giver, stack: "taker" });
    worlds.push(taker);
    taker.declare({ shop: { merchantId, certificate: String(certificate) } });
    const refused = await taker.up([], { expectFailure: true });
    expect(refused.output).toMatch(
      /exists and is not this program's .*owner shop\/dev\).* Set `adopt: true`/,
    );
    expect(await taker.resources()).toEqual({});
    expect(giver.secret(merchantId).tags[ownerTag]).toBe("shop/dev");

    taker.change("shop", { adopt: true });
    await taker.up();
    expect(giver.secret(merchantId).tags[ownerTag]).toBe("shop/taker");
    expect((await taker.outputs("shop")).lease).not.toBe(lease);

    const late = await giver.up(["--refresh"], { expectFailure: true });
    expect(late.output).toContain("owner shop/taker");
    const left = await giver.engine.destroy();
    expect(left.output).toContain("has been taken over since");
    expect(giver.serving(merchantId)).toEqual(before);

    await taker.engine.run(["stack", "rename", "keeper"]);
    await taker.up();
    expect(taker.calls()).toContain("TagResource");
    expect(taker.secret(merchantId).tags[ownerTag]).toBe("shop/keeper");
    await taker.expectUnchanged();

    const { secretArn, serialNumber } = await taker.outputs("shop");
    giver.engine.write({ "index.js": lookUp(String(secretArn)) });
    await giver.up();
    expect(await giver.engine.outputs()).toEqual({ serialNumber, arn: secretArn });
    expect(giver.calls()).toEqual(["DescribeSecret"]);
    await giver.engine.destroy();
    expect(taker.serving(merchantId)).toEqual(before);
    expect(taker.secret(merchantId).deletionDate).toBeUndefined();
  });
});

const lookUp = (arn: string) => `
const { MerchantCertificate } = require("pulumi-merchant-credentials");
const shop = MerchantCertificate.get("looked-up", "${arn}");
exports.serialNumber = shop.serialNumber;
exports.arn = shop.secretArn;
`;

/** Someone with access to the account who knows nothing of this package. */
function somebodyElse(stage: Stage) {
  const client = new SecretsManagerClient({
    endpoint: stage.aws.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "somebody", secretAccessKey: "else" },
  });
  const idOf = (merchantId: string) => stage.secret(merchantId).arn;
  return {
    /** To a version; by default to the one before the certificate. */
    moveCurrent: (merchantId: string, to = stage.secret(merchantId).versions[0]!.id) =>
      client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: idOf(merchantId),
          VersionStage: "AWSCURRENT",
          RemoveFromVersionId: stage.serving(merchantId).versionId,
          MoveToVersionId: to,
        }),
      ),
    tag: (merchantId: string, tags: Record<string, string>) =>
      client.send(
        new TagResourceCommand({
          SecretId: idOf(merchantId),
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        }),
      ),
    scheduleDeletion: (merchantId: string, how: { ForceDeleteWithoutRecovery?: boolean } = {}) =>
      client.send(new DeleteSecretCommand({ SecretId: idOf(merchantId), ...how })),
    put: async (merchantId: string, SecretString: string) =>
      (await client.send(new PutSecretValueCommand({ SecretId: idOf(merchantId), SecretString }))).VersionId!,
  };
}
