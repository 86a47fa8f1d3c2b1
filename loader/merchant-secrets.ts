import type { Cached } from "./cached";
import { CertificateCredential } from "./certificate-credential";
import { CredentialError, isAbsence } from "./errors";
import { credentialKinds, type CredentialKind } from "./kinds";
import type { Settings } from "./options";
import {
  readPlatformCertificates,
  readPlatformPublicKey,
  withoutOwnKey,
  type PlatformKey,
  type PlatformKeySet,
} from "./platform-keys";
import { ApiSecretCredential, ApiV3SecretCredential } from "./secret-credential";
import { SecretSet, type Owned } from "./secret-set";
import type { ReadVersion, Stage } from "./secrets-manager";

/** The secrets of one merchant of WeChat Pay. */
export class MerchantSecrets extends SecretSet<CredentialKind> {
  readonly certificate: Cached<CertificateCredential>;
  readonly apiSecret: Cached<ApiSecretCredential>;
  readonly apiV3Secret: Cached<ApiV3SecretCredential>;
  readonly platformCertificates: Cached<PlatformKeySet>;
  readonly platformPublicKey: Cached<PlatformKeySet>;
  /**
   * The APIv3 secret in the order in which a receiver tries: WeChat Pay encrypts with the next value from the moment
   * in which a person sets it, which may be before or after it becomes current here.
   */
  readonly apiV3Secrets: readonly { stage: Stage; secret: Cached<ApiV3SecretCredential> }[];

  constructor(read: ReadVersion, settings: Settings) {
    super(read, settings);
    this.certificate = this.cached("certificate", (version) => new CertificateCredential(version));
    this.apiSecret = this.cached("apiSecret", (version) => new ApiSecretCredential(version));
    this.platformCertificates = this.cached("platformCertificates", (version) =>
      readPlatformCertificates(version, (warning) => this.warnOnce(warning)),
    );
    this.platformPublicKey = this.cached("platformPublicKey", readPlatformPublicKey);
    const apiV3Secret = (stage: Stage) =>
      this.cached("apiV3Secret", (version) => new ApiV3SecretCredential(version), stage);
    this.apiV3Secret = apiV3Secret("AWSCURRENT");
    this.apiV3Secrets = [
      { stage: "AWSCURRENT", secret: this.apiV3Secret },
      { stage: "AWSPENDING", secret: apiV3Secret("AWSPENDING") },
      { stage: "AWSPREVIOUS", secret: apiV3Secret("AWSPREVIOUS") },
    ];
  }

  /** Reads again what the application has asked for, be it there or not. */
  async refresh(): Promise<void> {
    const secrets = [...this.current, ...this.apiV3Secrets.slice(1).map(({ secret }) => secret)];
    await Promise.all(secrets.filter(({ isAsked }) => isAsked).map((secret) => secret.refresh()));
  }

  protected get current(): readonly Cached<Owned>[] {
    return credentialKinds.map((kind) => this[kind]);
  }

  /**
   * Certificates and public key together: while the platform moves from the one to the other it signs with both. A
   * merchant has the one, or the other, or both: where one is in memory nobody waits long for the other.
   *
   * @throws CredentialError where there is neither
   */
  async platformKeys(): Promise<readonly PlatformKey[]> {
    const sources = [this.platformCertificates, this.platformPublicKey];
    const hasOne = sources.some(({ held }) => held);
    await Promise.all(
      sources.map((source) => (hasOne ? source.renew() : source.get().catch(() => undefined))),
    );
    const sets = this.#platformKeysInMemory();
    const mistakes = sets.flatMap((set) => set.mistakes);
    const usable = sets.flatMap((set) => set.usable);
    if (usable.length === 0) throw mistakes[0] ?? noPlatformKey(sources.map(({ error }) => error!));
    for (const { code, message } of mistakes)
      this.warnOnce(new CredentialError(code, `${message} It is not used.`));
    return usable;
  }

  /** @throws CredentialError `another-kind` where a secret has the merchant's own key and none of WeChat Pay's */
  assertPlatformKeys(): void {
    const wrong = this.#platformKeysInMemory().find(({ usable }) => usable.length === 0);
    if (wrong) throw wrong.mistakes[0]!;
  }

  #platformKeysInMemory(): readonly ReturnType<typeof withoutOwnKey>[] {
    const sets = [this.platformCertificates, this.platformPublicKey].flatMap(({ held }) => held ?? []);
    return sets.map(({ keys }) => withoutOwnKey(keys, this.certificate.held));
  }
}

/** The code is that of the error that is most worth looking at. */
function noPlatformKey(errors: readonly CredentialError[]): CredentialError {
  const { code } =
    errors.find((error) => !isAbsence(error)) ??
    errors.find((error) => error.code === "access-denied") ??
    errors[0]!;
  const reasons = errors.map(({ message }) => message).join(" ");
  return new CredentialError(
    code,
    `No key of WeChat Pay can be had, neither certificate nor public key. ${reasons}`,
  );
}
