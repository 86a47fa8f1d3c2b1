import { sign, type KeyObject } from "node:crypto";
import { inspect, type InspectOptions } from "node:util";
import { certifiedKey } from "./certified-key";
import { CredentialError } from "./errors";
import { withoutAccessors } from "./redacted";
import type { StoredVersion } from "./secrets-manager";
import { valueOf } from "./stored-value";
import type { RequestSigner } from "./wechatpay";

/**
 * A merchant's certificate with its key, all of one version. The key is no property of the object, so that neither
 * logs nor JSON nor a copy of it have it.
 */
export class CertificateCredential {
  readonly merchantId: string;
  /** 40 upper-case hex digits: `serial_no` of WeChat Pay's APIs. */
  readonly serialNumber: string;
  /** PEM. Public. */
  readonly certificate: string;
  /** PEM of the issuers; may be empty. Public. */
  readonly chain: readonly string[];
  readonly versionId: string;
  readonly #key: KeyObject;
  readonly #publicKey: KeyObject;

  /** @throws CredentialError `not-ready`, `another-kind`, `unreadable`, `inconsistent`, `wrong-merchant` */
  constructor(version: StoredVersion) {
    const { merchantId, serialNumber, privateKey, certificate, chain } = valueOf("certificate", version);
    const { secretId, versionId } = version;
    const { x509, key } = certifiedKey(secretId, { serialNumber, privateKey, certificate });
    const named = merchantIdIn(x509.subject);
    if (named !== undefined && named !== merchantId) {
      const whose = `the certificate is merchant ${named}'s, the value says ${merchantId}`;
      throw new CredentialError("wrong-merchant", `${secretId}: ${whose}.`);
    }
    this.merchantId = merchantId;
    this.serialNumber = serialNumber;
    this.certificate = certificate;
    this.chain = chain;
    this.versionId = versionId;
    this.#key = key;
    this.#publicKey = x509.publicKey;
  }

  /** PKCS#8 PEM. **Secret.** */
  get privateKey(): string {
    return this.#key.export({ type: "pkcs8", format: "pem" }) as string;
  }

  get publicKey(): KeyObject {
    return this.#publicKey;
  }

  /** What signs a request: key and serial number of the same version. Node hides what is in the key. */
  get signer(): RequestSigner {
    return { merchantId: this.merchantId, serialNumber: this.serialNumber, privateKey: this.#key };
  }

  /** SHA-256 with RSA over a text, in Base64: `paySign` of JSAPI and mini programs, say. */
  sign(text: string): string {
    return sign("sha256", Buffer.from(text), this.#key).toString("base64");
  }

  /** @internal */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return withoutAccessors(this, options);
  }
}

/** The id in the subject of a merchant's certificate that a CA has issued; undefined where there is none. */
export function merchantIdIn(subject: string): string | undefined {
  return /^CN=(\d{8,10})$/m.exec(subject)?.[1];
}
