import { createPublicKey, type KeyObject } from "node:crypto";
import { isPublicKeyId, isSignedWith, type PlatformMessage } from "merchant-credentials-loader/wechatpay";
import { paddedSerialNumber } from "./serial-number";
import { isSignatureTest, type ParsedAnswer } from "./wechatpay-answer";
import { undecided, type Undecided } from "./verdict";

/** What verifies WeChat Pay's answers: public keys by what `Wechatpay-Serial` names. */
export type PlatformKeys = ReadonlyMap<string, KeyObject>;

export type SignatureState = "valid" | "missing" | "unknown-key" | "test" | "wrong";

/** What an answer's signature is worth. `test`: wrong on purpose, see {@link isSignatureTest}. */
export function signatureState(answer: ParsedAnswer, keys: PlatformKeys): SignatureState {
  const { signed } = answer;
  if (!signed) return "missing";
  const key = keyNamed(signed.serial, keys);
  if (!key) return "unknown-key";
  if (isSigned(key, signed)) return "valid";
  return isSignatureTest(answer) ? "test" : "wrong";
}

/** Why an answer may be somebody else's; undefined for one that a known key of the platform has signed. */
export function signatureProblem(answer: ParsedAnswer, keys: PlatformKeys): Undecided | undefined {
  const state = signatureState(answer, keys);
  if (state === "valid") return undefined;
  const serial = answer.signed && shownSerial(answer.signed.serial);
  const says: Readonly<Record<Exclude<SignatureState, "valid">, string>> = {
    missing:
      "The answer came without the signature of WeChat Pay. Look for a proxy on the way that removes the headers Wechatpay-….",
    "unknown-key": `The answer is signed with ${serial}, which is none of the known keys of WeChat Pay. Renew PlatformCertificates, or declare that key as PlatformPublicKey.`,
    test: "WeChat Pay has sent a wrong signature on purpose, as it now and then does.",
    wrong: `The answer's signature does not verify with the key ${serial}. It may not come from WeChat Pay: look for a proxy on the way.`,
  };
  return undecided("unsigned", says[state]);
}

/** A name of a key as it may be shown: what is not one comes from the wire. */
export function shownSerial(serial: string): string {
  return isPublicKeyId(serial) || /^[0-9A-Fa-f]{1,40}$/.test(serial) ? serial : "a key without a proper name";
}

/** Whether the key's public half is the merchant's own: merchants mistake their certificate for the platform's. */
export function isOwnKey(publicKey: KeyObject, privateKey: KeyObject): boolean {
  // Node's comparison of keys of two types leaves an error behind, which the next reading of a key throws.
  if (publicKey.asymmetricKeyType !== privateKey.asymmetricKeyType) return false;
  return createPublicKey(privateKey).equals(publicKey);
}

function keyNamed(serial: string, keys: PlatformKeys): KeyObject | undefined {
  return keys.get(serial) ?? keys.get(paddedSerialNumber(serial));
}

function isSigned(key: KeyObject, signed: PlatformMessage): boolean {
  return key.asymmetricKeyType === "rsa" && isSignedWith(key, signed);
}
