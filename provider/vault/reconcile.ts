import {
  currentVersionId,
  withLabelMoved,
  withVersion,
  type SecretDescription,
  type SecretVersion,
} from "../domain/secret";
import { awsCurrent, awsPending, labelName, requestFingerprint, tokens } from "../domain/staging-labels";
import type { NewRequest, Step } from "../domain/step";
import { MerchantCredentialsError } from "../errors";
import { backoff, type Waiting } from "./backoff";
import { VaultError, type Vault } from "./vault";

/** Reads a version by its id; what this run wrote or read before is not read again. */
export type ReadVersion = (versionId: string) => Promise<SecretVersion>;

/** Whether there is a version of that id, which only the program says. */
export type VersionExists = (versionId: string) => Promise<boolean>;

/** What differs between kinds of credential: how the vault's content is read, and what to do next. */
export interface Protocol<View> {
  kind: string;
  view(secret: SecretDescription, read: ReadVersion, exists: VersionExists): Promise<View>;
  /** Pure; undefined where everything is as it should be. */
  next(view: View): Step | undefined;
}

const attempts = 8;
/** No secret needs as many: a protocol whose steps undo each other must not write for ever. */
const mostSteps = 100;
/** A begin that finds its token used up is not a failure; this bounds the search for a free one. */
const tokenAttempts = 40;

/** The token's version exists without a request label: the observation may be stale, so look again. */
class TokenUsed extends Error {}

/**
 * Brings one secret to where its protocol has nothing more to do: observe, decide, act, and again. What has
 * been seen last stays readable after a failure.
 */
export class Reconciliation<View> {
  secret: SecretDescription | undefined;
  view: View | undefined;

  private readonly known = new Map<string, SecretVersion>();
  private used: { current: string; n: number } | undefined;
  /** Made for a version id that turned out to be taken, and stored nowhere yet. */
  private spare: NewRequest | undefined;
  /** The version that was current when this run began, and those that it has made current itself. */
  private readonly mayDemote = new Set<string | undefined>();

  constructor(
    private readonly vault: Vault,
    private readonly secretId: string,
    private readonly protocol: Protocol<View>,
    private readonly waiting: Waiting,
  ) {}

  /** @throws VaultError or MerchantCredentialsError after bounded retries of what others overtook. */
  async run(observed?: SecretDescription): Promise<View> {
    this.secret = observed;
    let stale = observed === undefined;
    let conflicts = 0;
    let tokensUsed = 0;
    for (;;) {
      try {
        if (stale) this.secret = await this.observe();
        if (this.mayDemote.size === 0) this.mayDemote.add(currentVersionId(this.secret!));
        return await this.settle();
      } catch (error) {
        const retry =
          (error instanceof TokenUsed && ++tokensUsed < tokenAttempts) ||
          (error instanceof VaultError && isOvertaken(error) && ++conflicts < attempts);
        if (!retry) throw error instanceof TokenUsed ? exhausted() : error;
        await this.waiting.sleep(backoff(conflicts));
        stale = true;
      }
    }
  }

  private async settle(): Promise<View> {
    for (let taken = 0; taken <= mostSteps; taken++) {
      this.view = await this.protocol.view(
        this.secret!,
        (versionId) => this.read(versionId),
        (versionId) => this.exists(versionId),
      );
      const step = this.protocol.next(this.view);
      if (!step) return this.view;
      this.secret = await this.act(step, this.secret!);
    }
    throw new MerchantCredentialsError("internal", `more than ${mostSteps} writes for one secret`, {
      hint: "Report this with the labels of the secret's versions",
    });
  }

  private async observe(): Promise<SecretDescription> {
    const secret = await this.vault.describe(this.secretId);
    if (!secret)
      throw new VaultError("not-found", "DescribeSecret: the secret is not there", "DescribeSecret");
    return secret;
  }

  /** Read after write by version id: AWS is eventually consistent, so an absent version is asked for again. */
  private async read(versionId: string): Promise<SecretVersion> {
    for (let attempt = 1; attempt < attempts; attempt++) {
      const version = this.known.get(versionId) ?? (await this.vault.read(this.secretId, versionId));
      if (version) {
        this.known.set(versionId, version);
        return version;
      }
      await this.waiting.sleep(backoff(attempt));
    }
    throw new VaultError("conflict", `GetSecretValue: version ${versionId} is not there`, "GetSecretValue");
  }

  private async exists(versionId: string): Promise<boolean> {
    const version = this.known.get(versionId) ?? (await this.vault.read(this.secretId, versionId));
    if (version) this.known.set(versionId, version);
    return version !== undefined;
  }

  /** Takes a step and returns the description as the step leaves it. */
  private async act(step: Step, secret: SecretDescription): Promise<SecretDescription> {
    const { vault, secretId } = this;
    switch (step.do) {
      case "begin":
        return this.begin(step.generate, secret);
      case "put": {
        const { labels } = step;
        const value = typeof step.value === "string" ? step.value : await step.value();
        const token = await this.put(step.token, value, labels, secret);
        if (labels.includes(awsCurrent)) this.mayDemote.add(token);
        this.known.set(token, { versionId: token, value, labels, createdAt: this.waiting.now() });
        return withVersion(secret, token, labels);
      }
      case "move-label":
        if (step.label === awsCurrent) this.mayPromote(step);
        await vault.moveLabel(secretId, step.label, step);
        return withLabelMoved(secret, step.label, step.to);
      case "restore": {
        await vault.restore(secretId);
        return { ...secret, deletedAt: undefined };
      }
      case "tag":
        await vault.tag(secretId, step.tags);
        return { ...secret, tags: { ...secret.tags, ...step.tags } };
      case "untag":
        await vault.untag(secretId, step.keys);
        return {
          ...secret,
          tags: Object.fromEntries(Object.entries(secret.tags).filter(([key]) => !step.keys.includes(key))),
        };
      case "set-kms-key":
        await vault.setKmsKey(secretId, step.kmsKeyId);
        return { ...secret, kmsKeyId: step.kmsKeyId };
      case "add-replicas": {
        await vault.addReplicas(secretId, step.regions);
        const added = step.regions.map((region) => ({ region, status: "InProgress" as const }));
        return { ...secret, replicas: [...secret.replicas, ...added] };
      }
      case "remove-replicas":
        await vault.removeReplicas(secretId, step.regions);
        return {
          ...secret,
          replicas: secret.replicas.filter(({ region }) => !step.regions.includes(region)),
        };
    }
  }

  /** Writes a version, under a later id where an earlier attempt with another value has lost its labels. */
  private async put(
    id: string | ((n: number) => string),
    value: string,
    labels: readonly string[],
    secret: SecretDescription,
  ): Promise<string> {
    const current = currentVersionId(secret) ?? "";
    const n = this.used?.current === current ? this.used.n + 1 : 0;
    const token = typeof id === "string" ? id : id(n);
    try {
      await this.vault.put(this.secretId, { token, value, labels });
      return token;
    } catch (error) {
      if (typeof id === "string" || !(error instanceof VaultError && error.reason === "exists")) throw error;
    }
    this.known.delete(token);
    if ((await this.read(token)).labels.length > 0)
      throw new VaultError("exists", "PutSecretValue: another run has written", "PutSecretValue");
    this.used = { current, n };
    throw new TokenUsed();
  }

  /** A run that was overtaken holds an older declaration: what was promoted meanwhile is not its to demote. */
  private mayPromote({ from, to }: { from?: string; to?: string }): void {
    if (!this.mayDemote.has(from)) {
      throw new MerchantCredentialsError(
        "vault-conflict",
        "another run made a version current while this one ran",
        {
          actual: `version ${from}`,
          hint: "Run pulumi up again if this program is the newer one",
        },
      );
    }
    this.mayDemote.add(to);
  }

  /**
   * The token depends on the current version alone, so of two runs one wins, and the loser goes on with the
   * winner's request. A token whose version has no request label any more belongs to a finished or an
   * abandoned request: only a fresh observation may decide whether another one is needed.
   */
  private async begin(
    generate: () => Promise<NewRequest>,
    secret: SecretDescription,
  ): Promise<SecretDescription> {
    const current = currentVersionId(secret) ?? "";
    const n = this.used?.current === current ? this.used.n + 1 : 0;
    const token = tokens.request(secret.arn, this.protocol.kind, current, n);
    const { value, fingerprint = requestFingerprint(token) } = (this.spare ??= await generate());
    const labels = [labelName("request", fingerprint), awsPending];
    try {
      await this.vault.put(this.secretId, { token, value, labels });
      this.spare = undefined;
      return withVersion(secret, token, labels);
    } catch (error) {
      if (!(error instanceof VaultError && error.reason === "exists")) throw error;
    }
    this.known.delete(token);
    const winner = await this.read(token);
    // What else the winner has done by now, only a fresh observation shows: its value may be current already.
    if (winner.labels.some((label) => label.startsWith(labelName("request", "")))) {
      throw new VaultError("exists", "PutSecretValue: another run has begun", "PutSecretValue");
    }
    this.used = { current, n };
    throw new TokenUsed();
  }
}

/** Answers that a fresh observation may turn into something else. */
function isOvertaken({ reason }: VaultError): boolean {
  return reason === "conflict" || reason === "exists" || reason === "not-found";
}

function exhausted(): MerchantCredentialsError {
  return new MerchantCredentialsError("vault-conflict", "no free version id for a new request was found", {
    hint: "Run `pulumi up` again; if it stays, look at the secret's versions",
  });
}
