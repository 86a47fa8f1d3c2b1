const day = 24 * 60 * 60 * 1000;
// China Standard Time has been UTC+8 without daylight saving since 1992, so a fixed offset is enough.
const shanghaiOffset = 8 * 60 * 60 * 1000;

/** Whole days of 24 hours later; negative for earlier. */
export function addDays(date: Date, days: number): Date {
  return new Date(date.getTime() + days * day);
}

/** Hours later; negative for earlier. */
export function addHours(date: Date, hours: number): Date {
  return new Date(date.getTime() + hours * 60 * 60 * 1000);
}

/**
 * Calendar months later at the same time of day in Asia/Shanghai; a day that the month lacks becomes its last
 * (31 January + 1 month = 28 or 29 February).
 */
export function addMonths(date: Date, months: number): Date {
  const local = new Date(date.getTime() + shanghaiOffset);
  const target = new Date(local);
  target.setUTCDate(1);
  target.setUTCMonth(local.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(target.getUTCFullYear(), target.getUTCMonth() + 1, 0)).getUTCDate();
  target.setUTCDate(Math.min(local.getUTCDate(), lastDay));
  return new Date(target.getTime() - shanghaiOffset);
}

/** Calendar years later, clamped as {@link addMonths}. */
export function addYears(date: Date, years: number): Date {
  return addMonths(date, 12 * years);
}

/** Days of 24 hours from one time to another, fractions kept. */
export function daysBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / day;
}

/** ISO 8601 in UTC, to the second: `2031-11-22T20:31:00Z`. */
export function isoTime(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** Both zones that people on the two sides read: `2031-11-22 20:31 UTC (2031-11-23 04:31 +08:00)`. */
export function bothZones(date: Date): string {
  const minutes = (time: Date): string => time.toISOString().slice(0, 16).replace("T", " ");
  return `${minutes(date)} UTC (${minutes(new Date(date.getTime() + shanghaiOffset))} +08:00)`;
}

/** The day in Asia/Shanghai: `2026-11-22`. */
export function shanghaiDay(date: Date): string {
  return new Date(date.getTime() + shanghaiOffset).toISOString().slice(0, 10);
}

/** When a day begins in Asia/Shanghai. */
export function startOfShanghaiDay(day: string): Date {
  return new Date(Date.parse(`${day}T00:00:00Z`) - shanghaiOffset);
}

/** Whether a text is a day of the calendar, `YYYY-MM-DD`. */
export function isCalendarDay(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    new Date(Date.parse(`${text}T00:00:00Z`) || 0).toISOString().startsWith(text)
  );
}
