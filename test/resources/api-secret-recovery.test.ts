import { canary, SecretScene } from "./secret-scene";

const shop = new SecretScene();

describe("what others did to the secret", () => {
  it("AWSCURRENT moved by hand to the value before: it serves, it is recorded, and nothing moves it back", async () => {
    await shop.active({ triggers: ["one"] });
    const [first, value] = [shop.version()!, shop.value()];
    await shop.up({ triggers: ["two"] });
    await shop.activate();
    await shop.aws.updateSecretVersionStage({
      SecretId: shop.secretName,
      VersionStage: "AWSCURRENT",
      MoveToVersionId: first,
      RemoveFromVersionId: shop.version()!,
    });
    await shop.refresh();
    const { unmet, outputs } = await shop.up();
    expect([unmet, shop.value()]).toEqual([[], value]);
    expect(outputs).toMatchObject({ status: "active", currentVersionId: first, pendingVersionId: null });
    expect(shop.reasons).toEqual(["first value", "rotation", "found in the vault"]);
  });

  it("two open requests: stops, names both, and goes on once one label is gone", async () => {
    await shop.active({ triggers: ["one"] });
    await shop.up({ triggers: ["two"] });
    const waiting = shop.outputs.pendingVersionId as string;
    const other = "e".repeat(64);
    const stage = `MC_REQUEST_${"e".repeat(16)}`;
    await shop.aws.putSecretValue({
      SecretId: shop.secretName,
      ClientRequestToken: other,
      SecretString: shop.secret.versions.find(({ id }) => id === waiting)!.value as string,
      VersionStages: [stage],
    });
    const before = shop.vault;
    const reason = await shop.red({ triggers: ["three"] });
    expect(reason).toContain("the secret has more than one open API secret");
    expect(reason).toContain(`MC_REQUEST_${waiting.slice(0, 16)}`);
    expect(reason).toContain(stage);
    expect(reason).toContain("remove the other's label (update-secret-version-stage)");
    expect(shop.vault).toBe(before);
    await shop.aws.updateSecretVersionStage({
      SecretId: shop.secretName,
      VersionStage: stage,
      RemoveFromVersionId: other,
    });
    expect((await shop.up()).unmet).toEqual([]);
    expect(shop.outputs.pendingVersionId).toBe(waiting);
  });

  it("a value that was written over is red, with the way back, and comes back by it", async () => {
    await shop.active();
    const good = shop.version()!;
    await shop.aws.putSecretValue({ SecretId: shop.secretName, SecretString: canary("Z") });
    await shop.refresh();
    const reason = await shop.red();
    expect(reason).toContain("the secret's value is not a merchant credential");
    expect(reason).toContain("for a secret to the one labelled AWSPREVIOUS");
    expect(shop.version("AWSPREVIOUS")).toBe(good);
    await shop.aws.updateSecretVersionStage({
      SecretId: shop.secretName,
      VersionStage: "AWSCURRENT",
      MoveToVersionId: good,
      RemoveFromVersionId: shop.version()!,
    });
    expect((await shop.up()).unmet).toEqual([]);
    expect(shop.outputs).toMatchObject({ status: "active", currentVersionId: good });
  });
});

describe("a state that is lost, old, or somebody else's", () => {
  it("lost: goes on with the value that waits", async () => {
    await shop.up();
    const waiting = shop.outputs.pendingVersionId;
    shop.scene.state = undefined;
    shop.quiet();
    await shop.up();
    expect(shop.outputs.pendingVersionId).toBe(waiting);
    expect(shop.writes).toEqual(["CreateSecret", "TagResource"]);
  });

  it.each([
    ["lost", undefined],
    ["lost with the resource renamed", "store"],
  ])(
    "%s while a value serves in its period: no rotation begins, and the history keeps its date",
    async (_name, logicalName) => {
      await shop.active({ maxAgeDays: 365, triggers: ["one"] });
      const { history } = shop.outputs;
      shop.later(100);
      shop.scene.state = undefined;
      await shop.up(logicalName ? { logicalName } : {});
      expect(shop.outputs).toMatchObject({ status: "active", pendingVersionId: null, history });
    },
  );

  it("lost, and a forced replacement, which checks again without the old inputs: no rotation begins", async () => {
    await shop.active({ maxAgeDays: 365 });
    shop.later(100);
    const { handlers, inputs: news, config } = shop.scene;
    const { inputs } = handlers.check({ olds: {}, news, config });
    const { signal } = new AbortController();
    const { outputs } = await handlers.create({ inputs, config, signal });
    expect(outputs).toMatchObject({ status: "active", pendingVersionId: null });
  });

  it("rolled back to before a rotation: takes in what happened, and draws nothing", async () => {
    await shop.active({ triggers: ["one"] });
    const old = shop.scene.state;
    await shop.up({ triggers: ["two"] });
    await shop.activate();
    const current = shop.version();
    shop.scene.state = old;
    shop.quiet();
    await shop.up();
    expect(shop.writes).toEqual([]);
    expect(shop.outputs).toMatchObject({ status: "active", currentVersionId: current });
    expect(shop.reasons).toEqual(["first value", "rotation"]);
  });

  it("a lost `trigger` tag begins no rotation, and is written anew", async () => {
    await shop.active({ triggers: ["one"], maxAgeDays: 30 });
    await shop.aws.untagResource({ SecretId: shop.secretName, TagKeys: ["merchant-credentials:trigger"] });
    shop.later(31);
    await shop.up({ triggers: ["two"] });
    expect(shop.outputs).toMatchObject({ status: "active", pendingVersionId: null });
    expect(shop.secret.tags["merchant-credentials:trigger"]).toMatch(/^began=2026-12-23T12:00:00Z /);
  });

  it("a stack rename writes the owner and nothing else; a rotation that is due begins all the same", async () => {
    await shop.active({ maxAgeDays: 30 });
    shop.quiet();
    await shop.up({ owner: "shop/renamed" });
    expect(shop.writes).toEqual(["TagResource"]);
    expect(shop.outputs.status).toBe("active");
    shop.later(31);
    await shop.up({ owner: "shop/again" });
    expect(shop.outputs.status).toBe("rotation-pending");
  });

  it("another owner's secret is taken over with its value, and begins no rotation for this program's triggers", async () => {
    await shop.active({ triggers: ["theirs"] });
    const [version, value] = [shop.version(), shop.value()];
    shop.scene.state = undefined;
    await shop.up({ owner: "new/prod", adopt: true, triggers: ["ours"], maxAgeDays: 365 });
    expect(shop.outputs).toMatchObject({ status: "active", owner: "new/prod", currentVersionId: version });
    expect(shop.value()).toBe(value);
    await shop.up({ triggers: ["changed"] });
    expect(shop.outputs.status).toBe("rotation-pending");
  });
});

it("a look-up takes no value for one that waits which serves already (a run broke off before its label was taken off)", async () => {
  await shop.up();
  const version = shop.outputs.pendingVersionId as string;
  await shop.aws.updateSecretVersionStage({
    SecretId: shop.secretName,
    VersionStage: "AWSCURRENT",
    MoveToVersionId: version,
    RemoveFromVersionId: shop.version()!,
  });
  shop.scene.state = { id: shop.outputs.secretArn as string, outputs: {} };
  expect(await shop.refresh()).toMatchObject({ currentVersionId: version, pendingVersionId: null });
});
