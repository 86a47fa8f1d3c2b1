export { createCertificateAuthority, tenpayIssuer } from "./certificate-authority";
export type { AuthorityKeys, CertificateAuthority, CertificateOrder } from "./certificate-authority";
export { loadOrCreateCertificateAuthority } from "./saved-authority";
export { PlatformRefusal, type RefusalCode } from "./refusal";
export { signCertificate, type CertificateFacts, type DistinguishedName } from "./x509-certificate";
