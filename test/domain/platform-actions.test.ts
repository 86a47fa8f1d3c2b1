import { inferredPolicy, platformAction, replacedValidUntil } from "../../provider/domain/platform-actions";
import type { Validity } from "../../provider/domain/lifecycle";

const second = 1000;
const date = (text: string) => new Date(text);
const before = (time: Date) => new Date(time.getTime() - second);
const fiveYears: Validity = {
  notBefore: date("2026-01-15T08:30:00Z"),
  notAfter: date("2031-01-15T08:30:00Z"),
};
const oneYear: Validity = { notBefore: date("2026-01-15T08:30:00Z"), notAfter: date("2027-01-15T08:30:00Z") };
const authority = { issuedBy: "certificate-authority", isCompromised: false } as const;

describe("what the platform offers under the 1-year rules", () => {
  const used = { ...oneYear, ...authority, firstIssued: oneYear.notBefore };
  /** A certificate of the fifth year of use. */
  const lastYear = {
    notBefore: date("2030-03-15T08:30:00Z"),
    notAfter: date("2031-03-15T08:30:00Z"),
    firstIssued: oneYear.notBefore,
    ...authority,
  };

  it.each([
    ["Upgrade, not Renewal, from expiry on", used, "2027-01-15T08:30:00Z", "renew", "upgrade-expired"],
    [
      "Change, not Upgrade, one month after expiry",
      used,
      "2027-02-15T08:30:00Z",
      "upgrade-expired",
      "change",
    ],
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
    expect(platformAction("annual", end, date("2027-02-27T16:59:59Z"))).toBe("upgrade-expired");
    expect(platformAction("annual", end, date("2027-02-27T17:00:00Z"))).toBe("change");
  });

  it("lets a replaced certificate live 48 hours at the least, and never past its own end", () => {
    const until = (on: string) => replacedValidUntil({ ...oneYear, ...authority }, "annual", date(on));
    expect(until("2026-12-01T10:00:00Z")).toEqual(date("2026-12-03T10:00:00Z"));
    expect(until("2027-01-14T10:00:00Z")).toEqual(oneYear.notAfter);
  });
});

describe("what the platform offers under the 5-year rules", () => {
  it.each(["2026-06-01", "2030-12-01", "2031-01-15T08:30:00Z", "2032-06-01"])(
    "is replacement, whenever: %s",
    (now) => {
      const used = { ...fiveYears, ...authority, firstIssued: fiveYears.notBefore };
      expect(platformAction("five-year", used, date(now))).toBe("replace");
    },
  );

  it("lets a replaced certificate keep its own validity", () => {
    const old = { ...fiveYears, ...authority };
    expect(replacedValidUntil(old, "five-year", date("2030-12-01"))).toEqual(fiveYears.notAfter);
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
