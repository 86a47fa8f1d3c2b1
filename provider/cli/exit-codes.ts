/** How a credential stands; `unknown` where the export does not tell. */
export type CredentialStatus = "healthy" | "unknown" | "due" | "overdue" | "expired";

/** The exit code of `status`; of several credentials the highest counts. */
export const statusExitCodes: Readonly<Record<CredentialStatus, number>> = {
  healthy: 0,
  unknown: 1,
  due: 10,
  overdue: 11,
  expired: 12,
};

/** What every command ends with. */
export const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

/** The worst of several; `healthy` of none. */
export function worstStatus(statuses: readonly CredentialStatus[]): CredentialStatus {
  return statuses.reduce(
    (worst, status) => (statusExitCodes[status] > statusExitCodes[worst] ? status : worst),
    "healthy",
  );
}
