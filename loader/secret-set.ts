import { Cached } from "./cached";
import { CredentialError } from "./errors";
import type { StoredKind } from "./kinds";
import type { Settings } from "./options";
import type { ReadVersion, Stage, StoredVersion } from "./secrets-manager";

/** What every credential tells of itself. */
export interface Owned {
  readonly merchantId: string;
  readonly versionId: string;
}

/** The secrets of one merchant, each read when it is needed and kept for a while. */
export abstract class SecretSet<Kind extends StoredKind> {
  #merchantId: string | undefined;
  readonly #told = new Set<string>();

  constructor(
    private readonly read: ReadVersion,
    private readonly settings: Settings<Kind>,
  ) {
    this.#merchantId = settings.merchantId;
  }

  /** Whose secrets they are: as given, or as the first one that was read says. */
  get merchantId(): string | undefined {
    return this.#merchantId;
  }

  /** The current version of each kind. */
  protected abstract get current(): readonly Cached<Owned>[];

  /** The versions in memory, as one text; looks first whether there are others of what has been asked for. */
  async versions(): Promise<string> {
    const asked = this.current.filter(({ isAsked }) => isAsked);
    await Promise.all(asked.map((secret) => secret.renew()));
    return this.current.map(({ held }) => held?.versionId).join();
  }

  /** What is read every few minutes would be told every few minutes. */
  protected warnOnce(warning: CredentialError): void {
    if (this.#told.has(warning.message)) return;
    this.#told.add(warning.message);
    this.settings.onWarning(warning);
  }

  protected cached<T extends Owned>(
    kind: Kind,
    parse: (version: StoredVersion) => T,
    stage: Stage = "AWSCURRENT",
  ): Cached<T> {
    const { secretIds, loader } = this.settings;
    const load = async (): Promise<T> => {
      const secretId = secretIds[kind];
      if (secretId === undefined)
        throw new CredentialError(
          "not-found",
          `There is no ${kind}: arns.${kind} was not given to ${loader}.`,
        );
      const credential = parse(await this.read(secretId, stage));
      this.#merchantId ??= credential.merchantId;
      if (credential.merchantId === this.#merchantId) return credential;
      throw new CredentialError(
        "wrong-merchant",
        `${secretId} is merchant ${credential.merchantId}'s, not ${this.#merchantId}'s: check the ARN or the name.`,
      );
    };
    // Any but the current one may be missing at any time.
    const silent = { ...this.settings, onWarning: () => undefined };
    return new Cached(load, stage === "AWSCURRENT" ? this.settings : silent);
  }
}
