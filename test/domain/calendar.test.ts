import fc from "fast-check";
import {
  addDays,
  addHours,
  addMonths,
  addYears,
  bothZones,
  daysBetween,
  isCalendarDay,
  isoTime,
  shanghaiDay,
  startOfShanghaiDay,
} from "../../provider/domain/calendar";

const date = (text: string) => new Date(text);
const shanghai = (text: string) => new Date(`${text}+08:00`);
const someDate = fc.date({ min: date("1993-01-01"), max: date("2060-01-01"), noInvalidDate: true });

describe("months in Asia/Shanghai", () => {
  it.each([
    ["31 January + 1 = 28 February", "2026-01-31T12:00:00", 1, "2026-02-28T12:00:00"],
    ["31 January + 1 = 29 February in a leap year", "2028-01-31T12:00:00", 1, "2028-02-29T12:00:00"],
    ["30 January + 1 = 28 February", "2026-01-30T12:00:00", 1, "2026-02-28T12:00:00"],
    ["28 February + 1 = 28 March", "2026-02-28T12:00:00", 1, "2026-03-28T12:00:00"],
    ["31 March + 1 = 30 April", "2026-03-31T12:00:00", 1, "2026-04-30T12:00:00"],
    ["31 December + 2 = 28 February of the next year", "2026-12-31T12:00:00", 2, "2027-02-28T12:00:00"],
    ["31 March − 1 = 28 February", "2026-03-31T12:00:00", -1, "2026-02-28T12:00:00"],
    ["15 June + 12 = 15 June", "2026-06-15T00:00:00", 12, "2027-06-15T00:00:00"],
    ["the first second of 1 March counts as 1 March", "2026-03-01T00:00:00", 1, "2026-04-01T00:00:00"],
    ["the last second of 28 February counts as 28 February", "2026-02-28T23:59:59", 1, "2026-03-28T23:59:59"],
    ["the first second of 31 January", "2026-01-31T00:00:00", 1, "2026-02-28T00:00:00"],
  ])("clamp: %s", (_name, from, months, to) => {
    expect(addMonths(shanghai(from), months)).toEqual(shanghai(to));
  });

  it("take the day of Asia/Shanghai, not of UTC", () => {
    // 16:00 UTC on 30 January is already 31 January there, so the month that follows clamps.
    expect(addMonths(date("2026-01-30T16:00:00Z"), 1)).toEqual(shanghai("2026-02-28T00:00:00"));
    expect(addMonths(date("2026-01-30T15:59:59Z"), 1)).toEqual(shanghai("2026-02-28T23:59:59"));
    expect(addMonths(date("2026-01-31T16:00:00Z"), 1)).toEqual(shanghai("2026-03-01T00:00:00"));
  });

  it("are years by the dozen: 29 February + 1 year = 28 February", () => {
    expect(addYears(shanghai("2028-02-29T09:00:00"), 1)).toEqual(shanghai("2029-02-28T09:00:00"));
    expect(addYears(shanghai("2028-02-29T09:00:00"), 4)).toEqual(shanghai("2032-02-29T09:00:00"));
  });

  it("never skip a month and keep the time of day", () => {
    fc.assert(
      fc.property(someDate, fc.integer({ min: -60, max: 60 }), (from, months) => {
        const local = (time: Date) => new Date(time.getTime() + 8 * 3_600_000);
        const [a, b] = [local(from), local(addMonths(from, months))];
        const monthsApart =
          (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth();
        expect(monthsApart).toBe(months);
        expect(b.toISOString().slice(11)).toBe(a.toISOString().slice(11));
        expect(b.getUTCDate()).toBeLessThanOrEqual(a.getUTCDate());
      }),
    );
  });
});

it("counts days of 24 hours, fractions kept", () => {
  expect(addDays(date("2026-03-01T10:00:00Z"), -60)).toEqual(date("2025-12-31T10:00:00Z"));
  expect(addHours(date("2026-03-01T10:00:00Z"), 48)).toEqual(date("2026-03-03T10:00:00Z"));
  expect(daysBetween(date("2026-03-01T00:00:00Z"), date("2026-03-02T12:00:00Z"))).toBe(1.5);
});

it("leaves the date that it is given alone", () => {
  const given = date("2026-01-31T00:00:00Z");
  addMonths(given, 1);
  addDays(given, 1);
  expect(given).toEqual(date("2026-01-31T00:00:00Z"));
});

it("writes ISO 8601 in UTC, to the second", () => {
  expect(isoTime(date("2031-11-22T20:31:00.789Z"))).toBe("2031-11-22T20:31:00Z");
});

it.each([
  ["the same day in both", "2031-11-22T12:31:00Z", "2031-11-22 12:31 UTC (2031-11-22 20:31 +08:00)"],
  ["the next day in Asia/Shanghai", "2031-11-22T20:31:00Z", "2031-11-22 20:31 UTC (2031-11-23 04:31 +08:00)"],
  [
    "the minute before its midnight",
    "2031-11-22T15:59:59Z",
    "2031-11-22 15:59 UTC (2031-11-22 23:59 +08:00)",
  ],
  ["its midnight", "2031-11-22T16:00:00Z", "2031-11-22 16:00 UTC (2031-11-23 00:00 +08:00)"],
  ["its New Year", "2031-12-31T16:00:00Z", "2031-12-31 16:00 UTC (2032-01-01 00:00 +08:00)"],
  ["its leap day", "2028-02-28T16:00:00Z", "2028-02-28 16:00 UTC (2028-02-29 00:00 +08:00)"],
])("writes both zones: %s", (_name, time, text) => {
  expect(bothZones(date(time))).toBe(text);
});

it("finds back the days that it adds", () => {
  fc.assert(
    fc.property(someDate, fc.integer({ min: -4000, max: 4000 }), (from, days) => {
      expect(daysBetween(from, addDays(from, days))).toBe(days);
    }),
  );
});

describe("days in Asia/Shanghai", () => {
  it.each([
    ["2026-11-22T15:59:59Z", "2026-11-22"],
    ["2026-11-22T16:00:00Z", "2026-11-23"],
    ["2028-02-28T16:00:00Z", "2028-02-29"],
    ["2028-02-29T16:00:00Z", "2028-03-01"],
    ["2027-02-28T16:00:00Z", "2027-03-01"],
    ["2026-12-31T16:00:00Z", "2027-01-01"],
  ])("%s is on %s", (time, day) => expect(shanghaiDay(date(time))).toBe(day));

  it("begin at midnight there, 16:00 UTC on the day before", () => {
    expect(startOfShanghaiDay("2026-11-22")).toEqual(date("2026-11-21T16:00:00Z"));
    expect(startOfShanghaiDay("2028-03-01")).toEqual(date("2028-02-29T16:00:00Z"));
  });

  it("hold every time from their beginning to the next one's", () => {
    fc.assert(
      fc.property(someDate, (time) => {
        const start = startOfShanghaiDay(shanghaiDay(time));
        const since = daysBetween(start, time);
        expect(since).toBeGreaterThanOrEqual(0);
        expect(since).toBeLessThan(1);
        expect(shanghaiDay(start)).toBe(shanghaiDay(time));
        expect(isCalendarDay(shanghaiDay(time))).toBe(true);
      }),
    );
  });

  it.each([
    ["2026-11-22", true],
    ["2028-02-29", true],
    ["2000-02-29", true],
    ["2027-02-29", false],
    ["2100-02-29", false],
    ["2026-11-31", false],
    ["2026-13-01", false],
    ["2026-00-10", false],
    ["2026-11-00", false],
    ["2026-1-1", false],
    ["20261122", false],
    ["2026-11-22T00:00:00Z", false],
    ["2026-11-22\n", false],
    [" 2026-11-22", false],
    ["22.11.2026", false],
    ["today", false],
    ["", false],
  ])("%j is a day: %s", (text, is) => expect(isCalendarDay(text)).toBe(is));
});
