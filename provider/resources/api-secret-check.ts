import { shanghaiDay } from "../domain/calendar";
import { isLoopbackEndpoint } from "../domain/connection-rules";
import { rotationPeriodLine, type RotationSchedule } from "../domain/rotation-period";
import { unknownValue } from "../domain/unknown";
import type { CheckCall, Checked } from "./credential-kind";
import type { CheckFailure, Json, JsonObject } from "./resource-handlers";

/**
 * Rules that need neither the vault nor a person, on inputs of the right shape. Adds the day from which periods
 * count, which stays as it was first, and the line `rotationPeriod`.
 */
export function checkApiSecret({ inputs, olds, config, now }: CheckCall): Checked {
  const rotationFrom = inputs.rotationFrom ?? known(olds.rotationFrom) ?? shanghaiDay(now);
  return {
    inputs: { ...inputs, rotationFrom, rotationPeriod: periodLine({ ...inputs, rotationFrom }, now) },
    failures: activationFailures(inputs, config),
  };
}

function periodLine({ rotationFrom, maxAgeDays }: JsonObject, now: Date): Json | undefined {
  if (rotationFrom === unknownValue || maxAgeDays === unknownValue) return unknownValue;
  return rotationPeriodLine({ rotationFrom, maxAgeDays } as unknown as RotationSchedule, now);
}

function known(value: Json | undefined): Json | undefined {
  return value === unknownValue ? undefined : value;
}

/** Without a platform that could refuse it, a value may be current before a person has set it; nowhere else. */
function activationFailures({ activation }: JsonObject, { endpoint }: JsonObject): CheckFailure[] {
  if (activation !== "immediate" || endpoint === unknownValue) return [];
  if (typeof endpoint === "string" && isLoopbackEndpoint(endpoint)) return [];
  const reason =
    'activation: expected "manual" or { version }, found "immediate". It would break live payments: only a person can ' +
    "set a value on the Merchant Platform; it is for a Provider whose endpoint is on loopback.";
  return [{ property: "activation", reason }];
}
