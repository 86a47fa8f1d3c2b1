import { bothZones } from "./calendar";
import type { PlatformAction } from "./lifecycle";

/** What the exact words depend on. */
export interface StepContext {
  logicalName: string;
  merchantId: string;
  fingerprint: string;
  action: PlatformAction;
  /** When the current certificate stops working; undefined before the first. */
  deadline?: Date;
}

/** Where the action is found on the Merchant Platform. */
const places: Readonly<Record<PlatformAction, string>> = {
  apply: "Apply for API Certificate",
  renew: "Renew Certificate",
  upgrade: "Upgrade Certificate",
  change: "Change Certificate",
  replace: "Manage Certificate, then Apply for a new certificate",
};

/**
 * The clicks that only a person may do, in order. Source: WeChat Pay, "API certificate" and
 * docs/wechat-pay-steps.md.
 */
export function certificateNextSteps({
  logicalName,
  merchantId,
  fingerprint,
  action,
  deadline,
}: StepContext): string[] {
  const before = deadline ? ` before ${bothZones(deadline)}` : "";
  return [
    `Sign in to the WeChat Pay Merchant Platform (pay.weixin.qq.com) as the super administrator of merchant ${merchantId}${before}.`,
    `Open Account Center > Account Setting > API Security > ${places[action]}.`,
    `Paste the request string of "${logicalName}" (output certificateRequest, key ${fingerprint}) and confirm with the SMS code and the login password.`,
    `Copy the certificate string that comes back, set it as \`certificate\` of "${logicalName}" (it is public) and run pulumi up.`,
  ];
}

/** What stops when a certificate has expired. Source: WeChat Pay, "API certificate". */
export const expiryConsequence =
  "WeChat Pay refuses every request signed with it: APIv3 payments and queries, Refund, Red Packet and Company Payment";
