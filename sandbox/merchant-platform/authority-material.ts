import { createPublicKey, type KeyObject } from "node:crypto";
import { randomSerialNumber } from "../x509/random-serial-number";
import { rsaKey } from "../x509/rsa-key";
import { signCertificate, type DistinguishedName } from "../x509/x509-certificate";

/** Who signs a merchant's certificate: the third-party CA, or until 2018 WeChat Pay itself. */
export type CertificateKind = "certificate-authority" | "wechat-pay";

/** PEM of an issuer and of the root above it; holds a private key. */
export interface IssuerMaterial {
  rootCertificate: string;
  issuerCertificate: string;
  issuerPrivateKey: string;
}

/** The issuer of CA-issued certificates, and the one of those that WeChat Pay itself issued. */
export interface AuthorityMaterial extends IssuerMaterial {
  wechatPay: IssuerMaterial;
}

export interface AuthorityKeys {
  root: KeyObject;
  issuer: KeyObject;
  /** Default: a new one. */
  wechatPayIssuer?: KeyObject;
}

export const tenpayIssuer = {
  CN: "Tenpay.com Root CA",
  O: "Tenpay.com",
  OU: "Tenpay.com CA Center",
  C: "CN",
} as const satisfies DistinguishedName;

export const wechatPayIssuer = {
  C: "CN",
  O: "Tencent",
  OU: "MMPay",
  CN: "MmpaymchCA",
} as const satisfies DistinguishedName;

/** Says of itself that it is not the real one. */
const sandboxRoot = { CN: "Merchant Platform Sandbox Root", O: "Sandbox" } as const;

/** Wide enough for every clock a test may set. */
const authorityLifetime = { notBefore: new Date("2010-01-01"), notAfter: new Date("2099-12-31") };

/** "Tenpay.com Root CA" is itself signed by another root, so that nobody may trust it as the only anchor. */
export function createAuthorityMaterial(keys?: AuthorityKeys): AuthorityMaterial {
  const issuer = issuersUnder(keys?.root ?? rsaKey());
  let wechatPay: IssuerMaterial | undefined;
  return {
    ...issuer(tenpayIssuer, keys?.issuer ?? rsaKey()),
    // Made when it is asked for: a key takes a while, and few need this one.
    get wechatPay() {
      return (wechatPay ??= issuer(wechatPayIssuer, keys?.wechatPayIssuer ?? rsaKey()));
    },
  };
}

/** WeChat Pay's own issuer for an authority that lacks it; under another root, because a root's key is not kept. */
export function createWechatPayMaterial(): IssuerMaterial {
  return issuersUnder(rsaKey())(wechatPayIssuer, rsaKey());
}

function issuersUnder(root: KeyObject) {
  const sign = authoritySignedBy(root);
  const rootCertificate = sign(sandboxRoot, root);
  return (name: DistinguishedName, key: KeyObject): IssuerMaterial => ({
    rootCertificate,
    issuerCertificate: sign(name, key),
    issuerPrivateKey: key.export({ format: "pem", type: "pkcs8" }).toString(),
  });
}

function authoritySignedBy(root: KeyObject) {
  const rootPublicKey = createPublicKey(root);
  return (subject: DistinguishedName, key: KeyObject): string =>
    signCertificate({
      ...authorityLifetime,
      subject,
      publicKey: createPublicKey(key),
      issuer: sandboxRoot,
      issuerPrivateKey: root,
      issuerPublicKey: rootPublicKey,
      serialNumber: randomSerialNumber(20),
      certificateAuthority: true,
    });
}
