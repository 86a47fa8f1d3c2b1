import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { issuersUnder, type IssuerMaterial } from "../x509/issuer-material";
import { randomSerialNumber } from "../x509/random-serial-number";
import { rsaKey } from "../x509/rsa-key";
import { signCertificate, type DistinguishedName } from "../x509/x509-certificate";
import { CfcaRefusal } from "./refusal";

/** Of certificates that CFCA issues for Geoswift's merchants, and for Geoswift itself. */
export const cfcaIssuer = {
  C: "CN",
  O: "China Financial Certification Authority",
  CN: "CFCA ACS OCA31",
} as const satisfies DistinguishedName;

/** Says of itself that it is not the real one. */
const sandboxRoot = { C: "CN", O: "Sandbox", CN: "CFCA Sandbox Root" } as const;

/** X.520's upper bound for a common name. */
const commonNameLimit = 64;

/** What CFCA knows of whom it issues a certificate for. */
export interface Holder {
  merchantId: string;
  company: string;
}

export interface Period {
  /** Default: now, or so long before `notAfter` that it lasts `years` in all. */
  notBefore?: Date;
  /** Default: `years` after `notBefore`. */
  notAfter?: Date;
}

/** No page says how long CFCA's are valid. */
const years = 3;

export function createCfcaIssuer(keys?: { root: KeyObject; issuer: KeyObject }): IssuerMaterial {
  return issuersUnder(sandboxRoot, keys?.root ?? rsaKey())(cfcaIssuer, keys?.issuer ?? rsaKey());
}

/** @throws CfcaRefusal for what does not fit into a certificate's name */
export function subjectOf({ merchantId, company }: Holder): DistinguishedName {
  if (!/^\w{1,31}$/.test(merchantId)) {
    throw new CfcaRefusal("bad-order", "A merchant id has 1 to 31 letters and digits, such as G90000001.");
  }
  const CN = `051@${company}@${merchantId}@1`;
  if (!/^[^@\p{Cc}]+$/u.test(company) || CN.length > commonNameLimit) {
    throw new CfcaRefusal(
      "bad-order",
      `A company has a name without @, of at most ${commonNameLimit - CN.length + company.length} characters.`,
    );
  }
  return { C: "CN", O: "CFCA ACS OCA31", OU: ["Geoswift", "Organizational-1"], CN };
}

export function issuedByCfca(
  material: IssuerMaterial,
  holder: Holder,
  publicKey: KeyObject,
  period: Required<Period>,
): string {
  const issuerPrivateKey = createPrivateKey(material.issuerPrivateKey);
  return signCertificate({
    ...period,
    subject: subjectOf(holder),
    issuer: cfcaIssuer,
    publicKey,
    issuerPrivateKey,
    issuerPublicKey: createPublicKey(issuerPrivateKey),
    serialNumber: randomSerialNumber(5),
  });
}

/** @throws CfcaRefusal where it would end before it begins */
export function periodOf({ notBefore, notAfter }: Period, now: Date): Required<Period> {
  const begin = notBefore ?? (notAfter ? inYears(notAfter, -years) : now);
  const end = notAfter ?? inYears(begin, years);
  if (end <= begin) throw new CfcaRefusal("bad-order", "A certificate ends after it begins.");
  return { notBefore: begin, notAfter: end };
}

function inYears(date: Date, count: number): Date {
  const sum = new Date(date);
  sum.setUTCFullYear(date.getUTCFullYear() + count);
  return sum;
}
