import { isPublicKeyId, type RequestSigner } from "merchant-credentials-loader/wechatpay";
import { isOwnKey, signatureProblem, type PlatformKeys } from "./answer-signature";
import { encryptedCertificates } from "./platform-certificates-answer";
import { requestVerdict, unexpected, type Exchange } from "./request-verdict";
import { aboutCertificate, accepted, undecided, type Undecided, type Verdict } from "./verdict";
import { isSuccess, type ParsedAnswer } from "./wechatpay-answer";

/**
 * Whether WeChat Pay has taken the signature of a request for the platform's certificates. 404 says so too: a merchant
 * that uses the platform's public key has none of them, and is told so only after its signature was verified. Where
 * keys of the platform are known, a list has to be signed with one of them; errors usually come unsigned.
 */
export function certificateVerdict(exchange: Exchange, platformKeys?: PlatformKeys): Verdict {
  const { answer } = exchange;
  const verdict = requestVerdict(exchange);
  if (verdict) return aboutCertificate(verdict);
  // WeChat Pay tells the time in every answer; what does not is somebody else.
  if (isWithoutPlatformCertificate(answer)) {
    if (answer.times.length === 0) return unexpected(answer);
    const isContradiction = [...(platformKeys?.keys() ?? [])].some((serial) => !isPublicKeyId(serial));
    return isContradiction ? certificatesAreGone : accepted;
  }
  if (!isSuccess(answer) || !encryptedCertificates(answer)) return unexpected(answer);
  if (!platformKeys && !answer.signed) return signatureProblem(answer, new Map())!;
  return (platformKeys && signatureProblem(answer, platformKeys)) ?? accepted;
}

const certificatesAreGone = undecided(
  "unsigned",
  "The answer says that this merchant has no platform certificates, although there are some in the vault, and it comes without a signature. If the merchant has changed to the public key, declare PlatformPublicKey and give its secret as platformSecretArn.",
);

/** The same of an echo, which is signed also where there are no certificates. */
export function certificateEchoVerdict(exchange: Exchange, message: string, keys: PlatformKeys): Verdict {
  const { answer } = exchange;
  const verdict = requestVerdict(exchange);
  if (verdict) return aboutCertificate(verdict);
  if (isAboutPlatformKey(answer)) {
    return undecided(
      "unsigned",
      "WeChat Pay does not know the platform public key that its answer was to be signed with. Look at publicKeyId of PlatformPublicKey.",
    );
  }
  if (!isSuccess(answer)) return unexpected(answer);
  return signatureProblem(answer, keys) ?? echoProblem(answer, message) ?? accepted;
}

/** Why the keys that are to verify answers cannot. */
export function platformKeysProblem(signer: RequestSigner, keys: PlatformKeys): Undecided | undefined {
  const isOwn = [...keys.values()].some((key) => isOwnKey(key, signer.privateKey));
  if (!isOwn) return undefined;
  return undecided(
    "unsigned",
    "The merchant's own certificate was given as WeChat Pay's. What verifies answers is PlatformCertificates or PlatformPublicKey.",
  );
}

/** 404 of merchants that use the platform's public key. */
export function isWithoutPlatformCertificate({ status, code }: ParsedAnswer): boolean {
  return status === 404 && code === "RESOURCE_NOT_EXISTS";
}

/**
 * Whether an error is about the key that the header Wechatpay-Serial names.
 * Source: pay.weixin.qq.com/doc/v3/merchant/4013053279.
 */
export function isAboutPlatformKey({ status, message }: ParsedAnswer): boolean {
  return (
    status >= 400 &&
    status < 500 &&
    /Wechatpay-Serial|公钥|平台证书/i.test(message) &&
    // "missing": a proxy has removed the header.
    !/缺少/.test(message)
  );
}

/** Why an answer is no echo of what was sent, but perhaps of somebody else's request. */
export function echoProblem(answer: ParsedAnswer, message: string): Undecided | undefined {
  if (answer.json?.echo_message === message) return undefined;
  return undecided("platform", "The answer does not repeat what was sent, so it belongs to another request.");
}
