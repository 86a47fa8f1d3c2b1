import { addDays, isoTime } from "./calendar";
import { emptyValue } from "./credential-value";
import { lastChangeTags, readLastChange, type SecretChangeReason } from "./last-change";
import { digestOf, nothing, readRecord, recordTag, type RotationRecord } from "./rotation-record";
import { rotationPeriod, type RotationSchedule } from "./rotation-period";
import { labelledVersions, versionWith, type LabelledVersion } from "./secret";
import { secretValue, type SecretKind } from "./secret-kind";
import { firstIssuedTag } from "./secret-tags";
import type { SecretView } from "./secret-view";
import { awsCurrent, awsPrevious, labelName, requestFingerprint, tokens } from "./staging-labels";
import type { NewRequest, Step } from "./step";

/** What the program asks for, as far as the steps depend on it. */
export interface SecretDeclaration extends RotationSchedule {
  kind: SecretKind;
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

interface SecretImport {
  /** Digest of the reference: it is read again only when this changes. */
  source: string;
  /** Fetches and checks the value. Secret. */
  read: () => Promise<string>;
}

interface Rule<Declaration> {
  /** Why the step is taken, in one phrase. */
  because: string;
  step: (view: SecretView, declaration: Declaration) => Step | undefined;
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
    return (
      finished && { do: "move-label", label: labelName("request", finished.of), from: finished.versionId }
    );
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
  step: ({ pending, activated, currentVersionId }, { activatesAtOnce }) =>
    pending && (activatesAtOnce || activated === "pending")
      ? { do: "move-label", label: awsCurrent, from: currentVersionId!, to: pending.versionId }
      : undefined,
};

/** Moves labels and writes no value: the open request is the pending value itself. */
export const activationRules: readonly Rule<Activation>[] = [activate, finish, record];

/** The protocol of an API secret, one write at a time; the first rule that has a step decides. */
export const secretRules: readonly Rule<SecretDeclaration>[] = [
  {
    because: "a secret without any version would make its first one current",
    step: ({ currentVersionId, secret }) =>
      currentVersionId === undefined
        ? { do: "put", token: tokens.create(secret.name), value: emptyValue, labels: [awsCurrent] }
        : undefined,
  },
  finish,
  record,
  {
    because: "a value in use comes in once",
    step: (view, declaration) => {
      const incoming = incomingValue(view, declaration);
      if (!incoming || importedVersion(view, incoming.source)) return undefined;
      const { secret, currentVersionId } = view;
      const { kind, merchantId } = declaration;
      return {
        do: "put",
        token: tokens.import(secret.arn, kind, currentVersionId!, incoming.source),
        value: async () => secretValue(kind, merchantId, await incoming.read()),
        labels: [labelName("import", incoming.source)],
      };
    },
  },
  {
    because: "it is in use already, so it is current at once",
    step: (view, declaration) => {
      const incoming = incomingValue(view, declaration);
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
      return due && { do: "tag", tags: recordTag(due) };
    },
  },
  activate,
  {
    because: "an import that is recorded needs its label no longer",
    step: (view, declaration) => {
      const wanted = incomingValue(view, declaration)?.source;
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

/** The next write of these rules; undefined where nothing is left to do. */
export function nextSecretStep<Declaration>(
  rules: readonly Rule<Declaration>[],
  view: SecretView,
  declaration: Declaration,
): Step | undefined {
  for (const { step } of rules) {
    const next = step(view, declaration);
    if (next) return next;
  }
  return undefined;
}

/** A value that is in use elsewhere and not current here yet: one of another tool, or one that the program imports. */
function incomingValue(view: SecretView, { import: declared }: SecretDeclaration): SecretImport | undefined {
  const { foreign } = view;
  if (foreign) return { source: adoptedFrom(foreign.versionId), read: () => Promise.resolve(foreign.secret) };
  return declared && !isImported(declared.source, view) ? declared : undefined;
}

/** Stands for the version of another tool in the label of the one that is written anew from it. */
function adoptedFrom(versionId: string): string {
  return digestOf(["adopt", versionId]);
}

/** Whether an import has been done. Where the record is lost, a value that serves is not put in question. */
function isImported(source: string, view: SecretView): boolean {
  const found = readRecord(view.secret.tags);
  return found ? found.import === source : view.isIssued && !importedVersion(view, source);
}

function importedVersion({ secret }: SecretView, source: string): LabelledVersion | undefined {
  return labelledVersions(secret, "import").find(({ of }) => of === source);
}

/** A version that is current, or was until another took over: what came after it is not undone. */
function hasServed({ versionId }: LabelledVersion, { secret, currentVersionId }: SecretView): boolean {
  return versionId === currentVersionId || versionId === versionWith(secret, awsPrevious);
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
  const version = source === undefined ? undefined : importedVersion(view, source);
  if (source !== undefined && found.import !== source && version && hasServed(version, view))
    return { ...found, began: now, import: source };
  if (isIssued && pending && found.request !== pending.fingerprint)
    return { ...found, began: now, request: pending.fingerprint, triggers };
  const isFirst = found.triggers === nothing || triggers === nothing;
  return isFirst && found.triggers !== triggers ? { ...found, triggers } : undefined;
}

function isDue({ secret }: SecretView, declaration: SecretDeclaration): boolean {
  const found = readRecord(secret.tags);
  if (!found) return false;
  return found.triggers !== declaration.triggers || isTooOld(found.began, declaration);
}

/** Whether a value belongs to an earlier period. One from before the first is judged by its own age. */
function isTooOld(began: Date, { maxAgeDays, rotationFrom, now }: SecretDeclaration): boolean {
  const period = rotationPeriod({ maxAgeDays, rotationFrom }, now);
  if (!period || maxAgeDays === undefined || period.number === 0) return false;
  return period.number === 1 ? addDays(began, maxAgeDays) <= now : began < period.from;
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
