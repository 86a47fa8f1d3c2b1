import fc from "fast-check";
import type { Validity } from "../../provider/domain/lifecycle";
import {
  actionRules,
  inferredPolicy,
  offeredFrom,
  overlapRules,
  platformAction,
  replacedValidUntil,
  validAtOnce,
  type PlatformAction,
  type PolicyName,
  type ServingCertificate,
} from "../../provider/domain/platform-actions";

const second = 1000;
const date = (text: string) => new Date(text);
const shanghai = (text: string) => new Date(`${text}+08:00`);
const after = (time: Date, seconds: number) => new Date(time.getTime() + seconds * second);
const before = (time: Date) => after(time, -1);

const fiveYears: Validity = {
  notBefore: date("2026-01-15T08:30:00Z"),
  notAfter: date("2031-01-15T08:30:00Z"),
};
const oneYear: Validity = { notBefore: date("2026-01-15T08:30:00Z"), notAfter: date("2027-01-15T08:30:00Z") };

/** CA-issued, of its merchant's first year, its key known to nobody. */
const serving = (differences: Partial<ServingCertificate> = {}): ServingCertificate => ({
  ...oneYear,
  issuedBy: "certificate-authority",
  firstIssued: oneYear.notBefore,
  isCompromised: false,
  ...differences,
});
const ending = (notAfter: Date) => serving({ notAfter, firstIssued: after(notAfter, -366 * 86_400) });
/** Of the fifth year of use: renewed each year since `firstIssued`. */
const since = (firstIssued: Date) =>
  serving({ firstIssued, notBefore: date("2032-06-01"), notAfter: date("2034-06-01") });

/** The rule that decides, and what it offers. */
function decided(policy: PolicyName, certificate: ServingCertificate, now: Date): [PlatformAction, string] {
  const rule = actionRules[policy].find(({ when }) => when(certificate, now))!;
  expect(platformAction(policy, certificate, now)).toBe(rule.action);
  return [rule.action, rule.because];
}

interface Edge {
  of: string;
  certificate: ServingCertificate;
  at: Date;
  /** What is offered in the last second before, and from then on. */
  offers: [PlatformAction, PlatformAction];
  because: string;
}

const yearsOfUse = "after five years of use a certificate is changed, not renewed";
const longExpired = "one that expired a month ago or earlier is not upgraded any more";
const justExpired = "within a month of its expiry it is upgraded";

/** All under the 1-year rules: the 5-year ones know no date. */
const edges: Edge[] = [
  {
    of: "Upgrade, not Renewal, from expiry on",
    certificate: serving(),
    at: date("2027-01-15T08:30:00Z"),
    offers: ["renew", "upgrade-expired"],
    because: justExpired,
  },
  {
    of: "Change, not Upgrade, one month after expiry",
    certificate: serving(),
    at: date("2027-02-15T08:30:00Z"),
    offers: ["upgrade-expired", "change"],
    because: longExpired,
  },
  ...(
    [
      ["31 January in a common year", "2027-01-31T12:00:00", "2027-02-28T12:00:00"],
      ["31 January in a leap year", "2028-01-31T12:00:00", "2028-02-29T12:00:00"],
      ["30 January in a leap year", "2028-01-30T12:00:00", "2028-02-29T12:00:00"],
      ["29 February", "2028-02-29T12:00:00", "2028-03-29T12:00:00"],
      ["28 February", "2027-02-28T12:00:00", "2027-03-28T12:00:00"],
      ["31 March", "2027-03-31T12:00:00", "2027-04-30T12:00:00"],
      ["31 December", "2027-12-31T12:00:00", "2028-01-31T12:00:00"],
      ["the last second of 30 January in Shanghai", "2027-01-30T23:59:59", "2027-02-28T23:59:59"],
      ["the first second of 31 January in Shanghai", "2027-01-31T00:00:00", "2027-02-28T00:00:00"],
      ["the last second of 31 January in Shanghai", "2027-01-31T23:59:59", "2027-02-28T23:59:59"],
      ["the first second of 1 February in Shanghai", "2027-02-01T00:00:00", "2027-03-01T00:00:00"],
    ] as const
  ).map(([day, end, month]): Edge => ({
    of: `Change a month after an expiry on ${day}`,
    certificate: ending(shanghai(end)),
    at: shanghai(month),
    offers: ["upgrade-expired", "change"],
    because: longExpired,
  })),
  {
    of: "Change by the day in Shanghai: 31 January in UTC is 1 February there",
    certificate: ending(date("2027-01-31T16:00:00Z")),
    at: date("2027-02-28T16:00:00Z"),
    offers: ["upgrade-expired", "change"],
    because: longExpired,
  },
  {
    of: "Change by the day in Shanghai: 30 January in UTC is 31 January there, and clamps",
    certificate: ending(date("2027-01-30T16:00:00Z")),
    at: date("2027-02-27T16:00:00Z"),
    offers: ["upgrade-expired", "change"],
    because: longExpired,
  },
  ...(
    [
      ["an ordinary day", "2028-06-15T09:00:00", "2033-06-15T09:00:00"],
      ["29 February, clamped to the last of February", "2028-02-29T09:00:00", "2033-02-28T09:00:00"],
      ["28 February of a leap year", "2028-02-28T09:00:00", "2033-02-28T09:00:00"],
      ["1 March of a leap year", "2028-03-01T09:00:00", "2033-03-01T09:00:00"],
      ["28 February, five years before a leap year", "2027-02-28T09:00:00", "2032-02-28T09:00:00"],
      ["31 December", "2027-12-31T23:59:59", "2032-12-31T23:59:59"],
      ["the first second of 29 February in Shanghai", "2028-02-29T00:00:00", "2033-02-28T00:00:00"],
      ["the first second of 1 March in Shanghai", "2028-03-01T00:00:00", "2033-03-01T00:00:00"],
    ] as const
  ).map(([day, first, fifth]): Edge => ({
    of: `Change, not Renewal, after five years of use from ${day}`,
    certificate: since(shanghai(first)),
    at: shanghai(fifth),
    offers: ["renew", "change"],
    because: yearsOfUse,
  })),
  {
    of: "Change after five years by the day in Shanghai: 28 February in UTC is 29 February there",
    certificate: since(date("2028-02-28T16:00:00Z")),
    at: date("2033-02-27T16:00:00Z"),
    offers: ["renew", "change"],
    because: yearsOfUse,
  },
  {
    of: "Change, never Upgrade, for one whose five years end while it is expired",
    certificate: serving({ notAfter: date("2033-01-01"), firstIssued: date("2028-01-20") }),
    at: date("2033-01-20"),
    offers: ["upgrade-expired", "change"],
    because: yearsOfUse,
  },
];

interface Fixed {
  of: string;
  policy: PolicyName;
  certificate: ServingCertificate;
  offers: PlatformAction;
  because: string;
}

/** What is offered does not depend on the date. */
const fixed: Fixed[] = [
  {
    of: "a certificate that WeChat Pay has issued, under the 1-year rules",
    policy: "annual",
    certificate: serving({ issuedBy: "wechat-pay" }),
    offers: "upgrade",
    because: "a certificate that WeChat Pay has issued is only ever followed by a CA-issued one",
  },
  {
    of: "a certificate that WeChat Pay has issued, under the 5-year rules",
    policy: "five-year",
    certificate: serving({ issuedBy: "wechat-pay", ...fiveYears }),
    offers: "upgrade",
    because: "a certificate that WeChat Pay has issued is only ever followed by a CA-issued one",
  },
  {
    of: "a compromised one that WeChat Pay has issued: its successor has another key anyway",
    policy: "annual",
    certificate: serving({ issuedBy: "wechat-pay", isCompromised: true }),
    offers: "upgrade",
    because: "a certificate that WeChat Pay has issued is only ever followed by a CA-issued one",
  },
  {
    of: "a compromised one, under the 1-year rules",
    policy: "annual",
    certificate: serving({ isCompromised: true }),
    offers: "change",
    because: "a renewal may keep the key, and this one is known to others",
  },
  {
    of: "a CA-issued one, under the 5-year rules",
    policy: "five-year",
    certificate: serving(fiveYears),
    offers: "replace",
    because: "it is not prolonged, but replaced by another",
  },
  {
    of: "a compromised one, under the 5-year rules",
    policy: "five-year",
    certificate: serving({ ...fiveYears, isCompromised: true }),
    offers: "replace",
    because: "it is not prolonged, but replaced by another",
  },
];

describe("what the platform offers under the 1-year rules is", () => {
  it.each(edges.map((edge) => [edge.of, edge] as const))(
    "%s",
    (_of, { certificate, at, offers, because }) => {
      expect(decided("annual", certificate, before(at))[0]).toBe(offers[0]);
      expect(decided("annual", certificate, at)).toEqual([offers[1], because]);
      expect(decided("annual", certificate, after(at, 3600))[0]).toBe(offers[1]);
    },
  );

  it("Renewal until the last second, from the first one on", () => {
    const because = "before its expiry it is renewed";
    for (const now of [oneYear.notBefore, date("2026-06-01"), before(oneYear.notAfter)])
      expect(decided("annual", serving(), now)).toEqual(["renew", because]);
  });

  it("counted from the first certificate, not from the last renewal", () => {
    const used = since(shanghai("2028-06-15T09:00:00"));
    const renewed = { ...used, firstIssued: used.notBefore };
    expect(platformAction("annual", used, shanghai("2033-06-15T09:00:00"))).toBe("change");
    expect(platformAction("annual", renewed, shanghai("2033-06-15T09:00:00"))).toBe("renew");
  });

  it("never Renewal or Upgrade of what has five years of use, nor Renewal of what has expired", () => {
    const time = fc.date({ min: date("2020-01-01"), max: date("2045-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(time, time, time, fc.boolean(), (firstIssued, notAfter, now, isCompromised) => {
        const action = platformAction("annual", serving({ firstIssued, notAfter, isCompromised }), now);
        if (now >= notAfter || isCompromised) expect(action).not.toBe("renew");
        if (now < notAfter) expect(action).not.toBe("upgrade-expired");
        if (now.getTime() - firstIssued.getTime() > 5 * 366 * 86_400 * second) expect(action).toBe("change");
      }),
    );
  });
});

describe("whatever the date, what the platform offers is the same for", () => {
  const dates = [
    "2026-01-15T08:30:00Z",
    "2026-06-01",
    "2027-01-15T08:30:00Z",
    "2031-01-15T08:30:00Z",
    "2040-01-01",
  ];

  it.each(fixed.map((each) => [each.of, each] as const))(
    "%s",
    (_of, { policy, certificate, offers, because }) => {
      for (const now of dates) expect(decided(policy, certificate, date(now))).toEqual([offers, because]);
    },
  );
});

it("has a case above for each rule about an action", () => {
  const annual = [...edges, ...fixed.filter(({ policy }) => policy === "annual")].map(
    ({ because }) => because,
  );
  const fiveYear = fixed.filter(({ policy }) => policy === "five-year").map(({ because }) => because);
  const renewal = "before its expiry it is renewed";
  expect(new Set([...annual, renewal])).toEqual(new Set(actionRules.annual.map(({ because }) => because)));
  expect(new Set(fiveYear)).toEqual(new Set(actionRules["five-year"].map(({ because }) => because)));
});

describe("the button Renew", () => {
  it.each([
    ["is shown from 60 days before the end on", "2027-01-15T08:30:00Z", "2026-11-16T08:30:00Z"],
    ["counts days of 24 hours over 29 February", "2028-03-15T08:30:00Z", "2028-01-15T08:30:00Z"],
    [
      "comes at midnight in Shanghai, which is 16:00 UTC the day before",
      "2027-01-14T16:00:00Z",
      "2026-11-15T16:00:00Z",
    ],
  ])("%s", (_name, end, from) => {
    const validity = { ...oneYear, notAfter: date(end) };
    expect(offeredFrom("renew", validity, oneYear.notBefore)).toEqual(date(from));
    expect(offeredFrom("renew", validity, before(date(from)))).toEqual(date(from));
    expect(offeredFrom("renew", validity, date(from))).toBeUndefined();
    expect(offeredFrom("renew", validity, date(end))).toBeUndefined();
  });

  it.each<PlatformAction>(["apply", "download", "upgrade", "upgrade-expired", "change", "replace"])(
    "alone comes and goes, not that of: %s",
    (action) => {
      expect(offeredFrom(action, oneYear, oneYear.notBefore)).toBeUndefined();
    },
  );
});

describe("a certificate that has been replaced works at the least", () => {
  const authority = { ...oneYear, issuedBy: "certificate-authority" as const };
  const wechatPays = { ...fiveYears, issuedBy: "wechat-pay" as const };
  const upgraded = "an upgrade ends the certificate that WeChat Pay has issued";
  const changed = "a change under the 1-year rules ends the certificate before";
  const undisturbed = "under the 5-year rules a new certificate does not disturb the old one";
  const cases = [
    [
      "48 hours after an upgrade",
      wechatPays,
      "five-year",
      "2030-12-01T10:00:00Z",
      "2030-12-03T10:00:00Z",
      upgraded,
    ],
    [
      "48 hours after an upgrade to an annual one",
      wechatPays,
      "annual",
      "2030-12-01T10:00:00Z",
      "2030-12-03T10:00:00Z",
      upgraded,
    ],
    [
      "until its own end, if an upgrade comes later than 48 hours before",
      wechatPays,
      "five-year",
      "2031-01-13T08:30:01Z",
      "2031-01-15T08:30:00Z",
      upgraded,
    ],
    ["48 hours after a change", authority, "annual", "2026-12-01T10:00:00Z", "2026-12-03T10:00:00Z", changed],
    [
      "48 hours after a change over the end of February",
      authority,
      "annual",
      "2026-02-27T16:00:00Z",
      "2026-03-01T16:00:00Z",
      changed,
    ],
    [
      "48 hours, of which the last second is its own",
      authority,
      "annual",
      "2027-01-13T08:29:59Z",
      "2027-01-15T08:29:59Z",
      changed,
    ],
    [
      "48 hours, that end with it",
      authority,
      "annual",
      "2027-01-13T08:30:00Z",
      "2027-01-15T08:30:00Z",
      changed,
    ],
    [
      "until its own end, if a change comes later than 48 hours before",
      authority,
      "annual",
      "2027-01-13T08:30:01Z",
      "2027-01-15T08:30:00Z",
      changed,
    ],
    [
      "until its own end, if it had ended before",
      authority,
      "annual",
      "2027-02-01T00:00:00Z",
      "2027-01-15T08:30:00Z",
      changed,
    ],
    [
      "until its own end under the 5-year rules",
      { ...authority, ...fiveYears },
      "five-year",
      "2026-01-15T08:30:00Z",
      "2031-01-15T08:30:00Z",
      undisturbed,
    ],
    [
      "until its own end, an annual one that a five-year one follows",
      authority,
      "five-year",
      "2026-12-01T10:00:00Z",
      "2027-01-15T08:30:00Z",
      undisturbed,
    ],
  ] as const;

  it.each(cases)("%s", (_name, old, policy, on, until, because) => {
    expect(overlapRules.find(({ when }) => when(old, policy))!.because).toBe(because);
    expect(replacedValidUntil(old, policy, date(on))).toEqual(date(until));
  });

  it("has a case above for each rule about it", () => {
    expect(new Set(cases.map(([, , , , , because]) => because))).toEqual(
      new Set(overlapRules.map(({ because }) => because)),
    );
  });
});

describe("the policy is inferred", () => {
  const lasting = (days: number, seconds = 0): Validity => ({
    notBefore: oneYear.notBefore,
    notAfter: after(oneYear.notBefore, days * 86_400 + seconds),
  });

  it.each([
    ["before the first certificate", undefined, "five-year"],
    ["from one year", oneYear, "annual"],
    ["from a renewal that added the rest of the old year", lasting(715), "annual"],
    ["from one second less than three years of 365 days", lasting(3 * 365, -1), "annual"],
    ["from three years of 365 days", lasting(3 * 365), "five-year"],
    ["from five years", fiveYears, "five-year"],
    [
      "from five years with two leap days",
      { notBefore: date("2024-02-28"), notAfter: date("2029-02-28") },
      "five-year",
    ],
    ["from one that WeChat Pay has issued for ten", lasting(3650), "five-year"],
  ] as const)("%s", (_name, validity, policy) => {
    expect(inferredPolicy(validity)).toBe(policy);
  });
});

it("takes three certificates that are valid at a time for full", () => {
  expect(validAtOnce).toBe(3);
});
