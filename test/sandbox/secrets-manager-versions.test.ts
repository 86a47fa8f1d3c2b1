import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { type SecretsManagerSandbox, startSecretsManager } from "../../sandbox/secrets-manager";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const dayInMs = 24 * 60 * 60 * 1000;
const token = (letter: string) => letter.repeat(32);
const [A, B, C, D] = ["a", "b", "c", "d"].map(token) as [string, string, string, string];
const SecretId = "shop/key";

let sandbox: SecretsManagerSandbox;
let aws: SecretsManager;
let time: number;

beforeEach(async () => {
  time = Date.UTC(2030, 0, 1, 12);
  sandbox = await startSecretsManager({ now: () => new Date(time) });
  aws = new SecretsManager({
    endpoint: sandbox.endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" },
    maxAttempts: 1,
  });
});

afterEach(async () => {
  aws.destroy();
  await sandbox.close();
});

const create = (version = A, SecretString = `value ${version[0]}`) =>
  aws.createSecret({ Name: SecretId, ClientRequestToken: version, SecretString });
const put = (version: string, VersionStages?: string[], SecretString = `value ${version[0]}`) =>
  aws.putSecretValue({ SecretId, ClientRequestToken: version, SecretString, VersionStages });
const move = (VersionStage: string, MoveToVersionId?: string, RemoveFromVersionId?: string) =>
  aws.updateSecretVersionStage({ SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId });
const labels = () =>
  Object.fromEntries(
    sandbox
      .secrets()[0]!
      .versions.map(({ id, labels: held }): [string, string] => [id.charAt(0), held.join(" ")]),
  );

describe("CreateSecret", () => {
  it("makes the first version with the token as its id and AWSCURRENT on it", async () => {
    const created = await create();
    expect(created).toMatchObject({ Name: SecretId, VersionId: A });
    expect(created.ARN).toMatch(
      /^arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop\/key-[A-Za-z0-9]{6}$/,
    );
    expect(labels()).toEqual({ a: "AWSCURRENT" });
  });

  it("makes no version without a value, and the first Put gets AWSCURRENT on top of its labels", async () => {
    const created = await aws.createSecret({ Name: SecretId });
    expect(created.VersionId).toBeUndefined();
    expect((await aws.describeSecret({ SecretId })).VersionIdsToStages).toBeUndefined();

    const first = await put(A, ["AWSPENDING"]);
    expect(first.VersionStages).toEqual(["AWSCURRENT", "AWSPENDING"]);
  });

  it("succeeds again with the same token and value, and changes nothing", async () => {
    const first = await create();
    await put(B);
    expect(await create()).toMatchObject({ ARN: first.ARN, VersionId: A });
    expect(labels()).toEqual({ a: "AWSPREVIOUS", b: "AWSCURRENT" });
  });

  it.each([
    ["the same token with another value", () => create(A, "other")],
    ["another token with the same value", () => create(B, "value a")],
    ["no value", () => aws.createSecret({ Name: SecretId, ClientRequestToken: A })],
  ])("refuses an existing name with %s", async (_name, again) => {
    await create();
    await expect(again()).rejects.toMatchObject({
      name: "ResourceExistsException",
      message: `The operation failed because the secret ${SecretId} already exists.`,
    });
  });
});

describe("PutSecretValue", () => {
  beforeEach(() => create());

  it("moves AWSCURRENT by default, and AWSPREVIOUS follows to the version that lost it", async () => {
    await put(B);
    expect(labels()).toEqual({ a: "AWSPREVIOUS", b: "AWSCURRENT" });
    await put(C);
    expect(labels()).toEqual({ a: "", b: "AWSPREVIOUS", c: "AWSCURRENT" });
  });

  it("moves each label that it names, and no other", async () => {
    await put(B, ["AWSPENDING", "MC_REQUEST_1"]);
    await put(C, ["AWSPENDING", "MC_REQUEST_2"]);
    expect(labels()).toEqual({ a: "AWSCURRENT", b: "MC_REQUEST_1", c: "AWSPENDING MC_REQUEST_2" });
  });

  it("takes AWSPENDING off a version that it takes AWSCURRENT from", async () => {
    await put(B, ["AWSPENDING"]);
    await move("AWSCURRENT", B, A);
    expect(labels()).toEqual({ a: "AWSPREVIOUS", b: "AWSCURRENT AWSPENDING" });
    await put(C);
    expect(labels()).toEqual({ a: "", b: "AWSPREVIOUS", c: "AWSCURRENT" });
  });

  it("ignores a repeated token with the same value: labels that have moved on stay there", async () => {
    await put(B, ["AWSPENDING"]);
    await put(C, ["AWSPENDING"]);
    const again = await put(B, ["AWSPENDING", "EXTRA"]);
    expect(again).toMatchObject({ VersionId: B, VersionStages: [] });
    expect(labels()).toEqual({ a: "AWSCURRENT", b: "", c: "AWSPENDING" });
  });

  it.each([
    ["another text", { SecretString: "other" }],
    ["the same bytes as a binary", { SecretBinary: Buffer.from("value b") }],
  ])("refuses a repeated token with %s", async (_name, value) => {
    await put(B);
    const again = aws.putSecretValue({ SecretId, ClientRequestToken: B, ...value });
    await expect(again).rejects.toMatchObject({
      name: "ResourceExistsException",
      message: "A resource with the ID you requested already exists.",
    });
  });

  it("keeps binary values byte for byte", async () => {
    const SecretBinary = new Uint8Array([0, 255, 10, 128]);
    await aws.putSecretValue({ SecretId, SecretBinary });
    const got = await aws.getSecretValue({ SecretId });
    expect([...got.SecretBinary!]).toEqual([0, 255, 10, 128]);
    expect(got.SecretString).toBeUndefined();
  });

  it("accepts 20 labels over all versions of a secret and refuses the 21st without effect", async () => {
    await put(
      B,
      Array.from({ length: 18 }, (_, n) => `L${n}`),
    );
    await put(C, ["L18"]);
    await expect(put(D, ["L19"])).rejects.toMatchObject({ name: "LimitExceededException" });
    await expect(move("L19", C)).rejects.toMatchObject({ name: "LimitExceededException" });
    await put(D, ["L18"]);
    expect(labels()).toMatchObject({ a: "AWSCURRENT", c: "", d: "L18" });
  });

  it.each([
    ["no value", {}, "InvalidRequestException"],
    ["two values", { SecretString: "x", SecretBinary: Buffer.from("x") }, "InvalidParameterException"],
    ["an empty value", { SecretString: "" }, "ValidationException"],
    ["65,537 bytes in fewer characters", { SecretString: `${"é".repeat(32_768)}x` }, "ValidationException"],
    ["65,537 bytes of binary", { SecretBinary: Buffer.alloc(65_537) }, "ValidationException"],
    [
      "a token of 31 characters",
      { SecretString: "x", ClientRequestToken: "t".repeat(31) },
      "ValidationException",
    ],
    [
      "a token of 65 characters",
      { SecretString: "x", ClientRequestToken: "t".repeat(65) },
      "ValidationException",
    ],
    ["an empty list of labels", { SecretString: "x", VersionStages: [] }, "ValidationException"],
    ["21 labels", { SecretString: "x", VersionStages: Array<string>(21).fill("L") }, "ValidationException"],
  ])("refuses %s", async (_name, input, error) => {
    await expect(aws.putSecretValue({ SecretId, ...input })).rejects.toMatchObject({ name: error });
  });

  it("accepts exactly 65,536 bytes", async () => {
    await put(B, undefined, "x".repeat(65_536));
    expect(labels()).toEqual({ a: "AWSPREVIOUS", b: "AWSCURRENT" });
  });
});

describe("UpdateSecret", () => {
  beforeEach(() => create());

  it("makes a new current version, under the same token rules as Put", async () => {
    const update = (SecretString: string) =>
      aws.updateSecret({ SecretId, ClientRequestToken: B, SecretString });
    expect(await update("new")).toMatchObject({ VersionId: B });
    expect(await update("new")).toMatchObject({ VersionId: B });
    await expect(update("other")).rejects.toMatchObject({ name: "ResourceExistsException" });
    expect(labels()).toEqual({ a: "AWSPREVIOUS", b: "AWSCURRENT" });
  });

  it("changes the key of the current, pending and previous version only", async () => {
    await put(B);
    await put(C, ["KEPT"]);
    const changed = await aws.updateSecret({ SecretId, KmsKeyId: "alias/shop", Description: "a key" });
    expect(changed.VersionId).toBeUndefined();
    expect(await aws.describeSecret({ SecretId })).toMatchObject({
      KmsKeyId: "alias/shop",
      Description: "a key",
    });
    const { Versions } = await aws.listSecretVersionIds({ SecretId });
    expect(Versions!.map(({ KmsKeyIds }) => KmsKeyIds)).toEqual([
      ["alias/shop"],
      ["alias/shop"],
      ["DefaultEncryptionKey"],
    ]);
  });
});

describe("GetSecretValue", () => {
  beforeEach(async () => {
    await create();
    time += 1500;
    await put(B, ["AWSPENDING"]);
  });

  it.each([
    ["AWSCURRENT by default", {}, A],
    ["a stage", { VersionStage: "AWSPENDING" }, B],
    ["a version id", { VersionId: B }, B],
    ["a version id and a stage that agree", { VersionId: B, VersionStage: "AWSPENDING" }, B],
  ])("reads %s", async (_name, which, version) => {
    expect(await aws.getSecretValue({ SecretId, ...which })).toMatchObject({
      VersionId: version,
      SecretString: `value ${version[0]}`,
      CreatedDate: new Date(Date.UTC(2030, 0, 1, 12) + (version === B ? 1500 : 0)),
    });
  });

  it.each([
    [
      "a stage that no version has",
      { VersionStage: "NONE" },
      "ResourceNotFoundException",
      "Secrets Manager can't find the specified secret value for staging label: NONE",
    ],
    [
      "a version that does not exist",
      { VersionId: C },
      "ResourceNotFoundException",
      `Secrets Manager can't find the specified secret value for VersionId: ${C}`,
    ],
    [
      "a version id and a stage that disagree",
      { VersionId: B, VersionStage: "AWSCURRENT" },
      "InvalidRequestException",
      "You provided a VersionStage that is not associated to the provided VersionId.",
    ],
  ])("refuses %s", async (_name, which, name, message) => {
    await expect(aws.getSecretValue({ SecretId, ...which })).rejects.toMatchObject({ name, message });
  });

  it("shows the day of the last read, not the time", async () => {
    expect((await aws.describeSecret({ SecretId })).LastAccessedDate).toBeUndefined();
    await aws.getSecretValue({ SecretId });
    expect((await aws.describeSecret({ SecretId })).LastAccessedDate).toEqual(new Date(Date.UTC(2030, 0, 1)));
  });
});

describe("UpdateSecretVersionStage", () => {
  beforeEach(async () => {
    await create();
    await put(B, ["AWSPENDING"]);
    await put(C, ["OTHER"]);
  });

  it("moves AWSCURRENT, AWSPREVIOUS follows, AWSPENDING stays", async () => {
    await move("AWSCURRENT", B, A);
    expect(labels()).toEqual({ a: "AWSPREVIOUS", b: "AWSCURRENT AWSPENDING", c: "OTHER" });
    await move("AWSCURRENT", A, B);
    expect(labels()).toEqual({ a: "AWSCURRENT", b: "AWSPENDING AWSPREVIOUS", c: "OTHER" });
  });

  it("attaches a label that no version has", async () => {
    await move("NEW", A);
    expect(labels()).toMatchObject({ a: "AWSCURRENT NEW" });
  });

  it("leaves a label where it is if it is there already", async () => {
    await move("AWSCURRENT", A);
    expect(labels()).toMatchObject({ a: "AWSCURRENT", b: "AWSPENDING" });
  });

  it("removes a label, and a version without labels is deprecated but can be read by its id", async () => {
    await move("OTHER", undefined, C);
    expect((await aws.describeSecret({ SecretId })).VersionIdsToStages).toEqual({
      [A]: ["AWSCURRENT"],
      [B]: ["AWSPENDING"],
    });
    const got = await aws.getSecretValue({ SecretId, VersionId: C });
    expect(got).toMatchObject({ SecretString: "value c", VersionStages: [] });
  });

  it.each([
    [
      "moving a label without saying from where",
      () => move("AWSCURRENT", B),
      `The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version ${A}, so you must explicitly reference that version in RemoveFromVersionId.`,
    ],
    [
      "moving a label from a version that does not hold it",
      () => move("AWSCURRENT", B, C),
      `Staging label AWSCURRENT is not currently attached to version ${C}.`,
    ],
    [
      "moving a label again after it has moved",
      () => move("AWSPENDING", B, A),
      `Staging label AWSPENDING is not currently attached to version ${A}.`,
    ],
    [
      "removing a label from a version that does not hold it",
      () => move("OTHER", undefined, A),
      `Staging label OTHER is not currently attached to version ${A}.`,
    ],
    [
      "removing AWSCURRENT altogether",
      () => move("AWSCURRENT", undefined, A),
      "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.",
    ],
    [
      "neither a source nor a target",
      () => move("OTHER"),
      "You must specify RemoveFromVersionId, MoveToVersionId or both.",
    ],
  ])("refuses %s", async (_name, act, message) => {
    const before = labels();
    await expect(act()).rejects.toMatchObject({ name: "InvalidParameterException", message });
    expect(labels()).toEqual(before);
  });

  it("refuses a target that does not exist", async () => {
    await expect(move("AWSCURRENT", D, A)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});

describe("ListSecretVersionIds", () => {
  beforeEach(async () => {
    await create();
    await put(B);
    await put(C);
  });

  it("lists deprecated versions only when asked", async () => {
    const ids = async (IncludeDeprecated?: boolean) =>
      (await aws.listSecretVersionIds({ SecretId, IncludeDeprecated })).Versions!.map((v) => v.VersionId);
    expect(await ids()).toEqual([B, C]);
    expect(await ids(true)).toEqual([A, B, C]);
  });

  it("answers page by page", async () => {
    const first = await aws.listSecretVersionIds({ SecretId, MaxResults: 1 });
    const { Versions, NextToken } = await aws.listSecretVersionIds({ SecretId, NextToken: first.NextToken });
    expect(first.Versions!.map((v) => v.VersionId)).toEqual([B]);
    expect(Versions!.map((v) => v.VersionId)).toEqual([C]);
    expect(NextToken).toBeUndefined();
    await expect(aws.listSecretVersionIds({ SecretId, NextToken: "x" })).rejects.toMatchObject({
      name: "InvalidNextTokenException",
    });
  });
});

describe("pruning", () => {
  const numbered = (n: number) => String(n).padStart(32, "0");
  const count = () => sandbox.secrets()[0]!.versions.length;

  beforeEach(async () => {
    await create();
    await move("KEPT", A);
    for (let n = 0; n < 102; n += 1) await put(numbered(n));
  });

  it("keeps over 100 versions while they are younger than a day", () => {
    expect(count()).toBe(103);
  });

  it("removes the oldest unlabelled versions a day later, and never a labelled one", async () => {
    time += dayInMs;
    await put(B);
    expect(count()).toBe(100);
    expect(labels()).toMatchObject({ a: "KEPT", b: "AWSCURRENT" });
    await expect(aws.getSecretValue({ SecretId, VersionId: numbered(0) })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await aws.getSecretValue({ SecretId, VersionId: numbered(4) });
  });
});
