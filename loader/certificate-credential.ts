import { sign, type KeyObject } from "node:crypto";
import { inspect, type InspectOptions } from "node:util";
import { CredentialError } from "./errors";
import { paddedSerialNumber } from "./format";
import { readCertificatePem, readPrivateKeyPem } from "./pem";
import { withoutAccessors } from "./redacted";
import { serialProblem } from "./serial-number";
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
    const x509 = readCertificatePem(certificate);
    if ("found" in x509) throw unreadable(secretId, "certificate", x509.found);
    const key = readPrivateKeyPem(privateKey);
    if ("found" in key) throw unreadable(secretId, "privateKey", key.found);

    const problem = serialProblem(serialNumber, paddedSerialNumber(x509.value.serialNumber));
    if (problem) throw new CredentialError("inconsistent", `${secretId}: ${problem}.`);
    if (!x509.value.checkPrivateKey(key.value))
      throw new CredentialError(
        "inconsistent",
        `${secretId}: privateKey does not belong to the certificate.`,
      );
    const named = merchantIdIn(x509.value.subject);
    if (named !== undefined && named !== merchantId) {
      const whose = `the certificate is merchant ${named}'s, the value says ${merchantId}`;
      throw new CredentialError("wrong-merchant", `${secretId}: ${whose}.`);
    }
    this.merchantId = merchantId;
    this.serialNumber = serialNumber;
    this.certificate = certificate;
    this.chain = chain;
    this.versionId = versionId;
    this.#key = key.value;
    this.#publicKey = x509.value.publicKey;
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

function unreadable(secretId: string, field: string, found: string): CredentialError {
  return new CredentialError("unreadable", `${secretId}: ${field} is ${found}.`);
}
