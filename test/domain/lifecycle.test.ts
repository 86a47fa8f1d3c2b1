import fc from "fast-check";
import {
  defaultThresholds,
  lifecycleLine,
  stageOf,
  stageRules,
  type Thresholds,
  type Validity,
} from "../../provider/domain/lifecycle";

const second = 1000;
const date = (text: string) => new Date(text);
const before = (time: Date) => new Date(time.getTime() - second);
const fiveYears: Validity = {
  notBefore: date("2026-01-15T08:30:00Z"),
  notAfter: date("2031-01-15T08:30:00Z"),
};
const oneYear: Validity = { notBefore: date("2026-01-15T08:30:00Z"), notAfter: date("2027-01-15T08:30:00Z") };

describe("the stage of a certificate", () => {
  it.each([
    ["healthy", "renewal-due", "2030-11-16T08:30:00Z"],
    ["renewal-due", "late", "2031-01-08T08:30:00Z"],
    ["late", "expired", "2031-01-15T08:30:00Z"],
  ] as const)("is still %s one second before it is %s", (earlier, later, edge) => {
    const stage = (now: Date) => stageOf(fiveYears, defaultThresholds, now);
    expect(stage(before(date(edge)))).toBe(earlier);
    expect(stage(date(edge))).toBe(later);
  });

  it("is healthy before the certificate begins, too", () => {
    expect(stageOf(fiveYears, defaultThresholds, date("2025-12-01T00:00:00Z"))).toBe("healthy");
  });

  it.each([
    ["earlier renewal", { renewBeforeDays: 90, failBeforeDays: 7 }, "2030-10-17T08:30:00Z", "renewal-due"],
    ["later failure", { renewBeforeDays: 60, failBeforeDays: 1 }, "2031-01-14T08:30:00Z", "late"],
    ["failure only on expiry", { renewBeforeDays: 60, failBeforeDays: 0 }, "2031-01-15T08:30:00Z", "expired"],
    ["both at once: late wins", { renewBeforeDays: 10, failBeforeDays: 10 }, "2031-01-05T08:30:00Z", "late"],
  ] as const)("follows the thresholds: %s", (_name, thresholds, edge, stage) => {
    expect(stageOf(fiveYears, thresholds, before(date(edge)))).not.toBe(stage);
    expect(stageOf(fiveYears, thresholds, date(edge))).toBe(stage);
  });
});

describe("the line in the preview", () => {
  const line = (now: string) => lifecycleLine(fiveYears, defaultThresholds, date(now));

  it.each([
    ["2026-06-01T00:00:00Z", "healthy (next request from 2030-11-16T08:30:00Z)"],
    ["2030-12-01T00:00:00Z", "renewal-due (since 2030-11-16T08:30:00Z; runs fail from 2031-01-08T08:30:00Z)"],
    ["2031-01-10T00:00:00Z", "late (since 2031-01-08T08:30:00Z; expires 2031-01-15T08:30:00Z)"],
    ["2032-01-01T00:00:00Z", "expired (since 2031-01-15T08:30:00Z)"],
  ])("on %s says: %s", (now, text) => expect(line(now)).toBe(text));

  it.each(["2026-06-01T00:00:00Z", "2031-01-10T00:00:00Z", "2031-01-15T08:29:59Z"])(
    "says of a compromised certificate what is to be done, as long as it is valid: on %s",
    (now) => {
      expect(lifecycleLine(fiveYears, defaultThresholds, date(now), true)).toBe(
        "compromised (to be replaced at once)",
      );
    },
  );

  it.each(["2031-01-15T08:30:00Z", "2032-01-01T00:00:00Z"])(
    "says of a compromised certificate that has expired that it has: on %s",
    (now) => {
      expect(lifecycleLine(fiveYears, defaultThresholds, date(now), true)).toBe(
        "expired (since 2031-01-15T08:30:00Z)",
      );
    },
  );

  it("waits for the first certificate", () => {
    expect(lifecycleLine(undefined, defaultThresholds, date("2026-06-01T00:00:00Z"))).toBe(
      "awaiting-certificate",
    );
  });

  const thresholds = fc
    .record({ failBeforeDays: fc.integer({ min: 0, max: 400 }), more: fc.integer({ min: 0, max: 400 }) })
    .map(({ failBeforeDays, more }): Thresholds => ({
      failBeforeDays,
      renewBeforeDays: failBeforeDays + more,
    }));
  const time = fc.date({ min: date("2025-01-01"), max: date("2033-01-01"), noInvalidDate: true });

  it("is constant within a stage and differs between stages", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(oneYear, fiveYears),
        thresholds,
        time,
        time,
        (validity, given, one, other) => {
          const sameStage = stageOf(validity, given, one) === stageOf(validity, given, other);
          const sameLine = lifecycleLine(validity, given, one) === lifecycleLine(validity, given, other);
          expect(sameLine).toBe(sameStage);
        },
      ),
    );
  });

  it("only ever goes forward", () => {
    const order = ["healthy", ...stageRules.map(({ stage }) => stage).reverse()];
    fc.assert(
      fc.property(thresholds, time, time, (given, one, other) => {
        const [early, late] = one < other ? [one, other] : [other, one];
        const rank = (now: Date) => order.indexOf(stageOf(fiveYears, given, now));
        expect(rank(early)).toBeLessThanOrEqual(rank(late));
      }),
    );
  });
});

it("makes the next request 60 days before expiry and fails 7 days before, unless told otherwise", () => {
  expect(defaultThresholds).toEqual({ renewBeforeDays: 60, failBeforeDays: 7 });
});
