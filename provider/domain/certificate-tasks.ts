import { bothZones } from "./calendar";
import type { Certificate } from "./certificate";
import { issuerOf } from "./certificate-kind";
import { isCompromised } from "./certificate-match";
import {
  certificateNextSteps,
  expiryConsequence,
  revocationSteps,
  type StepContext,
} from "./certificate-next-steps";
import { certificateProblems, isLost, type Declared } from "./certificate-problems";
import type { CertificateView, PendingRequest } from "./certificate-view";
import type { HeldCertificate } from "./held-certificate";
import { stageOf, type Thresholds } from "./lifecycle";
import { numbered } from "./next-steps";
import {
  actionChanges,
  inferredPolicy,
  offeredFrom,
  offeredUntil,
  platformAction,
  validAtOnce,
  type PolicyName,
  type ServingCertificate,
} from "./platform-actions";
import { isLabelled, labelledVersions, replicaProblems } from "./secret";
import { firstIssuedTag } from "./secret-tags";
import { completeSubject, defaultSubject, requestSubject, type RequestSubject } from "./signing-request";

/** What the program says, as far as the work that is left to people depends on it. */
export interface TaskContext extends Declared {
  logicalName: string;
  merchantName: string;
  /** Subject attributes of the next request. */
  subject?: Omit<RequestSubject, "merchantId" | "merchantName">;
  thresholds: Thresholds;
  policy: PolicyName | undefined;
  onExpiry: "fail" | "warn";
  /** The serial number that the program calls compromised. */
  compromised?: string | undefined;
  /** The fingerprint of the request that the program gives up. */
  abandonRequest?: string | undefined;
  /** End of the operating certificate that lasts longest, ISO 8601, or `none`; undefined where nothing is told. */
  operatingCertificatesUntil?: string | undefined;
}

/** What only a person can do now, in order; empty where nothing is open. */
export function nextSteps(view: CertificateView, context: TaskContext): string[] {
  const { current, pending } = view;
  const { logicalName, merchantId, issuance, thresholds, now } = context;
  const shared = {
    logicalName,
    merchantId,
    ...(pending && { fingerprint: pending.fingerprint }),
    isDownloaded: issuance === "download",
    ...operatingCertificate(context),
  };
  const last = current?.certificate ?? (isLost(context, view) ? context.certificate?.certificate : undefined);
  if (!last) {
    if (!pending && issuance === "request") return [];
    return certificateNextSteps({ ...shared, action: issuance === "download" ? "download" : "apply" });
  }
  const isDue = stageOf(last, thresholds, now) !== "healthy" || isCompromised(last, view);
  const replacement =
    pending || isDue ? certificateNextSteps({ ...shared, ...replacementOf(last, view, context) }) : [];
  return [...openRevocations(view, context, replacement.length > 0), ...replacement];
}

function replacementOf(
  certificate: Certificate,
  view: CertificateView,
  { policy: given, thresholds, now }: TaskContext,
): Omit<StepContext, "logicalName" | "merchantId"> {
  const { notBefore, notAfter, serialNumber } = certificate;
  const policy = given ?? inferredPolicy(certificate);
  const compromised = isCompromised(certificate, view);
  const serving: ServingCertificate = {
    notBefore,
    notAfter,
    issuedBy: issuerOf(certificate),
    firstIssued: new Date(view.secret.tags[firstIssuedTag] ?? notBefore),
    isCompromised: compromised,
  };
  const action = platformAction(policy, serving, now);
  const stage = stageOf(certificate, thresholds, now);
  return {
    action,
    offeredFrom: offeredFrom(action, serving, now),
    offeredUntil: offeredUntil(action, serving),
    isFull: policy === "five-year" && view.valid.length >= validAtOnce,
    isLate: stage === "late" || stage === "expired",
    ...(notAfter > now && { deadline: notAfter }),
    ...(compromised && { compromised: serialNumber }),
  };
}

/** When the words of the next steps change by the clock alone; undefined where none are open, or they never do. */
export function nextStepsUntil(view: CertificateView, context: TaskContext): Date | undefined {
  const { current } = view;
  const { policy: given, operatingCertificatesUntil: until, now } = context;
  if (!current || nextSteps(view, context).length === 0) return undefined;
  const { notBefore, notAfter } = current.certificate;
  const policy = given ?? inferredPolicy(current.certificate);
  const firstIssued = new Date(view.secret.tags[firstIssuedTag] ?? notBefore);
  const operating = until !== undefined && until !== "none" ? [new Date(until)] : [];
  const leaked = view.compromised.map(({ certificate }) => certificate.notAfter);
  return [...actionChanges(policy, { notAfter, firstIssued }), ...operating, ...leaked]
    .filter((date) => date > now)
    .sort((a, b) => a.getTime() - b.getTime())[0];
}

function operatingCertificate({
  operatingCertificatesUntil: until,
  now,
}: TaskContext): Pick<StepContext, "operatingCertificate"> {
  if (until === undefined) return {};
  return { operatingCertificate: until !== "none" && new Date(until) > now ? "valid" : "none" };
}

/** Compromised certificates that serve no more, while the program names one with their key. */
export function toBeRevoked({ compromised, current, named }: CertificateView, now: Date): string[] {
  const certificates = compromised.map(({ certificate }) => certificate);
  const keys = certificates
    .filter(({ serialNumber }) => named.includes(serialNumber))
    .map(({ publicKeySha256 }) => publicKeySha256);
  return certificates
    .filter(({ publicKeySha256, notAfter }) => keys.includes(publicKeySha256) && notAfter > now)
    .map(({ serialNumber }) => serialNumber)
    .filter((serialNumber) => serialNumber !== current?.certificate.serialNumber);
}

/** They still have to be revoked. */
function openRevocations(view: CertificateView, context: TaskContext, replacementFollows: boolean): string[] {
  const serialNumbers = toBeRevoked(view, context.now);
  const { logicalName, merchantId } = context;
  return serialNumbers.length > 0
    ? revocationSteps({ logicalName, merchantId, serialNumbers, isLast: !replacementFollows })
    : [];
}

/** Why the vault is short of what the program asks for; a run is red while there is one. */
export function unmetReasons(view: CertificateView, context: TaskContext): string[] {
  const { current, pending, secret } = view;
  const { certificate: declared, now, thresholds, onExpiry } = context;
  const reasons = [...certificateProblems(context, view), ...unknownNames(view, context)];
  if (current && !declared) reasons.push(withdrawn(current));
  if (pending) reasons.push(...subjectChanges(pending, context));
  if (current && isCompromised(current.certificate, view)) {
    reasons.push(
      `compromised: certificate ${current.certificate.serialNumber} still serves, and others have its key. ` +
        `Replace it now.\n${numbered(nextSteps(view, context))}`,
    );
  } else if (current && onExpiry === "fail") {
    const stage = stageOf(current.certificate, thresholds, now);
    if (stage === "late" || stage === "expired") reasons.push(overdue(current, view, context));
  }
  return [...reasons, ...replicaProblems(secret)];
}

/** A certificate that serves goes on serving when the program does not declare it any more. */
export function withdrawn({ certificate: { serialNumber } }: HeldCertificate): string {
  return (
    `certificate: withdrawn from the program while ${serialNumber} serves. ` +
    "Declare it again; to retire the merchant, remove the resource."
  );
}

/** What `compromised` and `abandonRequest` name has to be there; done already counts as there. */
export function unknownNames(
  { secret, pending, compromised: marked, named }: CertificateView,
  {
    certificate: declared,
    compromised,
    abandonRequest,
  }: Pick<TaskContext, "certificate" | "compromised" | "abandonRequest">,
): string[] {
  const reasons: string[] = [];
  if (compromised !== undefined) {
    const there = [...marked, ...(declared ? [declared] : [])];
    if (!there.some(({ certificate }) => named.includes(certificate.serialNumber))) {
      const labelled = (["certificate", "compromised"] as const).flatMap((kind) =>
        labelledVersions(secret, kind),
      );
      const known = [...new Set(labelled.map(({ of }) => of))];
      reasons.push(
        `compromised: found ${named.join(" or ")}, expected the serial number of a certificate in the vault ` +
          `(${known.join(", ") || "there is none"}). Correct or remove it.`,
      );
    }
  }
  const isGivenUp = abandonRequest !== undefined && isLabelled(secret, "abandoned", abandonRequest);
  if (abandonRequest !== undefined && !isGivenUp) {
    reasons.push(
      `abandonRequest: found ${abandonRequest}, expected the fingerprint of an outstanding request ` +
        `(${pending?.fingerprint ?? "there is none"}). Correct or remove it.`,
    );
  }
  return reasons;
}

/** A request that is with the platform already cannot change; only another one could. */
function subjectChanges({ certificateRequest, fingerprint }: PendingRequest, context: TaskContext): string[] {
  const { merchantId, merchantName, subject } = context;
  const declared = completeSubject({ ...subject, merchantId, merchantName });
  const requested = requestSubject(certificateRequest);
  const names = Object.keys(declared) as (keyof typeof declared)[];
  return names
    .filter((name) => requested[name] !== declared[name])
    .map(
      (name) =>
        `${name in defaultSubject ? `subject.${name}` : name}: request ${fingerprint} is outstanding with ` +
        `"${requested[name]}", found "${declared[name]}". Set it back until the request's certificate is declared, ` +
        `or give the request up with \`abandonRequest: "${fingerprint}"\`.`,
    );
}

function overdue({ certificate }: HeldCertificate, view: CertificateView, context: TaskContext): string {
  const { serialNumber, notAfter } = certificate;
  const steps = numbered(nextSteps(view, context));
  return notAfter <= context.now
    ? `certificate: ${serialNumber} expired on ${bothZones(notAfter)}. ${expiryConsequence}.\n${steps}`
    : `certificate: ${serialNumber} expires on ${bothZones(notAfter)} and its replacement is not declared yet. ` +
        `From then on ${expiryConsequence}.\n${steps}`;
}
