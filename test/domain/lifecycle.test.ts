import fc from "fast-check";
import {
  defaultThresholds,
  inferredPolicy,
  lifecycleLine,
  platformAction,
  policies,
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

describe("what the platform offers under the 1-year rules", () => {
  const used = { ...oneYear, firstIssued: oneYear.notBefore };
  /** A certificate of the fifth year of use. */
  const lastYear = {
    notBefore: date("2030-03-15T08:30:00Z"),
    notAfter: date("2031-03-15T08:30:00Z"),
    firstIssued: oneYear.notBefore,
  };

  it.each([
    ["Upgrade, not Renewal, from expiry on", used, "2027-01-15T08:30:00Z", "renew", "upgrade"],
    ["Change, not Upgrade, one month after expiry", used, "2027-02-15T08:30:00Z", "upgrade", "change"],
    ["Change, not Renewal, after five years of use", lastYear, "2031-01-15T08:30:00Z", "renew", "change"],
  ])("is %s", (_name, certificate, edge, earlier, later) => {
    expect(platformAction("annual", certificate, before(date(edge)))).toBe(earlier);
    expect(platformAction("annual", certificate, date(edge))).toBe(later);
  });

  it("is Change, never Upgrade, for one that expires after five years of use", () => {
    expect(platformAction("annual", lastYear, date("2031-03-15T08:30:00Z"))).toBe("change");
  });

  it("counts the years from the first certificate, not from the last renewal", () => {
    const renewed = { ...lastYear, firstIssued: lastYear.notBefore };
    expect(platformAction("annual", renewed, date("2031-01-15T08:30:00Z"))).toBe("renew");
  });

  it("clamps the month after expiry in Asia/Shanghai: 31 January ends with 28 February", () => {
    // 17:00 UTC on 30 January is 01:00 on 31 January there.
    const end = { ...used, notAfter: date("2027-01-30T17:00:00Z") };
    expect(platformAction("annual", end, date("2027-02-27T16:59:59Z"))).toBe("upgrade");
    expect(platformAction("annual", end, date("2027-02-27T17:00:00Z"))).toBe("change");
  });

  it("lets a replaced certificate live 48 hours at the least, and never past its own end", () => {
    const { replacedValidUntil } = policies.annual;
    expect(replacedValidUntil(oneYear, date("2026-12-01T10:00:00Z"))).toEqual(date("2026-12-03T10:00:00Z"));
    expect(replacedValidUntil(oneYear, date("2027-01-14T10:00:00Z"))).toEqual(oneYear.notAfter);
  });
});

describe("what the platform offers under the 5-year rules", () => {
  it.each(["2026-06-01", "2030-12-01", "2031-01-15T08:30:00Z", "2032-06-01"])(
    "is replacement, whenever: %s",
    (now) => {
      const used = { ...fiveYears, firstIssued: fiveYears.notBefore };
      expect(platformAction("five-year", used, date(now))).toBe("replace");
    },
  );

  it("lets a replaced certificate keep its own validity", () => {
    expect(policies["five-year"].replacedValidUntil(fiveYears, date("2030-12-01"))).toEqual(
      fiveYears.notAfter,
    );
  });
});

it.each([
  ["before the first certificate", undefined, "five-year"],
  ["from one year of validity", oneYear, "annual"],
  [
    "from a renewal that added the rest of the old year",
    { ...oneYear, notAfter: date("2027-12-31T00:00:00Z") },
    "annual",
  ],
  ["from five years of validity", fiveYears, "five-year"],
] as const)("infers the policy %s", (_name, validity, policy) => {
  expect(inferredPolicy(validity)).toBe(policy);
});

it("makes the next request 60 days before expiry and fails 7 days before, unless told otherwise", () => {
  expect(defaultThresholds).toEqual({ renewBeforeDays: 60, failBeforeDays: 7 });
});
