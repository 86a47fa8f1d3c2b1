export { CredentialReader, type CredentialReaderArgs, type ReadableCredential } from "./credential-reader";
export type { ReadableStage } from "./reader-policy";
