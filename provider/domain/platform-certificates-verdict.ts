import type { KeyObject } from "node:crypto";
import type { PlatformCertificate } from "merchant-credentials-loader/format";
import { isOwnKey } from "./answer-signature";
import { isoTime } from "./calendar";
import type { DownloadedCertificate } from "./platform-certificates-answer";
import { undecided, type Undecided } from "./verdict";

interface DropRule {
  because: string;
  when: (certificate: DownloadedCertificate, at: { now: Date; privateKey: KeyObject }) => boolean;
}

/** What of the platform's list is not kept. One that is not in use yet is: it comes 24 hours ahead of its use. */
const dropRules: readonly DropRule[] = [
  {
    because: "the merchant's own certificate, which verifies nothing of WeChat Pay's",
    when: ({ publicKey }, { privateKey }) => isOwnKey(publicKey, privateKey),
  },
  {
    because: "expired",
    when: ({ expireTime, certificate }, { now }) => expireTime <= now || certificate.notAfter <= now,
  },
];

/** The certificates that verify what WeChat Pay signs from now on; the one that ends last comes first. */
export function platformCertificates(
  downloaded: readonly DownloadedCertificate[],
  at: { now: Date; privateKey: KeyObject },
): readonly PlatformCertificate[] | Undecided {
  const dropped = downloaded.map((each) => dropRules.find(({ when }) => when(each, at))?.because);
  const kept = downloaded.filter((_, index) => dropped[index] === undefined);
  if (kept.length === 0) {
    const list = downloaded.map(({ serialNumber }, index) => `${serialNumber} (${dropped[index]})`);
    return undecided("platform", `None of WeChat Pay's certificates can be used: ${list.join("; ")}.`);
  }
  return [...kept]
    .sort((a, b) => b.expireTime.getTime() - a.expireTime.getTime())
    .map(({ serialNumber, certificate, effectiveTime, expireTime }) => ({
      serialNumber,
      certificate: certificate.pem,
      effectiveTime: isoTime(effectiveTime),
      expireTime: isoTime(expireTime),
    }));
}
