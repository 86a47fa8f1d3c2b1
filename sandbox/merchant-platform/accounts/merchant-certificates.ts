import { X509Certificate, type KeyObject } from "node:crypto";
import type { CertificateAuthority, CertificateOrder } from "../certificate-authority";
import { PlatformRefusal } from "../refusal";
import type { CertificateRecord } from "./account-record";

export type CertificateStatus = "valid" | "not-yet-valid" | "expired" | "revoked";

/** One of a merchant's certificates, as the platform knows it. */
export interface KnownCertificate {
  /** Upper-case hex, 40 digits. */
  serialNumber: string;
  pem: string;
  publicKey: KeyObject;
  notBefore: Date;
  notAfter: Date;
  status: CertificateStatus;
}

const mostValid = 3;
const restorableDays = 7;

/** The certificates of one merchant, under the five-year rules: https://kf.qq.com/faq/161222nEB7b6161222ArMNFR.html */
export class MerchantCertificates {
  readonly #read = new Map<CertificateRecord, X509Certificate>();

  constructor(
    private readonly merchantId: string,
    private readonly records: CertificateRecord[],
    private readonly authority: CertificateAuthority,
    private readonly now: () => Date,
  ) {}

  all(at = this.now()): KnownCertificate[] {
    return this.records.map((record) => this.#describe(record, at));
  }

  find(serialNumber: string, at = this.now()): KnownCertificate | undefined {
    return this.all(at).find((certificate) => certificate.serialNumber === padded(serialNumber));
  }

  /** The PEM of a new one. */
  issue(requestPem: string | undefined, order: Omit<CertificateOrder, "merchantId">): string {
    this.#needRoom();
    // The authority may live by another clock.
    const { notBefore = this.now() } = order;
    const pem = this.authority.issue(requestPem, { ...order, notBefore, merchantId: this.merchantId });
    this.records.push({ pem });
    return pem;
  }

  /** One that the authority issued elsewhere. */
  add(pem: string): void {
    const certificate = readCertificate(pem);
    const issuer = new X509Certificate(this.authority.issuerPem);
    if (!certificate.verify(issuer.publicKey)) {
      throw new PlatformRefusal("unknown-certificate", "This platform's authority did not issue it.");
    }
    if (!certificate.subject.split("\n").includes(`CN=${this.merchantId}`)) {
      throw new PlatformRefusal("wrong-merchant", `It is not a certificate of merchant ${this.merchantId}.`);
    }
    if (!this.find(certificate.serialNumber)) this.records.push({ pem: certificate.toString() });
  }

  revoke(serialNumber: string): void {
    this.#record(serialNumber).revokedAt ??= this.now().toISOString();
  }

  restore(serialNumber: string): void {
    const record = this.#record(serialNumber);
    const { revokedAt } = record;
    const age = revokedAt === undefined ? Infinity : this.now().getTime() - Date.parse(revokedAt);
    if (age > restorableDays * 24 * 60 * 60_000) {
      throw new PlatformRefusal(
        "not-restorable",
        `Only what was revoked within the last ${restorableDays} days can be restored.`,
      );
    }
    this.#needRoom();
    delete record.revokedAt;
  }

  #needRoom(): void {
    if (this.all().filter(({ status }) => status === "valid").length < mostValid) return;
    throw new PlatformRefusal(
      "too-many-certificates",
      `${mostValid} certificates are valid already: revoke one first.`,
    );
  }

  #record(serialNumber: string): CertificateRecord {
    const record = this.records.find(
      (one) => padded(this.#certificate(one).serialNumber) === padded(serialNumber),
    );
    if (!record) {
      throw new PlatformRefusal(
        "unknown-certificate",
        `Merchant ${this.merchantId} has no certificate of this serial number.`,
      );
    }
    return record;
  }

  #certificate(record: CertificateRecord): X509Certificate {
    const read = this.#read.get(record) ?? new X509Certificate(record.pem);
    this.#read.set(record, read);
    return read;
  }

  #describe(record: CertificateRecord, at: Date): KnownCertificate {
    const certificate = this.#certificate(record);
    const notBefore = new Date(certificate.validFrom);
    const notAfter = new Date(certificate.validTo);
    return {
      serialNumber: padded(certificate.serialNumber),
      pem: record.pem,
      publicKey: certificate.publicKey,
      notBefore,
      notAfter,
      status: record.revokedAt
        ? "revoked"
        : at < notBefore
          ? "not-yet-valid"
          : at > notAfter
            ? "expired"
            : "valid",
    };
  }
}

const padded = (serialNumber: string): string => serialNumber.toUpperCase().padStart(40, "0");

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new PlatformRefusal("unknown-certificate", "This is not a certificate in PEM.");
  }
}
