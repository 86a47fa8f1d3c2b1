export { MerchantCredentialsError, type ErrorCode, type ErrorDetails } from "./errors";
export { Provider, type AssumeRoleArgs, type ProviderArgs } from "./resources/provider";
export { MerchantCertificate } from "./resources/merchant-certificate";
export type {
  CertificateImportArgs,
  MerchantCertificateArgs,
  RequestSubjectArgs,
} from "./resources/merchant-certificate-args";
export { Merchant, type MerchantArgs, type MerchantSecretArns } from "./components/merchant";
export { ApiSecret, type ApiSecretArgs } from "./resources/api-secret";
export { ApiV3Secret, type ApiV3SecretArgs } from "./resources/api-v3-secret";
export { MerchantKey, type MerchantKeyArgs, type MerchantKeyImportArgs } from "./resources/merchant-key";
export { CfcaCertificate } from "./resources/cfca-certificate";
export type { CfcaCertificateArgs } from "./resources/cfca-certificate-args";
export { PlatformCertificates, type PlatformCertificatesArgs } from "./resources/platform-certificates";
export { PlatformPublicKey, type PlatformPublicKeyArgs } from "./resources/platform-public-key";
export {
  OperatingCertificates,
  type OperatingCertificateInstallation,
  type OperatingCertificatesArgs,
} from "./resources/operating-certificates";
export type { ApiSecretResourceArgs } from "./resources/api-secret-resource";
export type { SecretRef } from "./resources/secret-ref-args";
export type { CredentialArgs, CredentialKindName } from "./resources/credential-resource";
export type { AbandonedRequest, CertificateTenure, HistoryEntry } from "./domain/certificate-history";
export type { CertificateIssuance } from "./domain/certificate-kind";
export type { CertificateStatus, CurrentCertificate, PendingCertificate } from "./domain/certificate-state";
export type { ApplicationStage } from "./domain/cfca-application";
export type { KeptPlatformCertificate } from "./domain/cfca-platform-certificate";
export type { CfcaCertificateStatus, CurrentCfcaCertificate } from "./domain/cfca-state";
export type {
  MerchantKeyFacts,
  MerchantKeyHistoryEntry,
  PreviousMerchantKey,
} from "./domain/merchant-key-state";
export type { SecretHistoryEntry, SecretStatus, SecretVersionFacts } from "./domain/secret-state";
export type { OperatingCertificatesStatus } from "./domain/operating-certificates";
export type { PlatformCertificateFacts } from "./domain/platform-certificates";
export type {
  PlatformCertificatesHistoryEntry,
  PlatformCertificatesStatus,
} from "./domain/platform-certificates-state";
export type {
  PlatformPublicKeyHistoryEntry,
  PlatformPublicKeyStatus,
  ServingPublicKey,
} from "./domain/platform-public-key-state";
