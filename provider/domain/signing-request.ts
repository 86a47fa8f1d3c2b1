import { createPublicKey, sign, type KeyObject } from "node:crypto";
import { asn1, md, pki } from "node-forge";

/** Subject of a certificate request. The Merchant Platform overwrites all but the CN. */
export interface RequestSubject {
  merchantId: string;
  merchantName: string;
  /** Default `微信商户系统`, as in the certificates that the CA issues. */
  organization?: string;
  /** Default `ShenZhen`. */
  locality?: string;
  /** ISO 3166 code; default `CN`. */
  country?: string;
}

/** The subject as WeChat Pay's CA-issued certificates carry it. */
export const defaultSubject = { organization: "微信商户系统", locality: "ShenZhen", country: "CN" } as const;

// Source: RFC 5280, appendix A: a country name is a PrintableString. The types know only tag classes here.
const utf8String = asn1.Type.UTF8 as unknown as asn1.Class;
const printableString = asn1.Type.PRINTABLESTRING as unknown as asn1.Class;

/**
 * A PKCS#10 request for a key, signed by SHA-256 with RSA, as PEM. node-forge builds the structure and
 * node:crypto signs it: forge's own RSA is many times slower and would need the key taken apart.
 */
export function signingRequest(subject: RequestSubject, privateKey: KeyObject): string {
  const request = pki.createCertificationRequest();
  const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "pem" }) as string;
  request.publicKey = pki.publicKeyFromPem(publicKey);
  const { organization, locality, country } = completeSubject(subject);
  request.setSubject([
    { name: "commonName", value: subject.merchantId, valueTagClass: utf8String },
    { name: "organizationName", value: organization, valueTagClass: utf8String },
    { name: "organizationalUnitName", value: subject.merchantName, valueTagClass: utf8String },
    { name: "localityName", value: locality, valueTagClass: utf8String },
    { name: "countryName", value: country, valueTagClass: printableString },
  ]);
  const signer = { sign: () => signed(request, privateKey) } as unknown as pki.rsa.PrivateKey;
  request.sign(signer, md.sha256.create());
  return pki.certificationRequestToPem(request).replaceAll("\r\n", "\n");
}

function signed(request: pki.CertificateSigningRequest, privateKey: KeyObject): string {
  const info = asn1.toDer(request.certificationRequestInfo!).getBytes();
  return sign("sha256", Buffer.from(info, "latin1"), privateKey).toString("latin1");
}

function definedOnly<T extends object>(object: T): Partial<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** The subject of a request as it was declared; undefined fields where the text has none. */
export function requestSubject(requestPem: string): Partial<RequestSubject> {
  const { subject } = pki.certificationRequestFromPem(requestPem);
  const value = (shortName: string): string | undefined => {
    const field = subject.getField(shortName) as { value?: string } | null;
    // forge reads the bytes of a UTF8String as they are, one character a byte.
    return field?.value === undefined ? undefined : Buffer.from(field.value, "latin1").toString("utf8");
  };
  return {
    merchantId: value("CN"),
    merchantName: value("OU"),
    organization: value("O"),
    locality: value("L"),
    country: value("C"),
  };
}

/** The subject with every default filled in. */
export function completeSubject(subject: RequestSubject): Required<RequestSubject> {
  return { ...defaultSubject, ...definedOnly(subject) } as Required<RequestSubject>;
}
