import * as v from "valibot";
import { isCalendarDay, shanghaiDay } from "../domain/calendar";
import { rotationPeriodLine, type RotationSchedule } from "../domain/rotation-period";
import { unknownValue } from "../domain/unknown";
import type { CheckCall } from "./credential-kind";
import type { Json, JsonObject } from "./resource-handlers";
import { message, strict, text, wholeNumber } from "./shape";

/** Source: Secrets Manager API reference, ClientRequestToken: 32 to 64 characters. */
const versionId = text(
  { expected: "a version id of 64 hex digits", hint: "Copy the output pendingVersionId" },
  (id) => /^[0-9a-f]{64}$/.test(id),
);

/** The version that a person has seen to, as the program names it. */
export const activatedVersion = strict({ version: versionId });

const day = text({ expected: "a day, YYYY-MM-DD" }, isCalendarDay);

/** When the next value or key is made, and how long it may wait. */
export const rotationEntries = {
  maxAgeDays: v.optional(wholeNumber(1, 3650, "days")),
  rotationFrom: v.optional(day),
  triggers: v.optional(v.array(v.any(), message({ expected: "a list" }))),
  failAfterDays: v.optional(wholeNumber(0, 3650, "days")),
  rotationPeriod: v.optional(text({ expected: "a line of check" }, () => true)),
};

/** Adds the day from which periods count, which stays as it was first, and the line `rotationPeriod`. */
export function withRotationPeriod({ inputs, olds, now }: CheckCall): JsonObject {
  const rotationFrom = inputs.rotationFrom ?? known(olds.rotationFrom) ?? shanghaiDay(now);
  return { ...inputs, rotationFrom, rotationPeriod: periodLine({ ...inputs, rotationFrom }, now) };
}

function periodLine({ rotationFrom, maxAgeDays }: JsonObject, now: Date): Json | undefined {
  if (rotationFrom === unknownValue || maxAgeDays === unknownValue) return unknownValue;
  return rotationPeriodLine({ rotationFrom, maxAgeDays } as unknown as RotationSchedule, now);
}

function known(value: Json | undefined): Json | undefined {
  return value === unknownValue ? undefined : value;
}
