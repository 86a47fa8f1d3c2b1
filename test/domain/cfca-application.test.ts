import fc from "fast-check";
import {
  applicationStage,
  codesEndingFrom,
  codesValidUntil,
  openCodes,
  type Application,
} from "../../provider/domain/cfca-application";

const date = (text: string) => new Date(text);
const before = (time: Date) => new Date(time.getTime() - 1);

const first: Application = { hasUnstoredCertificate: false, isWanted: true };
/** The letter of 20 November 2026: its codes can be used through 4 December in Asia/Shanghai. */
const letter: Application = { ...first, codesIssuedAt: "2026-11-20" };
const noon = date("2026-11-26T04:00:00Z");

describe("the two codes", () => {
  it("can be used for 14 days after the day of their letter, to its end in Asia/Shanghai", () => {
    expect(codesValidUntil("2026-11-20")).toEqual(date("2026-12-04T16:00:00Z"));
  });

  it("are about to end from 3 days before", () => {
    expect(codesEndingFrom("2026-11-20")).toEqual(date("2026-12-01T16:00:00Z"));
  });

  it.each([
    ["no letter is told of", undefined, undefined, undefined],
    ["no certificate is there yet", "2026-11-20", undefined, "2026-11-20"],
    [
      "the certificate is older than the letter: a renewal",
      "2026-11-20",
      "2025-11-20T00:00:00Z",
      "2026-11-20",
    ],
    ["the certificate began on the day of the letter", "2026-11-20", "2026-11-20T02:00:00Z", undefined],
    ["it began days later", "2026-11-20", "2026-11-28T02:00:00Z", undefined],
    ["it began a little earlier, within a day", "2026-11-20", "2026-11-18T16:00:00Z", undefined],
    ["it began more than a day earlier", "2026-11-20", "2026-11-18T15:59:59Z", "2026-11-20"],
  ])("are open or spent: %s", (_case, codesIssuedAt, notBefore, open) => {
    const newestNotBefore = notBefore === undefined ? undefined : date(notBefore);
    expect(openCodes({ codesIssuedAt, newestNotBefore })).toBe(open);
  });
});

describe("the stage of an application", () => {
  it.each<[string, Application, string | undefined]>([
    ["nothing is declared, and nothing serves", first, "requested"],
    ["a certificate serves, and none is wanted", { ...first, isWanted: false }, undefined],
    ["the letter is there", letter, "letters-received"],
    ["an early renewal, too", { ...letter, isWanted: false }, "letters-received"],
    ["the certificate is downloaded", { ...letter, downloadedAt: "2026-11-25" }, "downloaded"],
    ["it is, on the day of the letter", { ...letter, downloadedAt: "2026-11-20" }, "downloaded"],
    [
      "a download from before the letter is another's",
      { ...letter, downloadedAt: "2026-11-19" },
      "letters-received",
    ],
    ["a download without a letter", { ...first, downloadedAt: "2026-11-25" }, "downloaded"],
    [
      "a download that has led to the certificate",
      { downloadedAt: "2026-11-25", newestNotBefore: date("2026-11-25T03:00:00Z"), ...renewed() },
      undefined,
    ],
    ["the .cer is declared", { ...letter, hasUnstoredCertificate: true }, "exported"],
    [
      "the letter is the one of the certificate that serves",
      { ...letter, newestNotBefore: date("2026-11-25T03:00:00Z"), ...renewed() },
      undefined,
    ],
    [
      "the same, and the certificate is due",
      {
        ...letter,
        newestNotBefore: date("2026-11-25T03:00:00Z"),
        hasUnstoredCertificate: false,
        isWanted: true,
      },
      "requested",
    ],
  ])("%s", (_case, application, stage) => {
    expect(applicationStage(application, noon)).toBe(stage);
  });

  it("is still letters-received a moment before the codes end, and then codes-expired", () => {
    const end = codesValidUntil("2026-11-20");
    expect(applicationStage(letter, before(end))).toBe("letters-received");
    expect(applicationStage(letter, end)).toBe("codes-expired");
    expect(applicationStage({ ...letter, downloadedAt: "2026-12-04" }, end)).toBe("downloaded");
  });

  it("depends on the clock at the end of the codes only", () => {
    const days = fc
      .integer({ min: 0, max: 4000 })
      .map((n) => new Date(n * 86_400_000 + 1.7e12).toISOString().slice(0, 10));
    const application = fc.record({
      codesIssuedAt: fc.option(days, { nil: undefined }),
      downloadedAt: fc.option(days, { nil: undefined }),
      newestNotBefore: fc.option(
        fc.date({ min: date("2023-01-01"), max: date("2040-01-01"), noInvalidDate: true }),
        { nil: undefined },
      ),
      hasUnstoredCertificate: fc.boolean(),
      isWanted: fc.boolean(),
    });
    const time = fc.date({ min: date("2023-01-01"), max: date("2040-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(application, time, time, (given, a, b) => {
        const end = given.codesIssuedAt === undefined ? undefined : codesValidUntil(given.codesIssuedAt);
        const isSameSide = end === undefined || a < end === b < end;
        if (isSameSide) expect(applicationStage(given, a)).toBe(applicationStage(given, b));
      }),
    );
  });
});

function renewed(): Pick<Application, "hasUnstoredCertificate" | "isWanted"> {
  return { hasUnstoredCertificate: false, isWanted: false };
}
