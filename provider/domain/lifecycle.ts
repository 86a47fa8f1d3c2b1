import { addDays, addHours, addMonths, addYears, daysBetween, isoTime } from "./calendar";

/** The two sets of rules under which WeChat Pay has issued API certificates. */
export type PolicyName = "annual" | "five-year";

/** What the platform offers to a person for a certificate at this moment. */
export type PlatformAction = "apply" | "renew" | "upgrade" | "change" | "replace";

/**
 * - `awaiting-certificate`: none declared yet
 * - `healthy`: nothing to do
 * - `renewal-due`: the next request goes out while the current certificate serves
 * - `late`: the last days before expiry without a replacement
 * - `expired`: payments that sign with it fail
 */
export type Stage = "awaiting-certificate" | "healthy" | "renewal-due" | "late" | "expired";

export interface Validity {
  notBefore: Date;
  notAfter: Date;
}

export interface Thresholds {
  /** Days before expiry at which the next request is made. Default 60. */
  renewBeforeDays: number;
  /** Days before expiry from which a run without a replacement fails. Default 7. */
  failBeforeDays: number;
}

/** Source of 60: WeChat Pay notifies and offers renewal from 60 days before expiry. */
export const defaultThresholds: Thresholds = { renewBeforeDays: 60, failBeforeDays: 7 };

interface StageRule {
  stage: Stage;
  from: (validity: Validity, thresholds: Thresholds) => Date;
}

/** Latest first: the first rule whose time has come decides. */
export const stageRules: readonly StageRule[] = [
  { stage: "expired", from: ({ notAfter }) => notAfter },
  { stage: "late", from: ({ notAfter }, { failBeforeDays }) => addDays(notAfter, -failBeforeDays) },
  { stage: "renewal-due", from: ({ notAfter }, { renewBeforeDays }) => addDays(notAfter, -renewBeforeDays) },
];

/** The stage of a certificate; `healthy` before any rule's time has come. */
export function stageOf(validity: Validity, thresholds: Thresholds, now: Date): Stage {
  return stageRules.find(({ from }) => now >= from(validity, thresholds))?.stage ?? "healthy";
}

/**
 * The line that `pulumi preview` shows. It changes only when the stage does: it holds dates of the
 * certificate, never the present one.
 */
export function lifecycleLine(validity: Validity | undefined, thresholds: Thresholds, now: Date): string {
  if (!validity) return "awaiting-certificate";
  const on = (stage: Stage): string => {
    const rule = stageRules.find((candidate) => candidate.stage === stage)!;
    return isoTime(rule.from(validity, thresholds));
  };
  const stage = stageOf(validity, thresholds, now);
  switch (stage) {
    case "healthy":
      return `healthy (next request from ${on("renewal-due")})`;
    case "renewal-due":
      return `renewal-due (since ${on("renewal-due")}; runs fail from ${on("late")})`;
    case "late":
      return `late (since ${on("late")}; expires ${on("expired")})`;
    case "expired":
      return `expired (since ${on("expired")})`;
    case "awaiting-certificate":
      return stage;
  }
}

interface Policy {
  /** What the platform offers while the certificate is still valid. */
  beforeExpiry: (certificate: UsedCertificate, now: Date) => PlatformAction;
  /** What the platform offers after it has expired. */
  afterExpiry: (certificate: UsedCertificate, now: Date) => PlatformAction;
  /** Until when a replaced certificate works at the least. */
  replacedValidUntil: (old: Validity, replacementNotBefore: Date) => Date;
}

interface UsedCertificate extends Validity {
  /** The merchant's first certificate: years of use count from here. */
  firstIssued: Date;
}

/** Source: FAQ and announcements of WeChat Pay on the 1-year and the 5-year API certificate. */
export const policies: Readonly<Record<PolicyName, Policy>> = {
  annual: {
    beforeExpiry: ({ firstIssued }, now) => (now >= addYears(firstIssued, 5) ? "change" : "renew"),
    afterExpiry: ({ firstIssued, notAfter }, now) =>
      now >= addYears(firstIssued, 5) || now >= addMonths(notAfter, 1) ? "change" : "upgrade",
    // Published once as 48 hours and once as 14 days: warn for the shorter.
    replacedValidUntil: (old, notBefore) => earlier(old.notAfter, addHours(notBefore, 48)),
  },
  "five-year": {
    beforeExpiry: () => "replace",
    afterExpiry: () => "replace",
    replacedValidUntil: (old) => old.notAfter,
  },
};

/** What a person asks the platform for now. */
export function platformAction(policy: PolicyName, certificate: UsedCertificate, now: Date): PlatformAction {
  const { beforeExpiry, afterExpiry } = policies[policy];
  return (now >= certificate.notAfter ? afterExpiry : beforeExpiry)(certificate, now);
}

/** The policy a certificate was issued under; `five-year` before there is one. */
export function inferredPolicy(validity: Validity | undefined): PolicyName {
  // Renewals under the 1-year rules may add the rest of the old year: at most two years, never near five.
  return validity && daysBetween(validity.notBefore, validity.notAfter) < 3 * 365 ? "annual" : "five-year";
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}
