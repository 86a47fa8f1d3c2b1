import { CredentialError } from "./errors";
import { isPublicKeyId, isSignedWith, platformMessage, type PlatformMessage } from "./wechatpay";
import { isExpired, type PlatformKey } from "./platform-keys";

/** An answer or a callback of WeChat Pay, as it came. */
export interface ReceivedMessage {
  /** Of `node:http`, Express or `fetch`. */
  headers: Readonly<Record<string, string | readonly string[] | undefined>> | Headers;
  /** The bytes as they came, or they as text: what was parsed and written again has another signature. */
  body: string | Uint8Array;
}

/** Seconds by which a message may be off. Source: WeChat Pay, "Signature verification". */
const maxSecondsOff = 300;

/**
 * The signed message in headers and body, if it is of the present.
 *
 * @throws CredentialError `invalid-options`, `signature`, `clock`
 */
export function presentMessage(received: ReceivedMessage, now: Date): PlatformMessage {
  const { headers, body } = received ?? ({} as Partial<ReceivedMessage>);
  if (typeof headers !== "object" || (headers as unknown) === null || Array.isArray(headers))
    throw new CredentialError(
      "invalid-options",
      "headers is missing or not an object: give { headers, body } of the answer or callback as it came.",
    );
  if (typeof body !== "string" && !(body instanceof Uint8Array))
    throw new CredentialError(
      "invalid-options",
      "body is neither text nor bytes: give it as it came, before anything parses it (express.raw, say).",
    );
  const record = headers instanceof Headers ? Object.fromEntries(headers) : headers;
  const message = platformMessage(
    record,
    typeof body === "string" ? body : Buffer.from(body).toString("utf8"),
  );
  if (!message)
    throw new CredentialError(
      "signature",
      "The message is not from WeChat Pay: it needs Wechatpay-Timestamp, -Nonce, -Signature and -Serial once each.",
    );
  // WeChat Pay sends wrong signatures now and then, to see that they are refused.
  if (message.signature.startsWith("WECHATPAY/SIGNTEST/"))
    throw new CredentialError(
      "signature",
      "WeChat Pay has sent a wrong signature as a test: answer with 4xx.",
    );
  const problem = timeProblem(message.timestamp, now);
  if (problem) throw new CredentialError("clock", `The message's Wechatpay-Timestamp is ${problem}.`);
  return message;
}

function timeProblem(timestamp: string, now: Date): string | undefined {
  if (!/^\d{1,12}$/.test(timestamp)) return "not a number of seconds";
  const behind = Math.round(now.getTime() / 1000 - Number(timestamp));
  if (Math.abs(behind) <= maxSecondsOff) return undefined;
  const off = behind > 0 ? `${behind} s behind` : `${-behind} s ahead of`;
  return `${off} this machine's clock, and at most ${maxSecondsOff} s are allowed: it is a replay, or the clock is wrong`;
}

/** Why a message is not WeChat Pay's; undefined where one of the keys has signed it. */
export function signatureProblem(
  message: PlatformMessage,
  keys: readonly PlatformKey[],
  now: Date,
): CredentialError | undefined {
  const { serial } = message;
  const key = keys.find((each) => each.serial === serial);
  if (!key) {
    const held = keys.map((each) => each.serial).join(", ") || "none";
    const next = isPublicKeyId(serial) ? "declare it with PlatformPublicKey" : "run `pulumi up`";
    return new CredentialError(
      "signature",
      `The message names the platform key ${serial.slice(0, 60)}, which is not known here (known: ${held}): if it is WeChat Pay's, ${next}.`,
    );
  }
  if (isExpired(key, now))
    return new CredentialError(
      "signature",
      `The message names the platform certificate ${serial}, which ended at ${key.expiresAt!.toISOString()}: run \`pulumi up\`.`,
    );
  if (isSignedWith(key.publicKey, message)) return undefined;
  return new CredentialError(
    "signature",
    `The signature does not fit the message and the platform key ${serial}: it is forged, or the body was changed on the way.`,
  );
}
