import { canary, SecretScene } from "./secret-scene";

const shop = new SecretScene();
const v3 = new SecretScene("apiV3Secret");

describe("two phases", () => {
  it("stores a value that waits, says who must do what, and is green", async () => {
    const { unmet, outputs } = await shop.up();
    const waiting = shop.version("MC_REQUEST_")!;
    expect(unmet).toEqual([]);
    expect(outputs).toMatchObject({
      status: "awaiting-activation",
      secretName: "merchants/1900000109/apiSecret",
      owner: "shop/prod",
      currentVersionId: null,
      current: null,
      pendingVersionId: waiting,
      pending: { versionId: waiting, since: "2026-11-22T12:00:00Z" },
      previousVersionId: null,
      rotationFrom: "2026-11-22",
      firstIssuedAt: null,
      dueFrom: null,
      askFrom: null,
      failsFrom: null,
      history: [],
      drift: [],
    });
    expect(outputs.rotationPeriod).toBeUndefined();
    expect((outputs.nextSteps as string[])[4]).toContain(`--version ${waiting.slice(0, 16)}`);
    expect(shop.value()).toBeUndefined();
    expect(shop.value(waiting)).toMatch(/^[0-9A-Za-z]{32}$/);
    expect(shop.writes).toEqual(["CreateSecret", "PutSecretValue"]);
    expect(shop.labels).toEqual(["AWSCURRENT", "AWSPENDING", "MC_REQUEST"]);
  });

  it("makes the very value current that waited, in three writes", async () => {
    await shop.up();
    const waiting = shop.outputs.pendingVersionId as string;
    const value = shop.value(waiting);
    shop.quiet();
    shop.later(3);
    const { outputs, unmet } = await shop.activate();
    expect(shop.writes).toEqual(["UpdateSecretVersionStage", "UpdateSecretVersionStage", "TagResource"]);
    expect(shop.value()).toBe(value);
    expect(unmet).toEqual([]);
    expect(outputs).toMatchObject({
      status: "active",
      currentVersionId: waiting,
      current: { versionId: waiting, since: "2026-11-25T12:00:00Z" },
      pending: null,
      previousVersionId: null,
      keyOrigin: "generated",
      firstIssuedAt: "2026-11-25T12:00:00Z",
      nextSteps: [],
      history: [{ versionId: waiting, from: "2026-11-25T12:00:00Z", reason: "first value" }],
    });
    expect(shop.labels).toEqual(["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"]);
    expect(shop.secret.tags["merchant-credentials:last-change"]).toBe(
      `2026-11-25T12:00:00Z current is version ${waiting}: first value`,
    );
  });

  it("is the same for an APIv3 secret, in its own words and form", async () => {
    const { outputs } = await v3.up();
    expect((outputs.nextSteps as string[]).join("\n")).toContain("Set APIv3 Secret (APIv3密钥)");
    await v3.activate();
    expect(v3.value()).toMatch(/^[0-9A-Za-z]{32}$/);
    expect(v3.outputs).toMatchObject({ status: "active", secretName: "merchants/1900000109/apiV3Secret" });
  });

  it("calls nobody when nothing changed, while a value waits and after", async () => {
    await shop.up();
    shop.quiet();
    expect(await shop.up()).toMatchObject({ changed: false });
    await shop.activate();
    shop.quiet();
    shop.later(4000);
    expect(await shop.up()).toMatchObject({ changed: false });
    expect(shop.scene.sandbox.journal.entries()).toEqual([]);
  });

  it("a refresh reads no value, changes nothing, and leaves nothing to do", async () => {
    await shop.active();
    const before = shop.outputs;
    shop.quiet();
    expect(await shop.refresh()).toEqual(before);
    expect(shop.scene.sandbox.journal.entries().map(({ operation }) => operation)).toEqual([
      "DescribeSecret",
    ]);
    expect(await shop.up()).toMatchObject({ changed: false });
  });
});

describe("activation", () => {
  it("left in the code over the next rotation never brings an old value back", async () => {
    await shop.active({ triggers: ["one"] });
    const first = shop.version();
    await shop.up({ triggers: ["two"] });
    expect(shop.outputs).toMatchObject({ status: "rotation-pending", unmet: [], currentVersionId: first });
    const second = shop.outputs.pendingVersionId as string;
    await shop.activate();
    for (const version of [first!, second])
      expect(
        (await shop.up({ activation: { version }, tags: { version: version.slice(0, 8) } })).unmet,
      ).toEqual([]);
    expect(shop.version()).toBe(second);
    await shop.up({ triggers: ["three"] });
    await shop.activate();
    const third = shop.version();
    // The first has no label left.
    expect((await shop.up({ activation: { version: first! } })).unmet).toEqual([]);
    expect(shop.version()).toBe(third);
  });

  it("immediate makes every value current at once, without anything left to do", async () => {
    const { outputs } = await shop.up({ activation: "immediate", triggers: ["one"] });
    expect(outputs).toMatchObject({ status: "active", pendingVersionId: null, nextSteps: [] });
    await shop.up({ triggers: ["two"] });
    expect(shop.outputs).toMatchObject({ status: "active", pendingVersionId: null });
    expect(shop.reasons).toEqual(["first value", "rotation"]);
  });

  it("of an abandoned value, of the placeholder and of a version that is nowhere is red, and changes nothing", async () => {
    await shop.up();
    const abandoned = shop.outputs.pendingVersionId as string;
    const placeholder = shop.version()!;
    await shop.up({ import: { env: "SHOP" } });
    for (const version of [abandoned, placeholder, "9".repeat(64)]) {
      shop.quiet();
      const { unmet } = await shop.up({ activation: { version } });
      expect(unmet).toEqual([
        `activation.version: there is no version ${version} in this secret. No value waits; declare the output pendingVersionId.`,
      ]);
      expect(shop.writes).toEqual([]);
    }
    expect(shop.value()).toBe(canary("A"));
    expect((await shop.up({ activation: "manual" })).unmet).toEqual([]);
  });

  it("of a value whose request label was taken off by hand counts as done", async () => {
    await shop.up();
    const lost = shop.outputs.pendingVersionId as string;
    await shop.aws.updateSecretVersionStage({
      SecretId: shop.secretName,
      VersionStage: `MC_REQUEST_${lost.slice(0, 16)}`,
      RemoveFromVersionId: lost,
    });
    expect((await shop.refresh())!.drift).toEqual([
      `the open request is gone from version ${lost.slice(0, 8)}…`,
    ]);
    await shop.up();
    expect(shop.outputs.pendingVersionId).not.toBe(lost);
    expect((await shop.up({ activation: { version: lost } })).unmet).toEqual([]);
    expect(shop.value()).toBeUndefined();
  });

  it("by a person shows in the next refresh, and `promoted` comes into the history", async () => {
    await shop.up();
    const waiting = shop.outputs.pendingVersionId as string;
    // What `merchant-credentials promote` writes.
    const place = { SecretId: shop.secretName };
    await shop.aws.updateSecretVersionStage({
      ...place,
      VersionStage: "AWSCURRENT",
      MoveToVersionId: waiting,
      RemoveFromVersionId: shop.version()!,
    });
    await shop.aws.updateSecretVersionStage({
      ...place,
      VersionStage: `MC_REQUEST_${waiting.slice(0, 16)}`,
      RemoveFromVersionId: waiting,
    });
    await shop.aws.tagResource({
      ...place,
      Tags: [
        { Key: "merchant-credentials:first-issued", Value: "2026-11-22T11:11:11Z" },
        {
          Key: "merchant-credentials:last-change",
          Value: `2026-11-22T11:11:11Z current is version ${waiting}: promoted`,
        },
      ],
    });
    shop.quiet();
    expect(((await shop.refresh())!.drift as string[])[0]).toBe(
      `the current version is ${waiting.slice(0, 8)}…, not ${shop.version("AWSPREVIOUS")!.slice(0, 8)}…`,
    );
    const { outputs, unmet } = await shop.up();
    expect(unmet).toEqual([]);
    expect(shop.writes).toEqual([]);
    expect(outputs).toMatchObject({
      status: "active",
      pendingVersionId: null,
      firstIssuedAt: "2026-11-22T11:11:11Z",
      history: [{ versionId: waiting, from: "2026-11-22T11:11:11Z", reason: "promoted" }],
      drift: [],
    });
    expect(await shop.up()).toMatchObject({ changed: false });
  });
});

describe("the end of a resource, and a look from outside", () => {
  it("is refused while it is protected, and keeps the value for the recovery window after", async () => {
    await shop.active();
    await expect(shop.scene.destroy()).rejects.toThrow("Set `deletionProtection: false`");
    await shop.up({ deletionProtection: false });
    await shop.scene.destroy();
    expect(shop.secret.deletionDate).toEqual(new Date("2026-12-22T12:00:00Z"));
  });

  it("declared again in that time, the same value serves", async () => {
    await shop.active({ deletionProtection: false });
    const value = shop.value();
    await shop.scene.destroy();
    shop.later(3);
    const { unmet, outputs } = await shop.up({ activation: "manual" });
    expect([unmet, shop.value(), outputs.status]).toEqual([[], value, "active"]);
  });

  it("with another lease is left as it is", async () => {
    await shop.active({ deletionProtection: false });
    const mine = shop.scene.state;
    shop.scene.state = undefined;
    await shop.up({ owner: "other/prod", adopt: true });
    shop.scene.state = mine;
    await shop.scene.destroy();
    expect(shop.secret.deletionDate).toBeUndefined();
    expect(shop.scene.logged.join()).toContain("has been taken over since");
  });

  const kmsKeyId = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  it.each([
    ["while a value waits", false, null],
    ["while one serves", true, null],
    ["of a KMS key, too", true, kmsKeyId],
  ])("a look-up by ARN tells what labels tell, %s", async (_name, isActive, key) => {
    await (isActive ? shop.active({ kmsKeyId: key }) : shop.up());
    const id = shop.outputs.secretArn as string;
    const known = shop.outputs;
    shop.scene.state = { id, outputs: {} };
    shop.quiet();
    expect(await shop.refresh()).toEqual({
      secretArn: id,
      secretName: "merchants/1900000109/apiSecret",
      region: "us-east-1",
      owner: "shop/prod",
      merchantId: "1900000109",
      kmsKeyId: key,
      currentVersionId: known.currentVersionId,
      pendingVersionId: known.pendingVersionId,
      ...Object.fromEntries(
        ["status", "rotationFrom", "rotationPeriod", "current", "pending", "previousVersionId"].map(
          (name) => [name, null],
        ),
      ),
      ...{ keyOrigin: null, firstIssuedAt: null, failsFrom: null, dueFrom: null, askFrom: null },
      ...{ unmet: [], nextSteps: [], history: [], drift: [] },
    });
    expect(shop.scene.sandbox.journal.entries()).toHaveLength(1);
  });

  it("a look-up of nothing says so", async () => {
    await shop.up();
    const id = `${shop.outputs.secretArn as string}`.replace("apiSecret", "nothing");
    shop.scene.state = { id, outputs: {} };
    await expect(shop.scene.refresh()).rejects.toThrow("id: there is no such secret");
  });
});

it("keeps the last ten of its history", async () => {
  await shop.up({ activation: "immediate", triggers: [0] });
  for (let n = 1; n <= 11; n++) {
    shop.later(1);
    await shop.up({ triggers: [n] });
  }
  const history = shop.outputs.history as { versionId: string; from: string; until?: string }[];
  expect(history).toHaveLength(10);
  expect(history[0]!.from).toBe("2026-11-24T12:00:00Z");
  expect(history.filter(({ until }) => until === undefined)).toEqual([history.at(-1)]);
  expect(history.at(-1)!.versionId).toBe(shop.version());
});
