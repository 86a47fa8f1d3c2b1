import { identityTags } from "../../provider/domain/secret-tags";
import {
  driftOf,
  firstStep,
  isSameKey,
  settingsAfterValues,
  settingsBeforeValues,
  type SecretSettings,
} from "../../provider/domain/settings-steps";
import type { Replica } from "../../provider/domain/secret";
import { aSecret } from "./vault-states";

const identity = { owner: "shop/prod", merchantId: "1900000109", kind: "certificate", lease: "0a1b" };
const settings: SecretSettings = {
  identity,
  claimTags: { "merchant-credentials:trigger": "of this program" },
  tags: { team: "payments" },
  replicaRegions: [],
  before: { tags: [], replicaRegions: [] },
};
const tags = { ...identityTags(identity), team: "payments" };
const settled = aSecret({ tags });
const keyArn = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const inSync = (region: string): Replica => ({ region, status: "InSync" });

describe("before any value is written", () => {
  const next = (secret = settled, wanted = settings) => firstStep(settingsBeforeValues, secret, wanted);

  it("does nothing where all is as declared", () => expect(next()).toBeUndefined());

  it.each([
    ["restores before it tags", aSecret({ deletedAt: new Date(0) }), settings, { do: "restore" }],
    [
      "writes the lease of a new claim",
      aSecret({ tags: { ...tags, "merchant-credentials:lease": "ffff" } }),
      settings,
      { do: "tag", tags: { "merchant-credentials:lease": "0a1b" } },
    ],
    [
      "leaves what was asked for before, where only the stack's name changed: the lease is the same",
      aSecret({
        tags: { ...tags, "merchant-credentials:owner": "shop/old", "merchant-credentials:trigger": "before" },
      }),
      settings,
      { do: "tag", tags: { "merchant-credentials:owner": "shop/prod" } },
    ],
    [
      "begins anew what the owner before asked for, in the same write",
      aSecret({
        tags: {
          ...tags,
          "merchant-credentials:owner": "other/prod",
          "merchant-credentials:lease": "ffff",
          "merchant-credentials:trigger": "before",
        },
      }),
      settings,
      {
        do: "tag",
        tags: {
          "merchant-credentials:trigger": "of this program",
          "merchant-credentials:owner": "shop/prod",
          "merchant-credentials:lease": "0a1b",
        },
      },
    ],
    [
      "does so for a secret that nobody has owned",
      aSecret(),
      settings,
      { do: "tag", tags: { ...tags, "merchant-credentials:trigger": "of this program" } },
    ],
    [
      "leaves what was asked for before, where the state is lost: the owner is the same",
      aSecret({
        tags: { ...tags, "merchant-credentials:lease": "ffff", "merchant-credentials:trigger": "before" },
      }),
      settings,
      { do: "tag", tags: { "merchant-credentials:lease": "0a1b" } },
    ],
    [
      "writes only the tags that differ",
      aSecret({ tags: { ...tags, team: "web" } }),
      settings,
      { do: "tag", tags: { team: "payments" } },
    ],
    [
      "never lets a user's tag stand in for one of ours",
      settled,
      { ...settings, tags: { ...settings.tags, "merchant-credentials:owner": "me" } },
      undefined,
    ],
    [
      "takes away a tag that was declared before",
      aSecret({ tags: { ...tags, old: "1" } }),
      { ...settings, before: { ...settings.before, tags: ["old", "team"] } },
      { do: "untag", keys: ["old"] },
    ],
    ["leaves other people's tags", aSecret({ tags: { ...tags, foreign: "1" } }), settings, undefined],
    [
      "forgets a tag that is gone already",
      settled,
      { ...settings, before: { ...settings.before, tags: ["old"] } },
      undefined,
    ],
    [
      "sets the KMS key",
      settled,
      { ...settings, kmsKeyId: "alias/shop" },
      { do: "set-kms-key", kmsKeyId: "alias/shop" },
    ],
    ["leaves somebody else's KMS key", aSecret({ tags, kmsKeyId: "alias/theirs" }), settings, undefined],
    [
      "goes back to AWS's key where one was declared before",
      aSecret({ tags, kmsKeyId: "alias/shop" }),
      { ...settings, before: { ...settings.before, kmsKeyId: "alias/shop" } },
      { do: "set-kms-key", kmsKeyId: "alias/aws/secretsmanager" },
    ],
    [
      "knows the KMS key by its ARN",
      aSecret({ tags, kmsKeyId: keyArn }),
      { ...settings, kmsKeyId: "1234abcd-12ab-34cd-56ef-1234567890ab" },
      undefined,
    ],
  ] as const)("%s", (_name, secret, wanted, step) => {
    expect(next(secret, wanted)).toEqual(step);
  });
});

describe("after the values", () => {
  const next = (replicas: Replica[], wanted: Partial<SecretSettings>) =>
    firstStep(settingsAfterValues, aSecret({ replicas }), { ...settings, ...wanted });

  it.each([
    [
      "does nothing where all is as declared",
      [inSync("eu-west-1")],
      { replicaRegions: ["eu-west-1"] },
      undefined,
    ],
    [
      "copies to regions that are new",
      [inSync("eu-west-1")],
      { replicaRegions: ["eu-west-1", "ap-east-1"] },
      { do: "add-replicas", regions: ["ap-east-1"] },
    ],
    [
      "takes away a copy that was declared before",
      [inSync("eu-west-1")],
      { replicaRegions: [], before: { tags: [], replicaRegions: ["eu-west-1"] } },
      { do: "remove-replicas", regions: ["eu-west-1"] },
    ],
    ["leaves other people's copies", [inSync("eu-west-1")], { replicaRegions: [] }, undefined],
    [
      "adds before it removes",
      [inSync("eu-west-1")],
      { replicaRegions: ["ap-east-1"], before: { tags: [], replicaRegions: ["eu-west-1"] } },
      { do: "add-replicas", regions: ["ap-east-1"] },
    ],
  ])("%s", (_name, replicas, wanted, step) => {
    expect(next(replicas, wanted)).toEqual(step);
  });
});

it.each([
  ["key id and ARN", "1234abcd-12ab-34cd-56ef-1234567890ab", keyArn, true],
  ["alias and its ARN", "alias/shop", "arn:aws:kms:us-east-1:123456789012:alias/shop", true],
  ["the same in China", "alias/shop", "arn:aws-cn:kms:cn-north-1:123456789012:alias/shop", true],
  ["two aliases", "alias/shop", "alias/shop2", false],
  ["an alias and a key, which only KMS could compare", "alias/shop", keyArn, undefined],
])("tells whether two names mean one KMS key: %s", (_name, a, b, same) => {
  expect(isSameKey(a, b)).toBe(same);
});

describe("drift", () => {
  const recorded = { settings, currentVersionId: "v1", openRequest: undefined as string | undefined };
  const found = { currentVersionId: "v1" as string | undefined, openRequests: [] as string[] };

  it("is nothing where all is as state says", () => expect(driftOf(settled, recorded, found)).toEqual([]));

  it("is nothing where a second open request came: the next run decides on that", () => {
    expect(driftOf(settled, recorded, { ...found, openRequests: ["v9"] })).toEqual([]);
  });

  it.each([
    ["a scheduled deletion", { deletedAt: new Date(0) }, {}, {}, "the secret is scheduled for deletion"],
    ["another current version", {}, {}, { currentVersionId: "v2" }, "the current version is v2…, not v1…"],
    ["no current version", {}, {}, { currentVersionId: undefined }, "the current version is none, not v1…"],
    ["a request that is gone", {}, { openRequest: "v3" }, {}, "the open request is gone from version v3…"],
    ["a tag that somebody changed", { tags: { ...tags, team: "web" } }, {}, {}, "tags differ: team"],
    [
      "another lease",
      { tags: { ...tags, "merchant-credentials:lease": "ffff" } },
      {},
      {},
      "tags differ: merchant-credentials:lease",
    ],
    [
      "another KMS key",
      { kmsKeyId: "alias/other" },
      { settings: { ...settings, kmsKeyId: "alias/shop" } },
      {},
      "the KMS key is alias/other, not alias/shop",
    ],
    [
      "AWS's KMS key",
      {},
      { settings: { ...settings, kmsKeyId: "alias/shop" } },
      {},
      "the KMS key is alias/aws/secretsmanager, not alias/shop",
    ],
    [
      "a replica that is gone",
      {},
      { settings: { ...settings, replicaRegions: ["eu-west-1"] } },
      {},
      "the replica in eu-west-1 is gone",
    ],
    [
      "a replica that failed",
      { replicas: [{ region: "eu-west-1", status: "Failed" }] },
      { settings: { ...settings, replicaRegions: ["eu-west-1"] } },
      {},
      "the replica in eu-west-1 failed",
    ],
  ] as const)("says in one line what was changed: %s", (_name, secret, record, seen, line) => {
    const description = aSecret({ tags, ...secret });
    expect(driftOf(description, { ...recorded, ...record }, { ...found, ...seen })).toEqual([line]);
  });

  it("waits for a replica that is on its way", () => {
    const secret = aSecret({ tags, replicas: [{ region: "eu-west-1", status: "InProgress" }] });
    const wanted = { ...recorded, settings: { ...settings, replicaRegions: ["eu-west-1"] } };
    expect(driftOf(secret, wanted, found)).toEqual([]);
  });
});
