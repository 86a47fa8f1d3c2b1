import { addDays } from "../domain/calendar";
import { defaultPlatformCertificateThresholds as defaults } from "../domain/platform-certificates";
import { firstFinding, runPulumi, type Finding, type HealthRule } from "./finding";
import type { Recorded } from "./recorded";

/** What the state says of the platform's certificates, and what the clock makes of it. */
interface PlatformCertificatesFacts {
  recordedStatus: string;
  /** When the last certificate ends; undefined before the first. */
  validUntil: Date | undefined;
  warnBeforeDays: number;
  /** From when a run asks WeChat Pay again. */
  askFrom: Date | undefined;
  unmet: readonly string[];
  drift: readonly string[];
}

/** Days after which a question that no run has asked is one too many: a new certificate is listed a day before its use. */
const unaskedDays = 1;

const operator = (what: string) => (): Omit<Finding, "status"> => ({ who: "operator", what, deadline: null });

const usePublicKey = "replace the platform certificate, or change to the WeChat Pay public key";

const person =
  (what: string) =>
  ({ validUntil }: PlatformCertificatesFacts): Omit<Finding, "status"> => ({
    who: "super administrator",
    what,
    deadline: validUntil ?? null,
  });

const isPublicKeyMode = ({ recordedStatus }: PlatformCertificatesFacts): boolean =>
  recordedStatus === "public-key-mode";

/** Worst first: the first rule that applies decides. `onExpiry` changes what a run does, not how things stand. */
const rules: readonly HealthRule<PlatformCertificatesFacts>[] = [
  {
    status: "expired",
    when: (facts, now) =>
      !isPublicKeyMode(facts) && facts.validUntil !== undefined && facts.validUntil <= now,
    next: person(usePublicKey),
  },
  {
    status: "overdue",
    when: ({ unmet }) => unmet.length > 0,
    next: operator(`correct what failed, then ${runPulumi}`),
  },
  {
    status: "due",
    when: isPublicKeyMode,
    next: () => ({
      who: "super administrator",
      what: "declare the WeChat Pay public key in its place",
      deadline: null,
    }),
  },
  {
    status: "due",
    when: ({ recordedStatus }) => recordedStatus === "awaiting-credentials",
    next: operator(`finish certificate and APIv3 secret, then ${runPulumi}`),
  },
  {
    status: "due",
    when: ({ validUntil, warnBeforeDays }, now) =>
      validUntil !== undefined && addDays(validUntil, -warnBeforeDays) <= now,
    next: person(usePublicKey),
  },
  {
    status: "due",
    when: ({ askFrom }, now) => askFrom !== undefined && addDays(askFrom, unaskedDays) <= now,
    next: operator(`${runPulumi}, which asks WeChat Pay for the next certificate`),
  },
  {
    status: "due",
    when: ({ drift }) => drift.length > 0,
    next: operator(`${runPulumi}, which takes it in or puts it back`),
  },
];

/** How the platform's certificates stand at a time; undefined where the state does not tell. */
export function platformCertificatesHealth(recorded: Recorded, now: Date): Finding | undefined {
  const recordedStatus = recorded.text("status");
  const unmet = recorded.firstLines("unmet");
  if (recordedStatus === undefined && unmet.length === 0) return undefined;
  return firstFinding(
    rules,
    {
      recordedStatus: recordedStatus ?? "",
      validUntil: recorded.time("validUntil"),
      warnBeforeDays: recorded.days("warnBeforeDays") ?? defaults.warnBeforeDays,
      askFrom: recorded.time("askFrom"),
      unmet,
      drift: recorded.firstLines("drift"),
    },
    now,
  );
}
