import fc from "fast-check";
import { isoTime, shanghaiDay } from "../../provider/domain/calendar";
import { dueFrom, rotationPeriod, rotationPeriodLine } from "../../provider/domain/rotation-period";

const shanghai = (text: string) => new Date(`${text}+08:00`);

it.each<[string, string, number, string, string]>([
  ["the first second", "2026-11-22", 365, "2026-11-22T00:00:00", "period 1, from 2026-11-22 to 2027-11-22"],
  ["its last", "2026-11-22", 365, "2027-11-21T23:59:59", "period 1, from 2026-11-22 to 2027-11-22"],
  ["the next one's", "2026-11-22", 365, "2027-11-22T00:00:00", "period 2, from 2027-11-22 to 2028-11-21"],
  ["a day as period", "2026-11-22", 1, "2026-11-24T12:00:00", "period 3, from 2026-11-24 to 2026-11-25"],
  [
    "28 February and a day",
    "2027-02-28",
    1,
    "2027-03-01T00:00:00",
    "period 2, from 2027-03-01 to 2027-03-02",
  ],
  [
    "28 February and a day, in a leap year",
    "2028-02-28",
    1,
    "2028-02-29T00:00:00",
    "period 2, from 2028-02-29 to 2028-03-01",
  ],
  [
    "29 February and 365 days",
    "2028-02-29",
    365,
    "2029-02-28T00:00:00",
    "period 2, from 2029-02-28 to 2030-02-28",
  ],
  [
    "29 February and 1461 days: 29 February",
    "2028-02-29",
    1461,
    "2032-02-29T00:00:00",
    "period 2, from 2032-02-29 to 2036-02-29",
  ],
  ["ten years", "2026-11-22", 3650, "2036-11-18T23:59:59", "period 1, from 2026-11-22 to 2036-11-19"],
  [
    "a first day that is still to come",
    "2027-01-01",
    365,
    "2026-12-31T23:59:59",
    "before period 1, which begins on 2027-01-01",
  ],
  [
    "one that is far ahead",
    "2036-01-01",
    1,
    "2026-12-31T23:59:59",
    "before period 1, which begins on 2036-01-01",
  ],
])("%s", (_name, rotationFrom, maxAgeDays, now, line) => {
  expect(rotationPeriodLine({ rotationFrom, maxAgeDays }, shanghai(now))).toBe(line);
});

it("counts days of Asia/Shanghai, not of UTC", () => {
  const schedule = { rotationFrom: "2026-11-22", maxAgeDays: 30 };
  const number = (now: string) => rotationPeriod(schedule, new Date(now))?.number;
  expect(["2026-11-21T15:59:59Z", "2026-11-21T16:00:00Z"].map(number)).toEqual([0, 1]);
  expect(["2026-12-21T15:59:59Z", "2026-12-21T16:00:00Z"].map(number)).toEqual([1, 2]);
});

it("has no period without maxAgeDays", () => {
  expect(rotationPeriod({ rotationFrom: "2026-11-22" }, shanghai("2026-11-22T00:00:00"))).toBeUndefined();
  expect(rotationPeriodLine({ rotationFrom: "2026-11-22" }, shanghai("2026-11-22T00:00:00"))).toBeUndefined();
});

it("tiles the time line: periods of maxAgeDays, from midnight to midnight, without gap or overlap", () => {
  const time = fc.date({ min: new Date("2020-01-01"), max: new Date("2060-01-01"), noInvalidDate: true });
  fc.assert(
    fc.property(time, time, fc.integer({ min: 1, max: 3650 }), (start, now, maxAgeDays) => {
      const schedule = { rotationFrom: shanghaiDay(start), maxAgeDays };
      const at = (milliseconds: number) => rotationPeriod(schedule, new Date(milliseconds))!;
      const { number, from, to } = at(now.getTime());
      expect(now < to).toBe(number > 0 || shanghaiDay(now) < schedule.rotationFrom);
      expect(at(to.getTime())).toMatchObject({ number: number + 1, from: to });
      expect(at(to.getTime() - 1).number).toBe(number);
      expect(to.getTime() - from.getTime()).toBe(maxAgeDays * 86_400_000);
      expect(isoTime(to)).toMatch(/T16:00:00Z$/);
      if (number === 0) return;
      expect(from <= now).toBe(true);
      expect(at(from.getTime())).toEqual({ number, from, to });
      expect(at(from.getTime() - 1).number).toBe(number - 1);
    }),
  );
});

describe("a value is due", () => {
  const from = "2026-11-22";
  it.each([
    ["at the end of its period", "2026-11-22T12:00:00Z", 30, "2026-12-21T16:00:00.000Z"],
    ["at the end of a later one", "2027-01-01T00:00:00Z", 30, "2027-01-20T16:00:00.000Z"],
    [
      "at the end of its period, where it is of its first second",
      "2026-12-21T16:00:00Z",
      30,
      "2027-01-20T16:00:00.000Z",
    ],
    [
      "by its own age, where it is from before period 1",
      "2026-11-12T16:00:00Z",
      30,
      "2026-12-12T16:00:00.000Z",
    ],
    [
      "when period 1 begins, where it is older than a period",
      "2026-01-01T00:00:00Z",
      30,
      "2026-11-21T16:00:00.000Z",
    ],
    ["at the end of period 1 at the latest", "2026-11-21T15:59:59Z", 30, "2026-12-21T15:59:59.000Z"],
  ])("%s", (_name, began, maxAgeDays, due) => {
    expect(dueFrom(new Date(began), { rotationFrom: from, maxAgeDays })?.toISOString()).toBe(due);
  });

  it("never, without maxAgeDays", () => {
    expect(dueFrom(new Date("2020-01-01"), { rotationFrom: from })).toBeUndefined();
  });
});
