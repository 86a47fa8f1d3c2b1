import { bothZones } from "./calendar";
import { secretKinds, type SecretKind } from "./secret-kind";
import { requestFingerprint } from "./staging-labels";
import type { Verdict } from "./verdict";

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
  /** Whether `pulumi up` asks WeChat Pay about the value, and activates it by itself. */
  asksWeChatPay?: boolean;
  /** What came of it; undefined where it was not asked yet. */
  verdict?: Verdict | undefined;
}

/** The clicks for an API secret that waits, in order. Source: docs/wechat-pay-steps.md. */
export function secretNextSteps(context: SecretStepContext): string[] {
  const { kind, logicalName, merchantId, secretName, region, versionId, deadline } = context;
  const { title, place } = secretKinds[kind];
  const secret = `${secretName} --region ${region}`;
  const promote = `merchant-credentials promote ${secret} --version ${requestFingerprint(versionId)}`;
  const canTell = context.asksWeChatPay && !isNeverTold(context);
  return [
    ...verdictStep(context),
    signIn(merchantId, deadline),
    `Read the new ${title} in a terminal: merchant-credentials reveal ${secret} --reason "${title}"`,
    `${openApiSecurity}: ${place}.`,
    `Paste it; ${confirm}.`,
    ...(canTell
      ? [
          "In the same minute: pulumi up. It asks WeChat Pay, and activates what is accepted.",
          // What has just been refused is not to be promoted.
          ...(context.verdict?.verdict === "refused" ? [] : [`Or, without asking: ${promote}`]),
        ]
      : [
          `In the same minute: ${promote}`,
          `Or set \`activation: { version: "<pendingVersionId>" }\` of "${logicalName}" and run pulumi up.`,
        ]),
  ];
}

/** Whether WeChat Pay has nothing to tell of this merchant's value, now or later. */
function isNeverTold({ verdict }: SecretStepContext): boolean {
  return (
    verdict?.verdict === "undecided" &&
    (verdict.because === "public-key-mode" || verdict.because === "not-offered")
  );
}

function verdictStep({ verdict, versionId }: SecretStepContext): string[] {
  const version = requestFingerprint(versionId);
  switch (verdict?.verdict) {
    case "refused":
      return [`WeChat Pay does not take version ${version} yet (${verdict.field}): ${verdict.says}`];
    case "undecided":
      return [`WeChat Pay has not told of version ${version} (${verdict.because}): ${verdict.says}`];
    case "accepted":
    case undefined:
      return [];
  }
}

/** Where certificates and secrets are, in English and as the platform shows it. */
export const openApiSecurity =
  "Open Account Center > Account Setting > API Security (账户中心 > 账户设置 > API安全)";

export const confirm = "confirm with SMS code and login password (操作密码)";

export function signIn(merchantId: string, deadline: Date | undefined): string {
  const who = `ign in at pay.weixin.qq.com as super administrator of merchant ${merchantId}.`;
  return deadline ? `By ${bothZones(deadline)}: s${who}` : `S${who}`;
}

/** Steps as a list for the terminal, one a line. */
export function numbered(steps: readonly string[]): string {
  return steps.map((step, index) => `  ${index + 1}. ${step}`).join("\n");
}
