import fc from "fast-check";
import type { PlatformCertificate } from "merchant-credentials-loader/format";
import {
  certificateFacts,
  keysInForce,
  mergedCertificates,
  nextPlatformCertificates,
  nextQuestion,
  platformCertificatesStage,
} from "../../provider/domain/platform-certificates";
import { platformCertificateNextSteps } from "../../provider/domain/platform-certificates-steps";
import type { PlatformCertificatesStatus } from "../../provider/domain/platform-certificates-state";
import { platformCertificate } from "../support/certificates";

const now = new Date("2026-11-22T12:00:00Z");

const certificates = new Map<string, string>();

/** A certificate by the first digit of its serial number and its end. */
function ending(digit: string, expireTime: string): PlatformCertificate {
  const serialNumber = digit.repeat(40);
  const certificate = certificates.get(digit) ?? platformCertificate({ serialNumber });
  certificates.set(digit, certificate);
  return { serialNumber, certificate, effectiveTime: "2026-01-15T08:30:00Z", expireTime };
}

const value = (...certificates: PlatformCertificate[]) => ({
  schema: "merchant-credentials/platform-certificates/v1" as const,
  merchantId: "1900000109",
  certificates,
});
const digits = (certificates: readonly { serialNumber: string }[]) =>
  certificates.map(({ serialNumber }) => serialNumber[0]).join("");

const [early, late] = ["2027-01-01T00:00:00Z", "2032-01-01T00:00:00Z"];
const over = "2026-11-22T12:00:00Z";
const [soon, later] = ["2026-12-22T12:00:00Z", "2026-12-22T12:00:01Z"];

describe("what is to serve", () => {
  it.each<[string, PlatformCertificate[], PlatformCertificate[], string]>([
    ["what is listed, for the first time", [ending("A", early)], [], "A"],
    ["the one that ends last first", [ending("A", early), ending("B", late)], [], "BA"],
    ["of equal ends, by serial number", [ending("B", late), ending("A", late)], [], "AB"],
    ["beside it what is listed no more and ends in 30 days", [ending("B", late)], [ending("A", soon)], "BA"],
    ["not what is listed no more and ends a second later", [ending("B", late)], [ending("A", later)], "B"],
    ["not what another endpoint has listed", [ending("B", early)], [ending("A", late)], "B"],
    ["not what has ended to the second", [ending("B", late)], [ending("A", over)], "B"],
    ["what ends a second later still", [ending("B", late)], [ending("A", "2026-11-22T12:00:01Z")], "BA"],
    ["not what is listed and has ended", [ending("A", over), ending("B", late)], [], "B"],
    ["a listed one with the end that is listed", [ending("A", over)], [ending("A", late)], ""],
    ["the same again", [ending("A", early)], [ending("A", early)], "A"],
    [
      "not a stored one that cannot be read",
      [ending("B", late)],
      [
        { ...ending("A", soon), certificate: "none" },
        ending("C", "soon"),
        { ...ending("D", soon), serialNumber: "E".repeat(40) },
      ],
      "B",
    ],
    ["nothing of nothing", [], [], ""],
  ])("%s", (_name, listed, stored, expected) => {
    expect(digits(mergedCertificates(listed, stored, now))).toBe(expected);
  });

  const day = fc.integer({ min: 1, max: 60 });
  const some = fc.array(
    fc
      .record({ digit: fc.constantFrom("A", "B", "C", "D"), ends: day })
      .map(({ digit, ends }) =>
        ending(
          digit,
          `2026-1${ends > 30 ? 2 : 1}-${String(((ends - 1) % 30) + 1).padStart(2, "0")}T00:00:00Z`,
        ),
      ),
    { maxLength: 4 },
  );
  const unique = some.map((list) => [...new Map(list.map((each) => [each.serialNumber, each])).values()]);

  it("is in force, each once and in order; nothing that is listed or about to end is lost; and done once it is done", () => {
    fc.assert(
      fc.property(unique, unique, (listed, stored) => {
        const merged = mergedCertificates(listed, stored, now);
        const ends = merged.map(({ expireTime }) => Date.parse(expireTime));
        expect(ends).toEqual([...ends].sort((a, b) => b - a));
        expect(ends.every((end) => end > now.getTime())).toBe(true);
        const serials = new Set(merged.map(({ serialNumber }) => serialNumber));
        expect(serials.size).toBe(merged.length);
        for (const each of listed)
          expect(serials.has(each.serialNumber)).toBe(Date.parse(each.expireTime) > now.getTime());
        const listedSerials = new Set(listed.map(({ serialNumber }) => serialNumber));
        for (const each of stored)
          if (!listedSerials.has(each.serialNumber))
            expect(serials.has(each.serialNumber)).toBe(
              Date.parse(each.expireTime) > now.getTime() && Date.parse(each.expireTime) <= Date.parse(soon),
            );
        expect(mergedCertificates(listed, merged, now)).toEqual(merged);
      }),
    );
  });

  it("is never an empty list: the last ones stay", () => {
    const next = (certificates: PlatformCertificate[]) =>
      nextPlatformCertificates(
        "1900000109",
        { verdict: "listed", certificates },
        value(ending("A", over)),
        now,
      );
    expect(next([])).toBeUndefined();
    expect(digits(next([ending("B", late)])!.certificates)).toBe("B");
  });

  it("does not change by an answer that tells nothing", () => {
    for (const answer of [
      { verdict: "awaiting", says: "" },
      { verdict: "refused", field: "apiV3Secret", says: "" },
      { verdict: "undecided", because: "platform", says: "" },
    ] as const)
      expect(nextPlatformCertificates("1900000109", answer, undefined, now)).toBeUndefined();
  });
});

it("only a key in force verifies the next answer", () => {
  const stored = value(ending("A", over), ending("B", late), { ...ending("C", late), certificate: "none" });
  expect([...keysInForce(stored, now).keys()]).toEqual(["B".repeat(40)]);
  expect(keysInForce(undefined, now).size).toBe(0);
});

it("state shows no certificate itself, and leaves out one that cannot be read", () => {
  const facts = certificateFacts(value(ending("A", late), { ...ending("C", late), certificate: "none" }));
  expect(facts).toEqual([
    {
      serialNumber: "A".repeat(40),
      effectiveTime: "2026-01-15T08:30:00Z",
      expireTime: late,
      certificateSha256: facts[0]!.certificateSha256,
    },
  ]);
});

describe("the stage", () => {
  it.each([
    ["none", [], "2026-11-22T12:00:00Z", "none"],
    ["a second before 30 days are left", [early], "2026-12-01T23:59:59Z", "active"],
    ["with 30 days left", [early], "2026-12-02T00:00:00Z", "expiring"],
    ["with a later one beside it", [early, late], "2026-12-02T00:00:00Z", "active"],
    ["in the last second", [early], "2026-12-31T23:59:59Z", "expiring"],
    ["at the end", [early], early, "expired"],
  ] as const)("%s", (_name, ends, at, stage) => {
    const certificates = ends.map((expireTime) => ({ expireTime }));
    expect(platformCertificatesStage(certificates, { warnBeforeDays: 30 }, new Date(at))).toBe(stage);
  });
});

describe("the next question", () => {
  it.each([
    ["after the hours", [late], "2026-11-23T00:00:00.000Z"],
    [
      "at the end of a certificate that comes before",
      ["2026-11-22T18:00:00Z", late],
      "2026-11-22T18:00:00.000Z",
    ],
    ["when the last one begins to be about to end", ["2026-12-22T18:00:00Z"], "2026-11-22T18:00:00.000Z"],
    ["not at an end that is over", [over], "2026-11-23T00:00:00.000Z"],
    ["of none", [], "2026-11-23T00:00:00.000Z"],
  ])("comes %s", (_name, ends, expected) => {
    const thresholds = { checkEveryHours: 12, warnBeforeDays: 30 };
    const certificates = ends.map((expireTime) => ({ expireTime }));
    expect(nextQuestion(certificates, thresholds, now).toISOString()).toBe(expected);
  });
});

it.each<[PlatformCertificatesStatus, number]>([
  ["active", 0],
  ["public-key-mode", 5],
  ["expiring", 5],
  ["expired", 5],
])("each step of %s is under the 150 bytes at which the engine cuts texts in outputs", (status, count) => {
  const steps = platformCertificateNextSteps({
    logicalName: "shop-platform-certificates",
    merchantId: "1900000109",
    status,
    answer: { verdict: "listed", certificates: [] },
    certificates: certificateFacts(value(ending("A", late))),
  });
  expect(steps).toHaveLength(count);
  for (const step of steps) expect(Buffer.byteLength(step)).toBeLessThanOrEqual(150);
});
