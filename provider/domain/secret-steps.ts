import { isoTime } from "./calendar";
import { emptyValue } from "./credential-value";
import { isOverlapping } from "./overlap";
import { lastChangeTags, readLastChange, type SecretChangeReason } from "./last-change";
import { rotatedValue, type RotatedKind } from "./rotated-kind";
import { nothing, readRecord, recordTag, type RotationRecord } from "./rotation-record";
import { dueFrom, type RotationSchedule } from "./rotation-period";
import { labelledVersions, versionWith } from "./secret";
import {
  adoptedFrom,
  hasServed,
  importedVersion,
  incomingValue,
  isImported,
  servedImport,
  type SecretImport,
} from "./secret-import";
import { firstIssuedTag } from "./secret-tags";
import type { SecretView } from "./secret-view";
import { awsCurrent, awsPrevious, labelName, requestFingerprint, tokens } from "./staging-labels";
import type { NewRequest, Step } from "./step";

/** What the program asks for, as far as the steps depend on it. */
export interface SecretDeclaration extends RotationSchedule {
  kind: RotatedKind;
  merchantId: string;
  /** Whether a pending value becomes current without anybody saying so. */
  activatesAtOnce: boolean;
  /** Digest of the triggers; see `digestOf`. */
  triggers: string;
  /** Where a value in use comes from; undefined where none is imported. */
  import?: SecretImport | undefined;
  now: Date;
  /** Why a pending value is activated, where it is. */
  reason: Extract<SecretChangeReason, "rotation" | "promoted">;
  /** Draws the next value. */
  generate: () => Promise<NewRequest>;
}

export interface Rule<Declaration, View = SecretView> {
  /** Why the step is taken, in one phrase. */
  because: string;
  step: (view: View, declaration: Declaration) => Step | undefined;
}

/** What activating a pending value depends on; a person may do that without the program. */
export type Activation = Pick<SecretDeclaration, "activatesAtOnce" | "reason" | "now">;

const finish: Rule<Activation> = {
  because: "a request is finished once its version is current, or another value has made it needless",
  step: ({ secret, currentVersionId }) => {
    const abandoned = new Set(labelledVersions(secret, "abandoned").map(({ versionId }) => versionId));
    const finished = labelledVersions(secret, "request").find(
      ({ versionId }) => versionId === currentVersionId || abandoned.has(versionId),
    );
    if (finished)
      return { do: "move-label", label: labelName("request", finished.of), from: finished.versionId };
    // Somebody has set it after all.
    const left = labelledVersions(secret, "abandoned").find(
      ({ versionId }) => versionId === currentVersionId,
    );
    return left && { do: "move-label", label: labelName("abandoned", left.of), from: left.versionId };
  },
};

const record: Rule<Activation> = {
  because: "auditors read from the tags since when and why a value is current",
  step: (view, { now, reason }) => {
    const { secret, currentVersionId, isIssued } = view;
    if (!isIssued || readLastChange(secret.tags)?.versionId === currentVersionId) return undefined;
    return {
      do: "tag",
      tags: {
        [firstIssuedTag]: secret.tags[firstIssuedTag] ?? isoTime(now),
        ...lastChangeTags(now, currentVersionId!, changeReason(view, reason)),
      },
    };
  },
};

const activate: Rule<Activation> = {
  because: "the pending value is set on the platform",
  step: ({ secret, pending, activated, verdict, currentVersionId }, { activatesAtOnce }) =>
    pending &&
    !isOverlapping(secret) &&
    (activatesAtOnce || activated === "pending" || verdict?.verdict === "accepted")
      ? { do: "move-label", label: awsCurrent, from: currentVersionId!, to: pending.versionId }
      : undefined,
};

/** Moves labels and writes no value: the open request is the pending value itself. */
export const activationRules: readonly Rule<Activation>[] = [activate, finish, record];

/** What has happened is put in order first. */
export const recordRules: readonly Rule<SecretDeclaration>[] = [
  {
    because: "a secret without any version would make its first one current",
    step: ({ currentVersionId, secret }) =>
      currentVersionId === undefined
        ? { do: "put", token: tokens.create(secret.name), value: emptyValue, labels: [awsCurrent] }
        : undefined,
  },
  finish,
  record,
];

/** Then comes what the program asks for. */
export const valueRules: readonly Rule<SecretDeclaration>[] = [
  {
    because: "a value in use comes in once",
    step: (view, declaration) => {
      const incoming = incomingValue(view, declaration.import);
      if (!incoming || importedVersion(view, incoming.source)) return undefined;
      const { secret, currentVersionId } = view;
      const { kind, merchantId } = declaration;
      return {
        do: "put",
        token: (n) => tokens.import(secret.arn, kind, currentVersionId!, incoming.source, n),
        value: async () => rotatedValue(kind, merchantId, await incoming.read()),
        labels: [labelName("import", incoming.source)],
      };
    },
  },
  {
    because: "it is in use already, so it is current at once",
    step: (view, declaration) => {
      const incoming = incomingValue(view, declaration.import);
      const version = incoming && importedVersion(view, incoming.source);
      return version && !hasServed(version, view)
        ? { do: "move-label", label: awsCurrent, from: view.currentVersionId!, to: version.versionId }
        : undefined;
    },
  },
  {
    because: "a first value that nobody has set is needless once one in use has come in",
    step: ({ pending, secret, currentVersionId }) => {
      const isIncoming = labelledVersions(secret, "import").some(
        ({ versionId }) => versionId === currentVersionId,
      );
      return pending && isIncoming && versionWith(secret, awsPrevious) === tokens.create(secret.name)
        ? { do: "move-label", label: labelName("abandoned", pending.fingerprint), to: pending.versionId }
        : undefined;
    },
  },
  {
    because: "the next run has to know which rotation this one has begun",
    step: (view, declaration) => {
      const due = dueRecord(view, declaration);
      if (!due) return undefined;
      // Only what changes: a run that has stood still must not take back what another has recorded since.
      const changed = Object.entries(recordTag(due)).filter(
        ([key, value]) => view.secret.tags[key] !== value,
      );
      return { do: "tag", tags: Object.fromEntries(changed) };
    },
  },
  activate,
  {
    because: "an import that is recorded needs its label no longer",
    step: (view, declaration) => {
      const wanted = incomingValue(view, declaration.import)?.source;
      const left = labelledVersions(view.secret, "import").find(({ of }) => of !== wanted);
      return left && { do: "move-label", label: labelName("import", left.of), from: left.versionId };
    },
  },
  {
    because: "there is no value yet, or the current one is due, and none is pending",
    step: (view, declaration) => {
      const isWanted = !view.isIssued || isDue(view, declaration);
      return isWanted && !view.pending ? { do: "begin", generate: declaration.generate } : undefined;
    },
  },
];

/** The protocol of an API secret, one write at a time; the first rule that has a step decides. */
export const secretRules: readonly Rule<SecretDeclaration>[] = [...recordRules, ...valueRules];

/** The next write of these rules; undefined where nothing is left to do. */
export function nextSecretStep<Declaration, View extends SecretView>(
  rules: readonly Rule<Declaration, View>[],
  view: View,
  declaration: Declaration,
): Step | undefined {
  for (const { step } of rules) {
    const next = step(view, declaration);
    if (next) return next;
  }
  return undefined;
}

/** The record as it should be; undefined where it is so already. */
function dueRecord(view: SecretView, declaration: SecretDeclaration): RotationRecord | undefined {
  const { pending, secret, isIssued } = view;
  const { triggers, now } = declaration;
  const source = declaration.import?.source;
  const found = readRecord(secret.tags);
  if (!found) {
    const done = source !== undefined && isImported(source, view) ? source : nothing;
    return { began: now, request: pending?.fingerprint ?? nothing, triggers, import: done };
  }
  const served = servedImport(view, source);
  if (served !== undefined && found.import !== served) return { ...found, began: now, import: served };
  if (isIssued && pending && found.request !== pending.fingerprint)
    return { ...found, began: now, request: pending.fingerprint, triggers };
  const isFirst = found.triggers === nothing || triggers === nothing;
  return isFirst && found.triggers !== triggers ? { ...found, triggers } : undefined;
}

function isDue({ secret }: SecretView, declaration: SecretDeclaration): boolean {
  const found = readRecord(secret.tags);
  if (!found) return false;
  const due = dueFrom(found.began, declaration);
  return found.triggers !== declaration.triggers || (due !== undefined && due <= declaration.now);
}

function changeReason(
  { secret, currentVersionId }: SecretView,
  reason: Activation["reason"],
): SecretChangeReason {
  const incoming = labelledVersions(secret, "import").find(({ versionId }) => versionId === currentVersionId);
  const before = versionWith(secret, awsPrevious);
  if (incoming) return before !== undefined && incoming.of === adoptedFrom(before) ? "adoption" : "import";
  if (reason === "promoted") return "promoted";
  if (!secret.tags[firstIssuedTag]) return "first value";
  const wasPending = readRecord(secret.tags)?.request === requestFingerprint(currentVersionId!);
  return wasPending ? reason : "found in the vault";
}
