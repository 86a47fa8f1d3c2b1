import { withTenure, type Tenure } from "../../provider/domain/history";

const entry = (versionId: string, from: string, until?: string): Tenure => ({
  versionId,
  from,
  ...(until && { until }),
});

it("is the same array where the version was current before", () => {
  const history = [entry("a", "2026-01-01T00:00:00Z")];
  expect(withTenure(history, entry("a", "2026-06-01T00:00:00Z"))).toBe(history);
});

it.each<[string, Tenure[], Tenure[]]>([
  ["begins with the first", [], []],
  ["closes the one before", [entry("a", "2026-01-01")], [entry("a", "2026-01-01", "2026-06-01")]],
  [
    "leaves alone what is closed",
    [entry("a", "2026-01-01", "2026-02-01"), entry("c", "2026-02-01")],
    [entry("a", "2026-01-01", "2026-02-01"), entry("c", "2026-02-01", "2026-06-01")],
  ],
  [
    "opens another entry for a version that comes back",
    [entry("b", "2026-01-01", "2026-02-01"), entry("c", "2026-02-01")],
    [entry("b", "2026-01-01", "2026-02-01"), entry("c", "2026-02-01", "2026-06-01")],
  ],
  [
    "opens another for one that was closed and is current again",
    [entry("b", "2026-01-01", "2026-02-01")],
    [entry("b", "2026-01-01", "2026-02-01")],
  ],
])("%s", (_name, history, before) => {
  const given = structuredClone(history);
  expect(withTenure(history, entry("b", "2026-06-01"))).toEqual([...before, entry("b", "2026-06-01")]);
  expect(history).toEqual(given);
});

it("keeps the last ten, one of them open", () => {
  let history: readonly Tenure[] = [];
  for (let n = 0; n < 14; n++) history = withTenure(history, entry(`v${n}`, `2026-01-${10 + n}`));
  expect(history.map(({ versionId }) => versionId)).toEqual(
    Array.from({ length: 10 }, (_, n) => `v${n + 4}`),
  );
  expect(history.filter(({ until }) => until === undefined)).toHaveLength(1);
});
