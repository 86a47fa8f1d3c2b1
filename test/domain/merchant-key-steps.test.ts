import fc from "fast-check";
import { addDays } from "../../provider/domain/calendar";
import type * as merchantKeys from "../../provider/domain/merchant-key";
import { merchantKeyValue } from "../../provider/domain/merchant-key";
import { merchantKeyRules } from "../../provider/domain/merchant-key-steps";
import { digestOf, nothing } from "../../provider/domain/rotation-record";
import { activationRules, nextSecretStep, type SecretDeclaration } from "../../provider/domain/secret-steps";
import type { Step } from "../../provider/domain/step";
import type * as memory from "../support/faults-memory";
import {
  A,
  B,
  C,
  D,
  foreignKey,
  keyOf,
  keyVersion,
  merchantId,
  noKey,
  PaperKey,
  since,
  verifies,
  waitingKey,
} from "./merchant-key-states";
import { fingerprint, placeholder, tagsOf, textOf, type Version, type Versions } from "./secret-states";

/** What thousands of decisions compute again and again. */
jest.mock("../../provider/domain/merchant-key", () => {
  const { remembering } = jest.requireActual<typeof memory>("../support/faults-memory");
  return remembering(
    jest.requireActual<typeof merchantKeys>("../../provider/domain/merchant-key"),
    "readMerchantKeyValue",
    "publicKeyFacts",
    "merchantKeyValue",
  );
});

const drawn = merchantKeyValue(merchantId, keyOf(D));
const generate = () => Promise.resolve({ value: drawn });

interface Asked extends Partial<SecretDeclaration> {
  activation?: string;
  adopt?: { privateKey?: string };
  overlapDays?: number;
}

async function decided(vault: PaperKey, { activation, adopt, overlapDays = 30, ...asked }: Asked = {}) {
  const declaration: SecretDeclaration = {
    kind: "merchantKey",
    merchantId,
    rotationFrom: "2026-02-03",
    activatesAtOnce: false,
    triggers: nothing,
    reason: "rotation",
    now: since,
    generate,
    ...asked,
  };
  const view = await vault.keyView({ activation, adopt, overlapDays, now: declaration.now });
  const rule = merchantKeyRules.find((each) => each.step(view, declaration) !== undefined);
  return { step: nextSecretStep(merchantKeyRules, view, declaration), because: rule?.because };
}

const rotated = (...labels: string[]): Versions => ({
  [A]: keyVersion(A, "AWSPREVIOUS", ...labels),
  [B]: keyVersion(B, "AWSCURRENT"),
});
const held = (...labels: string[]): Versions => ({ ...rotated(...labels), [C]: waitingKey(C, "AWSPENDING") });
const months = addDays(since, 30);
const aSecondEarlier = new Date(months.getTime() - 1000);
const settled = tagsOf({ request: fingerprint(B) }, B);
const heldTags = tagsOf({ request: fingerprint(C), triggers: digestOf(["two"]) }, B);
const due = { triggers: digestOf(["two"]) };

const promotes = (from: string, to: string) => ({ do: "move-label", label: "AWSCURRENT", from, to });
const labels = (id: string) => ({ do: "move-label", label: verifies(id), to: id });
const unlabels = (of: string, from: string) => ({ do: "move-label", label: verifies(of), from });

const because = {
  finish: "a request is finished once its version is current, or another value has made it needless",
  record: "auditors read from the tags since when and why a value is current",
  outlived: "a key that nobody verifies with any more needs its label no longer",
  verified: "the key before is verified with until the overlap is over",
  incoming: "a value in use comes in once",
  inUse: "it is in use already, so it is current at once",
  activate: "the pending value is set on the platform",
  begin: "there is no value yet, or the current one is due, and none is pending",
};

interface Case {
  state: string;
  versions: Versions;
  tags?: Record<string, string>;
  asked?: Asked;
  because?: string;
  step?: object;
}

const cases: Case[] = [
  // From one key to the next, write by write.
  {
    state: "the program names the key that waits",
    versions: { [A]: keyVersion(A, "AWSCURRENT"), [B]: waitingKey(B, "AWSPENDING") },
    tags: tagsOf({ request: fingerprint(B) }, A),
    asked: { activation: B },
    because: because.activate,
    step: promotes(A, B),
  },
  {
    state: "a run broke off before the request's label was off",
    versions: { [A]: keyVersion(A, "AWSPREVIOUS"), [B]: waitingKey(B, "AWSCURRENT") },
    tags: tagsOf({ request: fingerprint(B) }, A),
    because: because.finish,
    step: { do: "move-label", label: `MC_REQUEST_${fingerprint(B)}`, from: B },
  },
  {
    state: "a run broke off before the change was recorded: the record comes before the overlap",
    versions: rotated(),
    tags: tagsOf({ request: fingerprint(B) }, A),
    because: because.record,
  },
  {
    state: "a run broke off before the overlap was marked",
    versions: rotated(),
    tags: settled,
    because: because.verified,
    step: labels(A),
  },
  {
    state: "a person has promoted it, and this is the first run after that",
    versions: rotated(),
    tags: tagsOf({ request: fingerprint(B) }, B, "promoted"),
    because: because.verified,
    step: labels(A),
  },
  { state: "marked: nothing is left to do", versions: rotated(verifies(A)), tags: settled },
  // Its end.
  {
    state: "a second before the end",
    versions: rotated(verifies(A)),
    tags: settled,
    asked: { now: aSecondEarlier },
  },
  {
    state: "at the end",
    versions: rotated(verifies(A)),
    tags: settled,
    asked: { now: months },
    because: because.outlived,
    step: unlabels(A, A),
  },
  { state: "after the end, unmarked", versions: rotated(), tags: settled, asked: { now: months } },
  {
    state: "ended by the program",
    versions: rotated(verifies(A)),
    tags: settled,
    asked: { overlapDays: 0 },
    because: because.outlived,
    step: unlabels(A, A),
  },
  {
    state: "shortened to what has passed",
    versions: rotated(verifies(A)),
    tags: settled,
    asked: { overlapDays: 10, now: addDays(since, 10) },
    because: because.outlived,
    step: unlabels(A, A),
  },
  {
    state: "shortened to a day that is to come",
    versions: rotated(verifies(A)),
    tags: settled,
    asked: { overlapDays: 11, now: addDays(since, 10) },
  },
  {
    state: "lengthened after its end",
    versions: rotated(),
    tags: settled,
    asked: { overlapDays: 60, now: months },
    because: because.verified,
    step: labels(A),
  },
  // The next key meanwhile.
  {
    state: "the next one is due: it is made",
    versions: rotated(verifies(A)),
    tags: tagsOf({ request: fingerprint(B), triggers: digestOf(["one"]) }, B),
    asked: { ...due },
    because: because.begin,
    step: { do: "begin", generate },
  },
  {
    state: "the program names the next one, a second before the end",
    versions: held(verifies(A)),
    tags: heldTags,
    asked: { ...due, activation: C, now: aSecondEarlier },
  },
  {
    state: "the program names the next one, at the end: first the label",
    versions: held(verifies(A)),
    tags: heldTags,
    asked: { ...due, activation: C, now: months },
    because: because.outlived,
    step: unlabels(A, A),
  },
  {
    state: "then the next one",
    versions: held(),
    tags: heldTags,
    asked: { ...due, activation: C, now: months },
    because: because.activate,
    step: promotes(B, C),
  },
  {
    state: "the next one is named before the overlap was marked: it is marked, not passed over",
    versions: held(),
    tags: heldTags,
    asked: { ...due, activation: C },
    because: because.verified,
    step: labels(A),
  },
  // Labels that are wrong.
  {
    state: "on a version that is not before the current one any more",
    versions: {
      [A]: keyVersion(A, verifies(A)),
      [B]: keyVersion(B, "AWSPREVIOUS"),
      [C]: keyVersion(C, "AWSCURRENT"),
    },
    tags: tagsOf({}, C, "import"),
    because: because.outlived,
    step: unlabels(A, A),
  },
  {
    state: "on the current one, because somebody has moved AWSCURRENT back",
    versions: { [A]: keyVersion(A, "AWSCURRENT", verifies(A)), [B]: keyVersion(B, "AWSPREVIOUS") },
    tags: tagsOf({}, A, "found in the vault"),
    because: because.outlived,
    step: unlabels(A, A),
  },
  {
    state: "and then the other one is verified with",
    versions: { [A]: keyVersion(A, "AWSCURRENT"), [B]: keyVersion(B, "AWSPREVIOUS") },
    tags: tagsOf({}, A, "found in the vault"),
    because: because.verified,
    step: labels(B),
  },
  {
    state: "of another key on the key before",
    versions: rotated(verifies(C)),
    tags: settled,
    because: because.outlived,
    step: unlabels(C, A),
  },
  {
    state: "on the placeholder",
    versions: { [placeholder]: noKey("AWSPREVIOUS", verifies(A)), [A]: keyVersion(A, "AWSCURRENT") },
    tags: tagsOf({}, A),
    because: because.outlived,
    step: unlabels(A, placeholder),
  },
  // Where there is no overlap.
  {
    state: "the first key has come",
    versions: { [placeholder]: noKey("AWSPREVIOUS"), [A]: keyVersion(A, "AWSCURRENT") },
    tags: tagsOf({}, A),
  },
  {
    state: "another tool's key has been taken over",
    versions: { [A]: foreignKey(B, "AWSPREVIOUS"), [B]: keyVersion(B, "AWSCURRENT") },
    tags: tagsOf({}, B, "adoption"),
  },
  // A key in use takes the place of any.
  {
    state: "an import during an overlap is not held",
    versions: { ...rotated(verifies(A)), [C]: keyVersion(C, `MC_IMPORT_${digestOf("shop")}`) },
    tags: settled,
    asked: { import: { source: digestOf("shop"), read: () => Promise.resolve(keyOf(C)) } },
    because: because.inUse,
    step: promotes(B, C),
  },
];

describe("the next step, and why:", () => {
  it.each(cases.map((each) => [each.state, each] as const))("%s", async (_state, each) => {
    const found = await decided(new PaperKey(each.versions, { tags: each.tags ?? {} }), each.asked);
    expect(found.because).toBe(each.because);
    if (each.step || !each.because) expect(found.step).toEqual(each.step);
  });
});

it("writes an import with its public half", async () => {
  const vault = new PaperKey({ [placeholder]: noKey("AWSCURRENT") }, { tags: tagsOf({}) });
  const { step, because: why } = await decided(vault, {
    import: { source: digestOf("shop"), read: () => Promise.resolve(keyOf(C)) },
  });
  expect(why).toBe(because.incoming);
  expect(await textOf(step as Step & { do: "put" })).toBe(merchantKeyValue(merchantId, keyOf(C)));
});

it("a person's promotion begins no overlap by itself, and passes over none", async () => {
  const activation = { activatesAtOnce: false, reason: "promoted", now: since } as const;
  const next = async (versions: Versions) => {
    const view = await new PaperKey(versions, { tags: heldTags }).view({
      kind: "merchantKey",
      activation: C,
    });
    return nextSecretStep(activationRules, view, activation);
  };
  expect(await next(held())).toEqual(promotes(B, C));
  expect(await next(held(verifies(A)))).toBeUndefined();
});

const contents: Record<string, Version> = {
  [placeholder]: noKey(),
  [A]: keyVersion(A),
  [B]: keyVersion(B),
  [C]: keyVersion(C),
};
const version = fc.constantFrom(...Object.keys(contents));
const arrangement = fc.record({
  requests: fc.subarray([A, B, C], { maxLength: 1 }),
  verified: fc.uniqueArray(fc.tuple(fc.constantFrom(A, B, C), version), {
    maxLength: 2,
    selector: ([of]) => of,
  }),
  current: version,
  previous: fc.option(version, { nil: undefined }),
  told: fc.constantFrom(undefined, A, B),
  activation: fc.constantFrom(undefined, A, B, C),
  days: fc.integer({ min: 0, max: 60 }),
  overlapDays: fc.constantFrom(0, 30, 365),
  triggers: fc.constantFrom(nothing, digestOf(["two"])),
});

describe("from any arrangement of labels and tags", () => {
  it("no key is passed over that is verified with, and the labels say in the end which one is", () =>
    fc.assert(
      fc.asyncProperty(arrangement, async ({ current, previous, told, days, ...found }) => {
        const all: [string, string | undefined][] = [
          ...found.requests.map((id): [string, string] => [`MC_REQUEST_${fingerprint(id)}`, id]),
          ...found.verified.map(([of, at]): [string, string] => [verifies(of), at]),
          ["AWSCURRENT", current],
          ["AWSPREVIOUS", previous === current ? undefined : previous],
        ];
        const versions = Object.entries(contents).map(([id, { value }]) => {
          const held = all.filter(([, at]) => at === id).map(([label]) => label);
          return [id, { value, labels: held }] as const;
        });
        const vault = new PaperKey(Object.fromEntries(versions), { tags: tagsOf({}, told) });
        const { activation, overlapDays, triggers } = found;
        const asked = { activation, overlapDays, triggers, now: addDays(since, days) };
        for (let taken = 0; ; taken++) {
          const { step } = await decided(vault, asked);
          if (!step) break;
          expect(taken).toBeLessThan(15);
          if (step.do === "move-label" && step.label === "AWSCURRENT") {
            const before = Object.values(vault.secret.versions).find((held) => held.includes("AWSPREVIOUS"));
            expect(before?.join() ?? "").not.toContain("MC_VERIFY_");
          }
          if (step.do === "move-label" && step.label.startsWith("MC_VERIFY_") && step.to)
            expect(step.label).toBe(verifies(step.to));
          await vault.take(step);
        }
        const { overlap } = await vault.keyView(asked);
        const marked = Object.entries(vault.secret.versions).flatMap(([id, held]) =>
          held.filter((label) => label.startsWith("MC_VERIFY_")).map((label) => [id, label]),
        );
        expect(marked).toEqual(overlap ? [[overlap.versionId, verifies(overlap.versionId)]] : []);
      }),
      { numRuns: 200 },
    ));
});
