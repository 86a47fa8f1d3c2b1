import { isCalendarDay } from "../domain/calendar";
import {
  defaultOperatingCertificateThresholds as defaults,
  endOf,
  firstStale,
  installationStage,
  operatingCertificatesStage,
  type InstallationDays,
  type OperatingCertificatesStatus,
  type OperatingCertificateThresholds,
} from "../domain/operating-certificates";
import { firstFinding, runPulumi, type Finding, type HealthRule } from "./finding";
import type { Recorded } from "./recorded";

/** What the state says of an account's operating certificates, and what the clock makes of it. */
interface OperatingCertificatesFacts {
  stage: OperatingCertificatesStatus;
  /** When the last of them ends. */
  lastEnd: Date | undefined;
  /** When the next of those that are to be renewed ends. */
  nextEnd: Date | undefined;
  /** When the first attestation goes stale. */
  staleFrom: Date | undefined;
  unmet: readonly string[];
}

const person =
  (what: string, deadline: keyof OperatingCertificatesFacts & ("lastEnd" | "nextEnd" | "staleFrom")) =>
  (facts: OperatingCertificatesFacts): Omit<Finding, "status"> => ({
    who: "super administrator",
    what,
    deadline: facts[deadline] ?? null,
  });

const install = "install an operating certificate, then list it in the program";

/** Worst first: the first rule that applies decides. `onExpiry` changes what a run does, not how things stand. */
const rules: readonly HealthRule<OperatingCertificatesFacts>[] = [
  { status: "overdue", when: ({ stage }) => stage === "expired", next: person(install, "lastEnd") },
  {
    status: "overdue",
    when: ({ stage }) => stage === "stale",
    next: person("look at the operating certificates on the platform, then attest them", "staleFrom"),
  },
  {
    status: "overdue",
    when: ({ unmet }) => unmet.length > 0,
    next: () => ({ who: "operator", what: `correct what failed, then ${runPulumi}`, deadline: null }),
  },
  {
    status: "due",
    when: ({ stage }) => stage === "expiring",
    next: person("renew or delete the operating certificates that end", "nextEnd"),
  },
  { status: "due", when: ({ stage }) => stage === "none", next: person(install, "lastEnd") },
];

/**
 * How the operating certificates of an account stand at a time: the stage is computed from the days in state. Undefined
 * where the state does not tell.
 */
export function operatingCertificatesHealth(recorded: Recorded, now: Date): Finding | undefined {
  const installations = recorded.list("installations")?.map(daysOf);
  if (!installations?.every((days) => days !== undefined)) return undefined;
  const thresholds: OperatingCertificateThresholds = {
    staleAfterDays: recorded.days("staleAfterDays") ?? defaults.staleAfterDays,
    expiringBeforeDays: recorded.days("expiringBeforeDays") ?? defaults.expiringBeforeDays,
  };
  const ends = installations.map(endOf).sort((a, b) => a.getTime() - b.getTime());
  const expiring = installations.filter((days) => installationStage(days, thresholds, now) === "expiring");
  return firstFinding(
    rules,
    {
      stage: operatingCertificatesStage(installations, thresholds, now),
      lastEnd: ends.at(-1),
      nextEnd: expiring.map(endOf).sort((a, b) => a.getTime() - b.getTime())[0],
      staleFrom: firstStale(installations, thresholds),
      unmet: recorded.firstLines("unmet"),
    },
    now,
  );
}

function daysOf(installation: unknown): InstallationDays | undefined {
  if (typeof installation !== "object" || installation === null) return undefined;
  const { expires, verifiedAt } = installation as Partial<Record<string, unknown>>;
  return isDay(expires) && isDay(verifiedAt) ? { expires, verifiedAt } : undefined;
}

/** Years as check takes them, so that no calendar sum leaves the range of a date. */
function isDay(value: unknown): value is string {
  return typeof value === "string" && value.startsWith("20") && isCalendarDay(value);
}
