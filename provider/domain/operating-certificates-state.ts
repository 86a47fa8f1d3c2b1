import { isoTime, startOfShanghaiDay } from "./calendar";
import { numbered } from "./next-steps";
import { operatingCertificateNextSteps, place, quoted } from "./operating-certificate-steps";
import {
  firstStale,
  installationStage,
  operatingCertificatesStage,
  type Installation,
  type OperatingCertificatesStatus,
  type OperatingCertificateThresholds,
} from "./operating-certificates";

/** What the program says of an account's operating certificates. */
export interface DeclaredOperatingCertificates extends OperatingCertificateThresholds {
  logicalName: string;
  merchantId: string;
  installations: readonly Installation[];
  onExpiry: "fail" | "warn";
}

/** What goes into state beside the inputs; all of it is public. */
export interface OperatingCertificatesState {
  status: OperatingCertificatesStatus;
  /** ISO 8601, UTC; null where no attestation goes stale before its installation ends. */
  staleFrom: string | null;
  unmet: readonly string[];
  nextSteps: readonly string[];
}

/** How the declared operating certificates stand at a time, and what a person has to do. */
export function operatingCertificatesState(
  declared: DeclaredOperatingCertificates,
  now: Date,
): OperatingCertificatesState {
  const { installations } = declared;
  const staged = installations.map((installation) => ({
    installation,
    stage: installationStage(installation, declared, now),
  }));
  const steps = operatingCertificateNextSteps({ ...declared, installations: staged });
  const late = declared.onExpiry === "warn" ? [] : lateReasons(declared, now);
  const last = late.pop();
  const stale = firstStale(installations, declared);
  return {
    status: operatingCertificatesStage(installations, declared, now),
    staleFrom: stale ? isoTime(stale) : null,
    unmet: [
      ...futureReasons(installations, now),
      ...late,
      ...(last === undefined ? [] : [`${last}\n${numbered(steps)}`]),
    ],
    nextSteps: steps,
  };
}

/** Nobody can have seen what is still to come: that is a mistyped day, whatever `onExpiry` says. */
function futureReasons(installations: readonly Installation[], now: Date): string[] {
  return installations.flatMap((installation, index) =>
    (["installed", "verifiedAt"] as const).flatMap((day) =>
      startOfShanghaiDay(installation[day]) > now
        ? `installations.${index}.${day}: expected a day that has come in Asia/Shanghai, found ${installation[day]}. Correct it.`
        : [],
    ),
  );
}

/** Why the account is short of an operating certificate, or of a person who knows that it has one. */
function lateReasons(declared: DeclaredOperatingCertificates, now: Date): string[] {
  const { installations, staleAfterDays } = declared;
  if (operatingCertificatesStage(installations, declared, now) === "expired") {
    const last = installations
      .map(({ expires }) => expires)
      .sort()
      .at(-1)!;
    return [
      `installations: expected an operating certificate that is valid, found that all ${installations.length} have ended, ` +
        `the last with ${last} (Asia/Shanghai). ${expiredConsequence}.`,
    ];
  }
  return installations.flatMap((installation, index) => {
    if (installationStage(installation, declared, now) !== "stale") return [];
    const { operator, computer, verifiedAt, verifiedBy } = installation;
    return (
      `installations.${index}.verifiedAt: expected a day of the last ${staleAfterDays}, found ${verifiedAt} (by ${quoted(verifiedBy)}). ` +
      `An administrator looks at ${place} for ${quoted(operator)} on ${quoted(computer)}.`
    );
  });
}

/** Source: WeChat Pay, "Operating Certificate" and the FAQ on renewal (docs/wechat-pay-steps.md). */
const expiredConsequence =
  "Without one the platform refuses top-up, withdrawal, red packets, changes of passwords, and the renewal of the API certificate";
