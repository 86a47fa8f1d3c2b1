import { createPrivateKey, createPublicKey, type KeyObject, type X509Certificate } from "node:crypto";
import type { IssuerMaterial } from "../x509/issuer-material";
import { randomSerialNumber } from "../x509/random-serial-number";
import { signCertificate } from "../x509/x509-certificate";
import {
  createAuthorityMaterial,
  tenpayIssuer,
  type AuthorityKeys,
  type AuthorityMaterial,
  type CertificateKind,
} from "./authority-material";
import { renewedUntil, validUntil, type Validity } from "./certificate-dates";
import { readCertificateRequest, type CertificateRequest } from "./certificate-request";
import { certificatesOnly } from "./pkcs7";
import { PlatformRefusal } from "./refusal";
import { renewable } from "./renewal";
import { checkedSerialNumber } from "./serial-number";
import { issuedByWechatPay, type IssuedByWechatPay, type WechatPayOrder } from "./wechat-pay-issuer";

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
  validity?: Validity;
  /** Hex, at most 40 digits. Default: 160 random bits. */
  serialNumber?: string;
  /** PEM of the certificate that this one renews: same merchant, same key, later end. */
  renew?: string;
}

export interface PlatformCertificateOrder {
  publicKey: KeyObject;
  notBefore: Date;
  /** Default: five years after `notBefore`. */
  notAfter?: Date;
}

/** What leads from a merchant's certificate to the one certificate to trust. */
export interface CertificateChain {
  issuerPem: string;
  rootPem: string;
  /** The issuer's certificate, then the root's. */
  pem: string;
  /** The same as PKCS#7 without signature, DER. */
  p7b: Buffer;
}

export interface CertificateAuthority {
  /** The certificate (PEM) for a request string, which a renewal may do without; throws `PlatformRefusal`. */
  issue(requestPem: string | undefined, order: CertificateOrder): string;
  /** What WeChat Pay itself issued until 2018: a certificate with the key that it made; throws `PlatformRefusal`. */
  issueByWechatPay(order: WechatPayOrder): IssuedByWechatPay;
  /** PEM of a certificate that WeChat Pay signs its answers with: of the platform, not of a merchant. */
  issuePlatformCertificate(order: PlatformCertificateOrder): string;
  chain(kind: CertificateKind): CertificateChain;
  /** Of `chain("certificate-authority")`. */
  readonly chainPem: string;
  /** The only certificate to trust for what was requested. */
  readonly rootPem: string;
  /** The certificate that signs the merchants': "Tenpay.com Root CA". */
  readonly issuerPem: string;
}

export function createCertificateAuthority(
  options: { now?: () => Date; keys?: AuthorityKeys } = {},
): CertificateAuthority {
  return certificateAuthority(createAuthorityMaterial(options.keys), options);
}

export function certificateAuthority(
  material: AuthorityMaterial,
  { now = () => new Date() }: { now?: () => Date } = {},
): CertificateAuthority {
  const issuerPrivateKey = createPrivateKey(material.issuerPrivateKey);
  const issuerPublicKey = createPublicKey(issuerPrivateKey);
  const chain = (kind: CertificateKind): CertificateChain =>
    chainOf(kind === "wechat-pay" ? material.wechatPay : material);
  const { pem: chainPem, rootPem, issuerPem } = chain("certificate-authority");
  return {
    issue(requestPem, order) {
      checkMerchantId(order);
      const request = requestPem === undefined ? undefined : readCertificateRequest(requestPem);
      if (request) checkMerchant(request, order);
      const renewed = order.renew === undefined ? undefined : renewable(order.renew, order, request);
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
        publicKey: keyOf(request, renewed),
        issuerPrivateKey,
        issuerPublicKey,
        serialNumber: checkedSerialNumber(order.serialNumber) ?? randomSerialNumber(20),
        notBefore,
        notAfter:
          order.notAfter ??
          (renewed
            ? renewedUntil(renewed, order.validity ?? "annual")
            : validUntil(notBefore, order.validity ?? "five-year")),
      });
    },
    issuePlatformCertificate: ({ publicKey, notBefore, notAfter = validUntil(notBefore, "five-year") }) =>
      signCertificate({
        subject: { CN: "Tenpay.com sign", OU: "Tenpay.com CA Center", O: "Tenpay.com", C: "CN" },
        issuer: tenpayIssuer,
        publicKey,
        issuerPrivateKey,
        issuerPublicKey,
        serialNumber: randomSerialNumber(20),
        notBefore,
        notAfter,
      }),
    issueByWechatPay: (order) => issuedByWechatPay(material.wechatPay, order, now),
    chain,
    chainPem,
    rootPem,
    issuerPem,
  };
}

function chainOf({ issuerCertificate, rootCertificate }: IssuerMaterial): CertificateChain {
  return {
    issuerPem: issuerCertificate,
    rootPem: rootCertificate,
    pem: issuerCertificate + rootCertificate,
    p7b: certificatesOnly([issuerCertificate, rootCertificate]),
  };
}

function checkMerchantId({ merchantId }: CertificateOrder): void {
  if (!/^\d{8,10}$/.test(merchantId)) {
    throw new PlatformRefusal("bad-order", "A merchant id has 8 to 10 digits.");
  }
}

function checkMerchant(request: CertificateRequest, { merchantId }: CertificateOrder): void {
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
  request?: CertificateRequest,
  renewed?: X509Certificate,
): string {
  const renewedName = renewed?.subject.match(/^OU=(.*)$/m)?.[1];
  return order.merchantName ?? renewedName ?? request?.organizationalUnit ?? `Merchant ${order.merchantId}`;
}

function keyOf(request?: CertificateRequest, renewed?: X509Certificate): KeyObject {
  const key = request?.publicKey ?? renewed?.publicKey;
  if (!key) throw new PlatformRefusal("bad-order", "Without a request a certificate can only be renewed.");
  return key;
}
