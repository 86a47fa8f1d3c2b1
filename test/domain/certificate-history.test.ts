import { recordCurrent, type Evidence, type HistoryEntry } from "../../provider/domain/certificate-history";

const entry = (versionId: string, from: string, until?: string): HistoryEntry => ({
  versionId,
  serialNumber: versionId.toUpperCase(),
  from,
  ...(until && { until }),
  reason: "replacement",
});
const current = (versionId: string) => ({ versionId, serialNumber: versionId.toUpperCase() });
const declared: Evidence = { declared: true, first: false, imported: false, older: false };
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
] as const)("says why a certificate became current: %s", (reason, history, evidence) => {
  const entries = recordCurrent(history, current("b"), at, { ...declared, ...evidence });
  expect(entries.at(-1)).toMatchObject({ versionId: "b", reason });
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
