import { awsCurrent, awsPrevious, readLabel, type LabelKind } from "./staging-labels";

/** What DescribeSecret tells, in our words. No secret value is ever in it. */
export interface SecretDescription {
  arn: string;
  name: string;
  kmsKeyId?: string;
  tags: Readonly<Record<string, string>>;
  /** Staging labels by version id; versions without labels are not listed. */
  versions: Readonly<Record<string, readonly string[]>>;
  /** When it was scheduled for deletion. */
  deletedAt?: Date;
  rotationEnabled: boolean;
  /** The AWS service that manages the secret. */
  owningService?: string;
  /** The region of the primary, where this description is of a replica. */
  primaryRegion?: string;
  replicas: readonly Replica[];
}

export interface Replica {
  region: string;
  status: "InSync" | "InProgress" | "Failed";
  message?: string;
}

/** One version, value included. Secret. */
export interface SecretVersion {
  versionId: string;
  value: string;
  labels: readonly string[];
  createdAt: Date;
}

/** A version that carries one of our labels. */
export interface LabelledVersion {
  versionId: string;
  kind: LabelKind;
  /** Serial number or fingerprint. */
  of: string;
}

export function currentVersionId(secret: SecretDescription): string | undefined {
  return versionWith(secret, awsCurrent);
}

export function versionWith(secret: SecretDescription, label: string): string | undefined {
  return Object.keys(secret.versions).find((id) => secret.versions[id]!.includes(label));
}

/** Our labels on all versions. */
export function labelledVersions(secret: SecretDescription, kind: LabelKind): LabelledVersion[] {
  return Object.entries(secret.versions).flatMap(([versionId, labels]) =>
    labels.flatMap((label) => {
      const read = readLabel(label);
      return read?.kind === kind ? [{ versionId, ...read }] : [];
    }),
  );
}

/** The requests that wait for a person: not those that are current already, nor those given up. */
export function openRequests(secret: SecretDescription): LabelledVersion[] {
  const closed = new Set(labelledVersions(secret, "abandoned").map(({ versionId }) => versionId));
  const current = currentVersionId(secret);
  return labelledVersions(secret, "request").filter(
    ({ versionId }) => versionId !== current && !closed.has(versionId),
  );
}

/** Whether any version carries the label of a kind for a serial number or a fingerprint. */
export function isLabelled(secret: SecretDescription, kind: LabelKind, of: string): boolean {
  return labelledVersions(secret, kind).some((each) => each.of === of);
}

/** Whether any version carries a label of ours, so that a value has come about. */
export function holdsValue(secret: SecretDescription): boolean {
  return Object.values(secret.versions).some((labels) => labels.some((label) => readLabel(label)));
}

/** All labels of a secret; Secrets Manager allows 20 over all its versions. */
export function labelCount(secret: SecretDescription): number {
  return Object.values(secret.versions).flat().length;
}

/**
 * The description as a label move leaves it: a label sits on one version at a time, AWSPREVIOUS follows
 * AWSCURRENT by itself, and a version without labels is not listed.
 */
export function withLabelMoved(
  secret: SecretDescription,
  label: string,
  to: string | undefined,
): SecretDescription {
  const versions: Record<string, string[]> = {};
  const previous = label === awsCurrent ? currentVersionId(secret) : undefined;
  for (const [id, labels] of Object.entries(secret.versions)) {
    const moved = previous ? [label, awsPrevious] : [label];
    versions[id] = labels.filter((each) => !moved.includes(each));
  }
  if (to) (versions[to] ??= []).push(label);
  if (previous && previous !== to) (versions[previous] ??= []).push(awsPrevious);
  return {
    ...secret,
    versions: Object.fromEntries(Object.entries(versions).filter(([, labels]) => labels.length > 0)),
  };
}

/** The description as a write of a version with labels leaves it. */
export function withVersion(
  secret: SecretDescription,
  versionId: string,
  labels: readonly string[],
): SecretDescription {
  return labels.reduce((state, label) => withLabelMoved(state, label, versionId), secret);
}

/** Replicas that AWS could not make, each as a reason why a resource is short of what was asked. */
export function replicaProblems({ replicas }: SecretDescription): string[] {
  return replicas
    .filter(({ status }) => status === "Failed")
    .map(
      ({ region, message }) =>
        `replicaRegions: the replica in ${region} failed${message ? `: ${message}` : ""}.`,
    );
}
