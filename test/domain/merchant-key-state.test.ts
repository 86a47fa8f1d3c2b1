import { addDays } from "../../provider/domain/calendar";
import {
  merchantKeyNextSteps,
  type MerchantKeyStepContext,
} from "../../provider/domain/merchant-key-next-steps";
import {
  merchantKeyState,
  type MerchantKeyState,
  type MerchantKeyStateContext,
} from "../../provider/domain/merchant-key-state";
import { findCanaries, keyCanaries } from "../support/canaries";
import {
  A,
  B,
  C,
  foreignKey,
  keyOf,
  keyVersion,
  merchantId,
  noKey,
  PaperKey,
  publicOf,
  since,
  verifies,
  waitingKey,
} from "./merchant-key-states";
import { fingerprint, placeholder, tagsOf, type Versions } from "./secret-states";

const started = "2026-02-03T04:05:06Z";
const first = { [placeholder]: noKey("AWSCURRENT"), [A]: waitingKey(A) };
const active = { [placeholder]: noKey("AWSPREVIOUS"), [A]: keyVersion(A, "AWSCURRENT") };
const rotating = { [A]: keyVersion(A, "AWSCURRENT"), [B]: waitingKey(B) };
const overlapping = {
  [A]: keyVersion(A, "AWSPREVIOUS", verifies(A)),
  [B]: keyVersion(B, "AWSCURRENT"),
};
const held = { ...overlapping, [C]: waitingKey(C) };
const over = { [A]: keyVersion(A, "AWSPREVIOUS"), [B]: keyVersion(B, "AWSCURRENT") };
const inThirtyDays = "2026-03-05T04:05:06Z";
const publicA = halvesOf(A);

function halvesOf(id: string) {
  const { publicKey, publicKeyDer, publicKeySha256 } = publicOf(id);
  return { publicKey, publicKeyDer, publicKeySha256 };
}

async function stateOf(
  versions: Versions,
  given: Partial<MerchantKeyStateContext> & { tags?: Record<string, string>; overlapDays?: number } = {},
): Promise<MerchantKeyState> {
  const { tags = {}, overlapDays, ...context } = given;
  const { activation, now = since } = context;
  const view = await new PaperKey(versions, { tags }).keyView({
    activation,
    overlapDays: overlapDays ?? 30,
    now,
  });
  return merchantKeyState(view, {
    logicalName: "shop",
    merchantId,
    secretName: `merchants/${merchantId}/merchantKey`,
    region: "us-east-1",
    activation: undefined,
    failAfterDays: undefined,
    rotationFrom: "2026-02-03",
    onExpiry: "fail",
    partner: undefined,
    previous: {},
    now,
    ...context,
  });
}

it.each<[string, Versions, Parameters<typeof stateOf>[1], Partial<MerchantKeyState>]>([
  [
    "nothing yet",
    { [placeholder]: noKey("AWSCURRENT") },
    {},
    { status: "awaiting-activation", current: null, pending: null, previous: null, publicKey: null },
  ],
  [
    "a first key that waits",
    first,
    {},
    {
      status: "awaiting-activation",
      current: null,
      publicKey: null,
      publicKeySha256: null,
      pendingVersionId: A,
      pending: { versionId: A, since: started, ...publicOf(A) },
      previousVersionId: null,
      failsFrom: null,
    },
  ],
  [
    "a key that serves",
    active,
    { tags: tagsOf({}, A) },
    {
      status: "active",
      current: { versionId: A, since: started, ...publicOf(A) },
      ...publicA,
      pending: null,
      previous: null,
      previousVersionId: null,
      overlapUntil: null,
      nextSteps: [],
      history: [
        {
          versionId: A,
          from: started,
          reason: "first value",
          publicKeySha256: publicOf(A).publicKeySha256,
        },
      ],
    },
  ],
  [
    "the next one that waits",
    rotating,
    { tags: tagsOf({}, A) },
    {
      status: "rotation-pending",
      pending: { versionId: B, since: started, ...publicOf(B) },
      overlapUntil: null,
      failsFrom: "2026-02-17T04:05:06Z",
    },
  ],
  [
    "the overlap",
    overlapping,
    { tags: tagsOf({}, B, "rotation") },
    {
      status: "active",
      currentVersionId: B,
      previousVersionId: A,
      previous: { versionId: A, ...publicA, verifiableUntil: inThirtyDays },
      overlapUntil: inThirtyDays,
      nextSteps: [],
      unmet: [],
    },
  ],
  [
    "the overlap, a second before its end",
    overlapping,
    { tags: tagsOf({}, B), now: new Date(addDays(since, 30).getTime() - 1000) },
    { overlapUntil: inThirtyDays },
  ],
  [
    "the key before, at its end",
    over,
    { tags: tagsOf({}, B), now: addDays(since, 30) },
    { status: "active", previous: null, previousVersionId: A, overlapUntil: null },
  ],
  [
    "the end of a longer overlap",
    overlapping,
    { tags: tagsOf({}, B), overlapDays: 365 },
    { overlapUntil: "2027-02-03T04:05:06Z" },
  ],
  [
    "another tool's key that was taken over",
    { [A]: foreignKey(B, "AWSPREVIOUS"), [B]: keyVersion(B, "AWSCURRENT") },
    { tags: tagsOf({}, B, "adoption") },
    { keyOrigin: "imported", previous: null, previousVersionId: A, overlapUntil: null },
  ],
])("tells of %s", async (_name, versions, given, told) => {
  const state = await stateOf(versions, given);
  expect(state).toMatchObject(told);
  const shown = Buffer.from(JSON.stringify(state));
  expect(
    findCanaries(
      shown,
      [A, B].flatMap((id) => keyCanaries(id, keyOf(id))),
    ),
  ).toEqual([]);
});

describe("the history", () => {
  const before = [
    { versionId: A, from: started, reason: "first value", publicKeySha256: publicOf(A).publicKeySha256 },
  ];

  it("names each key by its public half", async () => {
    const { history } = await stateOf(overlapping, {
      previous: { history: before },
      tags: tagsOf({}, B, "promoted"),
    });
    expect(history).toEqual([
      { ...before[0], until: started },
      { versionId: B, from: started, reason: "promoted", publicKeySha256: publicOf(B).publicKeySha256 },
    ]);
  });

  it("stays where nothing changed", async () => {
    const { history } = await stateOf(rotating, { previous: { history: before }, tags: tagsOf({}, A) });
    expect(history).toEqual(before);
  });
});

describe("a key that the program names while the one before is verified with", () => {
  const given = { activation: C, tags: tagsOf({}, B), now: addDays(since, 10) };

  it("is unmet, until when it waits and how to end the overlap", async () => {
    const { unmet, status } = await stateOf(held, given);
    expect(status).toBe("rotation-pending");
    expect(unmet).toEqual([
      `activation.version: version ${C} waits until 2026-03-05 04:05 UTC (2026-03-05 12:05 +08:00), because until then the ` +
        `partner verifies with the key before the current one, ${A}, too. The first pulumi up after that activates it; ` +
        "`overlapDays: 0` ends the overlap now.",
    ]);
  });

  it("is not where the program names nothing, or what serves already", async () => {
    expect((await stateOf(held, { ...given, activation: undefined })).unmet).toEqual([]);
    expect((await stateOf(held, { ...given, activation: B })).unmet).toEqual([]);
  });

  const next = { [C]: waitingKey(C) };
  it.each<[string, Versions, number, string, number]>([
    ["during the overlap", held, 29, "2026-03-19T04:05:06Z", 0],
    ["a day after it, too", { ...over, ...next }, 31, "2026-03-19T04:05:06Z", 0],
    ["14 days after it", { ...over, ...next }, 44, "2026-03-19T04:05:06Z", 1],
    [
      "but for another tool's key, with which nobody verifies: 14 days after it was made",
      { [A]: foreignKey(B, "AWSPREVIOUS"), [B]: keyVersion(B, "AWSCURRENT"), ...next },
      31,
      "2026-02-17T04:05:06Z",
      1,
    ],
  ])("is late 14 days after the overlap: %s", async (_name, versions, days, failsFrom, reasons) => {
    const state = await stateOf(versions, { tags: tagsOf({}, B), now: addDays(since, days) });
    expect(state.failsFrom).toBe(failsFrom);
    expect(state.unmet).toHaveLength(reasons);
  });
});

it("a key that waits too long is unmet, with what is left to do", async () => {
  const tags = tagsOf({}, A);
  const onTime = await stateOf(rotating, { tags, now: new Date(addDays(since, 14).getTime() - 1000) });
  expect(onTime.unmet).toEqual([]);
  const { unmet, nextSteps } = await stateOf(rotating, { tags, now: addDays(since, 14) });
  expect(unmet).toHaveLength(1);
  expect(unmet[0]).toContain(
    `The merchant key of version ${B} has waited since ${started} and is not handed over and activated yet.\n  1. ${nextSteps[0]}\n`,
  );
});

it("an activation of no version names the key that waits", async () => {
  const nowhere = "9".repeat(64);
  expect((await stateOf(rotating, { activation: nowhere, tags: tagsOf({}, A) })).unmet).toEqual([
    `activation.version: there is no version ${nowhere} in this secret. The key that waits is version ${B}; declare the output pendingVersionId.`,
  ]);
});

describe("the next steps", () => {
  const context: MerchantKeyStepContext = {
    logicalName: "shop",
    secretName: `merchants/890000593/merchantKey`,
    region: "ap-southeast-1",
    partner: undefined,
    versionId: B,
    publicKeySha256: publicOf(B).publicKeySha256,
    hasCurrent: false,
    overlapUntil: undefined,
    deadline: undefined,
  };
  const promote = `merchant-credentials promote merchants/890000593/merchantKey --region ap-southeast-1 --version ${fingerprint(B)}`;
  const deadline = new Date("2026-12-06T20:30:00Z");

  it("are these, in this order, for the first key", () => {
    expect(merchantKeyNextSteps(context)).toEqual([
      'Give the partner the public key: output pending.publicKey of "shop".',
      `Let them compare its SHA-256: ${publicOf(B).publicKeySha256}`,
      "Wait until the partner confirms to verify with this key.",
      `Then: ${promote}`,
      'Or set `activation: { version: "<pendingVersionId>" }` of "shop" and run pulumi up.',
    ]);
  });

  it("ask for both keys where one serves", () => {
    expect(merchantKeyNextSteps({ ...context, hasCurrent: true })[2]).toBe(
      "Wait until the partner confirms to verify with both keys: this one and the present one.",
    );
  });

  it("wait for the end of an overlap", () => {
    const steps = merchantKeyNextSteps({ ...context, hasCurrent: true, overlapUntil: deadline });
    expect(steps[3]).toBe(
      "Wait until 2026-12-06 20:30 UTC (2026-12-07 04:30 +08:00): the key before is verified with; `overlapDays: 0` ends that.",
    );
  });

  it.each([
    ["Example Bank", 'Give Example Bank the public key: output pending.publicKey of "shop".'],
    ["Geoswift", 'Upload the public key in the merchant backend portal: output pending.publicKey of "shop".'],
  ])("name the partner: %s", (partner, step) => {
    expect(merchantKeyNextSteps({ ...context, partner })[0]).toBe(step);
  });

  it("say by when", () => {
    expect(merchantKeyNextSteps({ ...context, deadline })[0]).toMatch(
      /^By 2026-12-06 20:30 UTC \(2026-12-07 04:30 \+08:00\): give the partner the public key: /,
    );
    expect(merchantKeyNextSteps({ ...context, deadline, partner: "Geoswift" })[0]).toMatch(
      /\+08:00\): upload the public key in the merchant backend portal: /,
    );
  });

  it.each([undefined, "Geoswift"])("keep under 150 bytes: %s", (partner) => {
    const all = { ...context, deadline, overlapUntil: deadline, hasCurrent: true, partner };
    const lengths = merchantKeyNextSteps(all).map((step) => Buffer.byteLength(step));
    expect(Math.max(...lengths)).toBeLessThanOrEqual(150);
  });
});
