import { createPrivateKey, createPublicKey, randomInt, X509Certificate, type KeyObject } from "node:crypto";
import { rsaKey } from "../../x509/rsa-key";
import type { CertificateAuthority } from "../certificate-authority";
import { addYears } from "../certificate-dates";
import type { AccountRecord, PlatformCertificateRecord } from "./account-record";

/** A key that WeChat Pay signs with for a merchant, and what `Wechatpay-Serial` names it by. */
export interface PlatformKey {
  /** Serial number of the platform's certificate, or `PUB_KEY_ID_…`. */
  name: string;
  privateKey: KeyObject;
}

export interface OfferedCertificate {
  serialNumber: string;
  pem: string;
  effectiveTime: Date;
  expireTime: Date;
}

const dayMs = 24 * 60 * 60_000;

/**
 * The platform's keys for one merchant; they are another merchant's never. Made when they are first asked for,
 * because a key takes a while. Source: https://pay.weixin.qq.com/doc/v3/merchant/4012551764
 */
export class PlatformKeys {
  readonly #keys = new Map<string, KeyObject>();

  constructor(
    private readonly record: AccountRecord,
    private readonly authority: CertificateAuthority,
    private readonly now: () => Date,
    private readonly save: () => void,
  ) {}

  /** What GET /v3/certificates returns, oldest first: at least one, except in public-key mode. */
  offered(at = this.now()): OfferedCertificate[] {
    return this.record.mode === "public-key" ? [] : this.#current(at).map(described);
  }

  /** The new one appears; the present one signs on, and ends 24 hours from now. */
  announce(): OfferedCertificate {
    const at = this.now();
    for (const present of this.#current(at)) {
      const end = Math.min(Date.parse(present.expireTime), at.getTime() + dayMs);
      present.expireTime = new Date(end).toISOString();
    }
    return described(this.#make(at));
  }

  /** The newest signs from now on; what was there before is offered until it expires. */
  replace(): void {
    if (this.#current(this.now()).length === 1) this.announce();
    const newest = this.record.platformCertificates.at(-1);
    for (const certificate of this.record.platformCertificates) {
      if (certificate !== newest) certificate.replaced = true;
    }
    this.save();
  }

  get publicKey(): { id: string; pem: string } {
    const { name, privateKey } = this.#publicKey();
    return {
      id: name,
      pem: createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString(),
    };
  }

  /** The key of that name, if it is one of this merchant's. */
  named(name: string, at = this.now()): PlatformKey | undefined {
    return this.#all(at).find((key) => key.name === name);
  }

  /** What signs when nothing else was asked for. */
  signing(at = this.now()): PlatformKey {
    if (this.record.mode === "public-key") return this.#publicKey();
    const current = this.#current(at);
    return this.#keyOf(current.find(({ replaced }) => !replaced) ?? current.at(-1)!);
  }

  #all(at: Date): PlatformKey[] {
    const { mode } = this.record;
    return [
      ...(mode === "public-key" ? [] : this.#current(at).map((record) => this.#keyOf(record))),
      ...(mode === "platform-certificates" ? [] : [this.#publicKey()]),
    ];
  }

  #current(at: Date): PlatformCertificateRecord[] {
    const current = () =>
      this.record.platformCertificates.filter(({ expireTime }) => at.getTime() < Date.parse(expireTime));
    if (current().length === 0) this.#make(at);
    return current();
  }

  #make(at: Date): PlatformCertificateRecord {
    const key = rsaKey();
    const made = {
      pem: this.authority.issuePlatformCertificate({ publicKey: createPublicKey(key), notBefore: at }),
      privateKey: key.export({ type: "pkcs8", format: "pem" }).toString(),
      effectiveTime: at.toISOString(),
      expireTime: addYears(at, 5).toISOString(),
    };
    this.record.platformCertificates.push(made);
    this.save();
    return made;
  }

  #publicKey(): PlatformKey {
    if (this.record.mode === "platform-certificates") {
      throw new Error(`Merchant ${this.record.merchantId} knows the platform by certificates only.`);
    }
    const { merchantId } = this.record;
    if (!this.record.publicKey) {
      const id = `PUB_KEY_ID_01${merchantId.padStart(10, "0")}${String(randomInt(2 ** 47)).padStart(16, "0")}`;
      const privateKey = rsaKey().export({ type: "pkcs8", format: "pem" }).toString();
      this.record.publicKey = { id, privateKey };
      this.save();
    }
    const { id, privateKey } = this.record.publicKey;
    return { name: id, privateKey: this.#readOnce(privateKey) };
  }

  #keyOf({ pem, privateKey }: PlatformCertificateRecord): PlatformKey {
    return { name: serialNumberOf(pem), privateKey: this.#readOnce(privateKey) };
  }

  #readOnce(pem: string): KeyObject {
    const read = this.#keys.get(pem) ?? createPrivateKey(pem);
    this.#keys.set(pem, read);
    return read;
  }
}

function described({ pem, effectiveTime, expireTime }: PlatformCertificateRecord): OfferedCertificate {
  return {
    serialNumber: serialNumberOf(pem),
    pem,
    effectiveTime: new Date(effectiveTime),
    expireTime: new Date(expireTime),
  };
}

const serialNumberOf = (pem: string): string => new X509Certificate(pem).serialNumber.padStart(40, "0");
