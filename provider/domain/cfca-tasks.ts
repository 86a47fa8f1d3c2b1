import { addDays, bothZones, startOfShanghaiDay } from "./calendar";
import { codesEndingFrom, codesValidUntil } from "./cfca-application";
import { cfcaNextSteps, platformThresholds, validity, type CfcaStepContext } from "./cfca-next-steps";
import { stageOf, type Thresholds } from "./lifecycle";
import { numbered } from "./next-steps";

export interface CfcaTaskContext extends CfcaStepContext {
  /** As the program declares it, spent or not. */
  codesIssuedAt?: string | undefined;
  onExpiry: "fail" | "warn";
}

/** What stops with the merchant's certificate. */
const expiryConsequence =
  "the open platform takes no request signed with it, and what it encrypts for it cannot be read for long";

interface UnmetRule {
  /** Whether it is the clock that makes the run red, which `onExpiry` decides about. */
  isOfClock: boolean;
  reason: (context: CfcaTaskContext) => string | undefined;
}

/** Why people are late, or something is wrong; a run is red while there is a reason. */
const rules: readonly UnmetRule[] = [
  {
    isOfClock: false,
    reason: ({ codesIssuedAt, now }) =>
      codesIssuedAt !== undefined && startOfShanghaiDay(codesIssuedAt) > now
        ? `codesIssuedAt: expected a day that has come, found one that begins ${bothZones(startOfShanghaiDay(codesIssuedAt))}. Correct it.`
        : undefined,
  },
  {
    isOfClock: true,
    reason: (context) =>
      context.stage === "codes-expired"
        ? `codesIssuedAt: the two codes were valid until ${bothZones(codesValidUntil(context.openCodes!))}, and no certificate is downloaded.\n${steps(context)}`
        : undefined,
  },
  {
    isOfClock: false,
    reason: (context) =>
      context.serving?.isCompromised
        ? `compromised: certificate ${context.serving.serialNumber} still serves, and others have its key. Replace it now.\n${steps(context)}`
        : undefined,
  },
  {
    isOfClock: true,
    reason: (context) => {
      const { serving, thresholds, now } = context;
      if (!serving || serving.isCompromised) return undefined;
      const { serialNumber, notAfter } = serving;
      const stage = stageOf(serving, thresholds, now);
      if (stage === "expired")
        return `certificate: ${serialNumber} expired on ${bothZones(notAfter)}: ${expiryConsequence}.\n${steps(context)}`;
      return stage === "late"
        ? `certificate: ${serialNumber} expires on ${bothZones(notAfter)} and its replacement is ${context.stage === "exported" ? "declared without its key" : "not declared yet"}. ` +
            `From then on ${expiryConsequence}.\n${steps(context)}`
        : undefined;
    },
  },
  {
    isOfClock: true,
    reason: ({ platform, now }) => {
      if (!platform) return undefined;
      const { serialNumber, notAfter } = platform;
      const stage = stageOf(validity(platform), platformThresholds, now);
      if (stage !== "late" && stage !== "expired") return undefined;
      const ends = stage === "expired" ? "expired on" : "expires on";
      return (
        `platformCertificate: ${serialNumber} ${ends} ${bothZones(notAfter)}; then no request can be encrypted for ` +
        "the platform. Declare its new one."
      );
    },
  },
];

export function cfcaUnmet(context: CfcaTaskContext): string[] {
  return rules.flatMap(({ isOfClock, reason }) =>
    isOfClock && context.onExpiry === "warn" ? [] : (reason(context) ?? []),
  );
}

function steps(context: CfcaTaskContext): string {
  return numbered(cfcaNextSteps(context));
}

/** When the clock alone changes steps, reasons or stage next; undefined where it never does. */
export function cfcaStepsUntil(context: CfcaTaskContext): Date | undefined {
  const { serving, platform, openCodes, codesIssuedAt, thresholds, now } = context;
  const turns = [
    ...(serving ? stageTurns(serving, thresholds) : []),
    ...(platform ? stageTurns(platform, platformThresholds) : []),
    ...(openCodes !== undefined && context.stage !== "exported" && context.stage !== "downloaded"
      ? [codesEndingFrom(openCodes), codesValidUntil(openCodes)]
      : []),
    ...(codesIssuedAt === undefined ? [] : [startOfShanghaiDay(codesIssuedAt)]),
  ];
  return turns.filter((turn) => turn > now).sort((a, b) => a.getTime() - b.getTime())[0];
}

function stageTurns(
  { notAfter }: { notAfter: Date },
  { renewBeforeDays, failBeforeDays }: Thresholds,
): Date[] {
  return [addDays(notAfter, -renewBeforeDays), addDays(notAfter, -failBeforeDays), notAfter];
}
