import { join } from "node:path";
import { issuerMaterial, type IssuerMaterial } from "../x509/issuer-material";
import { keptIn } from "../x509/kept-material";
import {
  createAuthorityMaterial,
  createWechatPayMaterial,
  type AuthorityMaterial,
} from "./authority-material";
import { certificateAuthority, type CertificateAuthority } from "./certificate-authority";

/**
 * The authority kept in `folder`, made on first use, so that several commands and processes issue from the same one.
 * The file holds private keys (of the sandbox, good for nothing else): mode 0600. Beside one that was made before
 * WeChat Pay's own issuer was known, that issuer gets a file of its own.
 */
export function loadOrCreateCertificateAuthority(options: {
  folder: string;
  now?: () => Date;
}): CertificateAuthority {
  const file = (name: string): string => join(options.folder, name);
  const kept = keptIn(file("certificate-authority.json"), createAuthorityMaterial, authorityMaterial);
  const wechatPay =
    kept.wechatPay ?? keptIn(file("wechat-pay-issuer.json"), createWechatPayMaterial, issuerMaterial);
  return certificateAuthority({ ...kept, wechatPay }, options);
}

function authorityMaterial(
  json: unknown,
): (IssuerMaterial & Partial<Pick<AuthorityMaterial, "wechatPay">>) | undefined {
  const material = issuerMaterial(json);
  const { wechatPay } = (json ?? {}) as { wechatPay?: unknown };
  if (!material || wechatPay === undefined) return material;
  const added = issuerMaterial(wechatPay);
  return added && { ...material, wechatPay: added };
}
