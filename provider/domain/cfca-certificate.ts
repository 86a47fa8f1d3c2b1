import type { Certificate } from "./certificate";
import { isCompromised, matchOf } from "./certificate-match";
import { acceptedCertificate, certificateProblems, type Declared } from "./certificate-problems";
import { toBeRevoked, unknownNames, withdrawn } from "./certificate-tasks";
import type { CertificateText } from "./certificate-text";
import type { CertificateView } from "./certificate-view";
import { applicationStage, openCodes, type ApplicationStage } from "./cfca-application";
import { keptPlatformCertificate, platformCertificateDelays } from "./cfca-platform-certificate";
import { cfcaUnmet, type CfcaTaskContext } from "./cfca-tasks";
import { stageOf, type Thresholds } from "./lifecycle";
import { replicaProblems } from "./secret";

/** What the program says of a certificate of CFCA. */
export interface CfcaDeclaration extends Declared {
  logicalName: string;
  /** Of the exported files; letters only. */
  exportName: string;
  /** Days of Asia/Shanghai, `YYYY-MM-DD`. */
  codesIssuedAt?: string | undefined;
  downloadedAt?: string | undefined;
  sender?: string | undefined;
  /** Whether the program says where the exported key is. */
  hasPfx: boolean;
  /** The platform's own certificate. */
  platform: Certificate | undefined;
  thresholds: Thresholds;
  /** The serial number that the program calls compromised. */
  compromised?: string | undefined;
  onExpiry: "fail" | "warn";
}

/** The declared certificate with what is to be kept beside it, if it may become current, or is. */
export function acceptedCfcaCertificate(
  declared: CfcaDeclaration,
  view: CertificateView,
): CertificateText | undefined {
  const accepted = acceptedCertificate(declared, view);
  if (!accepted) return undefined;
  const kept = keptPlatformCertificate(view.current);
  const isDelayed = platformCertificateDelays(declared.platform, kept, declared.now).length > 0;
  return { ...accepted, platformCertificate: (isDelayed ? kept : declared.platform)?.pem };
}

/** When the newest certificate begins that is known of; the vault's, and the one in state where the vault's are lost. */
export function newestIssue(view: CertificateView, before: Date | undefined): Date | undefined {
  return latest([view.newestNotBefore, before]);
}

/** What the steps and the reasons depend on, from what the vault holds. */
export function cfcaTaskContext(
  view: CertificateView,
  declared: CfcaDeclaration,
  newest: Date | undefined,
): CfcaTaskContext & { stage: ApplicationStage | undefined } {
  const { certificate, codesIssuedAt, downloadedAt, thresholds, now } = declared;
  const current = view.current?.certificate;
  const serving = current && { ...current, isCompromised: isCompromised(current, view) };
  const platform = keptPlatformCertificate(view.current);
  // A certificate that is declared is what the letter was for, whether its key has come or not.
  const letters = {
    codesIssuedAt,
    newestNotBefore: latest([newest, certificate?.certificate.notBefore]),
  };
  const hasUnstoredCertificate =
    certificate !== undefined &&
    certificate.certificate.notAfter > now &&
    matchOf(certificate, view) === "none";
  const isWanted = !serving || serving.isCompromised || stageOf(serving, thresholds, now) !== "healthy";
  const application = { ...letters, downloadedAt, hasUnstoredCertificate, isWanted };
  return {
    ...declared,
    stage: applicationStage(application, now),
    openCodes: openCodes(letters),
    serving,
    toRevoke: toBeRevoked(view, now),
    platform,
  };
}

/** Why the vault is short of what the program asks for; a run is red while there is one. */
export function cfcaUnmetReasons(
  view: CertificateView,
  declared: CfcaDeclaration,
  context: CfcaTaskContext,
): string[] {
  const { platform, now } = declared;
  return [
    ...certificateProblems(declared, view),
    ...unknownNames(view, declared),
    ...(view.current && !declared.certificate ? [withdrawn(view.current)] : []),
    ...platformCertificateDelays(platform, keptPlatformCertificate(view.current), now),
    ...cfcaUnmet(context),
    ...replicaProblems(view.secret),
  ];
}

function latest(dates: readonly (Date | undefined)[]): Date | undefined {
  return dates.reduce((a, b) => (a && b ? (a > b ? a : b) : (a ?? b)), undefined);
}
