import type { KeyObject } from "node:crypto";
import { inspect, type InspectOptions } from "node:util";
import { certifiedKey, unreadable } from "./certified-key";
import { signed } from "./merchant-key-credential";
import { readCertificatePem } from "./pem";
import { withoutAccessors } from "./redacted";
import type { StoredVersion } from "./secrets-manager";
import { valueOf } from "./stored-value";

/** The certificate of the partner's platform, which is kept beside the merchant's. */
export interface PlatformCertificate {
  /** PEM. */
  readonly certificate: string;
  readonly publicKey: KeyObject;
  readonly validTo: Date;
}

/**
 * A certificate that CFCA has issued, with its key, all of one version. The key is no property of the object, so that
 * neither logs nor JSON nor a copy of it have it.
 */
export class CfcaCertificateCredential {
  readonly merchantId: string;
  /** Upper-case hex digits, padded to 40. */
  readonly serialNumber: string;
  /** PEM. Public. */
  readonly certificate: string;
  /** PEM of the issuers; may be empty. Public. */
  readonly chain: readonly string[];
  readonly validTo: Date;
  readonly versionId: string;
  readonly #key: KeyObject;
  readonly #publicKey: KeyObject;
  readonly #platform: PlatformCertificate | undefined;

  /** @throws CredentialError `not-ready`, `another-kind`, `unreadable`, `inconsistent` */
  constructor(version: StoredVersion) {
    const value = valueOf("cfcaCertificate", version);
    const { x509, key } = certifiedKey(version.secretId, value);
    this.merchantId = value.merchantId;
    this.serialNumber = value.serialNumber;
    this.certificate = value.certificate;
    this.chain = value.chain;
    this.validTo = new Date(x509.validTo);
    this.versionId = version.versionId;
    this.#key = key;
    this.#publicKey = x509.publicKey;
    this.#platform = platformCertificate(version.secretId, value.platformCertificate);
  }

  /** For `crypto.sign`, `createSign` and `privateDecrypt`. **Secret**: `export` shows what is in it. */
  get privateKey(): KeyObject {
    return this.#key;
  }

  /** For `crypto.verify` and `publicEncrypt`. */
  get publicKey(): KeyObject {
    return this.#publicKey;
  }

  /** What to encrypt with for the platform; undefined where the program declares none. */
  get platform(): PlatformCertificate | undefined {
    return this.#platform;
  }

  /** Signs with RSA (PKCS#1 v1.5). @param algorithm of the digest, as the partner asks for it: `sha256`, `sha1`, … */
  sign(algorithm: string, data: string | Uint8Array): Buffer {
    return signed(algorithm, data, this.#key);
  }

  /** @internal */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return withoutAccessors(this, options);
  }
}

function platformCertificate(secretId: string, pem: string | undefined): PlatformCertificate | undefined {
  if (pem === undefined) return undefined;
  const read = readCertificatePem(pem);
  if ("found" in read) throw unreadable(secretId, "platformCertificate", read.found);
  const { publicKey, validTo } = read.value;
  return { certificate: pem, publicKey, validTo: new Date(validTo) };
}
