import { lastChangeTag } from "../../provider/domain/secret-tags";
import { secretsManagerVault } from "../../provider/vault/secrets-manager";
import { VaultError, type Vault } from "../../provider/vault/vault";
import { SecretStage } from "./secret-stage";
import { StagedWorld } from "./staged-world";

const name = "merchants/1900000109/apiSecret";
const title = "API secret of merchant 1900000109";

let stage: SecretStage;
beforeAll(async () => {
  stage = await SecretStage.open();
});
beforeEach(() => stage.begin());
afterAll(() => stage.scene.close());

/** A value that serves, and the next one, which waits. */
async function rotate(): Promise<{ current: string; pending: string }> {
  const { scene } = stage;
  await promote(stage.pendingId);
  await scene.refresh();
  await scene.up({ triggers: ["first"] });
  scene.clock.advanceDays(1);
  await scene.up({ triggers: ["second"] });
  return { current: stage.labelled("AWSCURRENT")!, pending: stage.pendingId };
}

const promote = (version: string, secret = name) =>
  stage.world.run("promote", secret, ...stage.place, "--version", version);

describe("promote", () => {
  it("makes the first value current and says how the state takes it in", async () => {
    const version = stage.pendingId;
    expect(await promote(version)).toEqual({
      stdout: `${title}: version ${version} is current.\nRun pulumi up --refresh so that the state takes it in.\n`,
      stderr: "",
      exitCode: 0,
    });
    expect(stage.labelled("AWSCURRENT")).toBe(version);
    expect(stage.openRequests).toEqual([]);
    expect(stage.scene.secret.tags[lastChangeTag]).toBe(
      `2026-11-22T12:00:00Z current is version ${version}: promoted`,
    );
  });

  it("makes the next value current and keeps the one before it", async () => {
    const { current, pending } = await rotate();
    expect(await promote(pending)).toEqual({
      stdout:
        `${title}: version ${pending} is current.\nThe one before it, ${current}, is kept as AWSPREVIOUS.\n` +
        "Run pulumi up --refresh so that the state takes it in.\n",
      stderr: "",
      exitCode: 0,
    });
    expect(stage.labelled("AWSPREVIOUS")).toBe(current);
  });

  it("is taken into state by the next up with a refresh, reason and all", async () => {
    const version = stage.pendingId;
    await promote(version);
    await stage.scene.refresh();
    const { outputs, unmet } = await stage.scene.up();
    expect(unmet).toEqual([]);
    expect(outputs).toMatchObject({
      status: "active",
      currentVersionId: version,
      pendingVersionId: null,
      history: [{ versionId: version, from: "2026-11-22T12:00:00Z", reason: "promoted" }],
    });
  });

  it("costs three writes, and says so to CloudTrail", async () => {
    const from = stage.calls().length;
    await promote(stage.pendingId);
    expect(stage.calls(from).filter((operation) => !/^(Describe|Get)/.test(operation))).toEqual([
      "UpdateSecretVersionStage",
      "UpdateSecretVersionStage",
      "TagResource",
    ]);
    expect(stage.world.connections).toMatchObject([{ userAgent: "merchant-credentials/promote" }]);
  });

  it("changes nothing the second time", async () => {
    const version = stage.pendingId;
    await promote(version);
    const before = stage.scene.sandbox.secrets();
    const from = stage.calls().length;
    stage.scene.clock.advanceDays(1);
    expect(await promote(version)).toEqual({
      stdout: `${title}: version ${version} is current already.\n`,
      stderr: "",
      exitCode: 0,
    });
    expect(stage.calls(from).every((operation) => /^(Describe|Get)/.test(operation))).toBe(true);
    expect(stage.scene.sandbox.secrets()).toEqual(before);
  });

  it("takes the 16 digits that stand in the next steps, before and after", async () => {
    const { pending } = await rotate();
    const step = (stage.scene.state!.outputs.nextSteps as string[]).find((each) => each.includes("promote"));
    const [, short] = /--version (\w+)$/.exec(step!)!;
    expect((await promote(short!)).stdout).toContain(`version ${pending} is current.\n`);
    expect((await promote(short!)).stdout).toContain(`version ${pending} is current already.\n`);
    expect(await promote("0".repeat(16))).toMatchObject({ exitCode: 1 });
  });

  it("takes an ARN without a region", async () => {
    const version = stage.pendingId;
    const endpoint = ["--endpoint", stage.endpoint];
    expect(await stage.world.run("promote", stage.arn, ...endpoint, "--version", version)).toMatchObject({
      exitCode: 0,
    });
  });
});

describe("promote, interrupted before or after any of its writes,", () => {
  it.each([0, 1, 2].flatMap((at) => [["before", at] as const, ["after", at] as const]))(
    "is finished by the next promote: %s write %i",
    async (when, write) => {
      const version = stage.pendingId;
      let writes = 0;
      stage.world.makeVault = (connection) =>
        interrupted(secretsManagerVault(connection), (effect) =>
          writes++ === write ? stop(when, effect) : effect(),
        );
      expect(await promote(version)).toMatchObject({ stdout: "", exitCode: 1 });
      stage.world.makeVault = secretsManagerVault;
      expect(await promote(version)).toMatchObject({ stderr: "", exitCode: 0 });
      expect(stage.labelled("AWSCURRENT")).toBe(version);
      expect(stage.openRequests).toEqual([]);
      expect(stage.scene.secret.tags[lastChangeTag]).toMatch(`current is version ${version}: promoted`);
    },
  );

  async function stop(when: "before" | "after", effect: () => Promise<void>): Promise<never> {
    if (when === "after") await effect();
    throw new VaultError("unavailable", "no answer", "x");
  }

  function interrupted(vault: Vault, write: (effect: () => Promise<void>) => Promise<void>): Vault {
    return {
      ...vault,
      moveLabel: (...args) => write(() => vault.moveLabel(...args)),
      tag: (...args) => write(() => vault.tag(...args)),
    };
  }
});

describe("promote beside another run", () => {
  it("yields to one that has promoted the same version meanwhile", async () => {
    const version = stage.pendingId;
    stage.world.makeVault = (connection) =>
      overtaken(secretsManagerVault(connection), () => new StagedRun().promote(version));
    expect(await promote(version)).toMatchObject({ stderr: "", exitCode: 0 });
    expect(stage.labelled("AWSCURRENT")).toBe(version);
  });

  it("does not undo one that has made another version current", async () => {
    const version = stage.pendingId;
    const vault = stage.vault;
    const other = "9".repeat(64);
    const value = stage.scene.secret.versions.find(({ id }) => id === version)!.value as string;
    stage.world.makeVault = (connection) =>
      overtaken(secretsManagerVault(connection), () =>
        vault.put(name, { token: other, value, labels: ["AWSCURRENT"] }),
      );
    const { stderr, stdout, exitCode } = await promote(version);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 1 });
    expect(stderr).toContain("another run made a version current while this one ran");
    expect(stage.labelled("AWSCURRENT")).toBe(other);
  });

  class StagedRun {
    async promote(version: string): Promise<void> {
      const second = new StagedWorld();
      second.makeVault = secretsManagerVault;
      await second.run("promote", name, ...stage.place, "--version", version);
    }
  }

  /** Somebody else acts between the look at the vault and the first write. */
  function overtaken(vault: Vault, act: () => Promise<void>): Vault {
    let isFirst = true;
    return {
      ...vault,
      moveLabel: async (...args) => {
        if (isFirst) {
          isFirst = false;
          await act();
        }
        return vault.moveLabel(...args);
      },
    };
  }
});

describe("promote refuses", () => {
  it("a version that is not the pending one, and names both", async () => {
    const { current, pending } = await rotate();
    const other = "0".repeat(64);
    expect(await promote(other)).toEqual({
      stdout: "",
      stderr: `error: --version: this version does not wait to be activated (expected the pending version ${pending}, found ${other}). Current is ${current}. Promote never goes back to an earlier value.\n`,
      exitCode: 1,
    });
  });

  it("to go back to the value before", async () => {
    const { current, pending } = await rotate();
    await promote(pending);
    expect(await promote(current)).toEqual({
      stdout: "",
      stderr: `error: --version: this version does not wait to be activated (expected a pending version, but none is, found ${current}). Current is ${pending}. Promote never goes back to an earlier value.\n`,
      exitCode: 1,
    });
    expect(stage.labelled("AWSCURRENT")).toBe(pending);
  });

  it("a secret without our tags", async () => {
    const vault = stage.vault;
    await vault.create({
      name: "app/db",
      token: "2".repeat(64),
      value: "x",
      description: "",
      tags: { team: "shop" },
    });
    expect(await promote("0".repeat(64), "app/db")).toEqual({
      stdout: "",
      stderr:
        "error: this secret is not managed by pulumi-merchant-credentials: it lacks its tags (found app/db).\n",
      exitCode: 1,
    });
  });

  it.each<[string, string, string]>([
    [
      "a certificate",
      "certificate",
      "this is a certificate (found shop/x). Declare it as `certificate` of the resource and run pulumi up, which checks it against its key.",
    ],
    [
      "a certificate of CFCA",
      "cfcaCertificate",
      "this is a certificate of CFCA (found shop/x). Nothing waits in it: declare its certificate and run pulumi up. Its files are written by: merchant-credentials export.",
    ],
    [
      "a kind that it does not know",
      "merchant\u001b[2JKey",
      "this kind of credential has no pending value (found merchant[2JKey).",
    ],
  ])("%s", async (_, kind, message) => {
    const vault = stage.vault;
    const tags = { "merchant-credentials:kind": kind, "merchant-credentials:merchant-id": "1900000109" };
    await vault.create({ name: "shop/x", token: "2".repeat(64), value: "x", description: "", tags });
    expect(await promote("0".repeat(64), "shop/x")).toEqual({
      stdout: "",
      stderr: `error: ${message}\n`,
      exitCode: 1,
    });
  });

  it("a secret that is not there", async () => {
    expect(await promote("0".repeat(64), "app/none")).toEqual({
      stdout: "",
      stderr:
        "error: there is no such secret (found app/none in us-east-1). Take the ARN from the output secretArn; check that these are the credentials of its account.\n",
      exitCode: 1,
    });
  });

  it("a secret of another account", async () => {
    const arn = stage.arn.replace("123456789012", "210987654321");
    const { stderr, exitCode } = await stage.world.run(
      "promote",
      arn,
      ...stage.place,
      "--version",
      "0".repeat(64),
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain("AccessDeniedException");
    expect(stderr).toContain("Check the credentials");
  });

  it("a secret that is scheduled for deletion", async () => {
    const vault = stage.vault;
    await vault.scheduleDeletion(name, 7);
    expect(await promote(stage.pendingId)).toEqual({
      stdout: "",
      stderr: `error: this secret is scheduled for deletion (found ${name}). Run pulumi up of the program that declares it: it restores the secret.\n`,
      exitCode: 1,
    });
  });

  it("a replica", async () => {
    const vault = stage.vault;
    await vault.addReplicas(name, ["eu-west-1"]);
    const there = ["--region", "eu-west-1", "--endpoint", stage.endpoint];
    expect(await stage.world.run("promote", name, ...there, "--version", stage.pendingId)).toEqual({
      stdout: "",
      stderr: `error: this is a replica (found ${name} in eu-west-1). Name the secret in us-east-1.\n`,
      exitCode: 1,
    });
  });
});
