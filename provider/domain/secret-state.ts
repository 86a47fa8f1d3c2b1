import { addDays, isoTime } from "./calendar";
import { withTenure, type Tenure } from "./history";
import { readLastChange } from "./last-change";
import { numbered, secretNextSteps } from "./next-steps";
import { dueFrom, type RotationSchedule } from "./rotation-period";
import { readRecord } from "./rotation-record";
import { rotatedKinds, type RotatedKind } from "./rotated-kind";
import { replicaProblems, versionWith } from "./secret";
import type { SecretKind } from "./secret-kind";
import { firstIssuedTag } from "./secret-tags";
import type { PendingSecret, SecretView } from "./secret-view";
import { awsPrevious, tokens } from "./staging-labels";
import { isFault } from "./verdict";

/**
 * - `awaiting-activation`: the first value waits until a person has set it on the platform
 * - `active`: nothing to do
 * - `rotation-pending`: the next value waits, the current one serves
 */
export type SecretStatus = "awaiting-activation" | "active" | "rotation-pending";

/** A value by its version; nothing is told of the value itself. */
export interface SecretVersionFacts {
  versionId: string;
  /** ISO 8601, UTC. */
  since: string;
}

/** One entry of the audit trail: which version was current, since when and why. */
export interface SecretHistoryEntry extends Tenure {
  /** `first value`, `rotation`, `import`, `adoption`, `promoted`, or `found in the vault`. */
  reason: string;
}

/** What the handlers of API secrets and merchant keys return beside the inputs; it goes into state, so all is public. */
export interface RotatedState {
  secretArn: string;
  status: SecretStatus;
  currentVersionId: string | null;
  current: SecretVersionFacts | null;
  pendingVersionId: string | null;
  pending: SecretVersionFacts | null;
  previousVersionId: string | null;
  keyOrigin: "generated" | "imported";
  firstIssuedAt: string | null;
  failsFrom: string | null;
  dueFrom: string | null;
  unmet: readonly string[];
  nextSteps: readonly string[];
  history: readonly SecretHistoryEntry[];
}

export interface SecretState extends RotatedState {
  askFrom: string | null;
}

export interface RotatedStateContext extends RotationSchedule {
  kind: RotatedKind;
  logicalName: string;
  merchantId: string;
  secretName: string;
  region: string;
  /** The version that the program names as activated. */
  activation: string | undefined;
  failAfterDays: number | undefined;
  onExpiry: "fail" | "warn";
  now: Date;
  /** What the state said before; its history goes on. */
  previous: Partial<Pick<RotatedState, "history">>;
}

export interface SecretStateContext extends RotatedStateContext {
  kind: SecretKind;
  /** Whether WeChat Pay is asked about the value that waits. */
  asksWeChatPay?: boolean;
}

/** Days after which a rotation that nobody has finished fails the run. A first value may wait for ever. */
export const rotationFailsAfterDays = 14;

const imports: readonly string[] = ["import", "adoption"];

export function secretState(view: SecretView, context: SecretStateContext): SecretState {
  const { pending, verdict } = view;
  const steps = (versionId: string, deadline: Date | undefined) =>
    secretNextSteps({ ...context, versionId, deadline, verdict });
  return {
    ...rotatedState(view, context, steps),
    askFrom: pending && context.asksWeChatPay ? isoTime(pending.since) : null,
  };
}

/**
 * What does not depend on the kind.
 *
 * @param stepsFor what a person does with a version that waits, until when at the latest.
 * @param heldUntil before which nobody can finish it.
 */
export function rotatedState(
  view: SecretView,
  context: RotatedStateContext,
  stepsFor: (versionId: string, deadline: Date | undefined) => string[],
  heldUntil?: Date,
): RotatedState {
  const { secret, pending, isIssued, currentVersionId } = view;
  const change = changeOf(view);
  const before = context.previous.history ?? [];
  // Without the tag the run has broken off; the next one writes it, and knows better why.
  const history = change ? withTenure(before, change) : before;
  const serving = isIssued
    ? { versionId: currentVersionId!, since: change?.from ?? isoTime(context.now) }
    : undefined;
  const previousId = versionWith(secret, awsPrevious);
  const deadline = pending && failsFrom(pending, view, context, heldUntil);
  const steps = pending ? stepsFor(pending.versionId, deadline) : [];
  return {
    secretArn: secret.arn,
    status: !serving ? "awaiting-activation" : pending ? "rotation-pending" : "active",
    currentVersionId: serving?.versionId ?? null,
    current: serving ?? null,
    pendingVersionId: pending?.versionId ?? null,
    pending: pending ? { versionId: pending.versionId, since: isoTime(pending.since) } : null,
    previousVersionId:
      previousId === undefined || previousId === tokens.create(secret.name) ? null : previousId,
    keyOrigin: change && imports.includes(change.reason) ? "imported" : "generated",
    firstIssuedAt: secret.tags[firstIssuedTag] ?? null,
    failsFrom: deadline ? isoTime(deadline) : null,
    dueFrom: nextRotation(view, context),
    unmet: unmetReasons(view, context, deadline, steps),
    nextSteps: steps,
    history,
  };
}

/** What the tag `last-change` tells of the current version. */
function changeOf({ secret, isIssued, currentVersionId }: SecretView): SecretHistoryEntry | undefined {
  const change = readLastChange(secret.tags);
  if (!isIssued || change?.versionId !== currentVersionId) return undefined;
  return { versionId: change!.versionId, from: change!.at, reason: change!.reason };
}

/** When age asks for the next value; null while one waits already. */
function nextRotation({ secret, pending, isIssued }: SecretView, schedule: RotationSchedule): string | null {
  const began = readRecord(secret.tags)?.began;
  const due = began && isIssued && !pending && dueFrom(began, schedule);
  return due ? isoTime(due) : null;
}

function failsFrom(
  { since }: PendingSecret,
  { isIssued }: SecretView,
  { failAfterDays, onExpiry }: RotatedStateContext,
  heldUntil = since,
): Date | undefined {
  const days = failAfterDays ?? (isIssued ? rotationFailsAfterDays : undefined);
  return days === undefined || onExpiry === "warn"
    ? undefined
    : addDays(since > heldUntil ? since : heldUntil, days);
}

/** Why the vault is short of what the program asks for; a run is red while there is one. */
function unmetReasons(
  { secret, activated, pending, isIssued, verdict }: SecretView,
  { kind, activation, now }: RotatedStateContext,
  deadline: Date | undefined,
  steps: readonly string[],
): string[] {
  const { title, noun, handled } = rotatedKinds[kind];
  const reasons = [];
  if (activated === "missing") {
    const waiting = pending ? `The ${noun} that waits is version ${pending.versionId}` : `No ${noun} waits`;
    reasons.push(
      `activation.version: there is no version ${activation} in this secret. ${waiting}; declare the output pendingVersionId.`,
    );
  }
  // Nobody can finish this at the platform: what WeChat Pay is asked with has to be corrected first.
  if (verdict?.verdict === "undecided" && isFault(verdict)) reasons.push(`activation: ${verdict.says}`);
  if (isIssued && verdict?.verdict === "refused" && verdict.isOutage) {
    reasons.push(`activation: payments or callbacks fail now (${verdict.field}). ${verdict.says}`);
  }
  if (deadline && deadline <= now) {
    reasons.push(
      `The ${title} of version ${pending!.versionId} has waited since ${isoTime(pending!.since)} ` +
        `and is not ${handled} and activated yet.\n${numbered(steps)}`,
    );
  }
  return [...reasons, ...replicaProblems(secret)];
}
