import {
  operatingCertificateLimits as limits,
  type Installation,
  type InstallationStage,
} from "./operating-certificates";

/** What the exact words depend on. */
export interface OperatingCertificateStepContext {
  logicalName: string;
  merchantId: string;
  /** Each installation, in the order of the program, with how it stands. */
  installations: readonly { installation: Installation; stage: InstallationStage }[];
}

/**
 * The clicks that only a person may do, in order; none while all is well. Source: docs/wechat-pay-steps.md, which cites
 * the platform's pages.
 */
export function operatingCertificateNextSteps(context: OperatingCertificateStepContext): string[] {
  const { logicalName, merchantId, installations } = context;
  const tasks = installations.flatMap(({ installation, stage }, index) => {
    const task = taskOf(installation, stage);
    return task ? `installations.${index}: ${task}` : [];
  });
  if (installations.length > 0 && tasks.length === 0) return [];
  const has = (...stages: InstallationStage[]): boolean =>
    installations.some(({ stage }) => stages.includes(stage));
  return [
    `Sign in at pay.weixin.qq.com for merchant ${merchantId}: to install, on the computer itself; to delete, as administrator.`,
    `Open ${place} (账户中心 > 账户设置 > 操作证书).`,
    ...tasks,
    ...(installations.length === 0 || has("expiring", "expired") ? installing : []),
    ...(has("stale", "expired") ? [deleting] : []),
    `Bring \`installations\` of "${logicalName}" up to date, with verifiedAt and verifiedBy; run pulumi up.`,
  ];
}

/** Where the platform shows and installs them. */
export const place = "Account Center > Account Setting > Operating Certificate";

/** A text of the program, in quotes. */
export const quoted = (text: string): string => JSON.stringify(text);

function taskOf({ operator, computer, expires }: Installation, stage: InstallationStage): string | undefined {
  const whose = `${quoted(operator)} on ${quoted(computer)}`;
  switch (stage) {
    case "healthy":
      return undefined;
    case "stale":
      return `look whether ${whose} is still listed; if nobody knows it, delete it.`;
    case "expiring":
      return `${whose} ends with ${expires} (Asia/Shanghai): install it anew there, or delete it.`;
    case "expired":
      return `${whose} ended with ${expires} (Asia/Shanghai): install it anew there, or delete it.`;
  }
}

const installing = [
  "Is Install (申请安装) grey? Install the security controls (安全控件) first; they are above it.",
  `At most ${limits.computers} computers at once and ${limits.certificates} certificates an account: at the limit an administrator deletes one first.`,
  "Install (申请安装): choose the device, OK (确定); the SMS code goes to the phone bound to the merchant account.",
  "Is that phone no longer in use? Mail the change letter (变更函), as Word file and as stamped scan, to your contact at WeChat Pay.",
];

const deleting =
  "To delete: as administrator, on a computer that has one itself: Manage (管理证书) > Delete (删除).";
