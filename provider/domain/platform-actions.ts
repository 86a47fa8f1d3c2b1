import { addDays, addHours, addMonths, addYears, daysBetween } from "./calendar";
import type { CertificateIssuance } from "./certificate-kind";
import type { Validity } from "./lifecycle";

/** The two sets of rules under which WeChat Pay has issued API certificates. */
export type PolicyName = "annual" | "five-year";

/**
 * What the platform offers to a person for a certificate at this moment. "Upgrade" has two meanings there: from one
 * that WeChat Pay has issued to a CA-issued one (`upgrade`), and for one that has just expired (`upgrade-expired`).
 */
export type PlatformAction =
  "apply" | "download" | "renew" | "upgrade" | "upgrade-expired" | "change" | "replace";

/** A certificate that serves, as far as the platform's rules look at it. */
export interface ServingCertificate extends Validity {
  issuedBy: CertificateIssuance;
  /** When the merchant's first certificate was issued: years of use count from here. */
  firstIssued: Date;
  /** Whether its key is known to others. */
  isCompromised: boolean;
}

interface ActionRule {
  action: PlatformAction;
  because: string;
  when: (certificate: ServingCertificate, now: Date) => boolean;
}

const upgradeFirst: ActionRule = {
  action: "upgrade",
  because: "a certificate that WeChat Pay has issued is only ever followed by a CA-issued one",
  when: ({ issuedBy }) => issuedBy === "wechat-pay",
};

/**
 * The first rule that applies decides. Source: FAQ and announcements of WeChat Pay on the 1-year and the 5-year API
 * certificate; docs/wechat-pay-steps.md cites them.
 */
export const actionRules: Readonly<Record<PolicyName, readonly ActionRule[]>> = {
  annual: [
    upgradeFirst,
    {
      action: "change",
      because: "a renewal may keep the key, and this one is known to others",
      when: ({ isCompromised }) => isCompromised,
    },
    {
      action: "change",
      because: "after five years of use a certificate is changed, not renewed",
      when: ({ firstIssued }, now) => now >= addYears(firstIssued, 5),
    },
    {
      action: "change",
      because: "one that expired a month ago or earlier is not upgraded any more",
      when: ({ notAfter }, now) => now >= addMonths(notAfter, 1),
    },
    {
      action: "upgrade-expired",
      because: "within a month of its expiry it is upgraded",
      when: ({ notAfter }, now) => now >= notAfter,
    },
    { action: "renew", because: "before its expiry it is renewed", when: () => true },
  ],
  "five-year": [
    upgradeFirst,
    { action: "replace", because: "it is not prolonged, but replaced by another", when: () => true },
  ],
};

/** What a person asks the platform for now. */
export function platformAction(
  policy: PolicyName,
  certificate: ServingCertificate,
  now: Date,
): PlatformAction {
  return actionRules[policy].find(({ when }) => when(certificate, now))!.action;
}

/** Days before expiry from which the platform shows Renew under the 1-year rules. Source: its FAQ. */
const renewalOfferedDays = 60;

/** From when the platform offers an action, where that is still to come. */
export function offeredFrom(action: PlatformAction, { notAfter }: Validity, now: Date): Date | undefined {
  const from = addDays(notAfter, -renewalOfferedDays);
  return action === "renew" && now < from ? from : undefined;
}

/** Until when the platform offers an action, where its button goes before another one is taken. */
export function offeredUntil(action: PlatformAction, { notAfter }: Validity): Date | undefined {
  return action === "upgrade-expired" ? addMonths(notAfter, 1) : undefined;
}

/** The dates at which the rules above change their answer, in no order. */
export function actionChanges(
  policy: PolicyName,
  { notAfter, firstIssued }: Pick<ServingCertificate, "notAfter" | "firstIssued">,
): Date[] {
  return policy === "five-year"
    ? [notAfter]
    : [addDays(notAfter, -renewalOfferedDays), notAfter, addMonths(notAfter, 1), addYears(firstIssued, 5)];
}

/** How many certificates of a merchant may be valid at a time under the 5-year rules. */
export const validAtOnce = 3;

interface OverlapRule {
  because: string;
  when: (old: { issuedBy: CertificateIssuance }, policy: PolicyName) => boolean;
  until: (old: Validity, replacedOn: Date) => Date;
}

/**
 * Until when a replaced certificate works at the least. Source: the platform's certificate FAQ gives 14 days for the
 * first rule and 48 hours for the second, an announcement 48 hours for both: warn for the shorter.
 */
export const overlapRules: readonly OverlapRule[] = [
  {
    because: "an upgrade ends the certificate that WeChat Pay has issued",
    when: ({ issuedBy }) => issuedBy === "wechat-pay",
    until: (old, replacedOn) => earlier(old.notAfter, addHours(replacedOn, 48)),
  },
  {
    because: "a change under the 1-year rules ends the certificate before",
    when: (_, policy) => policy === "annual",
    until: (old, replacedOn) => earlier(old.notAfter, addHours(replacedOn, 48)),
  },
  {
    because: "under the 5-year rules a new certificate does not disturb the old one",
    when: () => true,
    until: ({ notAfter }) => notAfter,
  },
];

/** @param policy the rules that the replacement was issued under. */
export function replacedValidUntil(
  old: Validity & { issuedBy: CertificateIssuance },
  policy: PolicyName,
  replacedOn: Date,
): Date {
  return overlapRules.find(({ when }) => when(old, policy))!.until(old, replacedOn);
}

/** The policy a certificate was issued under; `five-year` before there is one. */
export function inferredPolicy(validity: Validity | undefined): PolicyName {
  // Renewals under the 1-year rules may add the rest of the old year: at most two years, never near five.
  return validity && daysBetween(validity.notBefore, validity.notAfter) < 3 * 365 ? "annual" : "five-year";
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}
