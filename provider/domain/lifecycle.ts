import { addDays, isoTime } from "./calendar";

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
export function lifecycleLine(
  validity: Validity | undefined,
  thresholds: Thresholds,
  now: Date,
  isCompromised = false,
): string {
  if (!validity) return "awaiting-certificate";
  const on = (stage: Stage): string => {
    const rule = stageRules.find((candidate) => candidate.stage === stage)!;
    return isoTime(rule.from(validity, thresholds));
  };
  const stage = stageOf(validity, thresholds, now);
  if (isCompromised && stage !== "expired") return "compromised (to be replaced at once)";
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
