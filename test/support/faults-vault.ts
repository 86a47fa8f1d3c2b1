import type { Replica, SecretDescription } from "../../provider/domain/secret";
import { VaultError, type Vault, type VaultErrorReason } from "../../provider/vault/vault";

interface Version {
  value: string;
  labels: readonly string[];
  createdAt: Date;
}

interface Stored {
  arn: string;
  name: string;
  kmsKeyId?: string;
  tags: Readonly<Record<string, string>>;
  versions: Readonly<Record<string, Version>>;
  replicas: readonly Replica[];
  deletedAt?: Date;
}

const current = "AWSCURRENT";
const previous = "AWSPREVIOUS";
const pending = "AWSPENDING";
const labelsPerSecret = 20;

const account = "123456789012";

/**
 * Secrets Manager as the Vault port promises it, in memory: small enough to be read beside the port, and forked
 * in no time. test/vault/contract.test.ts holds it against the sandbox. A write replaces a secret as a whole, so
 * a stale read is the one that was there before.
 */
export class ModelSecretsManager {
  private secrets = new Map<string, Stored>();
  private readonly before = new Map<string, Stored | undefined>();
  private readonly listeners: (() => void)[] = [];

  constructor(private readonly now: () => Date) {}

  /** The same secrets, from here on on their own. */
  fork(now: () => Date): ModelSecretsManager {
    const copy = new ModelSecretsManager(now);
    copy.secrets = new Map(this.secrets);
    return copy;
  }

  all(): Stored[] {
    return [...this.secrets.values()];
  }

  /** Called after every write that changed something. */
  onWrite(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** `stale` is asked at every read whether it answers from before the last write. */
  vault(stale: (operation: "describe" | "read") => boolean = () => false): Vault {
    const seen = (operation: "describe" | "read", secret: string): Stored | undefined => {
      const name = this.nameOf(secret);
      const old = stale(operation) && this.before.has(name);
      return old ? this.before.get(name) : this.secrets.get(name);
    };
    return {
      describe: (secret) => answer(() => description(seen("describe", secret))),
      read: (secret, versionId) =>
        answer(() => {
          const found = seen("read", secret);
          if (found) assertUsable(found);
          const version = found?.versions[versionId];
          return version && { ...version, versionId, labels: [...version.labels] };
        }),
      create: ({ name, token, value, tags, kmsKeyId }) =>
        answer(() => {
          const existing = this.secrets.get(name);
          if (existing?.deletedAt) refuse("conflict", "scheduled for deletion");
          if (existing && existing.versions[token]?.value !== value) refuse("exists", "the name is taken");
          if (existing) return;
          const arn = `arn:aws:secretsmanager:us-east-1:${account}:secret:${name}-Ab1Cd2`;
          const versions = { [token]: { value, labels: [current], createdAt: this.now() } };
          this.replace({ arn, name, tags, versions, replicas: [], ...(kmsKeyId && { kmsKeyId }) });
        }),
      put: (secret, { token, value, labels }) =>
        this.write(secret, (found) => {
          const made = found.versions[token];
          if (made) return made.value === value ? found : refuse("exists", "another value has this token");
          const holder = holderOf(found, current);
          const wanted = holder ? labels : [...labels, current];
          const added = { ...found.versions, [token]: { value, labels: [], createdAt: this.now() } };
          const labelled = withLabels({ ...found, versions: added }, token, wanted);
          return holder && wanted.includes(current) ? without(labelled, holder, pending) : labelled;
        }),
      moveLabel: (secret, label, { from, to }) =>
        this.write(secret, (found) => {
          const holder = holderOf(found, label);
          if (from === undefined && to === undefined) refuse("conflict", "neither from nor to");
          if (to !== undefined && !found.versions[to]) refuse("not-found", "no such version");
          if (from !== undefined && holder !== from) refuse("conflict", "the label is not there");
          if (from === undefined && holder && holder !== to) refuse("conflict", "the label is elsewhere");
          if (to === undefined && label === current) refuse("conflict", "a secret keeps its current version");
          return to === undefined ? without(found, from!, label) : withLabels(found, to, [label]);
        }),
      tag: (secret, tags) => this.write(secret, (found) => ({ ...found, tags: { ...found.tags, ...tags } })),
      untag: (secret, keys) =>
        this.write(secret, (found) => ({
          ...found,
          tags: Object.fromEntries(Object.entries(found.tags).filter(([key]) => !keys.includes(key))),
        })),
      setKmsKey: (secret, kmsKeyId) => this.write(secret, (found) => ({ ...found, kmsKeyId })),
      addReplicas: (secret, regions) =>
        this.write(secret, (found) => {
          if (found.replicas.some(({ region }) => regions.includes(region))) refuse("conflict", "replicated");
          const added = regions.map((region): Replica => ({ region, status: "InSync" }));
          return { ...found, replicas: [...found.replicas, ...added] };
        }),
      removeReplicas: (secret, regions) =>
        this.write(secret, (found) => ({
          ...found,
          replicas: found.replicas.filter(({ region }) => !regions.includes(region)),
        })),
      restore: (secret) => answer(() => this.replace({ ...this.found(secret), deletedAt: undefined })),
      scheduleDeletion: (secret) =>
        this.write(secret, (found) => {
          if (found.replicas.length > 0) refuse("conflict", "it still has replicas");
          return { ...found, deletedAt: this.now() };
        }),
      readCurrent: (secret) =>
        answer(() => {
          const found = seen("read", secret);
          const holder = found && holderOf(assertUsable(found), current);
          return holder === undefined ? undefined : { text: found!.versions[holder]!.value };
        }),
      accountId: () => Promise.resolve(account),
    };
  }

  private nameOf(secret: string): string {
    return /:secret:(.+)-[A-Za-z0-9]{6}$/.exec(secret)?.[1] ?? secret;
  }

  private found(secret: string): Stored {
    return this.secrets.get(this.nameOf(secret)) ?? refuse("not-found", "no such secret");
  }

  private write(secret: string, change: (found: Stored) => Stored): Promise<void> {
    return answer(() => {
      const found = assertUsable(this.found(secret));
      const changed = change(found);
      if (changed !== found) this.replace(changed);
    });
  }

  private replace(changed: Stored): void {
    this.before.set(changed.name, this.secrets.get(changed.name));
    this.secrets.set(changed.name, changed);
    for (const listener of this.listeners) listener();
  }
}

/** A vault each of whose calls goes through `around`. */
export function intercepted(
  vault: Vault,
  around: (
    operation: keyof Vault,
    perform: () => Promise<unknown>,
    args: readonly unknown[],
  ) => Promise<unknown>,
): Vault {
  const calls = vault as unknown as Record<keyof Vault, (...args: unknown[]) => Promise<unknown>>;
  const through = (operation: keyof Vault) =>
    [operation, (...args: unknown[]) => around(operation, () => calls[operation](...args), args)] as const;
  return Object.fromEntries((Object.keys(vault) as (keyof Vault)[]).map(through)) as unknown as Vault;
}

function refuse(reason: VaultErrorReason, message: string): never {
  throw new VaultError(reason, message, "model");
}

/** In the next turn, as an answer from outside would come. */
async function answer<T>(give: () => T): Promise<T> {
  return Promise.resolve().then(give);
}

function assertUsable(found: Stored): Stored {
  return found.deletedAt ? refuse("conflict", "marked for deletion") : found;
}

function holderOf({ versions }: Stored, label: string): string | undefined {
  return Object.keys(versions).find((id) => versions[id]!.labels.includes(label));
}

function without(found: Stored, versionId: string, label: string): Stored {
  const version = found.versions[versionId]!;
  const labels = version.labels.filter((held) => held !== label);
  return { ...found, versions: { ...found.versions, [versionId]: { ...version, labels } } };
}

function withLabels(found: Stored, versionId: string, labels: readonly string[]): Stored {
  const place = (state: Stored, id: string, label: string): Stored => {
    const holder = holderOf(state, label);
    if (holder === id) return state;
    const freed = holder ? without(state, holder, label) : state;
    const version = freed.versions[id]!;
    const placed = { ...version, labels: [...version.labels, label].sort() };
    return { ...freed, versions: { ...freed.versions, [id]: placed } };
  };
  const replaced = labels.includes(current) ? holderOf(found, current) : undefined;
  let labelled = labels.reduce((state, label) => place(state, versionId, label), found);
  if (replaced && replaced !== versionId) labelled = place(labelled, replaced, previous);
  if (Object.values(labelled.versions).flatMap((version) => version.labels).length > labelsPerSecret) {
    refuse("unavailable", "too many labels");
  }
  return labelled;
}

function description(found: Stored | undefined): SecretDescription | undefined {
  if (!found) return undefined;
  const { arn, name, kmsKeyId, tags, deletedAt, replicas } = found;
  const labelled = Object.entries(found.versions).filter(([, { labels }]) => labels.length > 0);
  return {
    arn,
    name,
    ...(kmsKeyId && { kmsKeyId }),
    tags: { ...tags },
    versions: Object.fromEntries(labelled.map(([id, { labels }]) => [id, [...labels]])),
    ...(deletedAt && { deletedAt }),
    rotationEnabled: false,
    ...(replicas.length > 0 && { primaryRegion: "us-east-1" }),
    replicas: [...replicas],
  };
}
