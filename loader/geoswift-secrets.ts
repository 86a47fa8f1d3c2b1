import type { Cached } from "./cached";
import { CfcaCertificateCredential } from "./cfca-certificate-credential";
import { CredentialError, isAbsence } from "./errors";
import { geoswiftKinds, type GeoswiftKind } from "./kinds";
import { MerchantKeyCredential } from "./merchant-key-credential";
import type { Settings } from "./options";
import { SecretSet, type Owned } from "./secret-set";
import type { ReadVersion } from "./secrets-manager";

/** The secrets of one merchant of the Geoswift open platform. */
export class GeoswiftSecrets extends SecretSet<GeoswiftKind> {
  readonly merchantKey: Cached<MerchantKeyCredential>;
  readonly cfcaCertificate: Cached<CfcaCertificateCredential>;
  /** Those that have served last. */
  readonly previous: {
    readonly merchantKey: Cached<MerchantKeyCredential>;
    readonly cfcaCertificate: Cached<CfcaCertificateCredential>;
  };

  constructor(
    read: ReadVersion,
    private readonly options: Settings<GeoswiftKind>,
  ) {
    super(read, options);
    const merchantKey = (stage: "AWSCURRENT" | "AWSPREVIOUS") =>
      this.cached("merchantKey", (version) => new MerchantKeyCredential(version), stage);
    const cfcaCertificate = (stage: "AWSCURRENT" | "AWSPREVIOUS") =>
      this.cached("cfcaCertificate", (version) => new CfcaCertificateCredential(version), stage);
    this.merchantKey = merchantKey("AWSCURRENT");
    this.cfcaCertificate = cfcaCertificate("AWSCURRENT");
    this.previous = {
      merchantKey: merchantKey("AWSPREVIOUS"),
      cfcaCertificate: cfcaCertificate("AWSPREVIOUS"),
    };
  }

  protected get current(): readonly Cached<Owned>[] {
    return geoswiftKinds.map((kind) => this[kind]);
  }

  /** Reads again what the application has asked for, be it there or not. */
  async refresh(): Promise<void> {
    const secrets = [...this.current, this.previous.merchantKey, this.previous.cfcaCertificate];
    await Promise.all(secrets.filter(({ isAsked }) => isAsked).map((secret) => secret.refresh()));
  }

  /**
   * Looks at the credentials before the application starts.
   *
   * @throws CredentialError with the code of the first that stops the start, and the sentences of all
   */
  async readAtStart(): Promise<void> {
    const looked = [...this.options.atStart].map(([kind, demand]) => ({ demand, secret: this[kind] }));
    await Promise.all(
      looked.map(({ demand, secret }) =>
        demand === "required" ? secret.get().catch(() => undefined) : secret.check(),
      ),
    );
    const isAnyHeld = looked.some(({ secret }) => secret.held);
    const refused = looked.flatMap(({ demand, secret: { held, error } }) => {
      const mayBeMissing = demand !== "required" && isAnyHeld && error && isAbsence(error);
      return held || !error || mayBeMissing ? [] : [error];
    });
    if (refused.length === 0) return;
    // What is there and wrong, or not ready, tells more than what is not there at all.
    const [worst] = refused.filter(({ code }) => code !== "not-found");
    throw new CredentialError((worst ?? refused[0]!).code, refused.map(({ message }) => message).join("\n"));
  }

  /** Tells once for each certificate that its end has come: it serves on, and the partner decides. */
  tellOfEnd(what: string, validTo: Date): void {
    if (validTo > this.options.now()) return;
    this.warnOnce(new CredentialError("inconsistent", `${what} ended on ${validTo.toISOString()}.`));
  }
}
