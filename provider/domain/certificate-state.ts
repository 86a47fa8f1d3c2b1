import { isoTime } from "./calendar";
import { issuerOf, type CertificateIssuance } from "./certificate-kind";
import {
  hasServed,
  recordAbandoned,
  recordCompromised,
  recordCurrent,
  type HistoryEntry,
} from "./certificate-history";
import { isCompromised } from "./certificate-match";
import { nextSteps, nextStepsUntil, unmetReasons, type TaskContext } from "./certificate-tasks";
import type { CertificateView, PendingRequest } from "./certificate-view";
import { formatName } from "./distinguished-name";
import type { HeldCertificate } from "./held-certificate";
import { readCertificateChange, type CertificateChange } from "./last-change";
import { inferredPolicy, replacedValidUntil } from "./platform-actions";
import { isLabelled, labelledVersions } from "./secret";
import { firstIssuedTag } from "./secret-tags";

export type CertificateStatus =
  "awaiting-certificate" | "active" | "renewal-requested" | "expired" | "compromised";

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
  /** When the clock alone changes their words. */
  nextStepsUntil: string | null;
  history: readonly HistoryEntry[];
}

export interface StateContext extends TaskContext {
  /** What the state said before; its history goes on. */
  previous: Partial<CertificateState> & { abandonRequest?: unknown };
}

export function certificateState(view: CertificateView, context: StateContext): CertificateState {
  const { current, pending, secret } = view;
  const { previous } = context;
  const currentCertificate = current && describeCurrent(current);
  const firstIssuedAt = secret.tags[firstIssuedTag];
  const history = historyOf(view, context, currentCertificate);
  const wordsUntil = nextStepsUntil(view, context);
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
      replaced && current
        ? oldValidUntil(replaced, current, view, context)
        : (previous.oldValidUntil ?? null),
    unmet: unmetReasons(view, context),
    nextSteps: nextSteps(view, context),
    nextStepsUntil: wordsUntil ? isoTime(wordsUntil) : null,
    history,
  };
}

/** The audit trail, with what this run has found. */
function historyOf(
  view: CertificateView,
  context: StateContext,
  current: CurrentCertificate | undefined,
): readonly HistoryEntry[] {
  const { previous, certificate, now } = context;
  const before = previous.history ?? [];
  const change = changeOf(view);
  // Without the tag the run has broken off; the next one writes it, and knows better why.
  const recorded = change
    ? recordCurrent(before, current, change.at, {
        declared: current?.certificateSha256 === certificate?.certificate.certificateSha256,
        first: !hasServed(before) && current?.notBefore === view.secret.tags[firstIssuedTag],
        imported: change.isImported && (!hasServed(before) || !isSameKey(view, context)),
        older: (current?.notBefore ?? "") < (previous.current?.notBefore ?? ""),
        afterCompromise: isLabelled(view.secret, "compromised", previous.serialNumber ?? ""),
        upgraded: previous.current?.issuedBy === "wechat-pay" && current?.issuedBy !== "wechat-pay",
        sameKey: isSameKey(view, context),
      })
    : before;
  const abandoned = abandonedRequest(view, context);
  return recordCompromised(
    abandoned ? recordAbandoned(recorded, abandoned, isoTime(now)) : recorded,
    labelledVersions(view.secret, "compromised").map(({ of }) => of),
    isoTime(now),
  );
}

/** The request that this run has given up: the one that waited before, or the one that the program newly names. */
function abandonedRequest(
  { secret }: CertificateView,
  { previous, abandonRequest, now }: StateContext,
): { versionId: string; fingerprint: string; since: string } | undefined {
  const isNews = abandonRequest !== undefined && previous.abandonRequest !== abandonRequest;
  const found = labelledVersions(secret, "abandoned").find(
    ({ versionId, of }) => versionId === previous.pending?.versionId || (isNews && of === abandonRequest),
  );
  if (!found) return undefined;
  const { versionId, of: fingerprint } = found;
  const waited = previous.pending?.versionId === versionId ? previous.pending.since : undefined;
  return { versionId, fingerprint, since: waited ?? isoTime(now) };
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
    issuedBy: issuerOf(certificate),
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

function status(view: CertificateView, { now }: StateContext): CertificateStatus {
  const { current, pending } = view;
  if (!current) return "awaiting-certificate";
  if (current.certificate.notAfter <= now) return "expired";
  if (isCompromised(current.certificate, view)) return "compromised";
  return pending ? "renewal-requested" : "active";
}

/**
 * Null after a roll back, of which the platform knows nothing, so that nothing ends earlier; and of a compromised
 * certificate, which works until somebody revokes it.
 */
function oldValidUntil(
  old: CurrentCertificate,
  current: HeldCertificate,
  view: CertificateView,
  { policy }: StateContext,
): string | null {
  if (isLabelled(view.secret, "compromised", old.serialNumber)) return null;
  if (isoTime(current.certificate.notBefore) <= old.notBefore) return null;
  const validity = { notBefore: new Date(old.notBefore), notAfter: new Date(old.notAfter) };
  const replacedOn = current.certificate.notBefore;
  const rules = policy ?? inferredPolicy(current.certificate);
  return isoTime(replacedValidUntil({ ...validity, issuedBy: old.issuedBy }, rules, replacedOn));
}
