import { isPublicKeyId } from "merchant-credentials-loader/wechatpay";
import { signatureProblem, signatureState, type PlatformKeys } from "./answer-signature";
import { isWithoutPlatformCertificate } from "./certificate-verdict";
import {
  downloadedCertificate,
  encryptedCertificates,
  isAsDocumented,
  openedWith,
  type DownloadedCertificate,
} from "./platform-certificates-answer";
import { requestVerdict, unexpected, type Exchange } from "./request-verdict";
import { aboutApiV3Secret, refused, undecided, type Refused, type Undecided } from "./verdict";
import { isSuccess } from "./wechatpay-answer";

const place = "账户中心 > 账户设置 > API安全 > 解密回调 > APIv3密钥";

export interface SecretsToTry {
  /** The value in question. */
  apiV3Secret: string;
  /** The value that serves: where it opens what the other does not, the platform has not changed yet. */
  servingApiV3Secret?: string | undefined;
  /** Keys of the platform that are known already; they too may have signed the list. */
  platformKeys?: PlatformKeys | undefined;
}

/**
 * What the APIv3 secret opens of the platform's list of certificates, or why it does not: a secret is right where it
 * opens every item, each is a certificate, and the platform has signed the list with one of them or with a key that was
 * known before.
 */
export function downloadVerdict(
  exchange: Exchange,
  secrets: SecretsToTry,
): readonly DownloadedCertificate[] | Refused | Undecided {
  const verdict = requestVerdict(exchange);
  if (verdict) return aboutApiV3Secret(verdict);
  const { answer } = exchange;
  if (isWithoutPlatformCertificate(answer)) return publicKeyMode;
  if (!isSuccess(answer)) return unexpected(answer);
  const known = secrets.platformKeys ?? new Map<string, never>();
  // An answer that was damaged on the way says nothing of the secret.
  if (["wrong", "test"].includes(signatureState(answer, known))) return signatureProblem(answer, known)!;
  const items = encryptedCertificates(answer);
  if (!items) return unreadable;
  const opened = openedWith(items, secrets.apiV3Secret);
  if (opened.every((each) => each === undefined)) {
    if (!items.every(isAsDocumented)) return unreadable;
    const { servingApiV3Secret: serving } = secrets;
    const isUnchanged =
      serving !== undefined && openedWith(items, serving).every((each) => each !== undefined);
    if (isUnchanged) return stillTheServing;
    return serving === undefined ? anotherSecret : { ...anotherSecret, isOutage: true };
  }
  const certificates = items.flatMap((item, at) => downloadedCertificate(item, opened[at] ?? "") ?? []);
  if (certificates.length < items.length) return unreadable;
  const own = certificates.map(({ serialNumber, publicKey }) => [serialNumber, publicKey] as const);
  const keys = new Map([...known, ...own]);
  // While a merchant changes over, the platform's public key signs some answers. Nobody but WeChat Pay can encrypt so.
  const isOfPublicKey =
    signatureState(answer, keys) === "unknown-key" && isPublicKeyId(answer.signed!.serial);
  return (isOfPublicKey ? undefined : signatureProblem(answer, keys)) ?? certificates;
}

const publicKeyMode = undecided(
  "public-key-mode",
  "This merchant uses WeChat Pay's public key and has no platform certificates, so nothing comes that the APIv3 secret could open. Set the value on the Merchant Platform and activate it by hand: merchant-credentials promote.",
);

const unreadable = undecided(
  "platform",
  "WeChat Pay's list of platform certificates is empty, damaged or of a form that this release does not know.",
);

const stillTheServing = refused(
  "apiV3Secret",
  `WeChat Pay still encrypts with the value that serves now. Set the value that waits at ${place}.`,
);

const anotherSecret = refused(
  "apiV3Secret",
  `WeChat Pay encrypts with another APIv3 secret. Set this value at ${place}; if it was typed in as APIv2密钥 (the API secret), the two are swapped.`,
);

/** The refusal of a secret that WeChat Pay knows as the merchant's API secret. */
export const isTheApiSecret: Refused = {
  ...refused(
    "apiV3Secret",
    `The Merchant Platform has this value as the API secret (APIv2密钥): the two secrets are swapped. Set it at ${place}, and the other one at APIv2密钥.`,
  ),
  isOutage: true,
};
