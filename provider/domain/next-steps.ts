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
  renew: "Renew Certificate (续期证书)",
  upgrade: "Upgrade Certificate (升级证书)",
  change: "Change Certificate (更换证书)",
  replace: "Apply (申请证书)",
};

/**
 * The clicks that only a person may do, in order. Source: docs/wechat-pay-steps.md, which cites the platform's
 * pages. Each is short, because the engine cuts texts of over 150 bytes in its list of outputs.
 */
export function certificateNextSteps(context: StepContext): string[] {
  const { logicalName, merchantId, fingerprint, action, deadline } = context;
  const who = `sign in at pay.weixin.qq.com as super administrator of merchant ${merchantId}`;
  return [
    deadline ? `By ${bothZones(deadline)}: ${who}.` : `${who[0]!.toUpperCase()}${who.slice(1)}.`,
    ...(action === "renew" ? ["Use a computer on which an operating certificate is installed."] : []),
    `Open Account Center > Account Setting > API Security (账户中心 > 账户设置 > API安全): ${buttons[action]}.`,
    `Paste the output certificateRequest (key ${fingerprint}); confirm with SMS code and login password (操作密码).`,
    `Set the certificate string that comes back as \`certificate\` of "${logicalName}" (it is public); run pulumi up.`,
  ];
}

/** What stops when a certificate has expired. Source: WeChat Pay, "API certificate". */
export const expiryConsequence =
  "WeChat Pay refuses every request signed with it: APIv3 payments and queries, Refund, Red Packet and Company Payment";

/** Steps as a list for the terminal, one a line. */
export function numbered(steps: readonly string[]): string {
  return steps.map((step, index) => `  ${index + 1}. ${step}`).join("\n");
}
