import { daysBetween } from "../domain/calendar";
import type { Thresholds, Validity } from "../domain/lifecycle";
import type { CheckFailure } from "./resource-handlers";
import { failure } from "./shape";

/** Renewal has to begin before runs fail. */
export function thresholdFailures({ renewBeforeDays, failBeforeDays }: Thresholds): CheckFailure[] {
  if (!(renewBeforeDays < failBeforeDays)) return [];
  const reason = `expected at least failBeforeDays (${failBeforeDays}), found ${renewBeforeDays}. Renewal must begin before runs fail.`;
  return [failure(["renewBeforeDays"], renewBeforeDays, reason)];
}

/** A certificate must not be due for renewal from its first day. */
export function validityFailures(
  { notBefore, notAfter }: Validity,
  { renewBeforeDays }: Thresholds,
): CheckFailure[] {
  const validity = Math.floor(daysBetween(notBefore, notAfter));
  if (!(renewBeforeDays >= validity)) return [];
  const reason = `renewBeforeDays: expected less than the certificate's validity of ${validity} days, found ${renewBeforeDays} (60 unless set). Set it lower.`;
  return [{ property: "", reason }];
}
