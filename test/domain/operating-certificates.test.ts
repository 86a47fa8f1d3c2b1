import fc from "fast-check";
import {
  firstStale,
  installationStage,
  operatingCertificatesLine,
  operatingCertificatesStage,
  operatingCertificatesValidUntil,
  type InstallationDays,
} from "../../provider/domain/operating-certificates";
import { isoTime } from "../../provider/domain/calendar";

const shanghai = (text: string) => new Date(`${text}+08:00`);
const defaults = { staleAfterDays: 90, expiringBeforeDays: 30 };

/** Attested on 2026-11-22: stale from 2027-02-20 on; to be renewed from 2027-04-02 on, ends with 2027-05-01. */
const days = (changes: Partial<InstallationDays> = {}): InstallationDays => ({
  expires: "2027-05-01",
  verifiedAt: "2026-11-22",
  ...changes,
});
/** Attested so late that it only ends. */
const attested = (changes: Partial<InstallationDays> = {}) => days({ verifiedAt: "2027-03-15", ...changes });

describe("one installation", () => {
  it.each<[string, string, InstallationDays, string]>([
    ["on the day on which it was seen", "2026-11-22T00:00:00", days(), "healthy"],
    ["the second before its attestation is stale", "2027-02-19T23:59:59", days(), "healthy"],
    ["90 days after its attestation", "2027-02-20T00:00:00", days(), "stale"],
    ["stale, and about to end", "2027-04-30T00:00:00", days(), "stale"],
    ["stale, on its last day", "2027-05-01T23:59:59", days(), "stale"],
    ["stale, once it has ended", "2027-05-02T00:00:00", days(), "expired"],
    ["the second before 30 days are left", "2027-04-01T23:59:59", attested(), "healthy"],
    ["with 30 days left, the last one included", "2027-04-02T00:00:00", attested(), "expiring"],
    ["on its last day", "2027-05-01T00:00:00", attested(), "expiring"],
    ["the last second of its last day", "2027-05-01T23:59:59", attested(), "expiring"],
    ["the second after that", "2027-05-02T00:00:00", attested(), "expired"],
    ["years later", "2031-01-01T00:00:00", attested(), "expired"],
    ["seen tomorrow, which the handler refuses", "2026-11-21T12:00:00", days(), "healthy"],
    [
      "ending with 29 February, the second before that day ends",
      "2028-02-29T23:59:59",
      { expires: "2028-02-29", verifiedAt: "2028-02-01" },
      "expiring",
    ],
    [
      "ending with 29 February, on 1 March",
      "2028-03-01T00:00:00",
      { expires: "2028-02-29", verifiedAt: "2028-02-01" },
      "expired",
    ],
    [
      "seen on 29 February, the second before 90 days are over",
      "2028-05-28T23:59:59",
      { expires: "2030-01-01", verifiedAt: "2028-02-29" },
      "healthy",
    ],
    [
      "seen on 29 February, 90 days later",
      "2028-05-29T00:00:00",
      { expires: "2030-01-01", verifiedAt: "2028-02-29" },
      "stale",
    ],
    [
      "30 days before a 1 March of a leap year, a second early",
      "2028-01-31T23:59:59",
      { expires: "2028-03-01", verifiedAt: "2028-01-15" },
      "healthy",
    ],
    [
      "30 days before a 1 March of a leap year",
      "2028-02-01T00:00:00",
      { expires: "2028-03-01", verifiedAt: "2028-01-15" },
      "expiring",
    ],
  ])("%s", (_name, now, installation, stage) => {
    expect(installationStage(installation, defaults, shanghai(now))).toBe(stage);
  });

  it.each<[string, string, string]>([
    ["15:59:59 of its last day", "2027-05-01T15:59:59Z", "expiring"],
    ["16:00 of its last day, when that day has ended in Shanghai", "2027-05-01T16:00:00Z", "expired"],
  ])("ends by the day of Asia/Shanghai, not of UTC: %s", (_name, now, stage) => {
    expect(installationStage(attested(), defaults, new Date(now))).toBe(stage);
  });

  it.each<[string, object, string, string]>([
    ["a day, on that day", { staleAfterDays: 1 }, "2026-11-22T23:59:59", "healthy"],
    ["a day, on the next", { staleAfterDays: 1 }, "2026-11-23T00:00:00", "stale"],
    ["ten years", { staleAfterDays: 3650 }, "2027-03-01T00:00:00", "healthy"],
  ])("an attestation may hold for %s", (_name, thresholds, now, stage) => {
    expect(installationStage(days(), { ...defaults, ...thresholds }, shanghai(now))).toBe(stage);
  });

  it("is not called expiring before its end where nobody asks for it", () => {
    const never = { ...defaults, expiringBeforeDays: 0 };
    expect(installationStage(attested(), never, shanghai("2027-05-01T23:59:59"))).toBe("healthy");
    expect(installationStage(attested(), never, shanghai("2027-05-02T00:00:00"))).toBe("expired");
  });
});

const short = { expires: "2027-01-31", verifiedAt: "2026-11-22" };
const long = { expires: "2028-12-31", verifiedAt: "2026-12-22" };

describe("all of an account", () => {
  it.each<[string, string, InstallationDays[], string, string]>([
    ["none", "2026-11-22T12:00:00", [], "none", "none"],
    [
      "one that is well",
      "2026-11-22T12:00:00",
      [days()],
      "healthy",
      "healthy (stale from 2027-02-20; expiring from 2027-04-02)",
    ],
    [
      "one that ends before its attestation is stale",
      "2026-11-22T12:00:00",
      [short],
      "healthy",
      "healthy (expiring from 2027-01-02)",
    ],
    [
      "two, a second before the first is to be renewed",
      "2027-01-01T23:59:59",
      [long, short],
      "healthy",
      "healthy (stale from 2027-03-22; expiring from 2027-01-02)",
    ],
    [
      "two, from then on",
      "2027-01-02T00:00:00",
      [long, short],
      "expiring",
      "expiring (of 2: 1 expiring; the last ends on 2028-12-31)",
    ],
    [
      "two, the last second of the first",
      "2027-01-31T23:59:59",
      [long, short],
      "expiring",
      "expiring (of 2: 1 expiring; the last ends on 2028-12-31)",
    ],
    [
      "two, one of them ended",
      "2027-02-01T00:00:00",
      [long, short],
      "expiring",
      "expiring (of 2: 1 expired; the last ends on 2028-12-31)",
    ],
    [
      "an ended one does not go stale",
      "2027-03-21T23:59:59",
      [long, short],
      "expiring",
      "expiring (of 2: 1 expired; the last ends on 2028-12-31)",
    ],
    [
      "the other one does",
      "2027-03-22T00:00:00",
      [long, short],
      "stale",
      "stale (of 2: 1 expired, 1 stale; the last ends on 2028-12-31)",
    ],
    [
      "each stage at once",
      "2027-04-15T00:00:00",
      [long, short, attested(), attested({ expires: "2029-01-01" })],
      "stale",
      "stale (of 4: 1 expired, 1 stale, 1 expiring; the last ends on 2029-01-01)",
    ],
    [
      "all ended but one, which is about to",
      "2027-02-01T00:00:00",
      [short, { expires: "2027-02-01", verifiedAt: "2027-01-15" }],
      "expiring",
      "expiring (of 2: 1 expired, 1 expiring; the last ends on 2027-02-01)",
    ],
    [
      "the second after it has",
      "2027-02-02T00:00:00",
      [short, { expires: "2027-02-01", verifiedAt: "2027-01-15" }],
      "expired",
      "expired (all 2; the last ended on 2027-02-01)",
    ],
    [
      "one that has ended",
      "2030-01-01T00:00:00",
      [days()],
      "expired",
      "expired (all 1; the last ended on 2027-05-01)",
    ],
  ])("%s", (_name, now, installations, stage, line) => {
    expect(operatingCertificatesStage(installations, defaults, shanghai(now))).toBe(stage);
    expect(operatingCertificatesLine(installations, defaults, shanghai(now))).toBe(line);
  });

  const day = fc.date({ min: new Date("2026-01-01"), max: new Date("2027-12-31"), noInvalidDate: true });
  const someDays = fc.array(
    fc.record({ expires: day, verifiedAt: day }).map(({ expires, verifiedAt }) => ({
      expires: expires.toISOString().slice(0, 10),
      verifiedAt: verifiedAt.toISOString().slice(0, 10),
    })),
    { maxLength: 4 },
  );

  it("have a line that changes exactly when a stage does", () => {
    fc.assert(
      fc.property(someDays, day, day, (installations, a, b) => {
        const stagesAt = (now: Date) =>
          installations.map((each) => installationStage(each, defaults, now)).join();
        const lineAt = (now: Date) => operatingCertificatesLine(installations, defaults, now);
        expect(lineAt(a) === lineAt(b)).toBe(stagesAt(a) === stagesAt(b));
      }),
    );
  });

  it("are valid until the end that the stages know", () => {
    fc.assert(
      fc.property(someDays, day, (installations, now) => {
        const until = operatingCertificatesValidUntil(installations);
        const stage = operatingCertificatesStage(installations, defaults, now);
        expect(until === "none").toBe(stage === "none");
        if (until !== "none") expect(now >= new Date(until)).toBe(stage === "expired");
      }),
    );
  });
});

describe("the time until which there is one", () => {
  it.each<[string, string[], string]>([
    ["none", [], "none"],
    ["one: the end of its last day in Asia/Shanghai", ["2027-05-01"], "2027-05-01T16:00:00Z"],
    ["two: that of the later one", ["2028-02-29", "2027-05-01"], "2028-02-29T16:00:00Z"],
    ["the last day of a year", ["2026-12-31"], "2026-12-31T16:00:00Z"],
  ])("%s", (_name, expires, until) => {
    expect(operatingCertificatesValidUntil(expires.map((each) => ({ expires: each })))).toBe(until);
  });
});

describe("the first attestation to go stale", () => {
  it.each<[string, InstallationDays[], string | undefined]>([
    ["of none", [], undefined],
    ["of one", [days()], "2027-02-19T16:00:00Z"],
    ["of one that ends before", [short], undefined],
    ["of one that ends at the same moment", [{ expires: "2027-02-19", verifiedAt: "2026-11-22" }], undefined],
    [
      "of one that ends a day later",
      [{ expires: "2027-02-20", verifiedAt: "2026-11-22" }],
      "2027-02-19T16:00:00Z",
    ],
    ["of several: the earliest", [long, days(), short], "2027-02-19T16:00:00Z"],
  ])("%s", (_name, installations, expected) => {
    const stale = firstStale(installations, defaults);
    expect(stale && isoTime(stale)).toBe(expected);
  });
});
