import { bothZones, isoTime } from "./calendar";
import type { PublicKeyFacts } from "./merchant-key";
import { merchantKeyNextSteps } from "./merchant-key-next-steps";
import type { MerchantKeyView, Overlap } from "./merchant-key-view";
import {
  rotatedState,
  type RotatedState,
  type RotatedStateContext,
  type SecretHistoryEntry,
  type SecretVersionFacts,
} from "./secret-state";

/** A key by its version, with the half that everybody may have. */
export interface MerchantKeyFacts extends SecretVersionFacts, PublicKeyFacts {}

/** The key before the current one, while the partner still verifies with it. */
export interface PreviousMerchantKey extends Omit<PublicKeyFacts, "keyBits"> {
  versionId: string;
  /** ISO 8601, UTC. */
  verifiableUntil: string;
}

/** One entry of the audit trail: which key was current, since when and why. */
export interface MerchantKeyHistoryEntry extends SecretHistoryEntry {
  /** Lower-case hex, of the SubjectPublicKeyInfo. */
  publicKeySha256: string;
}

/** What the handler of a merchant key returns beside the inputs; it goes into state, so all is public. */
export interface MerchantKeyState extends Omit<RotatedState, "current" | "pending" | "history"> {
  current: MerchantKeyFacts | null;
  pending: MerchantKeyFacts | null;
  previous: PreviousMerchantKey | null;
  publicKey: string | null;
  publicKeyDer: string | null;
  publicKeySha256: string | null;
  overlapUntil: string | null;
  history: readonly MerchantKeyHistoryEntry[];
}

export interface MerchantKeyStateContext extends Omit<RotatedStateContext, "kind" | "previous"> {
  partner: string | undefined;
  previous: { history?: readonly MerchantKeyHistoryEntry[] };
}

export function merchantKeyState(view: MerchantKeyView, context: MerchantKeyStateContext): MerchantKeyState {
  const { keys, overlap } = view;
  const state = rotatedState(
    view,
    { ...context, kind: "merchantKey" },
    (versionId, deadline) =>
      merchantKeyNextSteps({
        ...context,
        versionId,
        publicKeySha256: keys.pending!.publicKeySha256,
        hasCurrent: view.isIssued,
        overlapUntil: overlap?.until,
        deadline,
      }),
    view.activatableFrom,
  );
  return {
    ...state,
    current: withKey(state.current, keys.current),
    pending: withKey(state.pending, keys.pending),
    previous: overlap ? previousKey(overlap) : null,
    publicKey: keys.current?.publicKey ?? null,
    publicKeyDer: keys.current?.publicKeyDer ?? null,
    publicKeySha256: keys.current?.publicKeySha256 ?? null,
    overlapUntil: overlap ? isoTime(overlap.until) : null,
    unmet: [...heldBack(view), ...state.unmet],
    // A new entry is always the current key's.
    history: state.history.map((entry) => ({
      publicKeySha256: keys.current?.publicKeySha256 ?? "",
      ...entry,
    })),
  };
}

function withKey(
  version: SecretVersionFacts | null,
  key: PublicKeyFacts | undefined,
): MerchantKeyFacts | null {
  return version && key ? { ...version, ...key } : null;
}

function previousKey({ versionId, key, until }: Overlap): PreviousMerchantKey {
  const { publicKey, publicKeyDer, publicKeySha256 } = key;
  return { versionId, publicKey, publicKeyDer, publicKeySha256, verifiableUntil: isoTime(until) };
}

/** Why a key that the program names as activated is not current yet. */
function heldBack({ activated, pending, overlap }: MerchantKeyView): string[] {
  if (activated !== "pending" || !overlap) return [];
  return [
    `activation.version: version ${pending!.versionId} waits until ${bothZones(overlap.until)}, because until then the ` +
      `partner verifies with the key before the current one, ${overlap.versionId}, too. The first pulumi up after that ` +
      "activates it; `overlapDays: 0` ends the overlap now.",
  ];
}
