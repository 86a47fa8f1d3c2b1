import { bothZones } from "./calendar";
import type { PlatformAction } from "./lifecycle";
import { secretKinds, type SecretKind } from "./secret-kind";
import { requestFingerprint } from "./staging-labels";

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
  return [
    signIn(merchantId, deadline),
    ...(action === "renew" ? ["Use a computer on which an operating certificate is installed."] : []),
    `Open Account Center > Account Setting > API Security (账户中心 > 账户设置 > API安全): ${buttons[action]}.`,
    `Paste the output certificateRequest (key ${fingerprint}); confirm with SMS code and login password (操作密码).`,
    `Set the certificate string that comes back as \`certificate\` of "${logicalName}" (it is public); run pulumi up.`,
  ];
}

/** What the exact words for an API secret depend on. */
export interface SecretStepContext {
  kind: SecretKind;
  logicalName: string;
  merchantId: string;
  secretName: string;
  region: string;
  /** Of the value that waits. */
  versionId: string;
  /** From when runs fail while it waits. */
  deadline: Date | undefined;
}

/** The clicks for an API secret that waits, in order. Source: docs/wechat-pay-steps.md. */
export function secretNextSteps(context: SecretStepContext): string[] {
  const { kind, logicalName, merchantId, secretName, region, versionId, deadline } = context;
  const { title, place } = secretKinds[kind];
  const secret = `${secretName} --region ${region}`;
  return [
    signIn(merchantId, deadline),
    `Read the new ${title} in a terminal: merchant-credentials reveal ${secret} --reason "${title}"`,
    `Open Account Center > Account Setting > API Security (账户中心 > 账户设置 > API安全): ${place}.`,
    "Paste it; confirm with SMS code and login password (操作密码).",
    `In the same minute: merchant-credentials promote ${secret} --version ${requestFingerprint(versionId)}`,
    `Or set \`activation: { version: "<pendingVersionId>" }\` of "${logicalName}" and run pulumi up.`,
  ];
}

function signIn(merchantId: string, deadline: Date | undefined): string {
  const who = `ign in at pay.weixin.qq.com as super administrator of merchant ${merchantId}.`;
  return deadline ? `By ${bothZones(deadline)}: s${who}` : `S${who}`;
}

/** What stops when a certificate has expired. Source: WeChat Pay, "API certificate". */
export const expiryConsequence =
  "WeChat Pay refuses every request signed with it: APIv3 payments and queries, Refund, Red Packet and Company Payment";

/** Steps as a list for the terminal, one a line. */
export function numbered(steps: readonly string[]): string {
  return steps.map((step, index) => `  ${index + 1}. ${step}`).join("\n");
}
