import type { ApplicationStage } from "../domain/cfca-application";
import { platformThresholds, validity } from "../domain/cfca-next-steps";
import { stageOf, type Stage } from "../domain/lifecycle";
import { thresholdsOf } from "./certificate-health";
import { firstFinding, runPulumi, type Finding, type HealthRule } from "./finding";
import type { Recorded } from "./recorded";

/** What the state says of a certificate of CFCA, and what the clock makes of it. */
interface CfcaFacts {
  stage: Stage;
  notAfter: Date | undefined;
  /** How far the open application is; undefined while none is open, as far as the last run knows. */
  application: ApplicationStage | undefined;
  /** Of the two codes of the open letter. */
  codesValidUntil: Date | undefined;
  /** Of the platform's certificate, where one is kept. */
  platform: Stage | undefined;
  platformNotAfter: Date | undefined;
  isCompromised: boolean;
  unmet: readonly string[];
  drift: readonly string[];
  nextSteps: readonly string[];
}

/** What comes next, by how far the application is. */
const nextOf: Readonly<Record<ApplicationStage, string>> = {
  requested: "apply for the certificate with the business manager",
  "letters-received": "download the certificate with the two codes",
  "codes-expired": "ask technical support of the open platform for new codes",
  downloaded: "export the certificate and its key, then declare both",
  exported: "give the key of the declared certificate: pfx and password, by reference",
};

const application = ({
  application = "requested",
  codesValidUntil,
  notAfter,
}: CfcaFacts): Omit<Finding, "status"> => {
  const codes = application === "letters-received" || application === "codes-expired";
  // What ends first.
  const ends = [notAfter, codes ? codesValidUntil : undefined].filter((end) => end !== undefined);
  const deadline = ends.sort((a, b) => a.getTime() - b.getTime())[0] ?? null;
  return { who: "operator", what: nextOf[application], deadline };
};

const platform = ({ platformNotAfter }: CfcaFacts): Omit<Finding, "status"> => ({
  who: "operator",
  what: "ask technical support of the open platform for its new certificate, then declare it",
  deadline: platformNotAfter ?? null,
});

/** Worst first: the first rule that applies decides. `onExpiry` changes what a run does, not how things stand. */
const rules: readonly HealthRule<CfcaFacts>[] = [
  { status: "expired", when: ({ stage }) => stage === "expired", next: application },
  { status: "expired", when: (facts) => facts.platform === "expired", next: platform },
  {
    status: "overdue",
    when: ({ isCompromised }) => isCompromised,
    next: (facts) => {
      const { who, what } = application(facts);
      return { who, what: `${what}, and have the one revoked that is compromised`, deadline: null };
    },
  },
  { status: "overdue", when: ({ stage }) => stage === "late", next: application },
  { status: "overdue", when: (facts) => facts.application === "codes-expired", next: application },
  { status: "overdue", when: (facts) => facts.platform === "late", next: platform },
  {
    status: "overdue",
    when: ({ unmet }) => unmet.length > 0,
    next: () => ({ who: "operator", what: `correct what failed, then ${runPulumi}`, deadline: null }),
  },
  {
    status: "due",
    when: ({ stage, application }) => application !== undefined || stage !== "healthy",
    next: application,
  },
  { status: "due", when: (facts) => facts.platform === "renewal-due", next: platform },
  {
    status: "due",
    when: ({ drift }) => drift.length > 0,
    next: () => ({ who: "operator", what: `${runPulumi}, which puts back what changed`, deadline: null }),
  },
  {
    // A compromised certificate that serves no more.
    status: "due",
    when: ({ nextSteps }) => nextSteps.length > 0,
    next: () => ({ who: "operator", what: "have what is compromised revoked", deadline: null }),
  },
];

/**
 * How a certificate of CFCA stands at a time, by the dates in state: codes that a state of last month calls open may have
 * ended since. Undefined where the state does not tell.
 */
export function cfcaCertificateHealth(recorded: Recorded, now: Date): Finding | undefined {
  const serving = recorded.validity("current");
  const unmet = recorded.firstLines("unmet");
  const isAwaiting = recorded.has("current") === false || (unmet.length > 0 && !recorded.has("current"));
  if (!serving && !isAwaiting) return undefined;
  const codesValidUntil = recorded.time("codesValidUntil");
  const platformNotAfter = recorded.memberTime("platform", "notAfter");
  return firstFinding(
    rules,
    {
      stage: serving ? stageOf(serving, thresholdsOf(recorded), now) : "awaiting-certificate",
      notAfter: serving?.notAfter,
      application: applicationAt(recorded.text("application"), codesValidUntil, now),
      codesValidUntil,
      platform:
        platformNotAfter && stageOf(validity({ notAfter: platformNotAfter }), platformThresholds, now),
      platformNotAfter,
      isCompromised: recorded.text("status") === "compromised",
      unmet,
      drift: recorded.firstLines("drift"),
      nextSteps: recorded.texts("nextSteps"),
    },
    now,
  );
}

function applicationAt(
  application: string | undefined,
  codesValidUntil: Date | undefined,
  now: Date,
): ApplicationStage | undefined {
  if (application === undefined || !Object.hasOwn(nextOf, application)) return undefined;
  const hasEnded = application === "letters-received" && codesValidUntil && codesValidUntil <= now;
  return hasEnded ? "codes-expired" : (application as ApplicationStage);
}
