import { bothZones, isoTime } from "./calendar";
import type { Tenure } from "./history";
import { numbered } from "./next-steps";
import {
  certificateFacts,
  lastEnd,
  nextQuestion,
  platformCertificatesStage,
  type PlatformCertificateFacts,
  type PlatformCertificatesAnswer,
  type PlatformCertificatesStage,
  type PlatformCertificatesView,
  type PlatformCertificateThresholds,
} from "./platform-certificates";
import { platformCertificateNextSteps } from "./platform-certificates-steps";
import { publishedHistory } from "./published-value";
import { replicaProblems } from "./secret";
import { isFault } from "./verdict";

/**
 * - `active`: at least one is in force, for long enough
 * - `expiring`: the last of them is about to end, and WeChat Pay lists no later one
 * - `expired`: all have ended
 * - `public-key-mode`: WeChat Pay has no certificate for this merchant; it signs with a public key
 * - `awaiting-credentials`: the certificate or the APIv3 secret is still to come
 * - `unavailable`: there is none, and WeChat Pay has not told of one
 */
export type PlatformCertificatesStatus =
  Exclude<PlatformCertificatesStage, "none"> | "public-key-mode" | "awaiting-credentials" | "unavailable";

/** One entry of the audit trail: which certificates served, since when and why. */
export interface PlatformCertificatesHistoryEntry extends Tenure {
  serialNumbers: readonly string[];
  /** `first value`, `change`, or `found in the vault`. */
  reason: string;
}

/** What goes into state beside the inputs; all of it is public. */
export interface PlatformCertificatesState {
  secretArn: string;
  status: PlatformCertificatesStatus;
  currentVersionId: string | null;
  certificates: readonly PlatformCertificateFacts[];
  serialNumbers: readonly string[];
  validUntil: string | null;
  askFrom: string;
  unmet: readonly string[];
  nextSteps: readonly string[];
  history: readonly PlatformCertificatesHistoryEntry[];
}

export interface PlatformCertificatesContext extends PlatformCertificateThresholds {
  logicalName: string;
  merchantId: string;
  onExpiry: "fail" | "warn";
  now: Date;
  /** What the state said before. */
  previous: Partial<Pick<PlatformCertificatesState, "history" | "status" | "askFrom">>;
}

export function platformCertificatesState(
  view: PlatformCertificatesView,
  context: PlatformCertificatesContext,
): PlatformCertificatesState {
  const { secret, answer, serving, currentVersionId } = view;
  const { previous, now } = context;
  const certificates = certificateFacts(serving);
  const stage = platformCertificatesStage(certificates, context, now);
  const status = statusOf(stage, answer, previous.status);
  const steps = platformCertificateNextSteps({ ...context, status, answer, certificates });
  const serialNumbers = certificates.map(({ serialNumber }) => serialNumber);
  const end = lastEnd(certificates);
  return {
    secretArn: secret.arn,
    status,
    currentVersionId: serving ? currentVersionId! : null,
    certificates,
    serialNumbers,
    validUntil: end ? isoTime(end) : null,
    askFrom: askFrom(answer, certificates, context),
    unmet: [
      ...unmetReasons({ status, stage, answer, certificates, steps }, context),
      ...replicaProblems(secret),
    ],
    nextSteps: steps,
    history: publishedHistory(view, previous.history ?? [], { serialNumbers }),
  };
}

/** Nothing that WeChat Pay leaves open changes what it has said before. */
function statusOf(
  stage: PlatformCertificatesStage,
  answer: PlatformCertificatesAnswer,
  before: PlatformCertificatesStatus | undefined,
): PlatformCertificatesStatus {
  if (answer.verdict === "undecided") {
    const isPublicKeyMode = answer.because === "public-key-mode" || before === "public-key-mode";
    if (isPublicKeyMode) return "public-key-mode";
  }
  if (stage !== "none") return stage;
  return answer.verdict === "awaiting" ? "awaiting-credentials" : "unavailable";
}

/** What is left open is asked again by the next run; a time that has come stays, so that waiting changes no output. */
function askFrom(
  answer: PlatformCertificatesAnswer,
  certificates: readonly PlatformCertificateFacts[],
  context: PlatformCertificatesContext,
): string {
  const { now, previous } = context;
  if (isTold(answer)) return isoTime(nextQuestion(certificates, context, now));
  const before = previous.askFrom ?? "";
  return before !== "" && new Date(before) <= now ? before : isoTime(now);
}

function isTold(answer: PlatformCertificatesAnswer): boolean {
  return (
    answer.verdict === "listed" || (answer.verdict === "undecided" && answer.because === "public-key-mode")
  );
}

interface Standing {
  status: PlatformCertificatesStatus;
  stage: PlatformCertificatesStage;
  answer: PlatformCertificatesAnswer;
  certificates: readonly PlatformCertificateFacts[];
  steps: readonly string[];
}

/** Why the vault is short of what the program asks for; a run is red while there is one. */
function unmetReasons(
  { status, answer, certificates, steps }: Standing,
  { onExpiry }: PlatformCertificatesContext,
): string[] {
  const reasons: string[] = [];
  if (answer.verdict === "refused") reasons.push(`WeChat Pay refuses (${answer.field}): ${answer.says}`);
  if (answer.verdict === "undecided" && isFault(answer)) reasons.push(answer.says);
  if (status === "unavailable" && reasons.length === 0) {
    const why =
      answer.verdict === "undecided"
        ? `WeChat Pay could not tell (${answer.because}): ${answer.says}`
        : "WeChat Pay lists none that is in force.";
    reasons.push(`There is no platform certificate yet. ${why} Run pulumi up again.`);
  }
  if (status === "expired" && onExpiry === "fail") {
    reasons.push(
      `All platform certificates have ended, the last with ${bothZones(lastEnd(certificates)!)}. ` +
        `Applications cannot verify what WeChat Pay sends.\n${numbered(steps)}`,
    );
  }
  return reasons;
}
