import type { MerchantKeyViewContext } from "../../provider/domain/merchant-key-view";
import type { MerchantCredentialsError } from "../../provider/errors";
import { findCanaries, keyCanaries } from "../support/canaries";
import {
  A,
  anotherMerchantsKey,
  apiSecretInstead,
  B,
  C,
  foreignKey,
  keyOf,
  keyVersion,
  mismatched,
  noKey,
  PaperKey,
  publicOf,
  since,
  waitingKey,
} from "./merchant-key-states";
import { placeholder, tagsOf, type Versions } from "./secret-states";

const day = 24 * 60 * 60 * 1000;
const rotated = { [A]: keyVersion(A, "AWSPREVIOUS"), [B]: keyVersion(B, "AWSCURRENT") };
const after = (milliseconds: number) => new Date(since.getTime() + milliseconds);

describe("the keys of a view", () => {
  it.each<[string, Versions, object, string[]]>([
    ["none in a new secret", { [placeholder]: noKey("AWSCURRENT") }, {}, []],
    [
      "of one that waits",
      { [placeholder]: noKey("AWSCURRENT"), [A]: waitingKey(A) },
      { pending: publicOf(A) },
      [A],
    ],
    [
      "of one that serves",
      { [placeholder]: noKey("AWSPREVIOUS"), [A]: keyVersion(A, "AWSCURRENT") },
      { current: publicOf(A) },
      [A],
    ],
    [
      "of both",
      { [A]: keyVersion(A, "AWSCURRENT"), [B]: waitingKey(B) },
      { current: publicOf(A), pending: publicOf(B) },
      [A, B],
    ],
  ])("are %s", async (_name, versions, keys, reads) => {
    const vault = new PaperKey(versions, { tags: tagsOf({}, A) });
    const view = await vault.keyView();
    expect(view.keys).toEqual({ current: undefined, pending: undefined, ...keys });
    expect(new Set(vault.reads)).toEqual(new Set(reads));
    const told = Buffer.from(JSON.stringify(view));
    expect(
      findCanaries(
        told,
        [A, B].flatMap((id) => keyCanaries(id, keyOf(id))),
      ),
    ).toEqual([]);
  });
});

describe("the overlap", () => {
  const until = after(30 * day);
  it.each<[string, Versions, Partial<MerchantKeyViewContext>, Record<string, string>, boolean]>([
    ["at the change", rotated, { now: since }, tagsOf({}, B), true],
    ["a second before it is over", rotated, { now: after(30 * day - 1000) }, tagsOf({}, B), true],
    ["at its end", rotated, { now: until }, tagsOf({}, B), false],
    ["long after", rotated, { now: after(3000 * day) }, tagsOf({}, B), false],
    ["of no days", rotated, { overlapDays: 0 }, tagsOf({}, B), false],
    [
      "of 365 days, a second before",
      rotated,
      { overlapDays: 365, now: after(365 * day - 1000) },
      tagsOf({}, B),
      true,
    ],
    ["of 365 days, at its end", rotated, { overlapDays: 365, now: after(365 * day) }, tagsOf({}, B), false],
    [
      "lowered to 10 days, on day 10",
      rotated,
      { overlapDays: 10, now: after(10 * day) },
      tagsOf({}, B),
      false,
    ],
    ["raised again, on day 10", rotated, { overlapDays: 11, now: after(10 * day) }, tagsOf({}, B), true],
    ["of a change that is not recorded yet", rotated, {}, tagsOf({}, A), false],
    ["of a change whose record is lost", rotated, {}, {}, false],
    [
      "of the first key: the placeholder was before it",
      { [placeholder]: noKey("AWSPREVIOUS"), [A]: keyVersion(A, "AWSCURRENT") },
      {},
      tagsOf({}, A),
      false,
    ],
    [
      "of a placeholder under another id",
      { [A]: noKey("AWSPREVIOUS"), [B]: keyVersion(B, "AWSCURRENT") },
      {},
      tagsOf({}, B),
      false,
    ],
    [
      "of another tool's value, which is the same key",
      { [A]: foreignKey(B, "AWSPREVIOUS"), [B]: keyVersion(B, "AWSCURRENT") },
      {},
      tagsOf({}, B, "adoption"),
      false,
    ],
    [
      "of the same key under another version",
      { [A]: { ...keyVersion(B), labels: ["AWSPREVIOUS"] }, [B]: keyVersion(B, "AWSCURRENT") },
      {},
      tagsOf({}, B, "import"),
      false,
    ],
    [
      "of a key whose halves do not belong together",
      { [A]: mismatched(A, "AWSPREVIOUS"), [B]: keyVersion(B, "AWSCURRENT") },
      {},
      tagsOf({}, B),
      false,
    ],
    [
      "of another merchant's key",
      { [A]: anotherMerchantsKey(A, "AWSPREVIOUS"), [B]: keyVersion(B, "AWSCURRENT") },
      {},
      tagsOf({}, B),
      false,
    ],
    [
      "of a text that somebody wrote",
      { [A]: { value: "hello", labels: ["AWSPREVIOUS"] }, [B]: keyVersion(B, "AWSCURRENT") },
      {},
      tagsOf({}, B),
      false,
    ],
    ["of a secret that has lost AWSPREVIOUS", { [B]: keyVersion(B, "AWSCURRENT") }, {}, tagsOf({}, B), false],
  ])("%s", async (_name, versions, context, tags, isOn) => {
    const view = await new PaperKey(versions, { tags }).keyView(context);
    expect(view.overlap !== undefined).toBe(isOn);
    if (isOn) expect(view.overlap).toMatchObject({ versionId: A, key: publicOf(A) });
  });

  it("ends so many days after the change", async () => {
    const view = await new PaperKey(rotated, { tags: tagsOf({}, B) }).keyView();
    expect(view.overlap?.until).toEqual(until);
  });

  it("does not read the key before once it is over", async () => {
    const vault = new PaperKey(rotated, { tags: tagsOf({}, B) });
    await vault.keyView({ now: until });
    expect(vault.reads).not.toContain(A);
  });
});

it.each<[string, Versions, Partial<MerchantKeyViewContext>, string, string]>([
  [
    "two open requests",
    { [A]: keyVersion(A, "AWSCURRENT"), [B]: waitingKey(B), [C]: waitingKey(C) },
    {},
    "two-open-requests",
    "the secret has more than one open merchant key",
  ],
  [
    "halves that do not belong together, where they serve",
    { [A]: mismatched(A, "AWSCURRENT") },
    {},
    "unreadable-value",
    `a public key that is not its private key's in version ${A}`,
  ],
  [
    "halves that do not belong together, where they wait",
    { [A]: keyVersion(A, "AWSCURRENT"), [B]: mismatched(B, `MC_REQUEST_${B.slice(0, 16)}`) },
    {},
    "unreadable-value",
    `a public key that is not its private key's in version ${B}`,
  ],
  [
    "halves that do not belong together, which adopt does not take over",
    { [A]: mismatched(A, "AWSCURRENT") },
    { adopt: { privateKey: "privateKey" } },
    "unreadable-value",
    "a public key that is not its private key's",
  ],
  [
    "another merchant's key",
    { [A]: anotherMerchantsKey(A, "AWSCURRENT") },
    {},
    "secret-not-usable",
    "this secret holds another merchant's credential",
  ],
  [
    "an API secret",
    { [A]: apiSecretInstead("AWSCURRENT") },
    {},
    "unreadable-value",
    `a credential of another kind in version ${A}`,
  ],
  [
    "another tool's key, where none is to be taken over",
    { [A]: foreignKey(A, "AWSCURRENT") },
    {},
    "unreadable-value",
    "JSON without a schema",
  ],
  [
    "another tool's key, where its name is not said",
    { [A]: foreignKey(A, "AWSCURRENT") },
    { adopt: {} },
    "unreadable-value",
    'adopt: { privateKey: "<key>" }',
  ],
])("refuses %s", async (_name, versions, context, code, says) => {
  const error = (await new PaperKey(versions)
    .keyView(context)
    .catch((thrown: unknown) => thrown)) as MerchantCredentialsError;
  expect(error.code).toBe(code);
  expect(error.message).toContain(says);
  const shown = Buffer.from(`${error.stack}${JSON.stringify(error.details)}`);
  expect(findCanaries(shown, keyCanaries("key", keyOf(A)))).toEqual([]);
});

it("sees another tool's key that is to be taken over", async () => {
  const view = await new PaperKey({ [A]: foreignKey(A, "AWSCURRENT") }).keyView({
    adopt: { privateKey: "rsa" },
  });
  expect(view).toMatchObject({ isIssued: false, foreign: { versionId: A, secret: keyOf(A) } });
  expect(view.keys.current).toBeUndefined();
});
