import { X509Certificate, type KeyObject } from "node:crypto";
import type { PlatformCertificate } from "merchant-credentials-loader/format";
import { addDays, addHours } from "./calendar";
import { parseCertificate } from "./certificate";
import { pemBlocks } from "./pem";
import type { PublishedValue, PublishedView } from "./published-value";
import type { Refused, Undecided } from "./verdict";

export type PlatformCertificatesValue = PublishedValue<"merchant-credentials/platform-certificates/v1">;

/** What came of asking WeChat Pay for the platform's certificates. */
export type PlatformCertificatesAnswer =
  | { verdict: "listed"; certificates: readonly PlatformCertificate[] }
  /** What signs and decrypts is not there yet. */
  | Awaiting
  | Refused
  | Undecided;

/** A credential that WeChat Pay is asked with is still to come; nothing is wrong. */
export interface Awaiting {
  verdict: "awaiting";
  says: string;
}

export interface PlatformCertificatesView extends PublishedView<PlatformCertificatesValue> {
  answer: PlatformCertificatesAnswer;
}

/** A platform certificate as state shows it. */
export interface PlatformCertificateFacts {
  /** 40 upper-case hex digits: what the header `Wechatpay-Serial` names. */
  serialNumber: string;
  /** From when WeChat Pay uses it: ISO 8601, UTC. */
  effectiveTime: string;
  /** Until when WeChat Pay uses it: ISO 8601, UTC. May be earlier than the certificate's own end. */
  expireTime: string;
  /** SHA-256 of the DER, lower-case hex. */
  certificateSha256: string;
}

/** Days before its end from which a certificate is kept although WeChat Pay does not list it any more. */
const overlapDays = 30;

/**
 * What is to serve, the one that ends last first: what WeChat Pay lists, beside what it does not list any more and is
 * about to end. WeChat Pay signs with the old and the new one for days before the old one ends, and lists both; one with
 * a longer life that is not listed was withdrawn, or was another endpoint's.
 * Source: WeChat Pay, "平台证书更新指引" (pay.weixin.qq.com/wiki/doc/apiv3/wechatpay/wechatpay5_0.shtml).
 */
export function mergedCertificates(
  listed: readonly PlatformCertificate[],
  stored: readonly PlatformCertificate[],
  now: Date,
): PlatformCertificate[] {
  const serials = new Set(listed.map(({ serialNumber }) => serialNumber));
  const isOverlapping = (each: PlatformCertificate): boolean =>
    !serials.has(each.serialNumber) && endOf(each) <= addDays(now, overlapDays).getTime();
  return [...listed, ...stored.filter(isOverlapping)]
    .filter((each) => isReadable(each) && !hasEnded(each, now))
    .sort((a, b) => endOf(b) - endOf(a) || (a.serialNumber < b.serialNumber ? -1 : 1));
}

/** What the vault should hold; undefined where nothing is to change: the last ones stay, even when they have ended. */
export function nextPlatformCertificates(
  merchantId: string,
  answer: PlatformCertificatesAnswer,
  serving: PlatformCertificatesValue | undefined,
  now: Date,
): PlatformCertificatesValue | undefined {
  if (answer.verdict !== "listed") return undefined;
  const certificates = mergedCertificates(answer.certificates, serving?.certificates ?? [], now);
  return certificates.length > 0
    ? { schema: "merchant-credentials/platform-certificates/v1", merchantId, certificates }
    : undefined;
}

/** The certificates of a value as state shows them; one that cannot be read is left out. */
export function certificateFacts(value: PlatformCertificatesValue | undefined): PlatformCertificateFacts[] {
  return (value?.certificates ?? []).flatMap((each) => {
    const certificate = readCertificate(each);
    if (!certificate || !isReadable(each)) return [];
    const { serialNumber, effectiveTime, expireTime } = each;
    return {
      serialNumber,
      effectiveTime,
      expireTime,
      certificateSha256: certificate.certificateSha256,
    };
  });
}

export interface PlatformCertificateThresholds {
  /** Hours between two questions to WeChat Pay. */
  checkEveryHours: number;
  /** Days before the last end from which somebody has to act. */
  warnBeforeDays: number;
}

/**
 * Source of 12: WeChat Pay, "下载平台证书" (pay.weixin.qq.com/wiki/doc/api/wxpay/ch/fusion_wallet_ch/MiniProgramPay/
 * chapter8_7.shtml): a certificate is listed 24 hours before it is used, and to be asked for more often than every 12.
 */
export const defaultPlatformCertificateThresholds: PlatformCertificateThresholds = {
  checkEveryHours: 12,
  warnBeforeDays: 30,
};

/** How far certificates are: `none` where there is none at all. */
export type PlatformCertificatesStage = "none" | "active" | "expiring" | "expired";

type Ending = Pick<PlatformCertificateFacts, "expireTime">;

export function platformCertificatesStage(
  certificates: readonly Ending[],
  { warnBeforeDays }: Pick<PlatformCertificateThresholds, "warnBeforeDays">,
  now: Date,
): PlatformCertificatesStage {
  const last = lastEnd(certificates);
  if (!last) return "none";
  if (last <= now) return "expired";
  return addDays(last, -warnBeforeDays) <= now ? "expiring" : "active";
}

/** When the last of them ends. */
export function lastEnd(certificates: readonly Ending[]): Date | undefined {
  const ends = certificates.map(endOf);
  return ends.length > 0 ? new Date(Math.max(...ends)) : undefined;
}

/** When the clock asks next: after the hours, or earlier where a certificate ends or begins to be about to. */
export function nextQuestion(
  certificates: readonly Ending[],
  { checkEveryHours, warnBeforeDays }: PlatformCertificateThresholds,
  now: Date,
): Date {
  const last = lastEnd(certificates);
  const stages = [
    ...certificates.map(({ expireTime }) => new Date(expireTime)),
    ...(last ? [addDays(last, -warnBeforeDays)] : []),
  ];
  const coming = stages.filter((time) => time > now);
  return [addHours(now, checkEveryHours), ...coming].reduce((a, b) => (a < b ? a : b));
}

function hasEnded(certificate: Ending, now: Date): boolean {
  return endOf(certificate) <= now.getTime();
}

function endOf({ expireTime }: Ending): number {
  return Date.parse(expireTime);
}

/** What verifies the next answer beside its own certificates: the keys that are in force, by serial number. */
export function keysInForce(
  value: PlatformCertificatesValue | undefined,
  now: Date,
): ReadonlyMap<string, KeyObject> {
  const inForce = (value?.certificates ?? []).filter((each) => isReadable(each) && !hasEnded(each, now));
  return new Map(
    inForce.map(({ serialNumber, certificate }) => [
      serialNumber,
      new X509Certificate(certificate).publicKey,
    ]),
  );
}

/** Whatever somebody else has stored among them must not keep the others from being replaced. */
function isReadable(each: PlatformCertificate): boolean {
  const isTime = (text: string): boolean => !Number.isNaN(Date.parse(text));
  const isItself = readCertificate(each)?.serialNumber === each.serialNumber;
  return isTime(each.effectiveTime) && isTime(each.expireTime) && isItself;
}

function readCertificate({ certificate }: PlatformCertificate) {
  const [block] = pemBlocks(certificate);
  return block && parseCertificate(block.der);
}
