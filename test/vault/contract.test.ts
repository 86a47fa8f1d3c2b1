import { randomBytes } from "node:crypto";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { startMoto } from "../../sandbox/engine/moto";
import { startSecretsManager } from "../../sandbox/secrets-manager";
import { secretsManagerVault } from "../../provider/vault/secrets-manager";
import { vaultError } from "../../provider/vault/secrets-manager-errors";
import { VaultError, type Vault } from "../../provider/vault/vault";
import { intercepted, ModelSecretsManager } from "../support/faults-vault";
import "../support/merchant";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const [a, b, c] = ["a", "b", "c"].map((letter) => letter.repeat(32)) as [string, string, string];

/** What the protocol relies on: a small play with one secret, and how it ends. */
interface Clause {
  name: string;
  play: (vault: Vault, secret: string, target: Target) => Promise<unknown>;
  ends: unknown;
  /** How moto 5.2.5 ends it instead: a deviation from AWS that is known. */
  moto?: unknown;
  /** Where it cannot be played. */
  not?: "aws" | "moto" | "model";
}

/** `done`, or the reason of the refusal. */
async function ending(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "done",
    (error: unknown) => {
      if (error instanceof VaultError) return error.reason;
      throw error;
    },
  );
}

const created = (vault: Vault, name: string, more: Partial<Parameters<Vault["create"]>[0]> = {}) =>
  vault.create({
    name,
    token: a,
    value: "first",
    description: "contract",
    tags: { owner: "shop/prod" },
    ...more,
  });

const put = (vault: Vault, secret: string, token: string, labels: readonly string[], value = "next") =>
  vault.put(secret, { token, value, labels });

/** Labels by version, as DescribeSecret shows them. */
async function labels(vault: Vault, secret: string): Promise<Record<string, string[]>> {
  const { versions } = (await vault.describe(secret))!;
  return Object.fromEntries(Object.entries(versions).map(([id, held]) => [id[0]!, [...held].sort()]));
}

const values = async (vault: Vault, secret: string, ...ids: string[]) =>
  Promise.all(ids.map(async (id) => (await vault.read(secret, id))?.value));

const clauses: readonly Clause[] = [
  {
    name: "a secret that is not there is an absence, not an error",
    play: async (vault, secret) => [await vault.describe(secret), await vault.read(secret, a)],
    ends: [undefined, undefined],
  },
  {
    name: "every write to a secret that is not there says not-found",
    play: async (vault, secret) =>
      Promise.all(
        [
          put(vault, secret, b, ["L"]),
          vault.moveLabel(secret, "L", { to: b }),
          vault.tag(secret, { team: "x" }),
          vault.untag(secret, ["team"]),
          vault.restore(secret),
          vault.scheduleDeletion(secret, 7),
          vault.removeReplicas(secret, ["eu-west-1"]),
        ].map(ending),
      ),
    ends: Array(7).fill("not-found"),
  },
  {
    name: "the first version is current, with its tags; nothing is scheduled, rotated or replicated",
    play: async (vault, secret) => {
      await created(vault, secret);
      const { name, tags, versions, deletedAt, rotationEnabled, replicas } = (await vault.describe(secret))!;
      return { name: name === secret, tags, versions, deletedAt, rotationEnabled, replicas };
    },
    ends: {
      name: true,
      tags: { owner: "shop/prod" },
      versions: { [a]: ["AWSCURRENT"] },
      deletedAt: undefined,
      rotationEnabled: false,
      replicas: [],
    },
  },
  {
    name: "a secret goes by its ARN as by its name, a version by its id alone",
    play: async (vault, secret) => {
      await created(vault, secret);
      const { arn } = (await vault.describe(secret))!;
      const version = (await vault.read(arn, a))!;
      return [
        (await vault.describe(arn))!.arn === arn,
        { ...version, createdAt: version.createdAt instanceof Date },
        await vault.read(arn, b),
      ];
    },
    ends: [true, { versionId: a, value: "first", labels: ["AWSCURRENT"], createdAt: true }, undefined],
  },
  {
    name: "creating it again with the same token and value changes nothing",
    play: async (vault, secret) => {
      await created(vault, secret);
      const again = await ending(created(vault, secret, { tags: { owner: "somebody/else" } }));
      return [again, (await vault.describe(secret))!.tags];
    },
    ends: ["done", { owner: "shop/prod" }],
  },
  {
    name: "a name that is taken says exists, for another token and for another value",
    play: async (vault, secret) => {
      await created(vault, secret);
      return [
        await ending(created(vault, secret, { token: b })),
        await ending(created(vault, secret, { value: "other" })),
        await values(vault, secret, a),
      ];
    },
    ends: ["exists", "exists", ["first"]],
  },
  {
    name: "a put version has its labels and no other, and leaves the current one alone",
    play: async (vault, secret) => {
      await created(vault, secret);
      await put(vault, secret, b, ["MC_REQUEST_1", "AWSPENDING"]);
      return [await labels(vault, secret), await values(vault, secret, a, b)];
    },
    ends: [{ a: ["AWSCURRENT"], b: ["AWSPENDING", "MC_REQUEST_1"] }, ["first", "next"]],
  },
  {
    name: "the same put twice is one version",
    play: async (vault, secret) => {
      await created(vault, secret);
      await put(vault, secret, b, ["L"]);
      return [await ending(put(vault, secret, b, ["L"])), await labels(vault, secret)];
    },
    ends: ["done", { a: ["AWSCURRENT"], b: ["L"] }],
  },
  {
    name: "the same token with another value says exists and overwrites nothing",
    play: async (vault, secret) => {
      await created(vault, secret);
      await put(vault, secret, b, ["L"]);
      return [await ending(put(vault, secret, b, ["L"], "other")), await values(vault, secret, b)];
    },
    ends: ["exists", ["next"]],
  },
  {
    name: "a token stays used after its version has lost its labels, and its value stays readable by id",
    play: async (vault, secret) => {
      await created(vault, secret);
      await put(vault, secret, b, ["L"]);
      await vault.moveLabel(secret, "L", { from: b });
      const used = await ending(put(vault, secret, b, ["L"], "other"));
      return [used, await labels(vault, secret), (await vault.read(secret, b))?.value];
    },
    ends: ["exists", { a: ["AWSCURRENT"] }, "next"],
    // It lists versions without labels.
    moto: ["exists", { a: ["AWSCURRENT"], b: [] }, "next"],
  },
  {
    name: "of two puts at once with one token one wins",
    play: async (vault, secret) => {
      await created(vault, secret);
      const endings = ["one", "two"].map((value) =>
        ending(put(vault, secret, b, [`L_${value}`, "AWSPENDING"], value)),
      );
      const version = async () => (await vault.read(secret, b))!;
      const outcome = (await Promise.all(endings)).sort();
      return [outcome, (await version()).labels.includes(`L_${(await version()).value}`)];
    },
    ends: [["done", "exists"], true],
    // Its threads look first and write then.
    not: "moto",
  },
  {
    name: "a label that a put takes leaves the version that had it, and the others stay",
    play: async (vault, secret) => {
      await created(vault, secret);
      await put(vault, secret, b, ["MC_REQUEST_1", "AWSPENDING"]);
      await put(vault, secret, c, ["AWSPENDING"], "third");
      return labels(vault, secret);
    },
    ends: { a: ["AWSCURRENT"], b: ["MC_REQUEST_1"], c: ["AWSPENDING"] },
  },
  {
    name: "AWSCURRENT moves from the version it is on; AWSPREVIOUS follows and AWSPENDING stays",
    play: async (vault, secret) => {
      await created(vault, secret);
      await put(vault, secret, b, ["MC_CERT_1", "AWSPENDING"]);
      const move = await ending(vault.moveLabel(secret, "AWSCURRENT", { from: a, to: b }));
      return [move, await labels(vault, secret), await values(vault, secret, a, b)];
    },
    ends: ["done", { a: ["AWSPREVIOUS"], b: ["AWSCURRENT", "AWSPENDING", "MC_CERT_1"] }, ["first", "next"]],
  },
  {
    name: "AWSCURRENT does not move from a version that it is not on, nor without one",
    play: async (vault, secret) => {
      await created(vault, secret);
      await put(vault, secret, b, ["L"]);
      await put(vault, secret, c, ["M"], "third");
      return [
        await ending(vault.moveLabel(secret, "AWSCURRENT", { from: b, to: c })),
        await ending(vault.moveLabel(secret, "AWSCURRENT", { to: c })),
        await labels(vault, secret),
      ];
    },
    ends: ["conflict", "conflict", { a: ["AWSCURRENT"], b: ["L"], c: ["M"] }],
  },
  {
    name: "AWSCURRENT cannot be taken away, and no label moves to a version that is not there",
    play: async (vault, secret) => {
      await created(vault, secret);
      return [
        await ending(vault.moveLabel(secret, "AWSCURRENT", { from: a })),
        await ending(vault.moveLabel(secret, "L", { to: b })),
        await labels(vault, secret),
      ];
    },
    ends: ["conflict", "not-found", { a: ["AWSCURRENT"] }],
    // It leaves the secret without a current version.
    moto: ["done", "conflict", { a: ["AWSPREVIOUS"] }],
  },
  {
    name: "a new label needs no from; taken away twice it is a conflict; a version without labels is not listed",
    play: async (vault, secret) => {
      await created(vault, secret);
      await put(vault, secret, b, ["L"]);
      const added = await ending(vault.moveLabel(secret, "MC_ABANDONED_1", { to: b }));
      const again = await ending(vault.moveLabel(secret, "MC_ABANDONED_1", { to: b }));
      const both = await labels(vault, secret);
      await vault.moveLabel(secret, "MC_ABANDONED_1", { from: b });
      await vault.moveLabel(secret, "L", { from: b });
      const twice = await ending(vault.moveLabel(secret, "L", { from: b }));
      return [added, again, both, twice, await labels(vault, secret), (await vault.read(secret, b))?.labels];
    },
    ends: [
      "done",
      "done",
      { a: ["AWSCURRENT"], b: ["L", "MC_ABANDONED_1"] },
      "conflict",
      { a: ["AWSCURRENT"] },
      [],
    ],
    // It attaches a label twice, takes one of the two away, and lists versions without labels.
    moto: [
      "done",
      "done",
      { a: ["AWSCURRENT"], b: ["L", "MC_ABANDONED_1", "MC_ABANDONED_1"] },
      "conflict",
      { a: ["AWSCURRENT"], b: ["MC_ABANDONED_1"] },
      ["MC_ABANDONED_1"],
    ],
  },
  {
    name: "tags are added, overwritten and taken away one by one",
    play: async (vault, secret) => {
      await created(vault, secret);
      await vault.tag(secret, { owner: "x", team: "y", gone: "z" });
      await vault.untag(secret, ["gone", "never-there"]);
      return (await vault.describe(secret))!.tags;
    },
    ends: { owner: "x", team: "y" },
  },
  {
    name: "the KMS key is the one that was set last",
    play: async (vault, secret) => {
      await created(vault, secret, { kmsKeyId: "alias/one" });
      const before = (await vault.describe(secret))!.kmsKeyId;
      await vault.setKmsKey(secret, "alias/two");
      return [before, (await vault.describe(secret))!.kmsKeyId, await values(vault, secret, a)];
    },
    ends: ["alias/one", "alias/two", ["first"]],
    // The keys would have to exist.
    not: "aws",
  },
  {
    name: "a secret that is scheduled for deletion can be seen and restored, and nothing else",
    play: async (vault, secret) => {
      await created(vault, secret);
      await put(vault, secret, b, ["L"]);
      await vault.scheduleDeletion(secret, 7);
      const seen = (await vault.describe(secret))!;
      const refused = [
        created(vault, secret),
        created(vault, secret, { token: c }),
        vault.read(secret, a),
        put(vault, secret, c, ["M"]),
        vault.moveLabel(secret, "M", { to: b }),
        vault.scheduleDeletion(secret, 7),
      ];
      const endings = await Promise.all(refused.map(ending));
      await vault.restore(secret);
      const { deletedAt } = (await vault.describe(secret))!;
      return [seen.deletedAt instanceof Date, endings, deletedAt, await values(vault, secret, a, b)];
    },
    ends: [true, Array(6).fill("conflict"), undefined, ["first", "next"]],
    // A version may be put and a label moved; a name that is taken says exists.
    moto: [true, ["done", "exists", "conflict", "done", "done", "conflict"], undefined, ["first", "next"]],
  },
  {
    name: "a secret that is not scheduled for deletion may be restored all the same",
    play: async (vault, secret) => {
      await created(vault, secret);
      return [await ending(vault.restore(secret)), await labels(vault, secret)];
    },
    ends: ["done", { a: ["AWSCURRENT"] }],
  },
  {
    name: "replicas come and go, not twice, and a secret with replicas is not deleted",
    play: async (vault, secret) => {
      await created(vault, secret);
      const regions = async () => (await vault.describe(secret))!.replicas.map(({ region }) => region).sort();
      await vault.addReplicas(secret, ["eu-west-1", "us-west-2"]);
      const added = await regions();
      const twice = await ending(vault.addReplicas(secret, ["eu-west-1"]));
      const deletion = await ending(vault.scheduleDeletion(secret, 7));
      await vault.removeReplicas(secret, ["eu-west-1", "us-west-2"]);
      return [added, twice, deletion, await regions(), await ending(vault.scheduleDeletion(secret, 7))];
    },
    ends: [["eu-west-1", "us-west-2"], "conflict", "conflict", [], "done"],
    moto: [["eu-west-1", "us-west-2"], "done", "conflict", [], "done"],
  },
  {
    name: "the current value is read without its version's id, the one that is current now",
    play: async (vault, secret) => {
      await created(vault, secret);
      const before = await vault.readCurrent(secret);
      await put(vault, secret, b, ["L"]);
      const beside = await vault.readCurrent(secret);
      await vault.moveLabel(secret, "AWSCURRENT", { from: a, to: b });
      const { arn } = (await vault.describe(secret))!;
      return [before, beside, await vault.readCurrent(secret), await vault.readCurrent(arn)];
    },
    ends: [{ text: "first" }, { text: "first" }, { text: "next" }, { text: "next" }],
  },
  {
    name: "a current value of bytes comes as they are",
    play: async (vault, secret, { createBinary }) => {
      await createBinary!(secret, Buffer.from([0, 255, 10, 13]));
      const { bytes, ...rest } = (await vault.readCurrent(secret))!;
      return [bytes?.toString("hex"), rest];
    },
    ends: ["00ff0a0d", {}],
    // The port writes texts only, and so does the model.
    not: "model",
  },
  {
    name: "of a secret that is not there the current value is an absence; while it is scheduled for deletion, a conflict",
    play: async (vault, secret) => {
      const missing = await vault.readCurrent(secret);
      await created(vault, secret);
      await vault.scheduleDeletion(secret, 7);
      const deleted = await ending(vault.readCurrent(secret));
      await vault.restore(secret);
      return [missing, deleted, await vault.readCurrent(secret)];
    },
    ends: [undefined, "conflict", { text: "first" }],
  },
  {
    name: "the account is twelve digits",
    play: async (vault) => /^\d{12}$/.test(await vault.accountId()),
    ends: true,
  },
];

interface Target {
  vault: Vault;
  /** What other tools do and the port does not. */
  createBinary?: (name: string, bytes: Buffer) => Promise<unknown>;
  close: () => Promise<void>;
}

interface Candidate {
  name: "sandbox" | "model" | "moto" | "aws";
  start: () => Promise<Target | { missing: string }>;
}

const overHttp = (endpoint: string) => {
  const aws = new SecretsManager({ region: "us-east-1", endpoint });
  return {
    vault: secretsManagerVault({ region: "us-east-1", endpoint }),
    createBinary: (Name: string, SecretBinary: Buffer) => aws.createSecret({ Name, SecretBinary }),
    close: async (server: { close: () => Promise<void> }) => {
      aws.destroy();
      await server.close();
    },
  };
};

/** Real secrets, at real cost: every one that was made is deleted without a recovery window. */
function awsTarget(): Target {
  const region = process.env.AWS_REGION ?? "us-east-1";
  const made = new Set<string>();
  const vault = secretsManagerVault({ region });
  const settled = intercepted(vault, async (operation, perform, [secret]) => {
    if (operation === "create") made.add((secret as { name: string }).name);
    const answer = await perform();
    // AWS is eventually consistent, and replicas take their time.
    const pause = operation.endsWith("Replicas") ? 15_000 : 1_000;
    if (operation !== "describe" && operation !== "read") await new Promise((go) => setTimeout(go, pause));
    return answer;
  });
  const close = async () => {
    const aws = new SecretsManager({ region });
    for (const SecretId of made) {
      await vault.removeReplicas(SecretId, ["eu-west-1", "us-west-2"]).catch(() => undefined);
      await aws.deleteSecret({ SecretId, ForceDeleteWithoutRecovery: true }).catch(() => undefined);
    }
    aws.destroy();
  };
  const createBinary = async (Name: string, SecretBinary: Buffer) => {
    made.add(Name);
    return new SecretsManager({ region }).createSecret({ Name, SecretBinary });
  };
  return { vault: settled, createBinary, close };
}

const candidates: readonly Candidate[] = [
  {
    name: "sandbox",
    start: async () => {
      const sandbox = await startSecretsManager();
      const { close, ...target } = overHttp(sandbox.endpoint);
      return { ...target, close: () => close(sandbox) };
    },
  },
  {
    name: "model",
    start: async () => {
      const vault = new ModelSecretsManager(() => new Date("2026-11-22T12:00:00Z")).vault();
      return { vault, close: () => Promise.resolve() };
    },
  },
  {
    name: "moto",
    start: async () => {
      const moto = await startMoto();
      if ("missing" in moto) return moto;
      const { close, ...target } = overHttp(moto.endpoint);
      return { ...target, close: () => close(moto) };
    },
  },
  ...(process.env.MERCHANT_CREDENTIALS_AWS_CONTRACT === "1"
    ? [{ name: "aws" as const, start: async () => awsTarget() }]
    : []),
];

describe.each(candidates.map((candidate) => [candidate.name, candidate] as const))(
  "the vault on %s",
  (name, candidate) => {
    // moto is installed the first time.
    const limit = 300_000;
    let target: Target | { missing: string };

    beforeAll(async () => {
      target = await candidate.start();
    }, limit);
    afterAll(async () => {
      if ("vault" in target) await target.close();
    }, limit);

    it("is there, or says why not", () => {
      // In CI startMoto fails instead.
      if ("missing" in target)
        console.warn(`The contract has not been held against ${name}: ${target.missing}`);
      else expect(target.vault).toBeDefined();
    });

    it.each(clauses.filter(({ not }) => not !== name).map((clause) => [clause.name, clause] as const))(
      "%s",
      async (_name, clause) => {
        if ("missing" in target) return;
        const secret = `merchant-credentials-contract/${randomBytes(6).toString("hex")}`;
        const ends = name === "moto" && "moto" in clause ? clause.moto : clause.ends;
        expect(await clause.play(target.vault, secret, target)).toEqual(ends);
      },
      limit,
    );
  },
);

it("a secret has 20 labels at most: the sandbox and the model say so alike", async () => {
  const secret = { SecretId: "crowded", SecretString: "next" };
  const many = Array.from({ length: 20 }, (_, n) => `L${n}`);
  const sandbox = await startSecretsManager();
  // The SDK takes the error for throttling: with retries this would last the better part of a minute.
  const aws = new SecretsManager({ region: "us-east-1", endpoint: sandbox.endpoint, maxAttempts: 1 });
  await aws.createSecret({ Name: secret.SecretId, SecretString: "first", ClientRequestToken: a });
  const refusal = aws.putSecretValue({ ...secret, ClientRequestToken: b, VersionStages: many });
  expect(vaultError("PutSecretValue", await refusal.catch((error: unknown) => error)).reason).toBe("refused");
  await aws.putSecretValue({ ...secret, ClientRequestToken: c, VersionStages: many.slice(1) });
  aws.destroy();
  await sandbox.close();

  const model = new ModelSecretsManager(() => new Date("2026-11-22T12:00:00Z")).vault();
  await created(model, secret.SecretId);
  expect(await ending(put(model, secret.SecretId, b, many))).toBe("unavailable");
  expect(await ending(put(model, secret.SecretId, c, many.slice(1)))).toBe("done");
});

it("the list of moto's deviations is this one", () => {
  expect(clauses.filter((clause) => "moto" in clause).map(({ name }) => name)).toMatchObject(
    [
      /a token stays used/,
      /AWSCURRENT cannot be taken away/,
      /a new label needs no from/,
      /scheduled for deletion can be seen/,
      /replicas come and go/,
    ].map((pattern) => expect.stringMatching(pattern) as string),
  );
});
