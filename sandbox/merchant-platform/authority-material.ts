import type { KeyObject } from "node:crypto";
import { issuersUnder, type IssuerMaterial } from "../x509/issuer-material";
import { rsaKey } from "../x509/rsa-key";
import type { DistinguishedName } from "../x509/x509-certificate";

/** Who signs a merchant's certificate: the third-party CA, or until 2018 WeChat Pay itself. */
export type CertificateKind = "certificate-authority" | "wechat-pay";

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

/** "Tenpay.com Root CA" is itself signed by another root, so that nobody may trust it as the only anchor. */
export function createAuthorityMaterial(keys?: AuthorityKeys): AuthorityMaterial {
  const issuer = issuersUnder(sandboxRoot, keys?.root ?? rsaKey());
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
  return issuersUnder(sandboxRoot, rsaKey())(wechatPayIssuer, rsaKey());
}
