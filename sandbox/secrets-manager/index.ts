export { startSecretsManager, type SecretsManagerOptions, type SecretsManagerSandbox } from "./sandbox";
export type { FaultKind, FaultRule } from "./fault-rule";
export type { Faults } from "./faults";
export type { Journal, JournalEntry } from "./journal";
export type { RequestHook } from "./service";
export type { SecretSnapshot } from "./snapshot";
