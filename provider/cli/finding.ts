import type { CredentialStatus } from "./exit-codes";

/** How a credential stands and what comes next. */
export interface Finding {
  status: CredentialStatus;
  /** Who has to act: a person who may use the Merchant Platform, or whoever runs Pulumi. Null where nobody has. */
  who: "super administrator" | "operator" | null;
  what: string | null;
  /** Until when; null where nothing ends. */
  deadline: Date | null;
}

export interface HealthRule<Facts> {
  status: CredentialStatus;
  when: (facts: Facts, now: Date) => boolean;
  next: (facts: Facts) => Omit<Finding, "status">;
}

/** The finding of the first rule that applies; healthy where none does. */
export function firstFinding<Facts>(rules: readonly HealthRule<Facts>[], facts: Facts, now: Date): Finding {
  const rule = rules.find(({ when }) => when(facts, now));
  return rule
    ? { status: rule.status, ...rule.next(facts) }
    : { status: "healthy", who: null, what: null, deadline: null };
}

export const runPulumi = "run pulumi up --refresh";
