import fc from "fast-check";
import { addDays } from "../../provider/domain/calendar";
import { emptyValue } from "../../provider/domain/credential-value";
import { digestOf, nothing, readRecord, type RotationRecord } from "../../provider/domain/rotation-record";
import { readSecretValue, secretValue } from "../../provider/domain/secret-kind";
import {
  activationRules,
  nextSecretStep,
  secretRules,
  type SecretDeclaration,
} from "../../provider/domain/secret-steps";
import type { SecretViewContext } from "../../provider/domain/secret-view";
import { labelName, tokens } from "../../provider/domain/staging-labels";
import type { Step } from "../../provider/domain/step";
import { MerchantCredentialsError } from "../../provider/errors";
import {
  A,
  B,
  C,
  empty,
  F,
  fingerprint,
  foreign,
  foreignFields,
  issued,
  merchantId,
  PaperSecret,
  placeholder,
  secretOf,
  tagsOf,
  textOf,
  waiting,
  type Version,
  type Versions,
} from "./secret-states";

const now = new Date("2026-06-01T00:00:00Z");
const drawn = secretValue("apiSecret", merchantId, "c4n4ryDrawn".padEnd(32, "D"));
const generate = () => Promise.resolve({ value: drawn });

/** What a program may say, and what else a decision depends on. */
type Asked = Partial<SecretDeclaration> & Partial<Pick<SecretViewContext, "adopt" | "activation">>;

function declared(asked: Asked = {}): SecretDeclaration {
  return {
    kind: "apiSecret",
    merchantId,
    rotationFrom: "2026-02-03",
    activatesAtOnce: false,
    triggers: nothing,
    reason: "rotation",
    now,
    generate,
    ...asked,
  };
}

async function decided(vault: PaperSecret, asked: Asked = {}) {
  const view = await vault.view({ adopt: asked.adopt, activation: asked.activation });
  const step = nextSecretStep(secretRules, view, declared(asked));
  const rule = secretRules.find((each) => each.step(view, declared(asked)) !== undefined);
  return { step, because: rule?.because };
}

/** A put by its first token: further ones are for ids that are taken. */
function plain(step: Step | undefined): unknown {
  return step?.do === "put" && typeof step.token === "function" ? { ...step, token: step.token(0) } : step;
}

/** The record's tags are not written where they are there already. */
function onlyChanges(step: unknown, present: Record<string, string> = {}): unknown {
  const { tags } = (step ?? {}) as { tags?: Record<string, string> };
  if (!tags) return step;
  const changes = Object.entries(tags).filter(
    ([key, value]) => !/:(trigger|import)$/.test(key) || present[key] !== value,
  );
  return { ...(step as object), tags: Object.fromEntries(changes) };
}

const arn = new PaperSecret({}).secret.arn;
const shop = digestOf({ env: "SHOP" });
const other = digestOf({ env: "OTHER" });
const shopImport = { source: shop, read: () => Promise.resolve("c4n4ryImported".padEnd(32, "I")) };
const one = digestOf(["one"]);
const two = digestOf(["two"]);
const adoptedF = digestOf(["adopt", F]);

const fresh = { [placeholder]: empty("AWSCURRENT") };
const first = { ...fresh, [A]: waiting(A, "AWSPENDING") };
const active = { [placeholder]: empty("AWSPREVIOUS"), [A]: issued(A, "AWSCURRENT", "AWSPENDING") };
const rotating = { [A]: issued(A, "AWSCURRENT"), [B]: waiting(B, "AWSPENDING") };
const rotated = { [A]: issued(A, "AWSPREVIOUS"), [B]: issued(B, "AWSCURRENT") };
const incoming = (...labels: string[]): Version => issued(C, `MC_IMPORT_${shop}`, ...labels);
const theirs: Asked = { adopt: foreignFields };

const settled = (record: Partial<RotationRecord> = {}) => tagsOf(record, A);
const rotation = (record: Partial<RotationRecord> = {}) => tagsOf({ request: fingerprint(B), ...record }, A);
const recorded = (record: Partial<RotationRecord>) => ({ do: "tag", tags: tagsOf(record) });
const changed = (id: string, reason: string, firstIssued = "2026-02-03T04:05:06Z") => ({
  do: "tag",
  tags: {
    "merchant-credentials:first-issued": firstIssued,
    "merchant-credentials:last-change": `2026-06-01T00:00:00Z current is version ${id}: ${reason}`,
  },
});
const promotes = (from: string, to: string) => ({ do: "move-label", label: "AWSCURRENT", from, to });
const strips = (label: string, from: string) => ({ do: "move-label", label, from });

const because = {
  empty: "a secret without any version would make its first one current",
  finish: "a request is finished once its version is current, or another value has made it needless",
  record: "auditors read from the tags since when and why a value is current",
  incoming: "a value in use comes in once",
  inUse: "it is in use already, so it is current at once",
  needless: "a first value that nobody has set is needless once one in use has come in",
  begun: "the next run has to know which rotation this one has begun",
  activate: "the pending value is set on the platform",
  imported: "an import that is recorded needs its label no longer",
  begin: "there is no value yet, or the current one is due, and none is pending",
};

interface Case {
  state: string;
  versions: Versions;
  tags?: Record<string, string>;
  asked?: Asked;
  because?: string;
  step?: unknown;
}

const beginning = { because: because.begin, step: { do: "begin", generate } };
const yearly = { maxAgeDays: 365, rotationFrom: "2026-02-03" };
const endOfYear = new Date("2027-02-02T16:00:00Z");
const second = 1000;

const cases: Case[] = [
  {
    state: "a secret that lost all its versions",
    versions: {},
    because: because.empty,
    step: { do: "put", token: placeholder, value: emptyValue, labels: ["AWSCURRENT"] },
  },
  { state: "a new secret", versions: fresh, tags: tagsOf({}), ...beginning },
  {
    state: "a new secret whose record is lost",
    versions: fresh,
    because: because.begun,
    step: recorded({ began: now }),
  },
  { state: "a first value that waits", versions: first, tags: tagsOf({}) },
  {
    state: "a first value that waits for longer than a period",
    versions: first,
    tags: tagsOf({}),
    asked: { ...yearly, now: endOfYear },
  },
  {
    state: "a first value that waits, its record lost",
    versions: first,
    because: because.begun,
    step: recorded({ began: now, request: fingerprint(A) }),
  },
  {
    state: "a first value that is named as activated",
    versions: first,
    tags: tagsOf({}),
    asked: { activation: A },
    because: because.activate,
    step: promotes(placeholder, A),
  },
  {
    state: "a first value, activated at once",
    versions: first,
    tags: tagsOf({}),
    asked: { activatesAtOnce: true },
    because: because.activate,
    step: promotes(placeholder, A),
  },
  {
    state: "a first value, while another version is named",
    versions: first,
    tags: tagsOf({}),
    asked: { activation: B },
  },
  {
    state: "a first value, while the placeholder is named",
    versions: first,
    tags: tagsOf({}),
    asked: { activation: placeholder },
  },
  {
    state: "a crash between the promotion and its clean-up",
    versions: { [placeholder]: empty("AWSPREVIOUS"), [A]: waiting(A, "AWSCURRENT") },
    tags: tagsOf({}),
    because: because.finish,
    step: strips(`MC_REQUEST_${fingerprint(A)}`, A),
  },
  {
    state: "the first value has become current",
    versions: active,
    tags: tagsOf({}),
    because: because.record,
    step: changed(A, "first value", "2026-06-01T00:00:00Z"),
  },
  {
    state: "the next value has become current: first-issued stays",
    versions: rotated,
    tags: rotation(),
    because: because.record,
    step: changed(B, "rotation"),
  },
  {
    state: "a person has promoted it",
    versions: rotated,
    tags: rotation(),
    asked: { reason: "promoted" },
    because: because.record,
    step: changed(B, "promoted"),
  },
  {
    state: "AWSCURRENT was moved by hand",
    versions: { [A]: issued(A, "AWSPREVIOUS"), [C]: issued(C, "AWSCURRENT") },
    tags: rotation(),
    because: because.record,
    step: changed(C, "found in the vault"),
  },
  { state: "all as declared", versions: active, tags: settled() },
  {
    state: "all as declared, its record lost: no rotation begins",
    versions: active,
    tags: tagsOf(undefined, A),
    asked: { ...yearly, triggers: one, now: new Date("2030-01-01") },
    because: because.begun,
    step: recorded({ began: new Date("2030-01-01"), triggers: one }),
  },
  // Age.
  {
    state: "the last second of a period",
    versions: active,
    tags: settled(),
    asked: { ...yearly, now: new Date(+endOfYear - second) },
  },
  {
    state: "the first second of the next",
    versions: active,
    tags: settled(),
    asked: { ...yearly, now: endOfYear },
    ...beginning,
  },
  {
    state: "a period begins at midnight in Asia/Shanghai, not in UTC",
    versions: active,
    tags: settled(),
    asked: { ...yearly, now: new Date("2027-02-02T15:59:59Z") },
  },
  {
    state: "29 February, the day before a period begins",
    versions: active,
    tags: settled({ began: new Date("2028-02-27T16:00:00Z") }),
    asked: { rotationFrom: "2028-02-28", maxAgeDays: 2, now: new Date("2028-02-29T15:59:59Z") },
  },
  {
    state: "the day after 29 February",
    versions: active,
    tags: settled({ began: new Date("2028-02-27T16:00:00Z") }),
    asked: { rotationFrom: "2028-02-28", maxAgeDays: 2, now: new Date("2028-02-29T16:00:00Z") },
    ...beginning,
  },
  {
    state: "a value of this period, drawn in its first second",
    versions: active,
    tags: settled({ began: endOfYear }),
    asked: { ...yearly, now: addDays(endOfYear, 364) },
  },
  {
    state: "four periods missed: one rotation",
    versions: active,
    tags: settled(),
    asked: { ...yearly, now: addDays(endOfYear, 4 * 365) },
    ...beginning,
  },
  {
    state: "a value from before period 1, a second before its own age is up",
    versions: active,
    tags: settled(),
    asked: { rotationFrom: "2026-12-01", maxAgeDays: 365, now: new Date("2027-02-03T04:05:05Z") },
  },
  {
    state: "the same a second later",
    versions: active,
    tags: settled(),
    asked: { rotationFrom: "2026-12-01", maxAgeDays: 365, now: new Date("2027-02-03T04:05:06Z") },
    ...beginning,
  },
  {
    state: "the same in period 2",
    versions: active,
    tags: settled({ began: new Date("2027-11-30T15:59:59Z") }),
    asked: { rotationFrom: "2026-12-01", maxAgeDays: 365, now: new Date("2027-11-30T16:00:00Z") },
    ...beginning,
  },
  {
    state: "rotationFrom is in the future, however old the value",
    versions: active,
    tags: settled(),
    asked: { rotationFrom: "2030-01-01", maxAgeDays: 1, now: new Date("2029-12-31T15:59:59Z") },
  },
  {
    state: "that day has come",
    versions: active,
    tags: settled(),
    asked: { rotationFrom: "2030-01-01", maxAgeDays: 1, now: new Date("2029-12-31T16:00:00Z") },
    ...beginning,
  },
  {
    state: "no maxAgeDays, however old the value",
    versions: active,
    tags: settled(),
    asked: { now: new Date("2040-01-01") },
  },
  {
    state: "maxAgeDays is introduced while the value is younger",
    versions: active,
    tags: settled(),
    asked: { maxAgeDays: 119 },
  },
  {
    state: "maxAgeDays is introduced while the value is older",
    versions: active,
    tags: settled(),
    asked: { maxAgeDays: 118 },
    ...beginning,
  },
  // Triggers.
  {
    state: "first triggers are only written down",
    versions: active,
    tags: settled(),
    asked: { triggers: one },
    because: because.begun,
    step: recorded({ triggers: one }),
  },
  {
    state: "the same triggers",
    versions: active,
    tags: settled({ triggers: one }),
    asked: { triggers: one },
  },
  {
    state: "other triggers",
    versions: active,
    tags: settled({ triggers: one }),
    asked: { triggers: two },
    ...beginning,
  },
  {
    state: "triggers taken away are only written down",
    versions: active,
    tags: settled({ triggers: one }),
    because: because.begun,
    step: recorded({}),
  },
  {
    state: "first triggers while a period begins",
    versions: active,
    tags: settled(),
    asked: { ...yearly, triggers: one, now: endOfYear },
    because: because.begun,
    step: recorded({ triggers: one }),
  },
  // A rotation under way.
  {
    state: "a value was drawn and the run ended there",
    versions: rotating,
    tags: settled(),
    asked: { triggers: one },
    because: because.begun,
    step: recorded({ began: now, request: fingerprint(B), triggers: one }),
  },
  {
    state: "an unrecorded value is not activated before it is recorded",
    versions: rotating,
    tags: settled(),
    asked: { activation: B },
    because: because.begun,
    step: recorded({ began: now, request: fingerprint(B) }),
  },
  { state: "the next value waits", versions: rotating, tags: rotation() },
  {
    state: "other triggers while a value waits",
    versions: rotating,
    tags: rotation({ triggers: one }),
    asked: { triggers: two },
  },
  {
    state: "a period begins while a value waits",
    versions: rotating,
    tags: rotation(),
    asked: { ...yearly, now: endOfYear },
  },
  {
    state: "the next value is named as activated",
    versions: rotating,
    tags: rotation(),
    asked: { activation: B },
    because: because.activate,
    step: promotes(A, B),
  },
  {
    state: "the current value is still named, over the next rotation",
    versions: rotating,
    tags: rotation(),
    asked: { activation: A },
  },
  {
    state: "the value before is still named: it is never brought back",
    versions: rotated,
    tags: tagsOf({ request: fingerprint(B) }, B, "rotation"),
    asked: { activation: A },
  },
  {
    state: "other triggers came while a value waited, which is active now",
    versions: rotated,
    tags: tagsOf({ request: fingerprint(B), triggers: one }, B, "rotation"),
    asked: { triggers: two },
    ...beginning,
  },
  // Import.
  {
    state: "a new secret for a value in use",
    versions: fresh,
    tags: tagsOf({}),
    asked: { import: shopImport },
    because: because.incoming,
    step: {
      do: "put",
      token: tokens.import(arn, "apiSecret", placeholder, shop, 0),
      value: expect.any(Function) as unknown,
      labels: [`MC_IMPORT_${shop}`],
    },
  },
  {
    state: "another import than the one that is done",
    versions: active,
    tags: settled({ import: other }),
    asked: { import: shopImport },
    because: because.incoming,
    step: expect.objectContaining({ do: "put", token: tokens.import(arn, "apiSecret", A, shop, 0) }),
  },
  {
    state: "a crash after an import was written: nothing is fetched again",
    versions: { ...fresh, [C]: incoming() },
    tags: tagsOf({}),
    asked: { import: shopImport },
    because: because.inUse,
    step: promotes(placeholder, C),
  },
  {
    state: "an imported value has become current",
    versions: { [placeholder]: empty("AWSPREVIOUS"), [C]: incoming("AWSCURRENT") },
    tags: tagsOf({}),
    asked: { import: shopImport },
    because: because.record,
    step: changed(C, "import", "2026-06-01T00:00:00Z"),
  },
  {
    state: "an imported value is not recorded as done yet",
    versions: { [placeholder]: empty("AWSPREVIOUS"), [C]: incoming("AWSCURRENT") },
    tags: tagsOf({}, C, "import"),
    asked: { import: shopImport },
    because: because.begun,
    step: recorded({ began: now, import: shop }),
  },
  {
    state: "an imported value that AWSCURRENT was moved away from: it does not come back",
    versions: { [C]: incoming("AWSPREVIOUS"), [A]: issued(A, "AWSCURRENT") },
    tags: settled(),
    asked: { import: shopImport },
    because: because.begun,
    step: recorded({ began: now, import: shop }),
  },
  {
    state: "an import that is recorded",
    versions: { [C]: incoming("AWSCURRENT") },
    tags: tagsOf({ import: shop }, C, "import"),
    asked: { import: shopImport },
    because: because.imported,
    step: strips(`MC_IMPORT_${shop}`, C),
  },
  {
    state: "an import may stay in the program",
    versions: { [C]: issued(C, "AWSCURRENT") },
    tags: tagsOf({ import: shop }, C, "import"),
    asked: { import: shopImport },
  },
  {
    state: "an import taken out of the program",
    versions: { [C]: issued(C, "AWSCURRENT") },
    tags: tagsOf({ import: shop }, C, "import"),
  },
  {
    state: "an import taken out before it became current",
    versions: { ...active, [C]: incoming() },
    tags: settled(),
    because: because.imported,
    step: strips(`MC_IMPORT_${shop}`, C),
  },
  {
    state: "an import whose record is lost counts as done while a value serves",
    versions: active,
    tags: tagsOf(undefined, A),
    asked: { import: shopImport },
    because: because.begun,
    step: recorded({ began: now, import: shop }),
  },
  {
    state: "an import whose record is lost, before any value serves",
    versions: fresh,
    asked: { import: shopImport },
    because: because.incoming,
    step: expect.objectContaining({ do: "put" }),
  },
  {
    state: "an import comes in while a first value waits",
    versions: {
      [placeholder]: empty("AWSPREVIOUS"),
      [A]: waiting(A, "AWSPENDING"),
      [C]: incoming("AWSCURRENT"),
    },
    tags: tagsOf({}, C, "import"),
    asked: { import: shopImport },
    because: because.needless,
    step: { do: "move-label", label: `MC_ABANDONED_${fingerprint(A)}`, to: A },
  },
  {
    state: "that first value still has its request label",
    versions: { [A]: waiting(A, `MC_ABANDONED_${fingerprint(A)}`), [C]: incoming("AWSCURRENT") },
    tags: tagsOf({}, C, "import"),
    asked: { import: shopImport },
    because: because.finish,
    step: strips(`MC_REQUEST_${fingerprint(A)}`, A),
  },
  {
    state: "an import comes in while a rotation waits: that stays open",
    versions: { [A]: issued(A, "AWSPREVIOUS"), [B]: waiting(B), [C]: incoming("AWSCURRENT") },
    tags: tagsOf({ request: fingerprint(B), import: shop }, C, "import"),
    asked: { import: shopImport },
    because: because.imported,
    step: strips(`MC_IMPORT_${shop}`, C),
  },
  // Adoption.
  {
    state: "another tool's value is taken over",
    versions: { [F]: foreign("AWSCURRENT") },
    tags: tagsOf({}),
    asked: theirs,
    because: because.incoming,
    step: {
      do: "put",
      token: tokens.import(arn, "apiSecret", F, adoptedF, 0),
      value: expect.any(Function) as unknown,
      labels: [`MC_IMPORT_${adoptedF}`],
    },
  },
  {
    state: "another tool's value goes before an import",
    versions: { [F]: foreign("AWSCURRENT") },
    tags: tagsOf({}),
    asked: { ...theirs, import: shopImport },
    because: because.incoming,
    step: expect.objectContaining({ labels: [`MC_IMPORT_${adoptedF}`] }),
  },
  {
    state: "a crash after it was written anew",
    versions: { [F]: foreign("AWSCURRENT"), [C]: issued(C, `MC_IMPORT_${adoptedF}`) },
    tags: tagsOf({}),
    asked: theirs,
    because: because.inUse,
    step: promotes(F, C),
  },
  {
    state: "it is current in our form",
    versions: { [F]: foreign("AWSPREVIOUS"), [C]: issued(C, `MC_IMPORT_${adoptedF}`, "AWSCURRENT") },
    tags: tagsOf({}),
    asked: theirs,
    because: because.record,
    step: changed(C, "adoption", "2026-06-01T00:00:00Z"),
  },
  {
    state: "it is recorded",
    versions: { [F]: foreign("AWSPREVIOUS"), [C]: issued(C, `MC_IMPORT_${adoptedF}`, "AWSCURRENT") },
    tags: tagsOf({}, C, "adoption"),
    asked: theirs,
    because: because.imported,
    step: strips(`MC_IMPORT_${adoptedF}`, C),
  },
];

describe("the next step, and why", () => {
  it.each(cases.map((each) => [each.state, each] as const))("%s", async (_state, each) => {
    const found = await decided(new PaperSecret(each.versions, { tags: each.tags ?? {} }), each.asked);
    expect(found.because).toBe(each.because);
    expect(plain(found.step)).toEqual(onlyChanges(each.step, each.tags));
  });

  it("has a case above for each rule", () => {
    const seen = new Set(cases.map((each) => each.because));
    expect(secretRules.filter((rule) => !seen.has(rule.because))).toEqual([]);
  });
});

it("fetches an import only when it is written, and writes it in our form", async () => {
  let asked = 0;
  const read = () => Promise.resolve((asked++, secretOf(C)));
  const vault = new PaperSecret(fresh, { tags: tagsOf({}) });
  const { step } = await decided(vault, { import: { source: shop, read } });
  expect(asked).toBe(0);
  expect(await textOf(step as Step & { do: "put" })).toBe(secretValue("apiSecret", merchantId, secretOf(C)));
  expect(asked).toBe(1);
});

it("writes another tool's value in our form", async () => {
  const { step } = await decided(
    new PaperSecret({ [F]: foreign("AWSCURRENT") }, { tags: tagsOf({}) }),
    theirs,
  );
  expect(await textOf(step as Step & { do: "put" })).toBe(secretValue("apiSecret", merchantId, secretOf(F)));
});

describe("without the program, a person's promotion", () => {
  const activation = { activatesAtOnce: false, reason: "promoted", now } as const;
  const steps = async (versions: Versions, tags: Record<string, string>, version: string) => {
    const vault = new PaperSecret(versions, { tags });
    const taken: unknown[] = [];
    for (;;) {
      const view = await vault.view({ activation: version });
      const step = nextSecretStep(activationRules, view, activation);
      if (!step) return taken;
      taken.push(step);
      await vault.take(step);
    }
  };

  it("is three writes", async () => {
    expect(await steps(rotating, rotation(), B)).toEqual([
      promotes(A, B),
      strips(`MC_REQUEST_${fingerprint(B)}`, B),
      changed(B, "promoted"),
    ]);
  });

  it.each<[string, Versions, Record<string, string>, string]>([
    ["the current version", rotating, rotation(), A],
    ["the version before", rotated, tagsOf({}, B, "rotation"), A],
    ["one that is nowhere", rotating, rotation(), C],
    ["a value that is due and not drawn", active, settled({ triggers: one }), A],
  ])("is none of %s", async (_name, versions, tags, version) => {
    expect(await steps(versions, tags, version)).toEqual([]);
  });
});

/** Any arrangement of labels over versions that hold what they may hold; AWS's own may be anywhere. */
const contents: Record<string, Version> = {
  [placeholder]: empty(),
  [A]: issued(A),
  [B]: issued(B),
  [C]: issued(C),
  [F]: foreign(),
};
const ours = [A, B, C].flatMap((id): [string, string][] => [
  [labelName("request", fingerprint(id)), id],
  [labelName("abandoned", fingerprint(id)), id],
]);
const imports = [shop, other, adoptedF].flatMap((source) =>
  [A, B, C].map((id): [string, string] => [labelName("import", source), id]),
);

const version = fc.constantFrom(...Object.keys(contents), undefined);
const digest = fc.constantFrom(nothing, one, two);
const arrangement = fc.record({
  ours: fc.subarray(ours, { maxLength: 4 }),
  imports: fc.uniqueArray(fc.constantFrom(...imports), { maxLength: 2, selector: ([label]) => label }),
  current: fc.oneof(version, fc.constantFrom(placeholder, A, B, F)),
  previous: version,
  record: fc.option(
    fc.record({
      began: fc.integer({ min: -900, max: 0 }).map((days) => addDays(now, days)),
      request: fc.constantFrom(nothing, fingerprint(A), fingerprint(B)),
      triggers: digest,
      import: fc.constantFrom(nothing, shop, other),
    }),
    { nil: undefined },
  ),
  told: fc.constantFrom(undefined, A, B),
});
type Arrangement = typeof arrangement extends fc.Arbitrary<infer T> ? T : never;

function arranged({
  ours: labels,
  imports: sources,
  current,
  previous,
  record,
  told,
}: Arrangement): PaperSecret {
  const all: [string, string | undefined][] = [
    ...labels,
    ...sources,
    ["AWSCURRENT", current],
    ["AWSPREVIOUS", previous === current ? undefined : previous],
  ];
  const versions = Object.entries(contents).map(([id, { value }]) => {
    return [id, { value, labels: all.filter(([, at]) => at === id).map(([label]) => label) }] as const;
  });
  return new PaperSecret(Object.fromEntries(versions), { tags: tagsOf(record, told) });
}

const asked = fc.record({
  triggers: digest,
  maxAgeDays: fc.constantFrom(undefined, 1, 365),
  activation: fc.constantFrom(undefined, placeholder, A, B, "9".repeat(64)),
  activatesAtOnce: fc.boolean(),
  import: fc.constantFrom(undefined, shopImport, { ...shopImport, source: other }),
  adopt: fc.constantFrom(undefined, {}, foreignFields),
});

/** Takes every step from a state to its end, looking at each before it is taken; an error of ours is an end too. */
async function run(
  vault: PaperSecret,
  wanted: Asked,
  look: (step: Step) => void | Promise<void>,
): Promise<void> {
  for (let taken = 0; ; taken++) {
    let step: Step | undefined;
    try {
      ({ step } = await decided(vault, wanted));
    } catch (error) {
      if (error instanceof MerchantCredentialsError) return;
      throw error;
    }
    if (!step) return;
    expect(taken).toBeLessThan(25);
    await look(step);
    await vault.take(step);
  }
}

const holder = ({ secret: { versions } }: PaperSecret, label: string): string | undefined =>
  Object.keys(versions).find((id) => versions[id]!.includes(label));

const isMove = (step: Step): step is Step & { do: "move-label" } => step.do === "move-label";

const invariants: [string, (step: Step, vault: PaperSecret, wanted: Asked) => void | Promise<void>][] = [
  [
    "AWSCURRENT moves only as a compare-and-swap, to a value, and never leaves all versions",
    (step, vault) => {
      const current = holder(vault, "AWSCURRENT");
      if (step.do === "put" && step.labels.includes("AWSCURRENT")) expect(current).toBeUndefined();
      if (!isMove(step) || step.label !== "AWSCURRENT") return;
      expect(step.from).toBe(current);
      expect(readSecretValue("apiSecret", vault.value(step.to!)!)).toBeDefined();
    },
  ],
  [
    "nothing becomes current but what the program names, imports or takes over",
    (step, vault, { activation, activatesAtOnce }) => {
      if (!isMove(step) || step.label !== "AWSCURRENT") return;
      const labels = vault.secret.versions[step.to!]!.join();
      const isWaiting = labels.includes("MC_REQUEST_") && (activatesAtOnce || activation === step.to);
      expect(isWaiting || labels.includes("MC_IMPORT_")).toBe(true);
    },
  ],
  [
    "the value before is never brought back",
    (step, vault) => {
      if (!isMove(step) || step.label !== "AWSCURRENT") return;
      const isOpen = vault.secret.versions[step.to!]!.some((label) => label.startsWith("MC_REQUEST_"));
      if (!isOpen) expect(step.to).not.toBe(holder(vault, "AWSPREVIOUS"));
    },
  ],
  [
    "no request loses its label unless it is current or abandoned",
    (step, vault) => {
      if (!isMove(step) || !step.label.startsWith("MC_REQUEST_")) return;
      const labels = vault.secret.versions[step.from!]!.join();
      expect(labels).toMatch(/AWSCURRENT|MC_ABANDONED_/);
    },
  ],
  [
    "no value is drawn while one waits",
    (step, vault) => {
      if (step.do !== "begin") return;
      const open = Object.values(vault.secret.versions).filter((labels) => {
        const text = labels.join();
        return text.includes("MC_REQUEST_") && !/AWSCURRENT|MC_ABANDONED_/.test(text);
      });
      expect(open).toEqual([]);
    },
  ],
  [
    "no version is written over, and no value is activated that the record does not name",
    async (step, vault, { activatesAtOnce }) => {
      if (step.do === "put" && typeof step.token === "string")
        expect([undefined, await textOf(step)]).toContain(vault.value(step.token));
      if (!isMove(step) || step.label !== "AWSCURRENT" || activatesAtOnce) return;
      const record = readRecord(vault.secret.tags);
      const labels = vault.secret.versions[step.to!]!.join();
      const isFirst = [placeholder, F].includes(step.from!);
      if (!labels.includes("MC_IMPORT_") && !isFirst) expect(record?.request).toBe(fingerprint(step.to!));
    },
  ],
];

describe("from any arrangement of labels and tags, whatever is asked for,", () => {
  it.each(invariants)("%s", (_name, holds) =>
    fc.assert(
      fc.asyncProperty(arrangement, asked, async (start, wanted) => {
        const vault = arranged(start);
        await run(vault, wanted, (step) => holds(step, vault, wanted));
      }),
      { numRuns: 100 },
    ),
  );
});
