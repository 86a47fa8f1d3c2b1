import { findVersion, type Secret, type SecretVersion } from "./secret";
import { limitExceeded } from "./service-error";

export const current = "AWSCURRENT";
export const previous = "AWSPREVIOUS";
export const pending = "AWSPENDING";

const labelsPerSecret = 20;
const versionsKept = 100;
const dayInMs = 24 * 60 * 60 * 1000;

export function labelHolder(secret: Secret, label: string): SecretVersion | undefined {
  return secret.versions.find(({ labels }) => labels.includes(label));
}

/**
 * The secret with a new version that holds `labels`. The first version of a secret always gets AWSCURRENT.
 * An unlabelled version is pruned, oldest first, once there are more than 100 and it is over a day old.
 */
export function addVersion(
  secret: Secret,
  version: Omit<SecretVersion, "labels">,
  labels: readonly string[],
): Secret {
  const wanted = labelHolder(secret, current) ? labels : [...labels, current];
  const replaced = wanted.includes(current) ? labelHolder(secret, current) : undefined;
  const added = { ...secret, versions: [...secret.versions, { ...version, labels: [] }] };
  const labelled = moveLabels(added, version.id, wanted);
  // Recorded from AWS: a Put that takes AWSCURRENT from a version also takes AWSPENDING off that version.
  const settled = replaced ? withoutLabel(labelled, replaced.id, pending) : labelled;
  return pruned(settled, version.createdAt);
}

/** The secret with `labels` on one version and on no other. AWSPREVIOUS follows AWSCURRENT by itself. */
export function moveLabels(secret: Secret, versionId: string, labels: readonly string[]): Secret {
  const replaced = labels.includes(current) ? labelHolder(secret, current) : undefined;
  let moved = labels.reduce((state, label) => moveLabel(state, versionId, label), secret);
  if (replaced && replaced.id !== versionId) moved = moveLabel(moved, replaced.id, previous);
  const attached = moved.versions.reduce((count, version) => count + version.labels.length, 0);
  if (attached > labelsPerSecret) {
    throw limitExceeded(
      `You've exceeded the limit of ${labelsPerSecret} staging labels for the versions of this secret.`,
    );
  }
  return moved;
}

export function withoutLabel(secret: Secret, versionId: string, label: string): Secret {
  const version = findVersion(secret, versionId);
  if (!version?.labels.includes(label)) return secret;
  return withVersion(secret, { ...version, labels: version.labels.filter((held) => held !== label) });
}

function moveLabel(secret: Secret, versionId: string, label: string): Secret {
  const holder = labelHolder(secret, label);
  if (holder?.id === versionId) return secret;
  const freed = holder ? withoutLabel(secret, holder.id, label) : secret;
  const version = findVersion(freed, versionId)!;
  return withVersion(freed, { ...version, labels: [...version.labels, label].sort() });
}

export function withVersion(secret: Secret, changed: SecretVersion): Secret {
  return {
    ...secret,
    versions: secret.versions.map((version) => (version.id === changed.id ? changed : version)),
  };
}

function pruned(secret: Secret, now: number): Secret {
  let surplus = secret.versions.length - versionsKept;
  if (surplus <= 0) return secret;
  const versions = secret.versions.filter(({ labels, createdAt }) => {
    const outdated = surplus > 0 && labels.length === 0 && now - createdAt >= dayInMs;
    if (outdated) surplus -= 1;
    return !outdated;
  });
  return { ...secret, versions };
}
