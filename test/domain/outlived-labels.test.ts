import fc from "fast-check";
import { crowded, dropRules, outlivedLabel, type KeptLabel } from "../../provider/domain/outlived-labels";

const now = new Date("2031-01-15T08:30:00Z");
const second = (count: number) => new Date(now.getTime() + count * 1000);

const certificate = (of: string, differences: Partial<KeptLabel> = {}): KeptLabel => ({
  ...{ versionId: `version of ${of}`, kind: "certificate", of },
  ...{ isNeeded: false, isOpenRequest: false, notAfter: second(1) },
  ...differences,
});
const abandoned = (of: string, differences: Partial<KeptLabel> = {}): KeptLabel =>
  certificate(of, { kind: "abandoned", notAfter: undefined, ...differences });

const [expired, early, needless] = dropRules.map(({ because }) => because) as [string, string, string];

interface Case {
  name: string;
  labels: KeptLabel[];
  count: number;
  /** The label that goes, and why. */
  dropped?: string;
  because?: string;
}

const cases: Case[] = [
  { name: "nothing where there is nothing", labels: [], count: 20 },
  {
    name: "an expired certificate, with plenty of room",
    labels: [certificate("A", { notAfter: now })],
    count: 1,
    dropped: "A",
    because: expired,
  },
  { name: "no certificate in its last second", labels: [certificate("A")], count: 15 },
  {
    name: "no certificate that was not read, as long as there is room",
    labels: [certificate("A", { notAfter: undefined })],
    count: 15,
  },
  {
    name: "the one that expired first, one at a time",
    labels: [certificate("A", { notAfter: second(-1) }), certificate("B", { notAfter: second(-2) })],
    count: 20,
    dropped: "B",
    because: expired,
  },
  {
    name: "an expired certificate before a request that was given up",
    labels: [abandoned("B"), certificate("A", { notAfter: now })],
    count: 20,
    dropped: "A",
    because: expired,
  },
  { name: "no request that was given up, at 13 labels", labels: [abandoned("B")], count: 13 },
  {
    name: "a request that was given up, from 14 labels on",
    labels: [abandoned("B")],
    count: 14,
    dropped: "B",
    because: early,
  },
  {
    name: "not while its own label is still there: it would be open again",
    labels: [abandoned("B", { isOpenRequest: true })],
    count: 20,
  },
  {
    name: "a request that was given up before a valid certificate",
    labels: [certificate("A"), abandoned("B")],
    count: 20,
    dropped: "B",
    because: early,
  },
  { name: "no valid certificate, at 15 labels", labels: [certificate("A")], count: 15 },
  {
    name: "a valid certificate, from 16 labels on",
    labels: [certificate("A")],
    count: 16,
    dropped: "A",
    because: needless,
  },
  {
    name: "the one that ends first",
    labels: [certificate("A", { notAfter: second(9) }), certificate("B", { notAfter: second(8) })],
    count: 16,
    dropped: "B",
    because: needless,
  },
  {
    name: "no mark of compromise, expired or not",
    labels: [
      certificate("A", { kind: "compromised", notAfter: second(-1) }),
      certificate("B", { kind: "compromised" }),
    ],
    count: 20,
  },
  { name: "no open request", labels: [abandoned("B", { kind: "request", isOpenRequest: true })], count: 20 },
  {
    name: "nothing that is needed, whatever it is",
    labels: [
      certificate("A", { isNeeded: true, notAfter: second(-1) }),
      certificate("B", { isNeeded: true }),
      abandoned("C", { isNeeded: true }),
    ],
    count: 20,
  },
];

it.each(cases.map((each) => [each.name, each] as const))("drops %s", (_name, { labels, count, dropped }) => {
  const found = outlivedLabel(labels, count, now);
  const label = labels.find(({ of }) => of === dropped);
  expect(found).toEqual(label && { versionId: label.versionId, kind: label.kind, of: label.of });
});

it("has a case above for each rule, at the number of labels at which it begins and one below", () => {
  for (const { because, from } of dropRules) {
    const first = cases.find((each) => each.because === because && (from === 0 || each.count === from))!;
    expect({ because, isThere: first !== undefined }).toEqual({ because, isThere: true });
    if (from > 0) expect(outlivedLabel(first.labels, from - 1, now)).toBeUndefined();
  }
});

it("reads certificates from the number of labels on at which the first rule needs room", () => {
  expect(crowded).toBe(Math.min(...dropRules.map(({ from }) => from).filter((from) => from > 0)));
});

it("drops, one after the other, all that is needless and nothing else, in whatever order they are", () => {
  const label = fc.record({
    kind: fc.constantFrom("certificate" as const, "abandoned" as const, "compromised" as const),
    notAfter: fc.option(fc.integer({ min: -3, max: 3 }).map(second), { nil: undefined }),
    isNeeded: fc.boolean(),
    isOpenRequest: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(label, { maxLength: 8 }), fc.integer({ min: 0, max: 12 }), (kinds, others) => {
      let labels = kinds.map((each, n): KeptLabel => ({ ...each, of: `${n}`, versionId: `v${n}` }));
      for (;;) {
        const count = labels.length + others;
        const found = outlivedLabel(labels, count, now);
        const backwards = outlivedLabel([...labels].reverse(), count, now);
        expect(backwards?.kind).toEqual(found?.kind);
        if (!found) break;
        const [gone] = labels.filter(({ of }) => of === found.of);
        expect(gone).toMatchObject({ isNeeded: false });
        expect(gone!.kind).not.toBe("compromised");
        labels = labels.filter((each) => each !== gone);
      }
      const left = labels.filter(({ isNeeded, kind }) => !isNeeded && kind === "certificate");
      const isOver = left.some(({ notAfter }) => notAfter !== undefined && notAfter <= now);
      expect(isOver || (left.length > 0 && labels.length + others >= 16)).toBe(false);
    }),
  );
});
