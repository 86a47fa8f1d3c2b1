import { bothZones } from "../domain/calendar";
import { numbered } from "../domain/next-steps";
import { secretKinds, type SecretKind } from "../domain/secret-kind";

/** What the screen tells. */
export interface Revealed {
  kind: SecretKind;
  merchantId: string;
  versionId: string;
  since: Date;
  /** Secret. */
  secret: string;
  /** The command to run once the platform has it. */
  promote: string;
}

/**
 * The alternate screen of xterm (DECSET 1049): what is written there never gets into the scrollback. It is emptied
 * before it is left, line by line from the top, for terminals that know no other screen; an erasure of the whole
 * (ED 2) would push it into the scrollback of some.
 */
export const enterScreen = "\u001b[?1049h\u001b[H\u001b[J";
export const leaveScreen = "\u001b[H\u001b[J\u001b[?1049l";

/** The text of the screen. Secret. */
export function revealText(revealed: Revealed, seconds: number): string {
  const { kind, merchantId, versionId, since, secret, promote } = revealed;
  const { title, place } = secretKinds[kind];
  const steps = [
    `Sign in at pay.weixin.qq.com as super administrator of merchant ${merchantId}.`,
    `Open Account Center > Account Setting > API Security (账户中心 > 账户设置 > API安全): ${place}.`,
    "Paste the value below; confirm with SMS code and login password (操作密码).",
    `In the same minute: ${promote}`,
  ];
  return [
    `${title} of merchant ${merchantId}, not in use yet. It waits since ${bothZones(since)}.`,
    `Version ${versionId}`,
    "",
    numbered(steps),
    "",
    `    ${secret}`,
    "",
    `Enter takes it off the screen; so does waiting for ${seconds} seconds. Keep it nowhere else.`,
    "",
  ].join("\n");
}
