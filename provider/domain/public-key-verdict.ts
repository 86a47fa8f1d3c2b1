import type { KeyObject } from "node:crypto";
import { isPublicKeyId } from "merchant-credentials-loader/wechatpay";
import { isOwnKey, shownSerial, signatureProblem, signatureState } from "./answer-signature";
import { echoProblem, isAboutPlatformKey } from "./certificate-verdict";
import { requestVerdict, unexpected, type Exchange } from "./request-verdict";
import { aboutPublicKey, accepted, refused, undecided, type Refused, type Verdict } from "./verdict";
import { isSuccess } from "./wechatpay-answer";

/** Where the platform shows the key and its id. */
const place = "账户中心 > 账户设置 > API安全 > 验证微信支付身份 > 微信支付公钥";

/** Whether WeChat Pay has signed an echo with the key that the request has named. */
export function publicKeyVerdict(
  exchange: Exchange,
  message: string,
  publicKeyId: string,
  publicKey: KeyObject,
): Verdict {
  const { answer } = exchange;
  const verdict = requestVerdict(exchange);
  if (verdict) return aboutPublicKey(verdict);
  if (isAboutPlatformKey(answer)) {
    return refused(
      "publicKeyId",
      `WeChat Pay does not know ${publicKeyId} as a key for this merchant. Compare it with the id at ${place}.`,
    );
  }
  if (answer.status === 404) {
    return undecided("not-offered", "This endpoint has no signature test. Compare key and id by eye.");
  }
  if (!isSuccess(answer)) return unexpected(answer);
  const keys = new Map([[publicKeyId, publicKey]]);
  const state = signatureState(answer, keys);
  if (state === "wrong") {
    return refused(
      "publicKey",
      `WeChat Pay signs with ${publicKeyId}, but not with this key. Download the key that belongs to the id at ${place}.`,
    );
  }
  if (state === "unknown-key") {
    return undecided(
      "unsigned",
      `WeChat Pay has signed with ${shownSerial(answer.signed!.serial)}, although ${publicKeyId} was asked for. Switch to the public key (开启公钥切换) at ${place}, and compare the id.`,
    );
  }
  return signatureProblem(answer, keys) ?? echoProblem(answer, message) ?? accepted;
}

interface KeyRule {
  when: (publicKeyId: string, publicKey: KeyObject, privateKey: KeyObject) => boolean;
  refuses: Refused;
}

/** What can be told without asking; the first rule that applies decides. */
const publicKeyRules: readonly KeyRule[] = [
  {
    when: (_, publicKey, privateKey) => publicKey.type === "public" && isOwnKey(publicKey, privateKey),
    refuses: refused(
      "publicKey",
      `This is the merchant's own key, not WeChat Pay's. Download pub_key.pem at ${place}.`,
    ),
  },
  {
    when: (id) => /^[0-9A-Fa-f]{1,40}$/.test(id),
    refuses: refused(
      "publicKeyId",
      `This is the serial number of a certificate. The id of a platform public key begins with PUB_KEY_ID_: see ${place}.`,
    ),
  },
  {
    when: (id) => !isPublicKeyId(id),
    refuses: refused(
      "publicKeyId",
      `The id of a platform public key is PUB_KEY_ID_ and digits. Copy it whole from ${place}.`,
    ),
  },
  {
    when: (_, { type, asymmetricKeyType }) => type !== "public" || asymmetricKeyType !== "rsa",
    refuses: refused("publicKey", `publicKey has to be an RSA public key, the pub_key.pem from ${place}.`),
  },
];

/** Why nothing is sent at all. */
export function publicKeyProblem(
  publicKeyId: string,
  publicKey: KeyObject,
  privateKey: KeyObject,
): Refused | undefined {
  return publicKeyRules.find(({ when }) => when(publicKeyId, publicKey, privateKey))?.refuses;
}
