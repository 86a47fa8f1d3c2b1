import {
  hasServed,
  recordAbandoned,
  recordCompromised,
  recordCurrent,
  type Evidence,
  type HistoryEntry,
} from "../../provider/domain/certificate-history";

const entry = (versionId: string, from: string, until?: string): HistoryEntry => ({
  versionId,
  serialNumber: versionId.toUpperCase(),
  from,
  ...(until && { until }),
  reason: "replacement",
});
/** A request that was given up before any certificate. */
const givenUp: HistoryEntry = {
  versionId: "r",
  fingerprint: "0123456789abcdef",
  from: "2026-01-01T00:00:00Z",
  until: "2026-02-01T00:00:00Z",
  reason: "abandoned request",
};
const current = (versionId: string) => ({ versionId, serialNumber: versionId.toUpperCase() });
const declared: Evidence = {
  declared: true,
  first: false,
  imported: false,
  older: false,
  afterCompromise: false,
  upgraded: false,
  sameKey: false,
};
const at = "2026-06-01T00:00:00Z";

it("stays the same where nothing changed, run after run", () => {
  const history = [entry("a", "2026-01-01T00:00:00Z")];
  expect(recordCurrent(history, current("a"), at, declared)).toBe(history);
  expect(recordCurrent(history, undefined, at, declared)).toBe(history);
  expect(recordCurrent([], undefined, at, declared)).toEqual([]);
});

it("closes the entry before and opens one for the certificate that is current now", () => {
  expect(recordCurrent([entry("a", "2026-01-01T00:00:00Z")], current("b"), at, declared)).toEqual([
    entry("a", "2026-01-01T00:00:00Z", at),
    { versionId: "b", serialNumber: "B", from: at, reason: "replacement" },
  ]);
});

const served = [entry("a", "2026-01-01T00:00:00Z")];

it.each([
  ["first issuance", [], { first: true }],
  ["import", [], { imported: true }],
  ["import", [], { imported: true, first: true }],
  ["import", [], { imported: true, declared: false }],
  ["import", [entry("a", "2026-01-01T00:00:00Z")], { imported: true }],
  ["replacement", [entry("a", "2026-01-01T00:00:00Z")], {}],
  ["roll back", [entry("a", "2026-01-01T00:00:00Z")], { older: true }],
  ["found in the vault", [entry("a", "2026-01-01T00:00:00Z")], { declared: false }],
  ["found in the vault", [], {}],
  ["found in the vault", [givenUp], {}],
  ["first issuance", [givenUp], { first: true }],
  ["replacement", [entry("a", "2026-01-01T00:00:00Z"), givenUp], {}],
  ["replacement of a compromised certificate", served, { afterCompromise: true }],
  ["replacement of a compromised certificate", served, { afterCompromise: true, upgraded: true }],
  ["roll back", served, { afterCompromise: true, older: true }],
  ["found in the vault", served, { afterCompromise: true, declared: false }],
  ["import", served, { afterCompromise: true, imported: true }],
  ["upgrade", served, { upgraded: true }],
  ["roll back", served, { upgraded: true, older: true }],
  ["renewal of the same key", served, { sameKey: true }],
  ["roll back", served, { sameKey: true, older: true }],
  ["found in the vault", served, { sameKey: true, declared: false }],
] as const)("says why a certificate became current: %s", (reason, history, evidence) => {
  const entries = recordCurrent(history, current("b"), at, { ...declared, ...evidence });
  expect(entries.at(-1)).toMatchObject({ versionId: "b", reason });
});

it("follows a certificate that was written anew with other issuers to its version", () => {
  const history = [entry("a", "2026-01-01T00:00:00Z")];
  const anew = { versionId: "a2", serialNumber: "A" };
  const followed = [{ ...history[0], versionId: "a2" }];
  expect(recordCurrent(history, anew, at, { ...declared, sameKey: true })).toEqual(followed);
});

it("opens an entry again for a certificate that was closed and came back", () => {
  const history = [entry("a", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")];
  expect(recordCurrent(history, current("a"), at, declared)).toHaveLength(2);
});

it("keeps the last ten", () => {
  let history: readonly HistoryEntry[] = [];
  for (let n = 0; n < 14; n++) history = recordCurrent(history, current(`v${n}`), at, declared);
  expect(history.map(({ versionId }) => versionId)).toEqual(
    Array.from({ length: 10 }, (_, n) => `v${n + 4}`),
  );
  expect(history.filter(({ until }) => until === undefined)).toHaveLength(1);
});

it("leaves the history that it is given alone", () => {
  const history = [entry("a", "2026-01-01T00:00:00Z")];
  recordCurrent(history, current("b"), at, declared);
  expect(history).toEqual([entry("a", "2026-01-01T00:00:00Z")]);
});

it("holds version id, serial number, from, until and reason, and nothing else of the certificate", () => {
  const whole = { ...current("a"), subject: "CN=1900000109", notAfter: "2031-01-15T08:30:00Z" };
  expect(recordCurrent([], whole, at, { ...declared, first: true })).toEqual([
    { versionId: "a", serialNumber: "A", from: at, reason: "first issuance" },
  ]);
});

describe("a request that was given up", () => {
  const request = { versionId: "r", fingerprint: "0123456789abcdef", since: "2026-01-01T00:00:00Z" };
  const recorded = { ...givenUp, until: at };

  it("is in the history with its fingerprint, since when it waited and until when", () => {
    expect(recordAbandoned([], request, at)).toEqual([recorded]);
  });

  it("stands before the certificate that serves, which goes on", () => {
    expect(recordAbandoned(served, request, at)).toEqual([recorded, ...served]);
    expect(served).toEqual([entry("a", "2026-01-01T00:00:00Z")]);
  });

  it("is recorded once: the same array, run after run", () => {
    const history = recordAbandoned(served, request, at);
    for (let n = 0; n < 10; n++)
      expect(recordAbandoned(history, { ...request, since: at }, "2027-01-01T00:00:00Z")).toBe(history);
  });

  it("has never served, so the next certificate is still the first", () => {
    expect(hasServed([])).toBe(false);
    expect(hasServed(recordAbandoned([], request, at))).toBe(false);
    expect(hasServed(recordAbandoned(served, request, at))).toBe(true);
  });
});

describe("a compromised certificate", () => {
  const later = "2026-09-01T00:00:00Z";
  const both = [entry("a", "2026-01-01T00:00:00Z", at), entry("b", at)];

  it.each<[string, HistoryEntry[], string[], HistoryEntry[]]>([
    ["that serves", served, ["A"], [{ ...served[0]!, compromised: later }]],
    ["that served before", both, ["A"], [{ ...both[0]!, compromised: later }, both[1]!]],
    ["and a renewal of its key", both, ["B", "A"], both.map((each) => ({ ...each, compromised: later }))],
    [
      "that served twice, in each entry",
      [entry("a", "2026-01-01T00:00:00Z", at), entry("b", at, later), entry("a", later)],
      ["A"],
      [
        { ...entry("a", "2026-01-01T00:00:00Z", at), compromised: later },
        entry("b", at, later),
        { ...entry("a", later), compromised: later },
      ],
    ],
  ])("is marked with when it was first seen so: %s", (_name, history, serialNumbers, marked) => {
    const given = structuredClone(history);
    expect(recordCompromised(history, serialNumbers, later)).toEqual(marked);
    expect(history).toEqual(given);
  });

  it.each<[string, HistoryEntry[], string[]]>([
    ["where none is compromised", both, []],
    ["where one is that is not in it any more", both, ["C"]],
    ["where a request's entry has no serial number", [givenUp], ["A"]],
    ["where all are marked already", [{ ...served[0]!, compromised: at }], ["A"]],
    ["in an empty one", [], ["A"]],
  ])("leaves the history the same array, run after run: %s", (_name, history, serialNumbers) => {
    for (let n = 0; n < 10; n++) expect(recordCompromised(history, serialNumbers, later)).toBe(history);
  });

  it("stays marked when another takes over", () => {
    const marked = recordCompromised(served, ["A"], at);
    const replaced = recordCurrent(marked, current("b"), later, { ...declared, afterCompromise: true });
    expect(replaced).toEqual([
      { ...entry("a", "2026-01-01T00:00:00Z", later), compromised: at },
      { ...entry("b", later), reason: "replacement of a compromised certificate" },
    ]);
    expect(recordCompromised(replaced, ["A"], later)).toBe(replaced);
  });
});
