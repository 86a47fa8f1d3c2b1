import { addDays, isoTime, shanghaiDay, startOfShanghaiDay } from "./calendar";

/** Source: WeChat Pay, "Operating Certificate" (docs/wechat-pay-steps.md): for each account, and at one time. */
export const operatingCertificateLimits = { certificates: 20, computers: 10 } as const;

/** The days of an installation that decide how it stands: `YYYY-MM-DD` in Asia/Shanghai. */
export interface InstallationDays {
  /** Its last day: it is valid through the last second of that day. */
  expires: string;
  /** When somebody last saw it on the platform. */
  verifiedAt: string;
}

/** An operating certificate on a computer, as somebody has seen it on the platform. */
export interface Installation extends InstallationDays {
  operator: string;
  computer: string;
  serialNumber?: string | undefined;
  /** `YYYY-MM-DD` in Asia/Shanghai. */
  installed: string;
  verifiedBy: string;
}

export interface OperatingCertificateThresholds {
  /** Days for which an attestation holds, its own day included. Default 90. */
  staleAfterDays: number;
  /** Days before its end from which an installation is to be renewed. Default 30. */
  expiringBeforeDays: number;
}

/** Both are this package's: the platform says nothing about them. */
export const defaultOperatingCertificateThresholds: OperatingCertificateThresholds = {
  staleAfterDays: 90,
  expiringBeforeDays: 30,
};

/** How one installation stands; the attestation of an expired one is not asked for again. */
export type InstallationStage = "healthy" | "expiring" | "stale" | "expired";

/**
 * - `none`: no operating certificate is installed
 * - `healthy`: nothing to do
 * - `expiring`: one ends soon, or has ended while another is valid
 * - `stale`: nobody has looked at one for too long
 * - `expired`: all have ended
 */
export type OperatingCertificatesStatus = "none" | InstallationStage;

interface InstallationRule {
  stage: InstallationStage;
  from: (days: InstallationDays, thresholds: OperatingCertificateThresholds) => Date;
}

/** Worst first: the first rule whose time has come decides. */
const installationRules: readonly InstallationRule[] = [
  { stage: "expired", from: endOf },
  { stage: "stale", from: staleFromOf },
  { stage: "expiring", from: expiringFromOf },
];

interface StageRule {
  stage: OperatingCertificatesStatus;
  when: (stages: readonly InstallationStage[]) => boolean;
}

/** Worst first but for an empty list; `healthy` where none applies. */
const stageRules: readonly StageRule[] = [
  { stage: "none", when: (stages) => stages.length === 0 },
  { stage: "expired", when: (stages) => stages.every((stage) => stage === "expired") },
  { stage: "stale", when: (stages) => stages.includes("stale") },
  { stage: "expiring", when: (stages) => stages.includes("expired") || stages.includes("expiring") },
];

export function installationStage(
  days: InstallationDays,
  thresholds: OperatingCertificateThresholds,
  now: Date,
): InstallationStage {
  return installationRules.find(({ from }) => now >= from(days, thresholds))?.stage ?? "healthy";
}

/** How the operating certificates of an account stand, all together. */
export function operatingCertificatesStage(
  installations: readonly InstallationDays[],
  thresholds: OperatingCertificateThresholds,
  now: Date,
): OperatingCertificatesStatus {
  const stages = installations.map((each) => installationStage(each, thresholds, now));
  return stageRules.find(({ when }) => when(stages))?.stage ?? "healthy";
}

/**
 * The line that `pulumi preview` shows. It changes only when the stage of an installation does: it holds counts and
 * days of the installations (in Asia/Shanghai), never the present one.
 */
export function operatingCertificatesLine(
  installations: readonly InstallationDays[],
  thresholds: OperatingCertificateThresholds,
  now: Date,
): string {
  const stage = operatingCertificatesStage(installations, thresholds, now);
  const last = installations.map(({ expires }) => expires).reduce(later, "");
  const stale = firstStale(installations, thresholds);
  switch (stage) {
    case "none":
      return stage;
    case "healthy": {
      const expiring = earliest(installations.map((each) => expiringFromOf(each, thresholds)))!;
      const staleDay = stale ? `stale from ${shanghaiDay(stale)}; ` : "";
      return `healthy (${staleDay}expiring from ${shanghaiDay(expiring)})`;
    }
    case "expiring":
      return `expiring (${counts(installations, thresholds, now)}; the last ends on ${last})`;
    case "stale":
      return `stale (${counts(installations, thresholds, now)}; the last ends on ${last})`;
    case "expired":
      return `expired (all ${installations.length}; the last ended on ${last})`;
  }
}

/**
 * Until when the account has an operating certificate: the end, in ISO 8601 and UTC, of the last day of the
 * installation that ends last. From that second on there is none. `none` where none is declared.
 */
export function operatingCertificatesValidUntil(
  installations: readonly Pick<InstallationDays, "expires">[],
): string {
  const ends = installations.map(endOf);
  return ends.length === 0 ? "none" : isoTime(ends.reduce((a, b) => (a > b ? a : b)));
}

/** When the first attestation goes stale; undefined where each installation ends before its own does. */
export function firstStale(
  installations: readonly InstallationDays[],
  thresholds: OperatingCertificateThresholds,
): Date | undefined {
  return earliest(
    installations
      .filter((each) => staleFromOf(each, thresholds) < endOf(each))
      .map((each) => staleFromOf(each, thresholds)),
  );
}

/** The first moment at which an installation is no longer valid: the day after its last begins in Asia/Shanghai. */
export function endOf({ expires }: Pick<InstallationDays, "expires">): Date {
  return addDays(startOfShanghaiDay(expires), 1);
}

function staleFromOf(
  { verifiedAt }: InstallationDays,
  { staleAfterDays }: OperatingCertificateThresholds,
): Date {
  return addDays(startOfShanghaiDay(verifiedAt), staleAfterDays);
}

function expiringFromOf(
  days: InstallationDays,
  { expiringBeforeDays }: OperatingCertificateThresholds,
): Date {
  return addDays(endOf(days), -expiringBeforeDays);
}

/** `of 3: 1 expired, 1 stale`. Time moves an installation from right to left only, so equal counts are equal sets. */
function counts(
  installations: readonly InstallationDays[],
  thresholds: OperatingCertificateThresholds,
  now: Date,
): string {
  const stages = installations.map((each) => installationStage(each, thresholds, now));
  const told = installationRules.flatMap(({ stage }) => {
    const count = stages.filter((each) => each === stage).length;
    return count > 0 ? `${count} ${stage}` : [];
  });
  return `of ${stages.length}: ${told.join(", ")}`;
}

function earliest(dates: readonly Date[]): Date | undefined {
  return dates.length === 0 ? undefined : dates.reduce((a, b) => (a < b ? a : b));
}

/** Days of the calendar sort as texts. */
function later(a: string, b: string): string {
  return a > b ? a : b;
}
