import { createHash, X509Certificate, type KeyObject } from "node:crypto";
import { signingRequest } from "../../provider/domain/signing-request";
import type { CertificateAuthority } from "../../sandbox/merchant-platform";
import { fingerprintOfRequest } from "./faults";
import type { Random } from "./simulation-random";

export type Rules = "annual" | "five-year";

/** A certificate as the platform knows it. */
export interface Issued {
  pem: string;
  serialNumber: string;
  merchantId: string;
  /** 16 hex digits that name its key. */
  key: string;
  notBefore: number;
  notAfter: number;
  /** From a request of the vault, as a renewal of such a key, or of a key that another tool has made. */
  from: "request" | "renewal" | "elsewhere";
  byWechatPay: boolean;
  /** When the platform has ended it before its time. */
  endedAt?: number;
}

export const day = 24 * 60 * 60 * 1000;

/** Source: DESIGN, section 7; the shorter of the two times that the sources give. */
const overlap = 2 * day;
const renewableDays = 60;
const validAtOnce = 3;

/** One merchant's account on the Merchant Platform, by its published rules; it knows nothing of the product. */
export class MerchantAccount {
  readonly certificates: Issued[] = [];

  constructor(
    private readonly authority: CertificateAuthority,
    readonly merchantId: string,
    readonly merchantName: string,
    private readonly rules: Rules,
    private readonly random: Random,
    /** Fingerprints of the requests that wait in the vault. */
    private readonly outstanding: () => readonly string[],
  ) {}

  /** A new certificate: under the annual rules, and as an upgrade, it ends the ones before. */
  issue(request: string, at: number): Issued {
    const waiting = this.outstanding();
    const key = fingerprintOfRequest(request);
    if (waiting.length !== 1 || waiting[0] !== key)
      throw new Error(`request ${key} is handed in, and outstanding: ${waiting.join(", ") || "none"}`);
    if (this.isFull(at)) throw new Error(`${validAtOnce} certificates are valid`);
    for (const old of this.certificates) {
      if (this.rules === "annual" || old.byWechatPay) this.end(old, at + overlap);
    }
    return this.sign(request, at, "request");
  }

  /** Whether the platform shows Renew: in the last 60 days, before the fifth year of use is over. */
  isRenewable(certificate: Issued, at: number): boolean {
    const { notAfter, byWechatPay } = certificate;
    const first = new Date(Math.min(...this.certificates.map(({ notBefore }) => notBefore)));
    const fifth = first.setUTCFullYear(first.getUTCFullYear() + 5);
    const inTime = at >= notAfter - renewableDays * day && at < this.endOf(certificate);
    return this.rules === "annual" && !byWechatPay && inTime && at < fifth;
  }

  /** The same key, a year more. */
  renew(certificate: Issued, at: number): Issued {
    if (!this.isRenewable(certificate, at)) throw new Error(`${certificate.serialNumber} is not renewable`);
    const order = { ...this.order(at), renew: certificate.pem };
    return this.keep(this.authority.issue(undefined, order), "renewal");
  }

  /** For a key that another tool has made; not in the vault unless it is imported. */
  issueElsewhere(privateKey: KeyObject, at: number): Issued {
    const { merchantId, merchantName } = this;
    return this.sign(signingRequest({ merchantId, merchantName }, privateKey), at, "elsewhere");
  }

  /** The old kind, for ten years, with the key that WeChat Pay has made. */
  issueByWechatPay(key: KeyObject, at: number): Issued {
    const { merchantName, random } = this;
    const order = { merchantName, notBefore: new Date(at), serialNumber: `5${random.hex(11)}`, key };
    const { certificate } = this.authority.issueByWechatPay(order);
    return this.keep(certificate, "elsewhere", true);
  }

  isFull(at: number): boolean {
    return this.rules === "five-year" && this.valid(at).length >= validAtOnce;
  }

  /** The oldest that is valid and signs nothing. */
  revokeOldest(at: number, serving: string): void {
    const [oldest] = this.valid(at).filter(({ serialNumber }) => serialNumber !== serving);
    this.end(oldest!, at);
  }

  end(certificate: Issued, at: number): void {
    certificate.endedAt = Math.min(certificate.endedAt ?? at, at);
  }

  /** From when the platform refuses what it signs. */
  endOf({ notAfter, endedAt = notAfter }: Issued): number {
    return Math.min(notAfter, endedAt);
  }

  find(serialNumber: unknown): Issued | undefined {
    return this.certificates.find((each) => each.serialNumber === serialNumber);
  }

  private valid(at: number): Issued[] {
    return this.certificates.filter((each) => this.endOf(each) > at);
  }

  private order(at: number) {
    const { merchantId, merchantName, rules, random } = this;
    const serialNumber = `5${random.hex(39)}`.toUpperCase();
    return { merchantId, merchantName, notBefore: new Date(at), validity: rules, serialNumber };
  }

  private sign(request: string, at: number, from: Issued["from"]): Issued {
    return this.keep(this.authority.issue(request, this.order(at)), from);
  }

  private keep(pem: string, from: Issued["from"], byWechatPay = false): Issued {
    const { serialNumber, publicKey, validFrom, validTo } = new X509Certificate(pem);
    const spki = publicKey.export({ type: "spki", format: "der" });
    const issued: Issued = {
      pem,
      serialNumber: serialNumber.padStart(40, "0"),
      merchantId: this.merchantId,
      key: createHash("sha256").update(spki).digest("hex").slice(0, 16),
      notBefore: Date.parse(validFrom),
      notAfter: Date.parse(validTo),
      from,
      byWechatPay,
    };
    this.certificates.push(issued);
    return issued;
  }
}
