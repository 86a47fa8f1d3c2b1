import { createPrivateKey, createPublicKey, randomInt, type KeyObject } from "node:crypto";
import type { IssuerMaterial } from "../x509/issuer-material";
import { randomSerialNumber } from "../x509/random-serial-number";
import { rsaKey } from "../x509/rsa-key";
import { signCertificate } from "../x509/x509-certificate";
import { wechatPayIssuer } from "./authority-material";
import { addYears, validUntil, type Validity } from "./certificate-dates";
import { checkedSerialNumber } from "./serial-number";

/** Nobody hands in a request: the platform makes the key as well. */
export interface WechatPayOrder {
  merchantName: string;
  /** Default: now. */
  notBefore?: Date;
  /** Default: by `validity`, else ten years after `notBefore`. */
  notAfter?: Date;
  validity?: Validity;
  /** Hex. Default: a random one of 10 to 16 digits. */
  serialNumber?: string;
  /** RSA 2048. Default: a new one. */
  key?: KeyObject;
}

/** Both PEM; the key is PKCS#8. */
export interface IssuedByWechatPay {
  certificate: string;
  privateKey: string;
}

/** The kind that APIv3 does not take; the subject names the company and not the merchant id. */
export function issuedByWechatPay(
  issuer: IssuerMaterial,
  order: WechatPayOrder,
  now: () => Date,
): IssuedByWechatPay {
  const issuerPrivateKey = createPrivateKey(issuer.issuerPrivateKey);
  const key = order.key ?? rsaKey();
  const notBefore = order.notBefore ?? now();
  return {
    certificate: signCertificate({
      subject: { C: "CN", O: "Tencent", OU: "MMPay", CN: order.merchantName },
      issuer: wechatPayIssuer,
      publicKey: createPublicKey(key),
      issuerPrivateKey,
      issuerPublicKey: createPublicKey(issuerPrivateKey),
      serialNumber: checkedSerialNumber(order.serialNumber) ?? randomSerialNumber(randomInt(5, 9)),
      notBefore,
      notAfter:
        order.notAfter ?? (order.validity ? validUntil(notBefore, order.validity) : addYears(notBefore, 10)),
    }),
    privateKey: key.export({ format: "pem", type: "pkcs8" }).toString(),
  };
}
