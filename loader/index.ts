export type { CredentialValue } from "./format";
