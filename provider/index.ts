export { MerchantCredentialsError, type ErrorCode, type ErrorDetails } from "./errors";
export { Provider, type AssumeRoleArgs, type ProviderArgs } from "./resources/provider";
export {
  MerchantCertificate,
  type MerchantCertificateArgs,
  type RequestSubjectArgs,
} from "./resources/merchant-certificate";
export type { CredentialArgs } from "./resources/credential-resource";
export type { HistoryEntry } from "./domain/certificate-history";
export type { CertificateIssuance } from "./domain/certificate-kind";
export type { CertificateStatus, CurrentCertificate, PendingCertificate } from "./domain/certificate-state";
