import {
  operatingCertificateLimits as limits,
  operatingCertificatesLine,
  operatingCertificatesValidUntil,
  type Installation,
  type OperatingCertificateThresholds,
} from "../domain/operating-certificates";
import { unknownValue } from "../domain/unknown";
import type { CheckFailure, Json, JsonObject } from "./resource-handlers";
import { failure } from "./shape";

/** An installation of the right shape, some of it not known yet. */
type Given = Partial<Installation>;

/** Rules between inputs of the right shape, and against what was stored before; they need no clock. */
export function operatingCertificateFailures(inputs: JsonObject, olds: JsonObject): CheckFailure[] {
  const installations = given(inputs);
  return [
    ...movedFailures(inputs, olds),
    ...limitFailures(installations),
    ...installations.flatMap((each, index) => [
      ...orderFailures(each, index),
      ...twiceFailures(each, index, installations),
    ]),
  ];
}

/** What check adds: readable lines, which stay known in a preview as far as they depend on what is known. */
export function operatingCertificateLines(
  inputs: JsonObject,
  now: Date,
): { lifecycle: string; validUntil: string } {
  const { staleAfterDays, expiringBeforeDays } = inputs;
  const installations = given(inputs);
  const isKnown = (...days: (keyof Installation)[]): boolean =>
    inputs.installations !== unknownValue &&
    installations.every((each) => days.every((day) => each[day] !== undefined));
  const known = installations as Installation[];
  const thresholds = { staleAfterDays, expiringBeforeDays } as unknown as OperatingCertificateThresholds;
  const hasThresholds = staleAfterDays !== unknownValue && expiringBeforeDays !== unknownValue;
  return {
    lifecycle:
      hasThresholds && isKnown("expires", "verifiedAt")
        ? operatingCertificatesLine(known, thresholds, now)
        : unknownValue,
    validUntil: isKnown("expires") ? operatingCertificatesValidUntil(known) : unknownValue,
  };
}

/** The installations, each without what is not known yet. */
function given({ installations }: JsonObject): Given[] {
  if (!Array.isArray(installations)) return [];
  return (installations as Json[]).map((each) =>
    typeof each === "object" && each !== null
      ? Object.fromEntries(Object.entries(each).filter(([, value]) => value !== unknownValue))
      : {},
  );
}

/** The attestations are those of one account: under another id they would tell of what nobody has seen. */
function movedFailures({ merchantId }: JsonObject, olds: JsonObject): CheckFailure[] {
  const before = olds.merchantId;
  if (typeof before !== "string" || typeof merchantId !== "string" || before === merchantId) return [];
  if (before === unknownValue || merchantId === unknownValue) return [];
  const reason =
    `cannot change in place, because the attestations are those of one account (expected ${before}, found ${merchantId}). ` +
    "Declare a second resource for the other merchant, then remove this one.";
  return [failure(["merchantId"], merchantId, reason)];
}

function limitFailures(installations: readonly Given[]): CheckFailure[] {
  const { certificates, computers } = limits;
  const failures: CheckFailure[] = [];
  if (installations.length > certificates) {
    const reason =
      `expected at most ${certificates} operating certificates for an account, found ${installations.length}. ` +
      "An administrator deletes some on the platform; then take them out.";
    failures.push(failure(["installations"], installations, reason));
  }
  const different = new Set(installations.flatMap(({ computer }) => (computer ? [same(computer)] : [])));
  if (different.size > computers) {
    const reason =
      `expected at most ${computers} computers at once, found ${different.size}. ` +
      "An administrator deletes the certificates of some on the platform; then take them out.";
    failures.push(failure(["installations"], installations, reason));
  }
  return failures;
}

function orderFailures({ installed, expires, verifiedAt }: Given, index: number): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const at = (day: string): string[] => ["installations", String(index), day];
  if (installed && expires && expires <= installed) {
    const reason = `expected a day after installed (${installed}), found ${expires}. Correct one of the two.`;
    failures.push(failure(at("expires"), expires, reason));
  }
  if (installed && verifiedAt && verifiedAt < installed) {
    const reason = `expected installed (${installed}) or a later day, found ${verifiedAt}. Correct one of the two.`;
    failures.push(failure(at("verifiedAt"), verifiedAt, reason));
  }
  return failures;
}

function twiceFailures(
  { operator, computer }: Given,
  index: number,
  installations: readonly Given[],
): CheckFailure[] {
  if (!operator || !computer) return [];
  const first = installations.findIndex(
    (other) =>
      other.operator &&
      other.computer &&
      same(other.operator) === same(operator) &&
      same(other.computer) === same(computer),
  );
  if (first === index) return [];
  const reason = `expected each operator once on a computer, found operator and computer of installations.${first} again. Remove one of the two.`;
  return [failure(["installations", String(index)], undefined, reason)];
}

/** Neither computers nor accounts are told apart by capital letters. */
function same(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
