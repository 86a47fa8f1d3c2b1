import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secretValue } from "../../provider/domain/secret-kind";
import type { JsonObject } from "../../provider/resources/resource-handlers";
import { canary, SecretScene } from "./secret-scene";

const shop = new SecretScene();
const fromShop = { env: "SHOP" };
const fromOther = { env: "OTHER" };

const folder = mkdtempSync(join(tmpdir(), "api-secret-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => (shop.scene.folder = folder));

/** A secret that was there before this program. */
const theirs = (SecretString: string, tags: Record<string, string> = {}, Name = shop.secretName) =>
  shop.aws.createSecret({
    Name,
    SecretString,
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  });

describe("a value in use", () => {
  it("is current at once, in five writes after the secret's own, and nothing waits", async () => {
    const { outputs, unmet } = await shop.up({ import: fromShop });
    expect(unmet).toEqual([]);
    expect(shop.value()).toBe(canary("A"));
    expect(outputs).toMatchObject({
      status: "active",
      keyOrigin: "imported",
      pendingVersionId: null,
      previousVersionId: null,
      firstIssuedAt: "2026-11-22T12:00:00Z",
      nextSteps: [],
    });
    expect(shop.reasons).toEqual(["import"]);
    expect(shop.labels).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
    expect(shop.writes).toEqual([
      "CreateSecret",
      "PutSecretValue",
      "UpdateSecretVersionStage",
      "TagResource",
      "TagResource",
      "UpdateSecretVersionStage",
    ]);
  });

  it("is read once: the variable may go away, and the reference may stay or be taken out", async () => {
    await shop.up({ import: fromShop });
    shop.env.SHOP = canary("C");
    await shop.up({ tags: { team: "payments" } });
    delete shop.env.SHOP;
    for (const changes of [{ tags: {} }, { import: null }, { owner: "shop/renamed" }])
      expect((await shop.up(changes)).unmet).toEqual([]);
    expect(shop.value()).toBe(canary("A"));
    expect(shop.reasons).toEqual(["import"]);
  });

  it("is read again where the reference changes: A, B, A", async () => {
    await shop.up({ import: fromShop });
    await shop.up({ import: fromOther });
    expect(shop.value()).toBe(canary("B"));
    expect(shop.value(shop.version("AWSPREVIOUS"))).toBe(canary("A"));
    await shop.up({ import: fromShop });
    expect(shop.value()).toBe(canary("A"));
    expect(shop.value(shop.version("AWSPREVIOUS"))).toBe(canary("B"));
    expect(shop.reasons).toEqual(["import", "import", "import"]);
    expect(shop.labels).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
  });

  it("is not read again where only the order of the reference's members changes", async () => {
    const { ARN } = await theirs(JSON.stringify({ key: canary("C") }), {}, "elsewhere");
    await shop.up({ import: { secretArn: ARN!, jsonKey: "key" } });
    expect(shop.value()).toBe(canary("C"));
    shop.quiet();
    await shop.up({ import: { jsonKey: "key", secretArn: ARN! } });
    expect(shop.writes).toEqual([]);
  });

  it.each<[string, () => Promise<JsonObject> | JsonObject]>([
    ["a variable", () => fromShop],
    [
      "a file with a line end",
      () => {
        writeFileSync(join(folder, "secret.txt"), `${canary("A")}\n`);
        return { file: "secret.txt" };
      },
    ],
    ["a secret's text", async () => ({ secretArn: (await theirs(canary("A"), {}, "elsewhere")).ARN! })],
    [
      "a key of a secret's JSON",
      async () => ({
        secretArn: (await theirs(JSON.stringify({ "a.b": canary("A") }), {}, "elsewhere")).ARN!,
        jsonKey: "a.b",
      }),
    ],
    [
      "a binary secret",
      async () => {
        const SecretBinary = Buffer.from(canary("A"));
        return { secretArn: (await shop.aws.createSecret({ Name: "elsewhere", SecretBinary })).ARN! };
      },
    ],
  ])("comes from %s", async (_name, reference) => {
    expect((await shop.up({ import: await reference() })).unmet).toEqual([]);
    expect(shop.outputs).toMatchObject({ status: "active", keyOrigin: "imported" });
    expect(shop.value()).toBe(canary("A"));
  });

  it("takes the place of a first value that waits: that one is abandoned, and nobody asked for a rotation", async () => {
    await shop.up({ failAfterDays: 1 });
    const waiting = shop.outputs.pendingVersionId;
    shop.later(30);
    const { unmet, outputs } = await shop.up({ import: fromShop });
    expect(unmet).toEqual([]);
    expect(outputs).toMatchObject({ status: "active", pendingVersionId: null, failsFrom: null });
    expect(shop.version("MC_ABANDONED_")).toBe(waiting);
    expect(shop.version("MC_REQUEST_")).toBeUndefined();
    expect(await shop.up()).toMatchObject({ changed: false });
  });

  it("beside a rotation that waits: that one stays, and may be activated", async () => {
    await shop.active({ triggers: ["one"] });
    await shop.up({ triggers: ["two"] });
    const waiting = shop.outputs.pendingVersionId;
    await shop.up({ import: fromShop });
    expect(shop.value()).toBe(canary("A"));
    expect(shop.outputs).toMatchObject({ status: "rotation-pending", pendingVersionId: waiting });
    await shop.activate();
    expect(shop.version()).toBe(waiting);
    expect(shop.reasons).toEqual(["first value", "import", "rotation"]);
  });

  it("that a rotation has replaced does not come back: not by a rename, not by lost tags, not by lost state", async () => {
    await shop.up({ import: fromShop, triggers: ["one"] });
    await shop.up({ triggers: ["two"] });
    await shop.activate();
    const live = shop.version();
    shop.env.SHOP = "nothing of use";
    await shop.up({ owner: "shop/renamed" });
    await shop.aws.untagResource({ SecretId: shop.secretName, TagKeys: ["merchant-credentials:trigger"] });
    await shop.up({ tags: { team: "payments" } });
    shop.scene.state = undefined;
    expect((await shop.up()).unmet).toEqual([]);
    expect(shop.version()).toBe(live);
  });

  it("rotates as one that was drawn: by age from its import, and by triggers", async () => {
    await shop.up({ import: fromShop, maxAgeDays: 30 });
    shop.at("2026-12-21T16:00:00Z");
    await shop.up();
    expect(shop.outputs).toMatchObject({ status: "rotation-pending", keyOrigin: "imported" });
    await shop.activate();
    expect(shop.outputs).toMatchObject({ status: "active", keyOrigin: "generated" });
    expect(shop.reasons).toEqual(["import", "rotation"]);
  });

  it("that is wrong is red and changes nothing; corrected, it is green", async () => {
    await shop.active();
    const value = shop.value();
    shop.env.SHOP = canary("A").slice(1);
    shop.quiet();
    const reason =
      "import: this is not a secret of WeChat Pay (expected 32 characters, letters and digits only, found 31 characters)";
    expect(await shop.red({ import: fromShop })).toContain(reason);
    expect(shop.writes).toEqual([]);
    expect(shop.outputs).toMatchObject({ status: "active", keyOrigin: "generated" });
    await shop.refresh();
    expect(await shop.red()).toContain(reason);
    expect(shop.value()).toBe(value);
    shop.env.SHOP = canary("A");
    expect((await shop.up()).unmet).toEqual([]);
    expect(shop.value()).toBe(canary("A"));
    expect(await shop.up()).toMatchObject({ changed: false });
  });

  it("that is wrong is forgotten where the reference is taken out again", async () => {
    await shop.active();
    delete shop.env.SHOP;
    await shop.red({ import: fromShop });
    expect((await shop.up({ import: null })).unmet).toEqual([]);
    expect(shop.outputs.status).toBe("active");
  });
});

describe("another tool's secret", () => {
  it.each<[string, string, JsonObject]>([
    ["the 32 characters alone", canary("A"), { adopt: true }],
    ["a JSON object", JSON.stringify({ note: "by hand", key: canary("A") }), { adopt: { apiSecret: "key" } }],
  ])("is taken over, written in our form, and the version before kept: %s", async (_name, value, changes) => {
    const { VersionId } = await theirs(value, { team: "legacy" });
    const { unmet, outputs } = await shop.up(changes);
    expect(unmet).toEqual([]);
    expect(outputs).toMatchObject({
      status: "active",
      keyOrigin: "imported",
      previousVersionId: VersionId,
      firstIssuedAt: "2026-11-22T12:00:00Z",
      pendingVersionId: null,
    });
    expect(shop.value()).toBe(canary("A"));
    expect(shop.reasons).toEqual(["adoption"]);
    expect(shop.labels).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
    expect(shop.secret.tags).toMatchObject({
      team: "legacy",
      "merchant-credentials:owner": "shop/prod",
    });
    expect(await shop.up()).toMatchObject({ changed: false });
    expect((await shop.up({ adopt: false })).unmet).toEqual([]);
  });

  it("is taken over once: what that tool writes later is not, although `adopt` is still in the program", async () => {
    await theirs(canary("A"));
    await shop.up({ adopt: true });
    const good = shop.version()!;
    await shop.aws.putSecretValue({ SecretId: shop.secretName, SecretString: canary("B") });
    await shop.refresh();
    shop.quiet();
    expect(await shop.red()).toContain("for a secret to the one labelled AWSPREVIOUS");
    expect([shop.writes, shop.version("AWSPREVIOUS")]).toEqual([[], good]);
  });

  it("in our form needs nothing written but tags", async () => {
    await theirs(secretValue("apiSecret", "1900000109", canary("A")));
    shop.quiet();
    expect((await shop.up({ adopt: true })).unmet).toEqual([]);
    expect(shop.writes).toEqual(["CreateSecret", "TagResource", "TagResource"]);
    expect(shop.value()).toBe(canary("A"));
  });

  it("with a placeholder of its own gets a first value", async () => {
    await theirs('{"schema":"merchant-credentials/empty/v1"}');
    await shop.up({ adopt: true });
    expect(shop.outputs.status).toBe("awaiting-activation");
  });

  it("together with an import ends on the import", async () => {
    await theirs(canary("A"));
    await shop.up({ adopt: true, import: fromOther });
    expect(shop.value()).toBe(canary("B"));
    expect(shop.outputs).toMatchObject({ status: "active", keyOrigin: "imported", unmet: [] });
  });

  it("whose import fails is told as an adoption", async () => {
    await theirs(canary("A"));
    shop.env.SHOP = "too short";
    const { unmet, outputs } = await shop.up({ adopt: true, import: fromShop });
    expect(unmet.join()).toContain("import: this is not a secret of WeChat Pay");
    expect(outputs).toMatchObject({ status: "active", keyOrigin: "imported" });
    expect(outputs.firstIssuedAt).not.toBeNull();
    expect(shop.reasons).toEqual(["adoption"]);
    expect(shop.value()).toBe(canary("A"));
  });

  it("of another owner is taken over with its rotation still waiting", async () => {
    await shop.active({ triggers: ["one"] });
    await shop.up({ triggers: ["two"] });
    const { pendingVersionId, currentVersionId } = shop.outputs;
    shop.scene.state = undefined;
    await shop.up({ owner: "new/prod", adopt: true, triggers: ["mine"] });
    expect(shop.outputs).toMatchObject({ status: "rotation-pending", pendingVersionId, currentVersionId });
  });
});
