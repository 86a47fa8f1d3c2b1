import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { type SecretsManagerSandbox, startSecretsManager } from "../../sandbox/secrets-manager";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const dayInMs = 24 * 60 * 60 * 1000;
const start = Date.UTC(2030, 0, 1, 12, 0, 0, 250);
const version = "a".repeat(32);
const Name = "shop/key";
const SecretId = Name;

let sandbox: SecretsManagerSandbox;
let clients: SecretsManager[];
let aws: SecretsManager;
let time: number;

const clientIn = (region: string) => {
  const client = new SecretsManager({
    endpoint: sandbox.endpoint,
    region,
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" },
    maxAttempts: 1,
  });
  clients.push(client);
  return client;
};

beforeEach(async () => {
  time = start;
  clients = [];
  sandbox = await startSecretsManager({ now: () => new Date(time) });
  aws = clientIn("eu-west-1");
});

afterEach(async () => {
  for (const client of clients) client.destroy();
  await sandbox.close();
});

const create = (more = {}) =>
  aws.createSecret({ Name, ClientRequestToken: version, SecretString: "value", ...more });
const notFound = {
  name: "ResourceNotFoundException",
  message: "Secrets Manager can't find the specified secret.",
};

describe("DescribeSecret", () => {
  it("leaves out what does not apply", async () => {
    const { ARN } = await create();
    const { $metadata, ...described } = await aws.describeSecret({ SecretId });
    expect(described).toEqual({
      ARN,
      Name,
      CreatedDate: new Date(start),
      LastChangedDate: new Date(start),
      VersionIdsToStages: { [version]: ["AWSCURRENT"] },
    });
    expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("shows what a test says that AWS has set", async () => {
    await aws.createSecret({ Name });
    sandbox.amend(Name, { rotationEnabled: true, owningService: "rds" }, "eu-west-1");
    expect(await aws.describeSecret({ SecretId })).toMatchObject({
      RotationEnabled: true,
      OwningService: "rds",
    });
    expect(() => sandbox.amend(Name, {})).toThrow("No secret shop/key in us-east-1 to amend.");
  });
});

describe("names and ARNs", () => {
  it.each([
    ["a space", "shop key", "ValidationException"],
    ["an exclamation mark", "shop!key", "ValidationException"],
    ["513 characters", "n".repeat(513), "ValidationException"],
    ["nothing", "", "ValidationException"],
  ])("refuses a name with %s", async (_name, bad, error) => {
    await expect(aws.createSecret({ Name: bad, SecretString: "x" })).rejects.toMatchObject({ name: error });
  });

  it.each(["n".repeat(512), "Az09/_+=.@-"])("accepts the name %s", async (good) => {
    expect(await aws.createSecret({ Name: good })).toMatchObject({ Name: good });
  });

  it("finds a secret by name, by ARN and by the ARN without its six characters", async () => {
    const { ARN } = await create();
    for (const id of [Name, ARN!, ARN!.slice(0, -7)]) {
      expect(await aws.getSecretValue({ SecretId: id })).toMatchObject({ ARN, SecretString: "value" });
    }
  });

  it("takes a name that ends in a hyphen and six characters for a complete ARN", async () => {
    const { ARN } = await aws.createSecret({ Name: "shop-abc123" });
    await expect(aws.describeSecret({ SecretId: ARN!.slice(0, -7) })).rejects.toMatchObject(notFound);
  });

  it("names a secret anew when it is created again", async () => {
    const { ARN } = await create();
    await aws.deleteSecret({ SecretId, ForceDeleteWithoutRecovery: true });
    await create();
    await expect(aws.describeSecret({ SecretId: ARN })).rejects.toMatchObject(notFound);
  });

  it.each<[string, (arn: string) => string, object]>([
    ["another region", (arn) => arn.replace("eu-west-1", "eu-west-2"), notFound],
    ["another partition", (arn) => arn.replace("arn:aws:", "arn:aws-cn:"), notFound],
    [
      "another account",
      (arn) => arn.replace("123456789012", "210987654321"),
      { name: "AccessDeniedException" },
    ],
    ["no ARN at all", () => "arn:aws:s3:::bucket", { name: "ValidationException" }],
  ])("refuses an ARN of %s", async (_name, changed, error) => {
    const { ARN } = await create();
    await expect(aws.getSecretValue({ SecretId: changed(ARN!) })).rejects.toMatchObject(error);
  });

  it("keeps the secrets of each region apart, China in its own partition", async () => {
    await create();
    const china = clientIn("cn-north-1");
    await expect(china.describeSecret({ SecretId })).rejects.toMatchObject(notFound);
    const { ARN } = await china.createSecret({ Name });
    expect(ARN).toMatch(/^arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:shop\/key-/);
  });
});

describe("tags", () => {
  const tagsOf = async () => (await aws.describeSecret({ SecretId })).Tags;

  it("adds, replaces and removes tags", async () => {
    await create({ Tags: [{ Key: "owner", Value: "shop" }] });
    await aws.tagResource({
      SecretId,
      Tags: [
        { Key: "owner", Value: "other" },
        { Key: "kind", Value: "" },
      ],
    });
    expect(await tagsOf()).toEqual([
      { Key: "owner", Value: "other" },
      { Key: "kind", Value: "" },
    ]);
    await aws.untagResource({ SecretId, TagKeys: ["owner", "kind", "absent"] });
    expect(await tagsOf()).toEqual([]);
  });

  it.each([
    ["a reserved key", [{ Key: "aws:owner", Value: "x" }]],
    ["a key twice", ["x", "y"].map((Value) => ({ Key: "owner", Value }))],
    ["more than 50", Array.from({ length: 50 }, (_, n) => ({ Key: `k${n}`, Value: "x" }))],
  ])("refuses %s", async (_name, Tags) => {
    await create({ Tags: [{ Key: "first", Value: "x" }] });
    await expect(aws.tagResource({ SecretId, Tags })).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
    expect(await tagsOf()).toHaveLength(1);
  });
});

describe("deletion", () => {
  it.each([
    ["30 days by default", undefined, 30],
    ["the days that are asked for", 7, 7],
  ])("schedules it in %s", async (_name, RecoveryWindowInDays, days) => {
    await create();
    const { DeletionDate } = await aws.deleteSecret({ SecretId, RecoveryWindowInDays });
    expect(DeletionDate).toEqual(new Date(start + days * dayInMs));
    expect((await aws.describeSecret({ SecretId })).DeletedDate).toEqual(DeletionDate);

    time = start + days * dayInMs - 1;
    await aws.describeSecret({ SecretId });
    time += 1;
    await expect(aws.describeSecret({ SecretId })).rejects.toMatchObject(notFound);
    await create();
  });

  it("can be cancelled until then", async () => {
    await create();
    await aws.deleteSecret({ SecretId });
    await aws.restoreSecret({ SecretId });
    expect((await aws.describeSecret({ SecretId })).DeletedDate).toBeUndefined();
    expect(await aws.getSecretValue({ SecretId })).toMatchObject({ SecretString: "value" });
  });

  it("leaves a secret as it is that is restored without having been deleted", async () => {
    const { ARN } = await create();
    expect(await aws.restoreSecret({ SecretId })).toMatchObject({ ARN });
  });

  it("is at once when forced, and forcing it again is no error", async () => {
    await create();
    await aws.deleteSecret({ SecretId, ForceDeleteWithoutRecovery: true });
    await expect(aws.describeSecret({ SecretId })).rejects.toMatchObject(notFound);
    await aws.deleteSecret({ SecretId, ForceDeleteWithoutRecovery: true });
  });

  it.each([
    ["six days", { RecoveryWindowInDays: 6 }],
    ["31 days", { RecoveryWindowInDays: 31 }],
    ["a window and force", { RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true }],
  ])("refuses %s", async (_name, input) => {
    await create();
    await expect(aws.deleteSecret({ SecretId, ...input })).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
  });

  it.each<[string, () => Promise<unknown>]>([
    ["GetSecretValue", () => aws.getSecretValue({ SecretId })],
    ["PutSecretValue", () => aws.putSecretValue({ SecretId, SecretString: "x" })],
    ["UpdateSecret", () => aws.updateSecret({ SecretId, Description: "x" })],
    [
      "UpdateSecretVersionStage",
      () => aws.updateSecretVersionStage({ SecretId, VersionStage: "L", MoveToVersionId: version }),
    ],
    ["TagResource", () => aws.tagResource({ SecretId, Tags: [{ Key: "k", Value: "v" }] })],
    ["UntagResource", () => aws.untagResource({ SecretId, TagKeys: ["k"] })],
    [
      "ReplicateSecretToRegions",
      () => aws.replicateSecretToRegions({ SecretId, AddReplicaRegions: [{ Region: "eu-west-2" }] }),
    ],
    ["DeleteSecret", () => aws.deleteSecret({ SecretId })],
  ])("bars %s until the secret is restored", async (_name, act) => {
    await create();
    await aws.deleteSecret({ SecretId });
    await expect(act()).rejects.toMatchObject({
      name: "InvalidRequestException",
      message: "You can't perform this operation on the secret because it was marked for deletion.",
    });
  });

  it("bars a new secret of that name, a repeated request too", async () => {
    await create();
    await aws.deleteSecret({ SecretId });
    await expect(create()).rejects.toMatchObject({
      name: "InvalidRequestException",
      message:
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
    });
  });
});

describe("replication", () => {
  const replicate = (Region: string, more = {}) =>
    aws.replicateSecretToRegions({ SecretId, AddReplicaRegions: [{ Region, ...more }] });

  it("makes the secret readable in the other region under an ARN of its own", async () => {
    const { ARN } = await create();
    await replicate("eu-west-2", { KmsKeyId: "alias/there" });
    const there = clientIn("eu-west-2");
    expect(await there.getSecretValue({ SecretId })).toMatchObject({ SecretString: "value" });
    expect(await there.describeSecret({ SecretId })).toMatchObject({
      ARN: ARN!.replace("eu-west-1", "eu-west-2"),
      KmsKeyId: "alias/there",
      PrimaryRegion: "eu-west-1",
    });
    expect(await aws.describeSecret({ SecretId })).toMatchObject({
      PrimaryRegion: "eu-west-1",
      ReplicationStatus: [
        {
          Region: "eu-west-2",
          KmsKeyId: "alias/there",
          Status: "InSync",
          LastAccessedDate: new Date(Date.UTC(2030, 0, 1)),
        },
      ],
    });
  });

  it("carries later writes over", async () => {
    await create({ AddReplicaRegions: [{ Region: "eu-west-2" }] });
    await aws.putSecretValue({ SecretId, SecretString: "newer" });
    expect(await clientIn("eu-west-2").getSecretValue({ SecretId })).toMatchObject({ SecretString: "newer" });
  });

  it.each<[string, (there: SecretsManager) => Promise<unknown>]>([
    ["PutSecretValue", (there) => there.putSecretValue({ SecretId, SecretString: "x" })],
    ["TagResource", (there) => there.tagResource({ SecretId, Tags: [{ Key: "k", Value: "v" }] })],
    ["DeleteSecret", (there) => there.deleteSecret({ SecretId })],
    ["RestoreSecret", (there) => there.restoreSecret({ SecretId })],
  ])("refuses %s at a replica", async (_name, act) => {
    await create({ AddReplicaRegions: [{ Region: "eu-west-2" }] });
    await expect(act(clientIn("eu-west-2"))).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
    });
  });

  it.each([
    ["the primary's region", "eu-west-1"],
    ["a region that has a replica", "eu-west-2"],
  ])("refuses %s", async (_name, region) => {
    await create({ AddReplicaRegions: [{ Region: "eu-west-2" }] });
    await expect(replicate(region)).rejects.toMatchObject({ name: "InvalidParameterException" });
  });

  it("fails, without an error, where the name is taken, unless it may overwrite", async () => {
    const there = clientIn("eu-west-2");
    await there.createSecret({ Name, SecretString: "theirs" });
    await create();
    expect((await replicate("eu-west-2")).ReplicationStatus).toEqual([
      {
        Region: "eu-west-2",
        Status: "Failed",
        StatusMessage: "Replication failed: Secret name shop/key already exists in region eu-west-2.",
      },
    ]);
    expect(await there.getSecretValue({ SecretId })).toMatchObject({ SecretString: "theirs" });

    const AddReplicaRegions = [{ Region: "eu-west-2" }];
    await aws.replicateSecretToRegions({ SecretId, AddReplicaRegions, ForceOverwriteReplicaSecret: true });
    expect(await there.getSecretValue({ SecretId })).toMatchObject({ SecretString: "value" });
  });

  it("must end before the secret can be deleted", async () => {
    const { ARN } = await create({ AddReplicaRegions: [{ Region: "eu-west-2" }, { Region: "eu-west-3" }] });
    await expect(aws.deleteSecret({ SecretId })).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: `You can't delete secret ${ARN} that still has replica regions [eu-west-2, eu-west-3].`,
    });
    const RemoveReplicaRegions = ["eu-west-2", "eu-west-3"];
    await aws.removeRegionsFromReplication({ SecretId, RemoveReplicaRegions });
    await expect(clientIn("eu-west-2").describeSecret({ SecretId })).rejects.toMatchObject(notFound);
    await aws.deleteSecret({ SecretId });
  });
});
