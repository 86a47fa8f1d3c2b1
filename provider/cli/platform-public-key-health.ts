import { firstFinding, runPulumi, type Finding, type HealthRule } from "./finding";
import type { Recorded } from "./recorded";

/** What the state says of a platform public key. */
interface PlatformPublicKeyFacts {
  recordedStatus: string;
  /** Whether WeChat Pay has left a question open. */
  isOpen: boolean;
  unmet: readonly string[];
  drift: readonly string[];
}

const operator = (what: string) => (): Omit<Finding, "status"> => ({ who: "operator", what, deadline: null });

/** Worst first: the first rule that applies decides. */
const rules: readonly HealthRule<PlatformPublicKeyFacts>[] = [
  {
    status: "overdue",
    when: ({ unmet }) => unmet.length > 0,
    next: operator(`correct what failed, then ${runPulumi}`),
  },
  {
    status: "due",
    when: ({ recordedStatus, isOpen }) => recordedStatus !== "active" || isOpen,
    next: operator(`${runPulumi}, which asks WeChat Pay about the key`),
  },
  {
    status: "due",
    when: ({ drift }) => drift.length > 0,
    next: operator(`${runPulumi}, which puts it back`),
  },
];

/** How a platform public key stands; undefined where the state does not tell. */
export function platformPublicKeyHealth(recorded: Recorded, now: Date): Finding | undefined {
  const recordedStatus = recorded.text("status");
  const unmet = recorded.firstLines("unmet");
  if (recordedStatus === undefined && unmet.length === 0) return undefined;
  const isOpen = recorded.time("askFrom") !== undefined;
  const drift = recorded.firstLines("drift");
  return firstFinding(rules, { recordedStatus: recordedStatus ?? "", isOpen, unmet, drift }, now);
}
