import { isoTime } from "./calendar";
import type { Tenure } from "./history";
import {
  readPlatformPublicKey,
  type PlatformPublicKeyValue,
  type PlatformPublicKeyView,
} from "./platform-public-key";
import { publishedHistory } from "./published-value";
import { replicaProblems } from "./secret";

/**
 * - `active`: the declared key serves
 * - `awaiting-verification`: it does not serve before WeChat Pay has accepted it
 */
export type PlatformPublicKeyStatus = "active" | "awaiting-verification";

/** A public key that serves. */
export interface ServingPublicKey {
  versionId: string;
  /** `PUB_KEY_ID_` and digits: what the header `Wechatpay-Serial` names. */
  publicKeyId: string;
  /** SHA-256 of the SubjectPublicKeyInfo, lower-case hex. */
  publicKeySha256: string | null;
}

/** One entry of the audit trail: which key served, since when and why. */
export interface PlatformPublicKeyHistoryEntry extends Tenure {
  publicKeyId: string;
  /** `first value`, `change`, or `found in the vault`. */
  reason: string;
}

/** What goes into state beside the inputs; all of it is public. */
export interface PlatformPublicKeyState {
  secretArn: string;
  status: PlatformPublicKeyStatus;
  currentVersionId: string | null;
  current: ServingPublicKey | null;
  publicKeySha256: string | null;
  askFrom: string | null;
  unmet: readonly string[];
  nextSteps: readonly string[];
  history: readonly PlatformPublicKeyHistoryEntry[];
}

export interface PlatformPublicKeyContext {
  declared: Pick<PlatformPublicKeyValue, "publicKeyId" | "publicKey">;
  now: Date;
  /** What the state said before. */
  previous: Partial<Pick<PlatformPublicKeyState, "history" | "askFrom">>;
}

export function platformPublicKeyState(
  view: PlatformPublicKeyView,
  { declared, now, previous }: PlatformPublicKeyContext,
): PlatformPublicKeyState {
  const { secret, serving, currentVersionId, answer } = view;
  const isServing = serving?.publicKeyId === declared.publicKeyId && serving.publicKey === declared.publicKey;
  const isOpen = answer?.verdict === "undecided" || answer?.verdict === "awaiting";
  const current = serving ? servingKey(serving, currentVersionId!) : null;
  return {
    secretArn: secret.arn,
    status: isServing ? "active" : "awaiting-verification",
    currentVersionId: current?.versionId ?? null,
    current,
    publicKeySha256: current?.publicKeySha256 ?? null,
    askFrom: isOpen ? askFrom(previous.askFrom, now) : null,
    unmet: [...unmetReasons(view, isServing), ...replicaProblems(secret)],
    nextSteps: nextSteps(view),
    history: publishedHistory(view, previous.history ?? [], { publicKeyId: serving?.publicKeyId ?? "" }),
  };
}

function servingKey({ publicKeyId, publicKey }: PlatformPublicKeyValue, versionId: string): ServingPublicKey {
  const key = readPlatformPublicKey(publicKey);
  return { versionId, publicKeyId, publicKeySha256: "sha256" in key ? key.sha256 : null };
}

/** A time that has come stays, so that waiting changes no output. */
function askFrom(before: string | null | undefined, now: Date): string {
  return before && new Date(before) <= now ? before : isoTime(now);
}

const orWithout = 'Run pulumi up again, or take the key as it is with `verification: "none"`.';

/** Why the vault is short of what the program asks for; a run is red while there is one. */
function unmetReasons({ answer }: PlatformPublicKeyView, isServing: boolean): string[] {
  if (answer?.verdict === "refused")
    return [
      `WeChat Pay refuses (${answer.field}): ${answer.says}${isServing ? " The key serves all the same." : ""}`,
    ];
  if (answer?.verdict === "undecided" && !isServing)
    return [
      `publicKey: it does not serve yet: WeChat Pay could not tell (${answer.because}): ${answer.says} ${orWithout}`,
    ];
  return [];
}

function nextSteps({ answer }: PlatformPublicKeyView): string[] {
  if (answer?.verdict === "awaiting") return [`${answer.says} Then run pulumi up.`];
  if (answer?.verdict === "undecided")
    return [`WeChat Pay could not tell (${answer.because}): ${answer.says} ${orWithout}`];
  return [];
}
