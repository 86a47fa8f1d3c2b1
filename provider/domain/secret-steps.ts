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
import { isoTime } from "./calendar";

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
export type Activation = Pick<SecretDeclaration, "activatesAtOnce" | "reason" | "import" | "now">;

/** Moves labels and writes no value: the open request is the pending value itself. */
export const activationRules: readonly Rule<Activation>[] = [
  {
    because: "the pending value is set on the platform",
    step: ({ pending, activated, currentVersionId }, { activatesAtOnce }) =>
      pending && (activatesAtOnce || activated === "pending")
        ? { do: "move-label", label: awsCurrent, from: currentVersionId!, to: pending.versionId }
        : undefined,
  },
  {
    because: "a request is finished once its version is current",
    step: ({ secret, currentVersionId }) => {
      const finished = labelledVersions(secret, "request").find(
        ({ versionId }) => versionId === currentVersionId,
      );
      return (
        finished && { do: "move-label", label: labelName("request", finished.of), from: finished.versionId }
      );
    },
  },
  {
    because: "auditors read from the tags since when and why a value is current",
    step: (view, declaration) => {
      const { secret, currentVersionId, isIssued } = view;
      if (!isIssued || readLastChange(secret.tags)?.versionId === currentVersionId) return undefined;
      const { now } = declaration;
      return {
        do: "tag",
        tags: {
          [firstIssuedTag]: secret.tags[firstIssuedTag] ?? isoTime(now),
          ...lastChangeTags(now, currentVersionId!, changeReason(view, declaration)),
        },
      };
    },
  },
];

/**
 * The protocol of an API secret, one write at a time; the first rule that has a step decides.
 */
export const secretRules: readonly Rule<SecretDeclaration>[] = [
  {
    because: "a secret without any version would make its first one current",
    step: ({ currentVersionId, secret }) =>
      currentVersionId === undefined
        ? { do: "put", token: tokens.create(secret.name), value: emptyValue, labels: [awsCurrent] }
        : undefined,
  },
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
    because: "the next run has to know which rotation this one has begun",
    step: (view, declaration) => {
      const record = dueRecord(view, declaration);
      return record && { do: "tag", tags: recordTag(record) };
    },
  },
  ...activationRules,
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
function incomingValue({ foreign, secret }: SecretView, { import: declared }: Pick<Activation, "import">) {
  if (foreign)
    return { source: digestOf(["adopt", foreign.versionId]), read: () => Promise.resolve(foreign.secret) };
  return readRecord(secret.tags)?.import === declared?.source ? undefined : declared;
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
  const record = readRecord(secret.tags);
  if (!record) return { began: now, request: pending?.fingerprint ?? nothing, triggers, import: nothing };
  const source = declaration.import?.source;
  const version = source === undefined ? undefined : importedVersion(view, source);
  if (source !== undefined && record.import !== source && version && hasServed(version, view))
    return { ...record, began: now, import: source };
  if (isIssued && pending && record.request !== pending.fingerprint)
    return { ...record, began: now, request: pending.fingerprint, triggers };
  const isFirst = record.triggers === nothing || triggers === nothing;
  return isFirst && record.triggers !== triggers ? { ...record, triggers } : undefined;
}

function isDue({ secret }: SecretView, declaration: SecretDeclaration): boolean {
  const record = readRecord(secret.tags);
  if (!record) return false;
  const period = rotationPeriod(declaration, declaration.now);
  const isOld = period !== undefined && period.number > 0 && record.began < period.from;
  return isOld || record.triggers !== declaration.triggers;
}

function changeReason({ secret, currentVersionId }: SecretView, declaration: Activation): SecretChangeReason {
  const incoming = labelledVersions(secret, "import").find(({ versionId }) => versionId === currentVersionId);
  if (incoming) return incoming.of === declaration.import?.source ? "import" : "adoption";
  if (declaration.reason === "promoted") return "promoted";
  if (!secret.tags[firstIssuedTag]) return "first value";
  const wasPending = readRecord(secret.tags)?.request === requestFingerprint(currentVersionId!);
  return wasPending ? declaration.reason : "found in the vault";
}
