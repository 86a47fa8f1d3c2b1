import { addDays, shanghaiDay, startOfShanghaiDay } from "./calendar";

/** How often a secret is replaced. */
export interface RotationSchedule {
  /** The day from which periods count, `YYYY-MM-DD` in Asia/Shanghai. */
  rotationFrom: string;
  /** Days of one period; undefined where age alone never asks for a rotation. */
  maxAgeDays?: number | undefined;
}

interface RotationPeriod {
  /** 1 for the first; 0 before `rotationFrom`. */
  number: number;
  from: Date;
  to: Date;
}

/** The period that holds `now`; undefined without `maxAgeDays`. */
export function rotationPeriod(
  { rotationFrom, maxAgeDays }: RotationSchedule,
  now: Date,
): RotationPeriod | undefined {
  if (maxAgeDays === undefined) return undefined;
  const first = startOfShanghaiDay(rotationFrom);
  const elapsed = Math.floor(
    (now.getTime() - first.getTime()) / (addDays(first, maxAgeDays).getTime() - first.getTime()),
  );
  const number = Math.max(0, elapsed + 1);
  return {
    number,
    from: addDays(first, (number - 1) * maxAgeDays),
    to: addDays(first, number * maxAgeDays),
  };
}

/** The line that `pulumi preview` shows; it changes only when a period begins. Days are those of Asia/Shanghai. */
export function rotationPeriodLine(schedule: RotationSchedule, now: Date): string | undefined {
  const period = rotationPeriod(schedule, now);
  if (!period) return undefined;
  const [from, to] = [shanghaiDay(period.from), shanghaiDay(period.to)];
  return period.number === 0
    ? `before period 1, which begins on ${to}`
    : `period ${period.number}, from ${from} to ${to}`;
}

/**
 * When a value that was drawn at `began` is to be replaced; undefined where age alone never asks for it. It is so
 * at the end of its period; one from before period 1 is judged by its own age, and not before period 1 begins.
 */
export function dueFrom(began: Date, { rotationFrom, maxAgeDays }: RotationSchedule): Date | undefined {
  if (maxAgeDays === undefined) return undefined;
  const first = startOfShanghaiDay(rotationFrom);
  if (began >= first) return rotationPeriod({ rotationFrom, maxAgeDays }, began)!.to;
  const [ownAge, secondPeriod] = [addDays(began, maxAgeDays), addDays(first, maxAgeDays)];
  if (ownAge <= first) return first;
  return ownAge < secondPeriod ? ownAge : secondPeriod;
}
