import type { CertificateAuthority, CertificateOrder } from "../certificate-authority";
import { PlatformRefusal } from "../refusal";
import type { AccountRecord, PlatformMode } from "./account-record";
import { Confirmations, type Confirmation } from "./confirmations";
import { MerchantCertificates, type KnownCertificate } from "./merchant-certificates";
import { checkSecret } from "./operator-secret";
import { PlatformKeys, type OfferedCertificate } from "./platform-keys";

export type CertificateApplication = Confirmation & Omit<CertificateOrder, "merchantId">;

/**
 * A merchant on the platform, as the super administrator has it before him. What he may not do throws
 * `PlatformRefusal`; the clock is the platform's.
 */
export interface MerchantAccount {
  readonly merchantId: string;
  readonly merchantName: string;
  /** Made by the platform. */
  readonly loginPassword: string;
  /** The code as it arrives on the super administrator's phone; for one use, within 5 minutes. */
  requestSmsCode(): string;
  /** The secret that signs v2 requests; must differ from the one before, which is worthless at once. */
  setApiSecret(value: string, confirmation: Confirmation): void;
  /** The secret that callbacks and platform certificates are encrypted with; the one before is worthless at once. */
  setApiV3Secret(value: string, confirmation: Confirmation): void;
  /** The certificate (PEM) for a request string; requests signed with it are accepted from now on. */
  applyForCertificate(requestPem: string | undefined, application: CertificateApplication): string;
  /** Makes known a certificate that the authority issued elsewhere; beyond the three, too. */
  addCertificate(pem: string): void;
  revokeCertificate(serialNumber: string, confirmation: Confirmation): void;
  /** Within 7 days. */
  restoreCertificate(serialNumber: string, confirmation: Confirmation): void;
  readonly certificates: readonly KnownCertificate[];
  readonly mode: PlatformMode;
  setMode(mode: PlatformMode): void;
  /** What GET /v3/certificates offers now. */
  readonly platformCertificates: readonly OfferedCertificate[];
  /** A second one appears beside the present one, which signs on, and ends 24 hours from now. */
  announcePlatformCertificate(): OfferedCertificate;
  /** The announced one (or a new one) signs from now on; the other is offered until it ends. */
  replacePlatformCertificate(): void;
  /** Throws an Error in the mode `platform-certificates`. `id` is `PUB_KEY_ID_…`, `pem` SPKI. */
  readonly publicKey: { id: string; pem: string };
}

export interface Surroundings {
  authority: CertificateAuthority;
  now: () => Date;
  save: (record: AccountRecord) => void;
}

/** The account with what only the platform itself may look at. */
export class Merchant implements MerchantAccount {
  readonly #record: AccountRecord;
  readonly #save: () => void;
  readonly #confirmations: Confirmations;
  readonly #certificates: MerchantCertificates;
  readonly #platformKeys: PlatformKeys;

  constructor(record: AccountRecord, { authority, now, save }: Surroundings) {
    this.#record = record;
    this.#save = () => save(record);
    this.#confirmations = new Confirmations(() => record.loginPassword, now);
    this.#certificates = new MerchantCertificates(record.merchantId, record.certificates, authority, now);
    this.#platformKeys = new PlatformKeys(record, authority, now, this.#save);
  }

  get merchantId() {
    return this.#record.merchantId;
  }
  get merchantName() {
    return this.#record.merchantName;
  }
  get loginPassword() {
    return this.#record.loginPassword;
  }
  get mode() {
    return this.#record.mode;
  }
  get certificates() {
    return this.#certificates.all();
  }
  get platformCertificates() {
    return this.#platformKeys.offered();
  }
  get publicKey() {
    return this.#platformKeys.publicKey;
  }

  /** For the API: secret, never to be shown. */
  secret(kind: "apiSecret" | "apiV3Secret"): string | undefined {
    return this.#record[kind];
  }
  /** For the API. */
  platformKeys(): PlatformKeys {
    return this.#platformKeys;
  }
  certificate(serialNumber: string, at: Date): KnownCertificate | undefined {
    return this.#certificates.find(serialNumber, at);
  }

  requestSmsCode() {
    return this.#confirmations.requestSmsCode();
  }

  setApiSecret(value: string, confirmation: Confirmation) {
    checkSecret("API secret", value);
    this.#confirmations.confirm(confirmation);
    if (value === this.#record.apiSecret) {
      throw new PlatformRefusal("same-secret", "The new API secret must differ from the present one.");
    }
    this.#record.apiSecret = value;
    this.#save();
  }

  setApiV3Secret(value: string, confirmation: Confirmation) {
    checkSecret("APIv3 secret", value);
    this.#confirmations.confirm(confirmation);
    this.#record.apiV3Secret = value;
    this.#save();
  }

  applyForCertificate(requestPem: string | undefined, application: CertificateApplication) {
    const { smsCode, loginPassword, ...order } = application;
    this.#confirmations.confirm({ smsCode, loginPassword });
    const pem = this.#certificates.issue(requestPem, { merchantName: this.merchantName, ...order });
    this.#save();
    return pem;
  }

  addCertificate(pem: string) {
    this.#certificates.add(pem);
    this.#save();
  }

  revokeCertificate(serialNumber: string, confirmation: Confirmation) {
    this.#confirmations.confirm(confirmation);
    this.#certificates.revoke(serialNumber);
    this.#save();
  }

  restoreCertificate(serialNumber: string, confirmation: Confirmation) {
    this.#confirmations.confirm(confirmation);
    this.#certificates.restore(serialNumber);
    this.#save();
  }

  setMode(mode: PlatformMode) {
    this.#record.mode = mode;
    this.#save();
  }

  announcePlatformCertificate() {
    return this.#platformKeys.announce();
  }
  replacePlatformCertificate() {
    this.#platformKeys.replace();
  }
}
