import type { SecretViewContext } from "../../provider/domain/secret-view";
import type { MerchantCredentialsError } from "../../provider/errors";
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
  ofAnotherKind,
  otherMerchants,
  PaperSecret,
  placeholder,
  secretOf,
  since,
  tagsOf,
  waiting,
  type Versions,
} from "./secret-states";

const active = { [placeholder]: empty("AWSPREVIOUS"), [A]: issued(A, "AWSCURRENT", "AWSPENDING") };
const first = { [placeholder]: empty("AWSCURRENT"), [A]: waiting(A, "AWSPENDING") };
const rotating = { [A]: issued(A, "AWSCURRENT"), [B]: waiting(B, "AWSPENDING") };
const abandoned = { ...active, [B]: issued(B, `MC_ABANDONED_${fingerprint(B)}`) };
const pending = (versionId: string) => ({ versionId, fingerprint: fingerprint(versionId), since });

interface Case {
  state: string;
  versions: Versions;
  context?: Partial<SecretViewContext>;
  sees: object;
  reads: string[];
}

const cases: Case[] = [
  {
    state: "no version at all",
    versions: {},
    sees: { currentVersionId: undefined, isIssued: false },
    reads: [],
  },
  {
    state: "a new secret: its placeholder is known by its id, and not read",
    versions: { [placeholder]: empty("AWSCURRENT") },
    sees: { currentVersionId: placeholder, isIssued: false, pending: undefined },
    reads: [],
  },
  {
    state: "a first value that waits",
    versions: first,
    sees: { currentVersionId: placeholder, isIssued: false, pending: pending(A) },
    reads: [A],
  },
  {
    state: "a value that serves",
    versions: active,
    sees: { currentVersionId: A, isIssued: true, pending: undefined, foreign: undefined },
    reads: [A],
  },
  {
    state: "the next one waits",
    versions: rotating,
    sees: { currentVersionId: A, isIssued: true, pending: pending(B) },
    reads: [A, B],
  },
  {
    state: "a request label on the current version is no open request",
    versions: { [A]: waiting(A, "AWSCURRENT") },
    sees: { isIssued: true, pending: undefined },
    reads: [A],
  },
  {
    state: "nor is one on an abandoned version",
    versions: { ...active, [B]: waiting(B, `MC_ABANDONED_${fingerprint(B)}`) },
    sees: { isIssued: true, pending: undefined },
    reads: [A],
  },
  {
    state: "a placeholder under another id, as a hand-made secret has it",
    versions: { [A]: empty("AWSCURRENT") },
    sees: { currentVersionId: A, isIssued: false },
    reads: [A],
  },
  {
    state: "another tool's value that is to be taken over",
    versions: { [F]: foreign("AWSCURRENT") },
    context: { adopt: foreignFields },
    sees: { currentVersionId: F, isIssued: false, foreign: { versionId: F, secret: secretOf(F) } },
    reads: [F],
  },
  {
    state: "a value of ours needs no key, although one is named",
    versions: active,
    context: { adopt: foreignFields },
    sees: { isIssued: true, foreign: undefined },
    reads: [A],
  },
  // What the program names as activated.
  { state: "no activation", versions: rotating, sees: { activated: undefined }, reads: [A, B] },
  {
    state: "activation of the value that waits",
    versions: rotating,
    context: { activation: B },
    sees: { activated: "pending" },
    reads: [A, B],
  },
  {
    state: "activation of the current one",
    versions: rotating,
    context: { activation: A },
    sees: { activated: "done" },
    reads: [A, B],
  },
  {
    state: "activation of one that has been replaced since, and has no label left",
    versions: { ...rotating, [C]: issued(C) },
    context: { activation: C },
    sees: { activated: "done" },
    reads: [A, B, `is there ${C}`],
  },
  {
    state: "activation of one that is nowhere",
    versions: rotating,
    context: { activation: C },
    sees: { activated: "missing" },
    reads: [A, B, `is there ${C}`],
  },
  {
    state: "activation of the placeholder",
    versions: first,
    context: { activation: placeholder },
    sees: { activated: "missing" },
    reads: [A],
  },
  {
    state: "activation of an abandoned one",
    versions: abandoned,
    context: { activation: B },
    sees: { activated: "missing" },
    reads: [A],
  },
];

it.each(cases.map((each) => [each.state, each] as const))("sees %s", async (_state, each) => {
  const vault = new PaperSecret(each.versions);
  expect(await vault.view(each.context)).toMatchObject(each.sees);
  expect(vault.reads).toEqual(each.reads);
});

it.each<[string, Versions, Partial<SecretViewContext>, string, string]>([
  [
    "two open requests, and names both labels",
    { ...rotating, [C]: waiting(C) },
    {},
    "two-open-requests",
    `MC_REQUEST_${fingerprint(B)} and MC_REQUEST_${fingerprint(C)}`,
  ],
  [
    "two first values",
    { ...first, [B]: waiting(B) },
    {},
    "two-open-requests",
    "the secret has more than one open API secret",
  ],
  [
    "another merchant's value",
    { [F]: otherMerchants("AWSCURRENT") },
    {},
    "secret-not-usable",
    "expected a credential of merchant 1900000109, found one of merchant 1900000110",
  ],
  [
    "another merchant's value, to be adopted",
    { [F]: otherMerchants("AWSCURRENT") },
    { adopt: {} },
    "secret-not-usable",
    "this secret holds another merchant's credential",
  ],
  [
    "a value of the other kind",
    { [F]: ofAnotherKind("AWSCURRENT") },
    {},
    "unreadable-value",
    `a credential of another kind in version ${F}`,
  ],
  [
    "another tool's value, where none is to be taken over",
    { [F]: foreign("AWSCURRENT") },
    {},
    "unreadable-value",
    "JSON without a schema",
  ],
  [
    "another tool's value, where the key is not named",
    { [F]: foreign("AWSCURRENT") },
    { adopt: {} },
    "unreadable-value",
    "adopt: the secret to adopt cannot be read",
  ],
  [
    "another tool's value, where another key is named",
    { [F]: foreign("AWSCURRENT") },
    { adopt: { apiSecret: "toString" } },
    "unreadable-value",
    "adopt.apiSecret: the secret to adopt cannot be read",
  ],
  [
    "the placeholder as the value that waits",
    { ...active, [B]: empty(`MC_REQUEST_${fingerprint(B)}`) },
    {},
    "unreadable-value",
    `the placeholder in version ${B}`,
  ],
  [
    "another merchant's value as the one that waits",
    { ...active, [B]: { ...otherMerchants(), labels: [`MC_REQUEST_${fingerprint(B)}`] } },
    {},
    "secret-not-usable",
    "one of merchant 1900000110",
  ],
  [
    "another tool's value as the one that waits, even with adopt",
    { ...active, [B]: foreign(`MC_REQUEST_${fingerprint(B)}`) },
    { adopt: foreignFields },
    "unreadable-value",
    "JSON without a schema",
  ],
])("refuses %s", async (_name, versions, context, code, says) => {
  const error = (await new PaperSecret(versions)
    .view(context)
    .catch((thrown: unknown) => thrown)) as MerchantCredentialsError;
  expect(error.code).toBe(code);
  expect(error.message).toContain(says);
  expect(`${error.stack}${JSON.stringify(error.details)}`).not.toContain("c4n4ry");
});

it("takes nothing over once a credential of ours has served, although `adopt` is still written in the program", async () => {
  const vault = new PaperSecret({ [F]: foreign("AWSCURRENT") }, { tags: tagsOf({}, A) });
  await expect(vault.view({ adopt: foreignFields })).rejects.toThrow("not a merchant credential");
});
