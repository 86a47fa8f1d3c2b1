import { addDays, startOfShanghaiDay } from "./calendar";

/**
 * How far an application for a CFCA certificate has come:
 * - `requested`: the business manager has been, or is to be, asked for it
 * - `letters-received`: the letter with the two codes is there; they are valid for 14 days
 * - `codes-expired`: they have not been used in time
 * - `downloaded`: the certificate is on somebody's computer and in no file yet
 * - `exported`: its public part is declared, and its key is not in the vault yet
 */
export type ApplicationStage = "requested" | "letters-received" | "codes-expired" | "downloaded" | "exported";

/** What the program and the vault tell of an application. Days are those of Asia/Shanghai, `YYYY-MM-DD`. */
export interface Application {
  /** Day of the letter with the two codes. */
  codesIssuedAt?: string | undefined;
  downloadedAt?: string | undefined;
  /** Whether a certificate is declared that is not in the vault. */
  hasUnstoredCertificate: boolean;
  /** Of the newest certificate that is known. */
  newestNotBefore?: Date | undefined;
  /** Whether nothing serves, or a replacement is wanted. */
  isWanted: boolean;
}

/** Source: Geoswift open platform, "Rapid Development": the two-code letter is valid for 14 days. */
export const codesValidForDays = 14;

/** Days before their end from which the steps begin with the deadline. */
export const codesWarningDays = 3;

/** The end of the last day on which the two codes can be used. */
export function codesValidUntil(codesIssuedAt: string): Date {
  return addDays(startOfShanghaiDay(codesIssuedAt), codesValidForDays + 1);
}

/** From when little time is left for the two codes. */
export function codesEndingFrom(codesIssuedAt: string): Date {
  return addDays(codesValidUntil(codesIssuedAt), -codesWarningDays);
}

/**
 * The day of the letter whose codes have not led to a certificate yet. A program keeps the date for years: a
 * certificate that begins on that day, or later, is what they were for. One day of tolerance, because a CA may let a
 * certificate begin a little earlier.
 */
export function openCodes({
  codesIssuedAt,
  newestNotBefore,
}: Pick<Application, "codesIssuedAt" | "newestNotBefore">): string | undefined {
  if (codesIssuedAt === undefined) return undefined;
  const isSpent =
    newestNotBefore !== undefined && startOfShanghaiDay(codesIssuedAt) <= addDays(newestNotBefore, 1);
  return isSpent ? undefined : codesIssuedAt;
}

interface StageRule {
  stage: ApplicationStage;
  when: (application: Application, now: Date) => boolean;
}

/** The furthest stage first: the first rule that applies decides. */
export const stageRules: readonly StageRule[] = [
  { stage: "exported", when: ({ hasUnstoredCertificate }) => hasUnstoredCertificate },
  { stage: "downloaded", when: isDownloaded },
  {
    stage: "codes-expired",
    when: (application, now) => {
      const codes = openCodes(application);
      return codes !== undefined && now >= codesValidUntil(codes);
    },
  },
  { stage: "letters-received", when: (application) => openCodes(application) !== undefined },
  { stage: "requested", when: ({ isWanted }) => isWanted },
];

/** Undefined while no application is open. */
export function applicationStage(application: Application, now: Date): ApplicationStage | undefined {
  return stageRules.find(({ when }) => when(application, now))?.stage;
}

/** Whether the certificate of the open letter, or one that no letter is told of, is on somebody's computer. */
function isDownloaded({ codesIssuedAt, downloadedAt, newestNotBefore }: Application): boolean {
  if (downloadedAt === undefined) return false;
  // Days as text sort as days.
  if (codesIssuedAt !== undefined && downloadedAt < codesIssuedAt) return false;
  return openCodes({ codesIssuedAt: codesIssuedAt ?? downloadedAt, newestNotBefore }) !== undefined;
}
