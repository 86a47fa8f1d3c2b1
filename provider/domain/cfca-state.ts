import { isoTime } from "./calendar";
import {
  hasServed,
  recordCompromised,
  recordCurrent,
  type CertificateTenure,
  type HistoryEntry,
} from "./certificate-history";
import type { CertificateView } from "./certificate-view";
import { codesValidUntil, type ApplicationStage } from "./cfca-application";
import { cfcaTaskContext, cfcaUnmetReasons, newestIssue, type CfcaDeclaration } from "./cfca-certificate";
import { cfcaNextSteps, type CfcaStepContext } from "./cfca-next-steps";
import {
  describePlatformCertificate,
  keptPlatformCertificate,
  type KeptPlatformCertificate,
} from "./cfca-platform-certificate";
import { cfcaStepsUntil } from "./cfca-tasks";
import { formatName } from "./distinguished-name";
import type { HeldCertificate } from "./held-certificate";
import { readCertificateChange } from "./last-change";
import { stageOf } from "./lifecycle";
import { isLabelled, labelledVersions } from "./secret";
import { firstIssuedTag } from "./secret-tags";

/** While nothing serves, how far the application is; then how the certificate stands. */
export type CfcaCertificateStatus = ApplicationStage | "active" | "renewal-due" | "expired" | "compromised";

/** The certificate that serves. All of it is public. */
export interface CurrentCfcaCertificate {
  versionId: string;
  /** Upper-case hex, padded to 40 digits. */
  serialNumber: string;
  issuer: string;
  subject: string;
  /** ISO 8601, UTC. */
  notBefore: string;
  notAfter: string;
  certificateSha256: string;
  publicKeySha256: string;
}

/** What goes into state beside the inputs; all is public. What is not there is null. */
export interface CfcaCertificateState {
  secretArn: string;
  status: CfcaCertificateStatus;
  application: ApplicationStage | null;
  codesValidUntil: string | null;
  currentVersionId: string | null;
  serialNumber: string | null;
  notAfter: string | null;
  current: CurrentCfcaCertificate | null;
  cer: string | null;
  publicKeySha256: string | null;
  platform: KeptPlatformCertificate | null;
  keyOrigin: "imported" | null;
  firstIssuedAt: string | null;
  lastIssuedAt: string | null;
  unmet: readonly string[];
  nextSteps: readonly string[];
  nextStepsUntil: string | null;
  history: readonly CertificateTenure[];
}

/** What the state said before. */
export type PreviousCfcaState = Partial<
  Pick<CfcaCertificateState, "history" | "current" | "serialNumber" | "lastIssuedAt">
>;

export function cfcaCertificateState(
  view: CertificateView,
  declared: CfcaDeclaration,
  previous: PreviousCfcaState,
): CfcaCertificateState {
  const { current, secret } = view;
  const newest = newestIssue(view, previous.lastIssuedAt ? new Date(previous.lastIssuedAt) : undefined);
  const context = cfcaTaskContext(view, declared, newest);
  const currentCertificate = current ? describeCurrent(current) : null;
  const platform = keptPlatformCertificate(current);
  const until = cfcaStepsUntil(context);
  return {
    secretArn: secret.arn,
    status: status(context),
    application: context.stage ?? null,
    codesValidUntil: context.openCodes ? isoTime(codesValidUntil(context.openCodes)) : null,
    currentVersionId: current?.versionId ?? null,
    serialNumber: currentCertificate?.serialNumber ?? null,
    notAfter: currentCertificate?.notAfter ?? null,
    current: currentCertificate,
    cer: current?.certificate.pem ?? null,
    publicKeySha256: currentCertificate?.publicKeySha256 ?? null,
    platform: platform ? describePlatformCertificate(platform) : null,
    keyOrigin: current ? "imported" : null,
    firstIssuedAt: secret.tags[firstIssuedTag] ?? null,
    lastIssuedAt: newest ? isoTime(newest) : null,
    unmet: cfcaUnmetReasons(view, declared, context),
    nextSteps: cfcaNextSteps(context),
    nextStepsUntil: until ? isoTime(until) : null,
    history: historyOf(view, declared, currentCertificate, previous),
  };
}

function status({ stage, serving, thresholds, now }: CfcaStepContext): CfcaCertificateStatus {
  if (!serving) return stage ?? "requested";
  if (serving.notAfter <= now) return "expired";
  if (serving.isCompromised) return "compromised";
  return stageOf(serving, thresholds, now) === "healthy" ? "active" : "renewal-due";
}

/** The audit trail, with what this run has found. */
function historyOf(
  { secret, current }: CertificateView,
  { certificate, now }: CfcaDeclaration,
  described: CurrentCfcaCertificate | null,
  previous: PreviousCfcaState,
): readonly CertificateTenure[] {
  const before: readonly HistoryEntry[] = previous.history ?? [];
  const change = readCertificateChange(secret.tags);
  // Without the tag the run has broken off; the next one writes it, and knows better why.
  const isRecorded = described !== null && change?.serialNumber === described.serialNumber;
  const recorded = isRecorded
    ? recordCurrent(before, described, change.at, {
        declared: described.certificateSha256 === certificate?.certificate.certificateSha256,
        first: !hasServed(before) && described.notBefore === secret.tags[firstIssuedTag],
        // Every key comes from outside, so that says nothing of why it changed.
        imported: false,
        older: described.notBefore < (previous.current?.notBefore ?? ""),
        afterCompromise: isLabelled(secret, "compromised", previous.serialNumber ?? ""),
        upgraded: false,
        sameKey: current?.certificate.publicKeySha256 === previous.current?.publicKeySha256,
      })
    : before;
  const marked = labelledVersions(secret, "compromised").map(({ of }) => of);
  return recordCompromised(recorded, marked, isoTime(now)) as readonly CertificateTenure[];
}

function describeCurrent({ versionId, certificate }: HeldCertificate): CurrentCfcaCertificate {
  return {
    versionId,
    serialNumber: certificate.serialNumber,
    issuer: formatName(certificate.issuer),
    subject: formatName(certificate.subject),
    notBefore: isoTime(certificate.notBefore),
    notAfter: isoTime(certificate.notAfter),
    certificateSha256: certificate.certificateSha256,
    publicKeySha256: certificate.publicKeySha256,
  };
}
