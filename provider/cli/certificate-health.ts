import { defaultThresholds, stageOf, type Stage, type Thresholds } from "../domain/lifecycle";
import { firstFinding, runPulumi, type Finding, type HealthRule } from "./finding";
import type { Recorded } from "./recorded";

/** What the state says of a certificate, and what the clock makes of it. */
interface CertificateFacts {
  stage: Stage;
  notAfter: Date | undefined;
  /** Whether a request waits for its certificate. */
  isOpen: boolean;
  /** Whether the program has it downloaded, so that no run makes a request. */
  isDownloaded: boolean;
  /** Whether its key is known to others, as the last run has recorded. */
  isCompromised: boolean;
  unmet: readonly string[];
  drift: readonly string[];
  /** What the last run left to people. */
  nextSteps: readonly string[];
}

const awaited = {
  who: "super administrator",
  what: "have the open request issued, then declare the certificate",
} as const;
const unbegun = { who: "operator", what: `${runPulumi}, which makes the request` } as const;
const downloaded = {
  who: "operator",
  what: `set issuance to "request", then ${runPulumi}, which makes the request`,
} as const;

const replacement = ({ isOpen, isDownloaded, notAfter }: CertificateFacts): Omit<Finding, "status"> => ({
  ...(isOpen ? awaited : isDownloaded ? downloaded : unbegun),
  deadline: notAfter ?? null,
});

/** Worst first: the first rule that applies decides. `onExpiry` changes what a run does, not how things stand. */
const rules: readonly HealthRule<CertificateFacts>[] = [
  { status: "expired", when: ({ stage }) => stage === "expired", next: replacement },
  {
    status: "overdue",
    when: ({ isCompromised }) => isCompromised,
    next: (facts) => {
      const { who, what } = replacement(facts);
      return { who, what: `${what}, and revoke the one that is compromised`, deadline: null };
    },
  },
  { status: "overdue", when: ({ stage }) => stage === "late", next: replacement },
  {
    status: "overdue",
    when: ({ unmet }) => unmet.length > 0,
    next: () => ({ who: "operator", what: `correct what failed, then ${runPulumi}`, deadline: null }),
  },
  {
    status: "due",
    when: ({ stage, isDownloaded, isOpen }) => stage === "awaiting-certificate" && isDownloaded && !isOpen,
    next: () => ({
      who: "super administrator",
      what: "download the certificate with its key, then declare both",
      deadline: null,
    }),
  },
  { status: "due", when: ({ stage }) => stage === "awaiting-certificate", next: replacement },
  { status: "due", when: ({ stage }) => stage === "renewal-due", next: replacement },
  { status: "due", when: ({ isOpen }) => isOpen, next: replacement },
  {
    status: "due",
    when: ({ drift }) => drift.length > 0,
    next: () => ({ who: "operator", what: `${runPulumi}, which puts back what changed`, deadline: null }),
  },
  {
    // A compromised certificate that serves no more.
    status: "due",
    when: ({ nextSteps }) => nextSteps.length > 0,
    next: () => ({ who: "super administrator", what: "revoke what is compromised", deadline: null }),
  },
];

/**
 * How a certificate stands at a time. The stage is computed from the dates in state: what a state of last year
 * calls active may have expired since. Undefined where the state does not tell.
 */
export function certificateHealth(recorded: Recorded, now: Date): Finding | undefined {
  const validity = recorded.validity("current");
  const unmet = recorded.firstLines("unmet");
  const isAwaiting = recorded.has("current") === false || (unmet.length > 0 && !recorded.has("current"));
  if (!validity && !isAwaiting) return undefined;
  return firstFinding(
    rules,
    {
      stage: validity ? stageOf(validity, thresholdsOf(recorded), now) : "awaiting-certificate",
      notAfter: validity?.notAfter,
      isOpen: recorded.has("pending") === true,
      isDownloaded: recorded.text("issuance") === "download",
      isCompromised: recorded.text("status") === "compromised",
      unmet,
      drift: recorded.firstLines("drift"),
      nextSteps: recorded.texts("nextSteps"),
    },
    now,
  );
}

export function thresholdsOf(recorded: Recorded): Thresholds {
  return {
    renewBeforeDays: recorded.days("renewBeforeDays") ?? defaultThresholds.renewBeforeDays,
    failBeforeDays: recorded.days("failBeforeDays") ?? defaultThresholds.failBeforeDays,
  };
}
