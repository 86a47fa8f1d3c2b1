import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  X509Certificate,
  type KeyObject,
} from "node:crypto";
import { readCertificateRequest, type CertificateRequest } from "./certificate-request";
import { PlatformRefusal } from "./refusal";
import { signCertificate, type DistinguishedName } from "./x509-certificate";

/** What the platform knows when a person hands in a request string. */
export interface CertificateOrder {
  /** The merchant that is logged in. */
  merchantId: string;
  /** Default: of the renewed certificate, else of the request, else one made from the merchant id. */
  merchantName?: string;
  /** Default: now. */
  notBefore?: Date;
  /** Default: by `validity`. */
  notAfter?: Date;
  /** Default `five-year`; for a renewal `annual`. */
  validity?: "annual" | "five-year";
  /** Hex, at most 40 digits. Default: 160 random bits. */
  serialNumber?: string;
  /** PEM of the certificate that this one renews: same merchant, same key, later end. */
  renew?: string;
}

export interface CertificateAuthority {
  /** The certificate (PEM) for a request string; throws `PlatformRefusal`. */
  issue(requestPem: string, order: CertificateOrder): string;
  /** The issuer's certificate, then the root's. */
  readonly chainPem: string;
  /** The only certificate to trust. */
  readonly rootPem: string;
  /** The certificate that signs the merchants': "Tenpay.com Root CA". */
  readonly issuerPem: string;
}

/** PEM of the two authorities; holds private keys. */
export interface AuthorityMaterial {
  rootCertificate: string;
  issuerCertificate: string;
  issuerPrivateKey: string;
}

export interface AuthorityKeys {
  root: KeyObject;
  issuer: KeyObject;
}

export const tenpayIssuer = {
  CN: "Tenpay.com Root CA",
  O: "Tenpay.com",
  OU: "Tenpay.com CA Center",
  C: "CN",
} as const satisfies DistinguishedName;

/** Says of itself that it is not the real one. */
const sandboxRoot = { CN: "Merchant Platform Sandbox Root", O: "Sandbox" } as const;

/** Wide enough for every clock a test may set. */
const authorityLifetime = { notBefore: new Date("2010-01-01"), notAfter: new Date("2099-12-31") };

export function createCertificateAuthority(
  options: { now?: () => Date; keys?: AuthorityKeys } = {},
): CertificateAuthority {
  return certificateAuthority(createAuthorityMaterial(options.keys), options);
}

/** "Tenpay.com Root CA" is itself signed by another root, so that nobody may trust it as the only anchor. */
export function createAuthorityMaterial(keys?: AuthorityKeys): AuthorityMaterial {
  const root = keys?.root ?? rsaKey();
  const issuer = keys?.issuer ?? rsaKey();
  const authority = (subject: DistinguishedName, key: KeyObject) =>
    signCertificate({
      ...authorityLifetime,
      subject,
      publicKey: createPublicKey(key),
      issuer: sandboxRoot,
      issuerPrivateKey: root,
      issuerPublicKey: createPublicKey(root),
      serialNumber: randomSerialNumber(),
      certificateAuthority: true,
    });
  return {
    rootCertificate: authority(sandboxRoot, root),
    issuerCertificate: authority(tenpayIssuer, issuer),
    issuerPrivateKey: issuer.export({ format: "pem", type: "pkcs8" }).toString(),
  };
}

export function certificateAuthority(
  material: AuthorityMaterial,
  { now = () => new Date() }: { now?: () => Date } = {},
): CertificateAuthority {
  const issuerPrivateKey = createPrivateKey(material.issuerPrivateKey);
  const issuerPublicKey = createPublicKey(issuerPrivateKey);
  return {
    issue(requestPem, order) {
      const request = readCertificateRequest(requestPem);
      checkMerchant(request, order);
      const renewed = order.renew === undefined ? undefined : renewable(order.renew, request);
      const notBefore = order.notBefore ?? now();
      return signCertificate({
        subject: {
          CN: order.merchantId,
          O: "微信商户系统",
          OU: merchantName(order, request, renewed),
          L: "ShenZhen",
          C: "CN",
        },
        issuer: tenpayIssuer,
        publicKey: request.publicKey,
        issuerPrivateKey,
        issuerPublicKey,
        serialNumber: checkedSerialNumber(order.serialNumber) ?? randomSerialNumber(),
        notBefore,
        notAfter: order.notAfter ?? (renewed ? renewedUntil(renewed, order) : validUntil(notBefore, order)),
      });
    },
    chainPem: material.issuerCertificate + material.rootCertificate,
    rootPem: material.rootCertificate,
    issuerPem: material.issuerCertificate,
  };
}

function checkMerchant(request: CertificateRequest, { merchantId }: CertificateOrder): void {
  if (!/^\d{8,10}$/.test(merchantId)) {
    throw new PlatformRefusal("bad-order", "A merchant id has 8 to 10 digits.");
  }
  if (request.commonName !== merchantId) {
    const found = request.commonName === undefined ? "no merchant" : `merchant ${request.commonName}`;
    throw new PlatformRefusal(
      "wrong-merchant",
      `The request is for ${found}, not for merchant ${merchantId}.`,
    );
  }
}

function merchantName(
  order: CertificateOrder,
  request: CertificateRequest,
  renewed?: X509Certificate,
): string {
  const renewedName = renewed?.subject.match(/^OU=(.*)$/m)?.[1];
  return order.merchantName ?? renewedName ?? request.organizationalUnit ?? `Merchant ${order.merchantId}`;
}

/** A renewal prolongs a certificate; it never brings another key in. */
function renewable(pem: string, request: CertificateRequest): X509Certificate {
  const renewed = readCertificate(pem);
  if (!renewed.publicKey.equals(request.publicKey)) {
    throw new PlatformRefusal(
      "not-renewable",
      "A renewal keeps its key; for another key apply for a new one.",
    );
  }
  return renewed;
}

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new PlatformRefusal("not-renewable", "What is to be renewed is not a certificate.");
  }
}

/** `five-year` renews an annual certificate to five years in all: https://kf.qq.com/faq/161222nEB7b6161222ArMNFR.html */
function renewedUntil(renewed: X509Certificate, { validity = "annual" }: CertificateOrder): Date {
  const end = new Date(renewed.validTo);
  const until = validity === "annual" ? addYears(end, 1) : addYears(new Date(renewed.validFrom), 5);
  if (until <= end) {
    throw new PlatformRefusal("not-renewable", "A five-year certificate is not renewed but replaced.");
  }
  return until;
}

function validUntil(notBefore: Date, { validity = "five-year" }: CertificateOrder): Date {
  return addYears(notBefore, validity === "annual" ? 1 : 5);
}

/** The 29th of February ends on the 28th. */
function addYears(date: Date, years: number): Date {
  const sum = new Date(date);
  sum.setUTCFullYear(date.getUTCFullYear() + years);
  if (sum.getUTCMonth() !== date.getUTCMonth()) sum.setUTCDate(0);
  return sum;
}

function checkedSerialNumber(hex: string | undefined): string | undefined {
  if (hex !== undefined && !/^(?=.*[1-9A-F])[0-9A-F]{1,40}$/i.test(hex)) {
    throw new PlatformRefusal("bad-order", "A serial number is 1 to 40 hexadecimal digits and not zero.");
  }
  return hex;
}

/** Positive, and 40 digits long without a leading zero, like those of the real certificates. */
function randomSerialNumber(): string {
  const octets = randomBytes(20);
  octets[0] = (octets[0]! & 0x7f) | 0x10;
  return octets.toString("hex").toUpperCase();
}

function rsaKey(): KeyObject {
  return generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
}
