import type { SecretDescription } from "./secret";
import { identityTags, readIdentity, type SecretIdentity } from "./secret-tags";
import type { Step } from "./step";

/** What a program wants of a secret besides its value. */
export interface SecretSettings {
  identity: SecretIdentity;
  /** Written with the identity where the secret has been somebody else's: what they asked for counts no more. */
  claimTags: Readonly<Record<string, string>>;
  /** The user's own tags. */
  tags: Readonly<Record<string, string>>;
  kmsKeyId?: string;
  replicaRegions: readonly string[];
  /** What was declared before: only what this program once asked for is taken away again. */
  before: {
    tags: readonly string[];
    kmsKeyId?: string;
    /** Asked for by an update that failed: it may be in force or not. */
    unconfirmedKmsKeyId?: string;
    replicaRegions: readonly string[];
  };
}

/** The key that Secrets Manager uses where none is named. */
export const defaultKmsKey = "alias/aws/secretsmanager";

type Rule = (secret: SecretDescription, settings: SecretSettings) => Step | undefined;

/** Who holds the secret and under which key comes before any value is written; the first rule with a step decides. */
export const settingsBeforeValues: readonly Rule[] = [
  ({ deletedAt }) => (deletedAt ? { do: "restore" } : undefined),
  (secret, { identity, tags, claimTags }) => {
    const { owner, lease } = readIdentity(secret.tags);
    // A stack that was renamed has another name and the same lease.
    const isOurs = owner === identity.owner || lease === identity.lease;
    const wanted = { ...tags, ...(isOurs ? {} : claimTags), ...identityTags(identity) };
    const missing = Object.entries(wanted).filter(([key, value]) => secret.tags[key] !== value);
    return missing.length > 0 ? { do: "tag", tags: Object.fromEntries(missing) } : undefined;
  },
  (secret, { tags, before }) => {
    const keys = before.tags.filter((key) => !Object.hasOwn(tags, key) && Object.hasOwn(secret.tags, key));
    return keys.length > 0 ? { do: "untag", keys } : undefined;
  },
  (secret, { kmsKeyId, before }) => {
    const asked = before.kmsKeyId ?? before.unconfirmedKmsKeyId;
    const wanted = kmsKeyId ?? (asked && defaultKmsKey);
    if (!wanted) return undefined;
    // An alias cannot be compared with a key: it is set when it is new, and then trusted.
    const same = isSameKey(wanted, secret.kmsKeyId ?? defaultKmsKey) ?? before.kmsKeyId === kmsKeyId;
    return same ? undefined : { do: "set-kms-key", kmsKeyId: wanted };
  },
];

/** Copies in other regions come last: they copy what is there. */
export const settingsAfterValues: readonly Rule[] = [
  (secret, { replicaRegions }) => {
    const regions = replicaRegions.filter(
      (region) => !secret.replicas.some((replica) => replica.region === region),
    );
    return regions.length > 0 ? { do: "add-replicas", regions } : undefined;
  },
  (secret, { replicaRegions, before }) => {
    const regions = secret.replicas
      .map(({ region }) => region)
      .filter((region) => before.replicaRegions.includes(region) && !replicaRegions.includes(region));
    return regions.length > 0 ? { do: "remove-replicas", regions } : undefined;
  },
];

/**
 * A key may be named by id, alias or ARN, and AWS may answer with another of these than it was given. Undefined
 * where one is an alias and the other a key, which only KMS could compare.
 */
export function isSameKey(a: string, b: string): boolean | undefined {
  const last = (key: string): string => key.replace(/^arn:aws[a-z-]*:kms:[^:]*:[^:]*:(key\/)?/, "");
  const isAlias = (key: string): boolean => last(key).startsWith("alias/");
  return isAlias(a) === isAlias(b) ? last(a) === last(b) : undefined;
}

export function firstStep(
  rules: readonly Rule[],
  secret: SecretDescription,
  settings: SecretSettings,
): Step | undefined {
  for (const rule of rules) {
    const step = rule(secret, settings);
    if (step) return step;
  }
  return undefined;
}

/**
 * How the vault differs from what was last written to state, as readable lines. Source of truth is
 * DescribeSecret alone: no secret value is needed to see that somebody else was there.
 */
export function driftOf(
  secret: SecretDescription,
  recorded: {
    settings: SecretSettings;
    currentVersionId: string | undefined;
    openRequest: string | undefined;
  },
  found: { currentVersionId: string | undefined; openRequests: readonly string[] },
): string[] {
  const { settings, currentVersionId, openRequest } = recorded;
  const drift: string[] = [];
  if (secret.deletedAt) drift.push("the secret is scheduled for deletion");
  if (found.currentVersionId !== currentVersionId) {
    drift.push(`the current version is ${short(found.currentVersionId)}, not ${short(currentVersionId)}`);
  }
  if (openRequest && !found.openRequests.includes(openRequest))
    drift.push(`the open request is gone from version ${short(openRequest)}`);
  const wanted = { ...settings.tags, ...identityTags(settings.identity) };
  const tags = Object.keys(wanted).filter((key) => secret.tags[key] !== wanted[key]);
  if (tags.length > 0) drift.push(`tags differ: ${tags.join(", ")}`);
  if (settings.kmsKeyId && isSameKey(settings.kmsKeyId, secret.kmsKeyId ?? defaultKmsKey) === false) {
    drift.push(`the KMS key is ${secret.kmsKeyId ?? defaultKmsKey}, not ${settings.kmsKeyId}`);
  }
  for (const region of settings.replicaRegions) {
    const replica = secret.replicas.find((candidate) => candidate.region === region);
    if (replica?.status !== "InSync" && replica?.status !== "InProgress") {
      drift.push(`the replica in ${region} ${replica ? "failed" : "is gone"}`);
    }
  }
  return drift;
}

/** Enough of a version id to find it by; the engine cuts a line at 150 characters. */
function short(versionId: string | undefined): string {
  return versionId ? `${versionId.slice(0, 8)}…` : "none";
}
