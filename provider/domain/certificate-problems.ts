import { bothZones } from "./calendar";
import { certificateViolations, violationSentence, type Issuance } from "./certificate-acceptance";
import { isCompromised, matchOf } from "./certificate-match";
import { isIssuedByWeChatPay } from "./certificate-kind";
import type { CertificateText } from "./certificate-text";
import type { CertificateView } from "./certificate-view";
import { requestFingerprint } from "./staging-labels";
import type { Trust } from "./trust-path";
import { trustProblems, trustProblemsAt } from "./trust-problems";
import type { Verdict } from "./verdict";

/** Clocks of platform and runner may differ by this many milliseconds. */
const clockTolerance = 5 * 60 * 1000;

export interface Declared {
  certificate: CertificateText | undefined;
  merchantId: string;
  issuance: Issuance;
  /** Whom the program trusts; whether the certificate leads there, check has answered. */
  trust?: Trust;
  /** Whether the program says where the certificate's key is. */
  isImported?: boolean;
  now: Date;
}

/**
 * Why a declared certificate may not become current, each reason a sentence with both values; empty where it
 * may, or already is.
 */
export function certificateProblems(
  { certificate: declared, merchantId, issuance, trust = {}, isImported, now }: Declared,
  view: CertificateView,
): string[] {
  if (!declared) return [];
  const { certificate } = declared;
  const match = matchOf(declared, view);
  if (match === "current") return [];
  const problems = certificateViolations(certificate, { merchantId, issuance }).map(violationSentence);
  const { serialNumber, notBefore, notAfter } = certificate;
  if (notBefore.getTime() > now.getTime() + clockTolerance) {
    problems.push(
      `certificate: ${serialNumber} is not valid before ${bothZones(notBefore)}. Run \`pulumi up\` again from then on.`,
    );
  }
  if (notAfter <= now) {
    problems.push(
      `certificate: ${serialNumber} expired on ${bothZones(notAfter)}. Declare a valid one; ${view.current ? "the current credential is untouched" : "there is none yet"}.`,
    );
  }
  problems.push(...trustProblems(declared, trust), ...trustProblemsAt(declared, trust, now));
  if (match === "compromised") {
    const sameKey = view.compromised.find(
      (each) => each.certificate.publicKeySha256 === certificate.publicKeySha256,
    )?.certificate.serialNumber;
    const marked =
      sameKey && sameKey !== serialNumber ? `${serialNumber} has the key of ${sameKey}, which` : serialNumber;
    problems.push(
      `certificate: ${marked} is marked as compromised and cannot come back. Declare its replacement.`,
    );
  }
  // A key that a person has yet to bring is waited for where CFCA's certificate and its key come one after the other.
  const isWaiting = isImported === true || issuance === "cfca";
  if (match === "abandoned" || (match === "none" && !isWaiting))
    problems.push(noMatch(declared, view, match));
  if (problems.length === 0) problems.push(...verdictProblems(serialNumber, view.verdict));
  return problems;
}

/** Why WeChat Pay keeps a certificate from becoming current, where it is asked. */
export function verdictProblems(serialNumber: string, verdict: Verdict | undefined): string[] {
  switch (verdict?.verdict) {
    case "refused":
      return [
        `certificate: WeChat Pay does not take requests signed as ${serialNumber} (${verdict.field}). ${verdict.says} Nothing has changed.`,
      ];
    case "undecided":
      return [
        `certificate: WeChat Pay has not told whether it takes ${serialNumber} (${verdict.because}). ${verdict.says} ` +
          'Nothing has changed. Run pulumi up again, or set `verification: "none"` to make it current without asking.',
      ];
    case "accepted":
    case undefined:
      return [];
  }
}

function noMatch(
  { certificate }: CertificateText,
  view: CertificateView,
  match: "none" | "abandoned",
): string {
  const found = requestFingerprint(certificate.publicKeySha256);
  if (match === "abandoned") {
    return `certificate: its key ${found} belongs to a request that was abandoned and is never used again.`;
  }
  const { pending, current } = view;
  if (current && current.certificate.publicKeySha256 === certificate.publicKeySha256) {
    return (
      `certificate: ${certificate.serialNumber} is an earlier one of the current key and not kept here: it ends ` +
      `${bothZones(certificate.notAfter)}, the current one ${bothZones(current.certificate.notAfter)}. Declare the current one.`
    );
  }
  if (isIssuedByWeChatPay(certificate)) {
    return (
      `certificate: its key ${found} is not in the vault. WeChat Pay has made it: say where it is, ` +
      "as in `import: { zip: { file } }`, the zip as downloaded."
    );
  }
  const wanted = [
    pending && `${pending.fingerprint} (the open request)`,
    current && `${requestFingerprint(current.certificate.publicKeySha256)} (the current key)`,
  ].filter(Boolean);
  return (
    `certificate: its key matches none in the vault: found ${found}, expected ${wanted.join(" or ")}. ` +
    "Issue it from the request string in the output `certificateRequest`, or declare the certificate that belongs to this key."
  );
}

/** Whether the declared certificate can never serve, whatever else is right with it. */
export function isLost({ certificate: declared, now }: Declared, view: CertificateView): boolean {
  return (
    declared !== undefined &&
    (declared.certificate.notAfter <= now || isCompromised(declared.certificate, view))
  );
}

/** The declared certificate if it may become current. */
export function acceptedCertificate(declared: Declared, view: CertificateView): CertificateText | undefined {
  return certificateProblems(declared, view).length === 0 ? declared.certificate : undefined;
}
