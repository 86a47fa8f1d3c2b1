import { unknownValue } from "../../provider/domain/unknown";
import type { JsonObject } from "../../provider/resources/resource-handlers";
import { SecretScene } from "./secret-scene";

const shop = new SecretScene();
const second = 1000;

const period = () => shop.outputs.rotationPeriod;
const status = () => shop.outputs.status;

describe("a rotation by age", () => {
  // 12:00 UTC on 22 November is 20:00 in Asia/Shanghai; a period ends at midnight there, 16:00 UTC.
  it.each([
    [
      "the last second of period 1",
      "2027-11-21T15:59:59Z",
      "active",
      "period 1, from 2026-11-22 to 2027-11-22",
    ],
    [
      "the first of period 2",
      "2027-11-21T16:00:00Z",
      "rotation-pending",
      "period 2, from 2027-11-22 to 2028-11-21",
    ],
    [
      "period 4, two missed",
      "2029-12-01T00:00:00Z",
      "rotation-pending",
      "period 4, from 2029-11-21 to 2030-11-21",
    ],
  ])("begins with the period: %s", async (_name, now, expected, line) => {
    await shop.active({ maxAgeDays: 365 });
    shop.at(now);
    await shop.up();
    expect([status(), period()]).toEqual([expected, line]);
    if (expected === "active") return;
    await shop.activate();
    expect([status(), await shop.up()]).toEqual(["active", expect.objectContaining({ changed: false })]);
    expect(shop.reasons).toEqual(["first value", "rotation"]);
  });

  it("shows in the preview as one line, on the day and not before", async () => {
    await shop.active({ maxAgeDays: 365 });
    const { handlers, config } = shop.scene;
    const differing = (now: string) => {
      shop.at(now);
      const { inputs } = handlers.check({ olds: shop.outputs, news: shop.scene.inputs, config });
      const changed = Object.keys(inputs).filter(
        (name) => JSON.stringify(inputs[name]) !== JSON.stringify(shop.outputs[name]),
      );
      return [handlers.diff({ olds: shop.outputs, news: inputs }), ...changed];
    };
    expect(differing("2027-11-21T15:59:59Z")).toEqual([false]);
    expect(differing("2027-11-21T16:00:00Z")).toEqual([true, "rotationPeriod"]);
  });

  it.each<[string, [JsonObject, string][], string, string | undefined]>([
    [
      "introduced later: periods count from the day of the first up",
      [[{ maxAgeDays: 30 }, "2026-12-21T16:00:00Z"]],
      "rotation-pending",
      "period 2, from 2026-12-22 to 2027-01-21",
    ],
    [
      "introduced later, a second before a period ends",
      [[{ maxAgeDays: 30 }, "2026-12-21T15:59:59Z"]],
      "active",
      "period 1, from 2026-11-22 to 2026-12-22",
    ],
    [
      "made shorter",
      [
        [{ maxAgeDays: 365 }, "2027-01-01T00:00:00Z"],
        [{ maxAgeDays: 30 }, "2027-01-01T00:00:00Z"],
      ],
      "rotation-pending",
      "period 2, from 2026-12-22 to 2027-01-21",
    ],
    [
      "made longer before it is up",
      [
        [{ maxAgeDays: 30 }, "2026-12-01T00:00:00Z"],
        [{ maxAgeDays: 60 }, "2027-01-01T00:00:00Z"],
      ],
      "active",
      "period 1, from 2026-11-22 to 2027-01-21",
    ],
    [
      "removed",
      [
        [{ maxAgeDays: 30 }, "2026-12-01T00:00:00Z"],
        [{ maxAgeDays: null }, "2030-01-01T00:00:00Z"],
      ],
      "active",
      undefined,
    ],
    [
      "29 February as the first day",
      [[{ maxAgeDays: 1461, rotationFrom: "2024-02-29" }, "2028-02-28T15:59:59Z"]],
      "active",
      "period 1, from 2024-02-29 to 2028-02-29",
    ],
    [
      "29 February comes",
      [[{ maxAgeDays: 1461, rotationFrom: "2024-02-29" }, "2028-02-28T16:00:00Z"]],
      "rotation-pending",
      "period 2, from 2028-02-29 to 2032-02-29",
    ],
    [
      "rotationFrom in the future: none before it",
      [[{ maxAgeDays: 30, rotationFrom: "2028-01-01" }, "2027-12-31T15:59:59Z"]],
      "active",
      "before period 1, which begins on 2028-01-01",
    ],
    [
      "rotationFrom has come: a value is judged by its age",
      [[{ maxAgeDays: 30, rotationFrom: "2028-01-01" }, "2027-12-31T16:00:00Z"]],
      "rotation-pending",
      "period 1, from 2028-01-01 to 2028-01-31",
    ],
    [
      "rotationFrom changed to an earlier day: period 1 no more",
      [[{ maxAgeDays: 30, rotationFrom: "2026-11-01" }, "2026-12-01T00:00:00Z"]],
      "rotation-pending",
      "period 2, from 2026-12-01 to 2026-12-31",
    ],
    [
      "rotationFrom removed: it stays",
      [
        [{ maxAgeDays: 30, rotationFrom: "2026-11-30" }, "2026-12-01T00:00:00Z"],
        [{ rotationFrom: null }, "2026-12-01T00:00:00Z"],
      ],
      "active",
      "period 1, from 2026-11-30 to 2026-12-30",
    ],
  ])("%s", async (_name, changes, expected, line) => {
    await shop.active();
    for (const [change, now] of changes) {
      shop.at(now);
      await shop.up(change);
    }
    expect([status(), period()]).toEqual([expected, line]);
    expect(shop.outputs.unmet).toEqual([]);
  });

  it("counts periods from the day in Asia/Shanghai on which the first up was", async () => {
    shop.at("2026-11-22T15:59:59Z");
    expect((await shop.up({ maxAgeDays: 1 })).outputs.rotationFrom).toBe("2026-11-22");
    shop.scene.sandbox.reset();
    shop.scene.state = undefined;
    shop.at("2026-11-22T16:00:00Z");
    expect((await shop.up({ maxAgeDays: 1 })).outputs.rotationFrom).toBe("2026-11-23");
  });

  it("of a first value that waited for longer than a period follows in the run that activates it", async () => {
    await shop.up({ maxAgeDays: 30 });
    shop.later(31);
    await shop.up();
    expect(status()).toBe("awaiting-activation");
    await shop.activate();
    expect(status()).toBe("rotation-pending");
  });
});

describe("a rotation by triggers", () => {
  it("keeps the current value serving until the next one is activated, and the value before after that", async () => {
    await shop.active({ triggers: ["one"] });
    const [first, value] = [shop.version()!, shop.value()];
    shop.quiet();
    const { outputs } = await shop.up({ triggers: ["two"] });
    expect(shop.writes).toEqual(["PutSecretValue", "TagResource"]);
    expect(outputs).toMatchObject({ status: "rotation-pending", currentVersionId: first });
    expect(shop.value()).toBe(value);
    const waiting = outputs.pendingVersionId as string;
    expect(shop.value(waiting)).not.toBe(value);
    await shop.activate();
    expect(shop.outputs).toMatchObject({
      status: "active",
      currentVersionId: waiting,
      previousVersionId: first,
      history: [
        { versionId: first, reason: "first value", until: "2026-11-22T12:00:00Z" },
        { versionId: waiting, reason: "rotation", from: "2026-11-22T12:00:00Z" },
      ],
    });
    expect(shop.value(shop.version("AWSPREVIOUS"))).toBe(value);
  });

  it.each<[string, (object | null)[], number]>([
    ["absent, present, changed, removed, back", [["a"], ["b"], null, ["b"]], 1],
    ["removed, then others: the first known values again", [["a"], null, ["b"]], 0],
    ["the order of keys", [[{ x: 1, y: { z: 2, w: 3 } }], [{ y: { w: 3, z: 2 }, x: 1 }]], 0],
    [
      "the order of the list",
      [
        ["a", "b"],
        ["b", "a"],
      ],
      1,
    ],
    ["an empty list, then one value", [[], ["a"]], 1],
    ["null in place of a value", [["a"], [null]], 1],
    ["a change deep inside", [[{ x: [{ y: 1 }] }], [{ x: [{ y: 2 }] }]], 1],
    ["there and back: two changes", [["a"], ["b"], ["a"]], 2],
  ])("%s", async (_name, steps, rotations) => {
    await shop.active();
    for (const triggers of steps) {
      await shop.up({ triggers: triggers as never });
      if (shop.outputs.status === "rotation-pending") await shop.activate();
    }
    expect(shop.reasons).toEqual(["first value", ...Array<string>(rotations).fill("rotation")]);
    expect(await shop.up()).toMatchObject({ changed: false });
  });

  it("one at a time: triggers that change while a value waits begin the next one once that is active", async () => {
    await shop.active({ triggers: ["one"] });
    await shop.up({ triggers: ["two"] });
    const waiting = shop.outputs.pendingVersionId;
    await shop.up({ triggers: ["three"] });
    expect(shop.outputs.pendingVersionId).toBe(waiting);
    const { outputs } = await shop.activate();
    expect(outputs).toMatchObject({ status: "rotation-pending", currentVersionId: waiting });
    expect(outputs.pendingVersionId).not.toBe(waiting);
    await shop.activate();
    expect(shop.outputs).toMatchObject({ status: "active", pendingVersionId: null });
  });

  it("that come while the first value waits are only written down; a change of them follows that value", async () => {
    await shop.up();
    const waiting = shop.outputs.pendingVersionId;
    await shop.up({ triggers: ["one"] });
    expect(shop.outputs).toMatchObject({ status: "awaiting-activation", pendingVersionId: waiting });
    await shop.up({ triggers: ["two"] });
    expect(shop.outputs).toMatchObject({ status: "awaiting-activation", pendingVersionId: waiting });
    await shop.activate();
    expect(shop.outputs).toMatchObject({ status: "rotation-pending", currentVersionId: waiting });
  });

  it("that are not known in a preview are an input that changes, and nothing else", () => {
    const { scene } = shop;
    const check = (news: JsonObject, olds: JsonObject = {}) =>
      scene.handlers.check({ olds, news: { ...scene.inputs, ...news }, config: scene.config });
    const olds = check({ triggers: ["one"] }).inputs;
    for (const triggers of [unknownValue, [unknownValue], [{ deep: [unknownValue] }]]) {
      const { inputs, failures } = check({ triggers }, olds);
      expect(failures).toEqual([]);
      expect({ ...inputs, triggers: null }).toEqual({ ...olds, triggers: null });
      expect(scene.handlers.diff({ olds, news: inputs })).toBe(true);
    }
  });
});

describe("a value that waits", () => {
  const waitingSince = Date.parse("2026-11-22T12:00:00Z");
  const failsFrom = (days: number) => new Date(waitingSince + days * 86_400_000);

  it.each<[string, boolean, JsonObject, number | null]>([
    ["the first, by default", false, {}, null],
    ["the first, with failAfterDays", false, { failAfterDays: 7 }, 7],
    ["the first, only warned of", false, { failAfterDays: 7, onExpiry: "warn" }, null],
    ["a rotation, by default", true, {}, 14],
    ["a rotation, with failAfterDays", true, { failAfterDays: 60 }, 60],
    ["a rotation, only warned of", true, { onExpiry: "warn" }, null],
  ])("%s: turns runs red on its day, and not a second earlier", async (_name, isRotation, changes, days) => {
    await (isRotation ? shop.active({ triggers: ["one"], ...changes }) : shop.up(changes));
    if (isRotation) await shop.up({ triggers: ["two"] });
    const from = days === null ? failsFrom(4000) : failsFrom(days);
    expect(shop.outputs.failsFrom).toBe(days === null ? null : from.toISOString().replace(".000", ""));
    shop.scene.clock.set(new Date(+from - second));
    expect(await shop.up()).toMatchObject({ changed: false });
    shop.scene.clock.set(from);
    shop.quiet();
    const { changed, unmet } = await shop.up();
    expect([changed, unmet.length]).toEqual(days === null ? [false, 0] : [true, 1]);
    expect(shop.writes).toEqual([]);
  });

  it("and may not wait at all is red in the run that draws it", async () => {
    expect((await shop.up({ failAfterDays: 0 })).unmet).toHaveLength(1);
    expect(shop.outputs).toMatchObject({ status: "awaiting-activation", failsFrom: "2026-11-22T12:00:00Z" });
    expect((await shop.activate()).unmet).toEqual([]);
  });

  it("stays red after a refresh, run after run, with the steps that are left; active, it is green", async () => {
    await shop.active({ triggers: ["one"] });
    await shop.up({ triggers: ["two"] });
    shop.later(15);
    const reason = await shop.red();
    expect(reason).toContain(
      `The API secret of version ${shop.outputs.pendingVersionId as string} has waited since`,
    );
    expect(reason).toContain("  1. By 2026-12-06 12:00 UTC (2026-12-06 20:00 +08:00): sign in at");
    await shop.refresh();
    expect(await shop.red()).toBe(reason);
    await shop.refresh();
    expect(await shop.red()).toBe(reason);
    expect((await shop.activate()).unmet).toEqual([]);
    expect(await shop.up()).toMatchObject({ changed: false });
  });
});
