import { withEnded, withTenure, type Tenure } from "../../provider/domain/history";

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

describe("an entry that never was current", () => {
  const ended = (versionId: string) => ({ versionId, from: "2026-03-01", until: "2026-06-01" });

  it.each<[string, Tenure[], string[]]>([
    ["may be the first", [], ["r"]],
    ["comes before the one that is current", [entry("a", "2026-01-01")], ["r", "a"]],
    [
      "comes after those that have ended",
      [entry("a", "2026-01-01", "2026-02-01"), entry("b", "2026-02-01")],
      ["a", "r", "b"],
    ],
    ["is the last where none is current", [entry("a", "2026-01-01", "2026-02-01")], ["a", "r"]],
  ])("%s", (_name, history, versionIds) => {
    const given = structuredClone(history);
    const recorded = withEnded(history, ended("r"));
    expect(recorded.map(({ versionId }) => versionId)).toEqual(versionIds);
    expect(recorded.find(({ versionId }) => versionId === "r")).toEqual(ended("r"));
    for (const before of given) expect(recorded).toContainEqual(before);
    expect(history).toEqual(given);
  });

  it("does not end the current one, nor does that begin anew afterwards", () => {
    const recorded = withEnded([entry("a", "2026-01-01")], ended("r"));
    expect(withTenure(recorded, entry("a", "2026-07-01"))).toBe(recorded);
  });

  it("is ended before the next that becomes current", () => {
    const recorded = withTenure(withEnded([entry("a", "2026-01-01")], ended("r")), entry("b", "2026-07-01"));
    expect(recorded).toEqual([ended("r"), entry("a", "2026-01-01", "2026-07-01"), entry("b", "2026-07-01")]);
  });

  it("never drives the current one out: the last ten have it", () => {
    let history: readonly Tenure[] = [entry("a", "2026-01-01")];
    for (let n = 0; n < 14; n++) history = withEnded(history, ended(`r${n}`));
    expect(history.map(({ versionId }) => versionId)).toEqual([
      ...Array.from({ length: 9 }, (_, n) => `r${n + 5}`),
      "a",
    ]);
  });
});
