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

/** The button for each action below API Security, in English and as the platform shows it. */
const buttons: Readonly<Record<PlatformAction, string>> = {
  apply: "Apply (申请证书)",
  renew: "Renew Certificate (续期证书), on a computer with an operating certificate installed",
  upgrade: "Upgrade Certificate (升级证书)",
  change: "Change Certificate (更换证书)",
  replace: "Apply (申请证书) for another certificate",
};

/**
 * The clicks that only a person may do, in order. Source: docs/wechat-pay-steps.md, which cites the platform's
 * pages.
 */
export function certificateNextSteps(context: StepContext): string[] {
  const { logicalName, merchantId, fingerprint, action, deadline } = context;
  const before = deadline ? ` before ${bothZones(deadline)}` : "";
  return [
    `Sign in to the WeChat Pay Merchant Platform (pay.weixin.qq.com) as the super administrator of merchant ${merchantId}${before}.`,
    `Open Account Center > Account Setting > API Security (账户中心 > 账户设置 > API安全) and choose ${buttons[action]}.`,
    `Paste the request string of "${logicalName}" (output certificateRequest, key ${fingerprint}) and confirm with the SMS code and the login password (操作密码).`,
    `Copy the certificate string that comes back, set it as \`certificate\` of "${logicalName}" (it is public) and run pulumi up.`,
  ];
}

/** What stops when a certificate has expired. Source: WeChat Pay, "API certificate". */
export const expiryConsequence =
  "WeChat Pay refuses every request signed with it: APIv3 payments and queries, Refund, Red Packet and Company Payment";

/** Steps as a list for the terminal, one a line. */
export function numbered(steps: readonly string[]): string {
  return steps.map((step, index) => `  ${index + 1}. ${step}`).join("\n");
}
