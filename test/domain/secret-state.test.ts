import { addDays } from "../../provider/domain/calendar";
import type { Replica } from "../../provider/domain/secret";
import { secretState, type SecretState, type SecretStateContext } from "../../provider/domain/secret-state";
import {
  A,
  B,
  empty,
  fingerprint,
  issued,
  merchantId,
  PaperSecret,
  placeholder,
  secretName,
  since,
  tagsOf,
  waiting,
  type Versions,
} from "./secret-states";

const first = { [placeholder]: empty("AWSCURRENT"), [A]: waiting(A) };
const active = { [placeholder]: empty("AWSPREVIOUS"), [A]: issued(A, "AWSCURRENT") };
const rotating = { [A]: issued(A, "AWSCURRENT"), [B]: waiting(B) };
const rotated = { [A]: issued(A, "AWSPREVIOUS"), [B]: issued(B, "AWSCURRENT") };
const someDay = new Date("2026-02-10T00:00:00Z");
const second = 1000;

async function stateOf(
  versions: Versions,
  given: Partial<SecretStateContext> & { tags?: Record<string, string>; replicas?: Replica[] } = {},
): Promise<SecretState> {
  const { tags = {}, replicas = [], ...context } = given;
  const view = await new PaperSecret(versions, { tags, replicas }).view({ activation: context.activation });
  return secretState(view, {
    kind: "apiSecret",
    logicalName: "shop",
    merchantId,
    secretName,
    region: "us-east-1",
    activation: undefined,
    failAfterDays: undefined,
    rotationFrom: "2026-02-03",
    onExpiry: "fail",
    previous: {},
    now: someDay,
    ...context,
  });
}

it("before the first value is drawn tells of none", async () => {
  expect(await stateOf({ [placeholder]: empty("AWSCURRENT") })).toEqual({
    secretArn: `arn:aws:secretsmanager:us-east-1:123456789012:secret:${secretName}-AbCdEf`,
    status: "awaiting-activation",
    currentVersionId: null,
    current: null,
    pendingVersionId: null,
    pending: null,
    previousVersionId: null,
    keyOrigin: "generated",
    firstIssuedAt: null,
    dueFrom: null,
    askFrom: null,
    failsFrom: null,
    unmet: [],
    nextSteps: [],
    history: [],
  });
});

it.each<[string, Versions, Partial<SecretState>]>([
  [
    "a first value that waits",
    first,
    {
      status: "awaiting-activation",
      current: null,
      pendingVersionId: A,
      pending: { versionId: A, since: "2026-02-03T04:05:06Z" },
      previousVersionId: null,
    },
  ],
  [
    "a value that serves: the placeholder before it is no value",
    active,
    {
      status: "active",
      currentVersionId: A,
      current: { versionId: A, since: "2026-02-03T04:05:06Z" },
      pending: null,
      previousVersionId: null,
      firstIssuedAt: "2026-02-03T04:05:06Z",
      nextSteps: [],
    },
  ],
  [
    "the next value that waits",
    rotating,
    { status: "rotation-pending", currentVersionId: A, pendingVersionId: B, previousVersionId: null },
  ],
  [
    "the value before, once it is replaced",
    rotated,
    { status: "active", currentVersionId: B, previousVersionId: A, pendingVersionId: null },
  ],
])("tells of %s", async (_name, versions, told) => {
  const current = versions === rotated ? B : A;
  expect(await stateOf(versions, { tags: versions === first ? {} : tagsOf({}, current) })).toMatchObject(
    told,
  );
});

describe("runs fail while a value waits", () => {
  const days = (count: number) => addDays(since, count);
  it.each<[string, Versions, Partial<SecretStateContext>, Date | null]>([
    ["a first value: never", first, { now: days(3650) }, null],
    ["a first value with failAfterDays", first, { failAfterDays: 7 }, days(7)],
    ["a first value with failAfterDays 0", first, { failAfterDays: 0 }, since],
    ["a rotation: after 14 days", rotating, {}, days(14)],
    ["a rotation with failAfterDays", rotating, { failAfterDays: 30 }, days(30)],
    ["a rotation with failAfterDays 0", rotating, { failAfterDays: 0 }, since],
    ["a rotation, only warned of", rotating, { onExpiry: "warn" }, null],
    ["a first value, only warned of", first, { onExpiry: "warn", failAfterDays: 0 }, null],
    ["none", active, { failAfterDays: 0 }, null],
  ])("%s", async (_name, versions, context, from) => {
    const at = (now: Date) => stateOf(versions, { tags: tagsOf({}, A), ...context, now });
    const last = context.now ?? days(4000);
    expect((await at(last)).failsFrom).toBe(from ? `${from.toISOString().slice(0, 19)}Z` : null);
    expect((await at(last)).unmet).toHaveLength(from ? 1 : 0);
    if (!from) return;
    expect((await at(new Date(+from - second))).unmet).toEqual([]);
    expect((await at(from)).unmet).toHaveLength(1);
  });

  it("with the version, since when it waits, and what is left to do", async () => {
    const { unmet, nextSteps } = await stateOf(rotating, { now: days(14), tags: tagsOf({}, A) });
    expect(unmet[0]).toContain(
      `The API secret of version ${B} has waited since 2026-02-03T04:05:06Z and is not set and activated yet.`,
    );
    expect(unmet[0]).toContain(`\n  1. ${nextSteps[0]}\n`);
    expect(nextSteps[0]).toMatch(/^By 2026-02-17 04:05 UTC \(2026-02-17 12:05 \+08:00\): sign in at /);
    expect(nextSteps.join("\n")).toContain(`--version ${fingerprint(B)}`);
  });
});

it.each<[string, Versions, string, string]>([
  ["while a value waits: names it", rotating, B, `The value that waits is version ${B}`],
  ["while none waits", active, A, "No value waits"],
])("an activation of no version is unmet, %s", async (_name, versions, _version, says) => {
  const nowhere = "9".repeat(64);
  const { unmet } = await stateOf(versions, { activation: nowhere, tags: tagsOf({}, A) });
  expect(unmet).toEqual([
    `activation.version: there is no version ${nowhere} in this secret. ${says}; declare the output pendingVersionId.`,
  ]);
});

it.each([A, B])("an activation of a version that is or was current is met: %s", async (activation) => {
  expect((await stateOf(rotated, { activation, tags: tagsOf({}, B) })).unmet).toEqual([]);
});

it("a replica that failed is unmet", async () => {
  const replicas: Replica[] = [
    { region: "eu-west-1", status: "Failed", message: "a secret of that name is there" },
  ];
  expect((await stateOf(active, { replicas, tags: tagsOf({}, A) })).unmet).toEqual([
    "replicaRegions: the replica in eu-west-1 failed: a secret of that name is there.",
  ]);
});

describe("the history", () => {
  const before = [{ versionId: A, from: "2026-02-03T04:05:06Z", reason: "first value" }];

  it.each([
    ["first value", "generated"],
    ["rotation", "generated"],
    ["import", "imported"],
    ["adoption", "imported"],
    ["promoted", "generated"],
    ["found in the vault", "generated"],
  ] as const)("takes the reason from the tag: %s, so the value is %s", async (reason, keyOrigin) => {
    const state = await stateOf(active, { tags: tagsOf({}, A, reason) });
    expect(state).toMatchObject({ history: [{ ...before[0], reason }], keyOrigin });
  });

  it("goes on where the state left it, and stays where nothing changed", async () => {
    const history = before;
    const state = await stateOf(rotated, { previous: { history }, tags: tagsOf({}, B, "promoted") });
    expect(state.history).toEqual([
      { ...before[0], until: "2026-02-03T04:05:06Z" },
      { versionId: B, from: "2026-02-03T04:05:06Z", reason: "promoted" },
    ]);
    expect((await stateOf(active, { previous: { history }, tags: tagsOf({}, A) })).history).toBe(history);
    expect((await stateOf(first, { previous: { history } })).history).toBe(history);
  });

  it("waits for the tag: a run that broke off before it leaves the telling to the next", async () => {
    const state = await stateOf(rotated, { previous: { history: before }, tags: tagsOf({}, A) });
    expect(state.history).toBe(before);
    expect(state.current).toEqual({ versionId: B, since: "2026-02-10T00:00:00Z" });
  });
});

it("holds nothing of any value", async () => {
  for (const versions of [first, active, rotating, rotated]) {
    const state = await stateOf(versions, { tags: tagsOf({}, A), now: addDays(since, 99) });
    expect(JSON.stringify(state)).not.toContain("c4n4ry");
  }
});
