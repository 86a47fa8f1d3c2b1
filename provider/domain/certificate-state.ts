import { bothZones, isoTime } from "./calendar";
import { certificateIssuance, type CertificateIssuance } from "./certificate-kind";
import { recordCurrent, type HistoryEntry } from "./certificate-history";
import { certificateProblems, type Declared } from "./certificate-problems";
import type { CertificateView, HeldCertificate, PendingRequest } from "./certificate-view";
import { formatName } from "./distinguished-name";
import {
  inferredPolicy,
  platformAction,
  policies,
  stageOf,
  type PolicyName,
  type Thresholds,
} from "./lifecycle";
import { readCertificateChange, type CertificateChange } from "./last-change";
import { certificateNextSteps, expiryConsequence, numbered } from "./next-steps";
import { replicaProblems } from "./secret";
import { firstIssuedTag } from "./secret-tags";
import { completeSubject, defaultSubject, requestSubject, type RequestSubject } from "./signing-request";

export type CertificateStatus = "awaiting-certificate" | "active" | "renewal-requested" | "expired";

/** The certificate that serves. All of it is public. */
export interface CurrentCertificate {
  versionId: string;
  serialNumber: string;
  issuedBy: CertificateIssuance;
  issuer: string;
  subject: string;
  /** ISO 8601, UTC. */
  notBefore: string;
  notAfter: string;
  certificateSha256: string;
  publicKeySha256: string;
}

export interface PendingCertificate {
  versionId: string;
  publicKeySha256: string;
  /** ISO 8601, UTC. */
  since: string;
}

/**
 * What a merchant certificate's handler returns beside the inputs; it goes into state, so all is public. What is
 * not there is null, not undefined: the engine warns of stack outputs that are undefined.
 */
export interface CertificateState {
  secretArn: string;
  status: CertificateStatus;
  currentVersionId: string | null;
  serialNumber: string | null;
  notAfter: string | null;
  current: CurrentCertificate | null;
  pendingVersionId: string | null;
  pending: PendingCertificate | null;
  certificateRequest: string | null;
  keyOrigin: "generated" | "imported";
  firstIssuedAt: string | null;
  oldValidUntil: string | null;
  unmet: readonly string[];
  nextSteps: readonly string[];
  history: readonly HistoryEntry[];
}

export interface StateContext extends Declared {
  logicalName: string;
  merchantName: string;
  /** Subject attributes of the next request. */
  subject?: Omit<RequestSubject, "merchantId" | "merchantName">;
  thresholds: Thresholds;
  policy: PolicyName | undefined;
  onExpiry: "fail" | "warn";
  /** What the state said before; its history goes on. */
  previous: Partial<CertificateState>;
}

export function certificateState(view: CertificateView, context: StateContext): CertificateState {
  const { current, pending, secret } = view;
  const { previous } = context;
  const currentCertificate = current && describeCurrent(current);
  const firstIssuedAt = secret.tags[firstIssuedTag];
  const change = changeOf(view);
  const before = previous.history ?? [];
  // Without the tag the run has broken off; the next one writes it, and knows better why.
  const history = change
    ? recordCurrent(before, currentCertificate, change.at, {
        declared:
          currentCertificate?.certificateSha256 === context.certificate?.certificate.certificateSha256,
        first: before.length === 0 && currentCertificate?.notBefore === firstIssuedAt,
        imported: change.isImported && (before.length === 0 || !isSameKey(view, context)),
        older: (currentCertificate?.notBefore ?? "") < (previous.current?.notBefore ?? ""),
      })
    : before;
  const replaced =
    previous.current && previous.current.versionId !== current?.versionId ? previous.current : undefined;
  return {
    secretArn: secret.arn,
    status: status(view, context),
    currentVersionId: current?.versionId ?? null,
    serialNumber: current?.certificate.serialNumber ?? null,
    notAfter: currentCertificate?.notAfter ?? null,
    current: currentCertificate ?? null,
    pendingVersionId: pending?.versionId ?? null,
    pending: pending ? describePending(pending) : null,
    certificateRequest: pending?.certificateRequest ?? null,
    keyOrigin: keyOrigin(view, context),
    firstIssuedAt: firstIssuedAt ?? null,
    oldValidUntil:
      replaced && current ? oldValidUntil(replaced, current, context) : (previous.oldValidUntil ?? null),
    unmet: unmetReasons(view, context),
    nextSteps: nextSteps(view, context),
    history,
  };
}

/** What the tag that its promotion wrote says of the current certificate. */
function changeOf({ secret, current }: CertificateView): CertificateChange | undefined {
  const change = readCertificateChange(secret.tags);
  return change?.serialNumber === current?.certificate.serialNumber ? change : undefined;
}

function keyOrigin(view: CertificateView, context: StateContext): CertificateState["keyOrigin"] {
  if (changeOf(view)?.isImported) return "imported";
  return isSameKey(view, context) ? (context.previous.keyOrigin ?? "generated") : "generated";
}

/** Whether the certificate that serves has the key of the one that the state knows. */
function isSameKey({ current }: CertificateView, { previous }: StateContext): boolean {
  return current !== undefined && previous.current?.publicKeySha256 === current.certificate.publicKeySha256;
}

function describeCurrent({ versionId, certificate }: HeldCertificate): CurrentCertificate {
  return {
    versionId,
    serialNumber: certificate.serialNumber,
    issuedBy: certificateIssuance(certificate),
    issuer: formatName(certificate.issuer),
    subject: formatName(certificate.subject),
    notBefore: isoTime(certificate.notBefore),
    notAfter: isoTime(certificate.notAfter),
    certificateSha256: certificate.certificateSha256,
    publicKeySha256: certificate.publicKeySha256,
  };
}

function describePending({ versionId, publicKeySha256, since }: PendingRequest): PendingCertificate {
  return { versionId, publicKeySha256, since: isoTime(since) };
}

function status({ current, pending }: CertificateView, { now }: StateContext): CertificateStatus {
  if (!current) return "awaiting-certificate";
  if (current.certificate.notAfter <= now) return "expired";
  return pending ? "renewal-requested" : "active";
}

/** Null after a roll back: the platform knows nothing of it, so nothing ends earlier. */
function oldValidUntil(
  old: CurrentCertificate,
  current: HeldCertificate,
  { policy }: StateContext,
): string | null {
  if (isoTime(current.certificate.notBefore) <= old.notBefore) return null;
  const validity = { notBefore: new Date(old.notBefore), notAfter: new Date(old.notAfter) };
  const { replacedValidUntil } = policies[policy ?? inferredPolicy(current.certificate)];
  return isoTime(replacedValidUntil(validity, current.certificate.notBefore));
}

/** Why the vault is short of what the program asks for; a run is red while there is one. */
function unmetReasons(view: CertificateView, context: StateContext): string[] {
  const { current, pending, secret } = view;
  const { certificate: declared, now, thresholds, onExpiry } = context;
  const reasons = certificateProblems(context, view);
  if (current && !declared) {
    reasons.push(
      `certificate: withdrawn from the program while ${current.certificate.serialNumber} serves. ` +
        "Declare it again; to retire the merchant, remove the resource.",
    );
  }
  if (pending) reasons.push(...subjectChanges(pending, context));
  if (current && onExpiry === "fail") {
    const stage = stageOf(current.certificate, thresholds, now);
    if (stage === "late" || stage === "expired") reasons.push(overdue(view, context));
  }
  return [...reasons, ...replicaProblems(secret)];
}

/** A request that is with the platform already cannot change; only another one could. */
function subjectChanges(
  { certificateRequest, fingerprint }: PendingRequest,
  context: StateContext,
): string[] {
  const { merchantId, merchantName, subject } = context;
  const declared = completeSubject({ ...subject, merchantId, merchantName });
  const requested = requestSubject(certificateRequest);
  const names = Object.keys(declared) as (keyof typeof declared)[];
  return names
    .filter((name) => requested[name] !== declared[name])
    .map(
      (name) =>
        `${name in defaultSubject ? `subject.${name}` : name}: request ${fingerprint} is outstanding with ` +
        `"${requested[name]}", found "${declared[name]}". Set it back until the request's certificate is declared.`,
    );
}

function overdue(view: CertificateView, context: StateContext): string {
  const { serialNumber, notAfter } = view.current!.certificate;
  const steps = numbered(nextSteps(view, context));
  return notAfter <= context.now
    ? `certificate: ${serialNumber} expired on ${bothZones(notAfter)}. ${expiryConsequence}.\n${steps}`
    : `certificate: ${serialNumber} expires on ${bothZones(notAfter)} and its replacement is not declared yet.\n${steps}`;
}

function nextSteps({ current, pending, secret }: CertificateView, context: StateContext): string[] {
  if (!pending) return [];
  const { logicalName, merchantId, policy, now } = context;
  const steps = { logicalName, merchantId, fingerprint: pending.fingerprint };
  if (!current) return certificateNextSteps({ ...steps, action: "apply" });
  const { certificate } = current;
  const firstIssued = new Date(secret.tags[firstIssuedTag] ?? certificate.notBefore);
  const used = { notBefore: certificate.notBefore, notAfter: certificate.notAfter, firstIssued };
  const action = platformAction(policy ?? inferredPolicy(certificate), used, now);
  const deadline = certificate.notAfter > now ? { deadline: certificate.notAfter } : {};
  return certificateNextSteps({ ...steps, action, ...deadline });
}
