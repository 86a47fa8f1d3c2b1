import { verify, type KeyObject } from "node:crypto";
import type { Cached } from "./cached";
import type { CfcaCertificateCredential, PlatformCertificate } from "./cfca-certificate-credential";
import { CredentialError } from "./errors";
import type { GeoswiftSecrets } from "./geoswift-secrets";
import type { MerchantKeyCredential } from "./merchant-key-credential";
import { renewing } from "./renewing";

/**
 * The credentials of one merchant of the Geoswift open platform, as keys for `node:crypto`; always the present ones. Made
 * by `loadGeoswift`. Every method may throw a `CredentialError`.
 */
export class GeoswiftCredentials {
  readonly merchantId: string;
  readonly #secrets: GeoswiftSecrets;

  /** @internal */
  constructor(merchantId: string, secrets: GeoswiftSecrets) {
    this.merchantId = merchantId;
    this.#secrets = secrets;
  }

  /** The merchant key that serves. */
  merchantKey(): Promise<MerchantKeyCredential> {
    return this.#secrets.merchantKey.get();
  }

  /** The CFCA certificate that serves, with its key. One that has ended serves on, with a warning. */
  async cfcaCertificate(): Promise<CfcaCertificateCredential> {
    const certificate = await this.#secrets.cfcaCertificate.get();
    this.#secrets.tellOfEnd(`CFCA certificate ${certificate.serialNumber}`, certificate.validTo);
    return certificate;
  }

  /**
   * Public keys that verify what the merchant has signed: the merchant key that serves and, until its overlap is over,
   * the one before.
   */
  async verificationKeys(): Promise<KeyObject[]> {
    const current = await this.merchantKey();
    const before = await heldBefore(this.#secrets.previous.merchantKey, current);
    return before?.isVerifiedWith ? [current.publicKey, before.publicKey] : [current.publicKey];
  }

  /** Whether one of `verificationKeys` verifies a signature. @param algorithm of the digest: `sha256`, … */
  async verify(algorithm: string, data: string | Uint8Array, signature: Uint8Array): Promise<boolean> {
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    const keys = await this.verificationKeys();
    try {
      return keys.some((key) => verify(algorithm, bytes, key, signature));
    } catch {
      throw new CredentialError(
        "invalid-options",
        "verify: expected an algorithm of node:crypto, such as sha256, what was signed as text or bytes, and the signature as bytes.",
      );
    }
  }

  /**
   * Private keys for what the platform has encrypted, in the order in which to try them: that of the CFCA certificate
   * that serves, then that of the one before, for which answers may still be on their way. **Secret.**
   */
  async decryptionKeys(): Promise<KeyObject[]> {
    const current = await this.cfcaCertificate();
    const before = await heldBefore(this.#secrets.previous.cfcaCertificate, current);
    // A platform's certificate that has changed makes a version with the same key.
    const isOther = before !== undefined && !before.publicKey.equals(current.publicKey);
    return isOther ? [current.privateKey, before.privateKey] : [current.privateKey];
  }

  /**
   * The platform's certificate, whose key encrypts for it and verifies what it has signed. One that has ended is given,
   * with a warning.
   *
   * @throws CredentialError `not-ready` where the program declares none
   */
  async platformCertificate(): Promise<PlatformCertificate> {
    const { platform } = await this.#secrets.cfcaCertificate.get();
    if (!platform)
      throw new CredentialError(
        "not-ready",
        "There is no certificate of the platform: declare `platformCertificate` beside the CFCA certificate and run `pulumi up`.",
      );
    this.#secrets.tellOfEnd("The platform's certificate", platform.validTo);
    return platform;
  }

  /** A function that gives what `build` makes, and makes it anew when a credential has changed: for clients that keep keys. */
  renewing<T>(build: () => T | Promise<T>): () => Promise<T> {
    return renewing(build, () => this.#secrets.versions());
  }

  /** Reads again what the application uses, every secret at most once in five seconds. */
  refresh(): Promise<void> {
    return this.#secrets.refresh();
  }
}

/** The one before, where it is there and can be read; without it the current one has to do. */
async function heldBefore<T extends { readonly versionId: string }>(
  previous: Cached<T>,
  current: T,
): Promise<T | undefined> {
  const held = await previous.optional().catch(() => undefined);
  return held?.versionId === current.versionId ? undefined : held;
}
