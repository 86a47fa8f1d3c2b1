export { tenpayIssuer, wechatPayIssuer } from "./authority-material";
export type { AuthorityKeys, CertificateKind } from "./authority-material";
export { createCertificateAuthority } from "./certificate-authority";
export type { CertificateAuthority, CertificateChain, CertificateOrder } from "./certificate-authority";
export { loadOrCreateCertificateAuthority } from "./saved-authority";
export { PlatformRefusal, type RefusalCode } from "./refusal";
export type { IssuedByWechatPay, WechatPayOrder } from "./wechat-pay-issuer";
export { signCertificate, type CertificateFacts, type DistinguishedName } from "./x509-certificate";
