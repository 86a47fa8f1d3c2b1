import { MerchantCredentialsError } from "../errors";
import { publicKeyFacts, type PublicKeyFacts } from "./merchant-key";
import { overlapEnd } from "./overlap";
import { readRotatedValue } from "./rotated-kind";
import { versionWith, type SecretDescription, type SecretVersion } from "./secret";
import { secretView, type SecretView } from "./secret-view";
import { awsPrevious, tokens } from "./staging-labels";

/** The key before the current one, while the partner still verifies with it. */
export interface Overlap {
  versionId: string;
  key: PublicKeyFacts;
  until: Date;
}

/** What the vault holds for a merchant key, read once for a decision. Private keys are only in one that is adopted. */
export interface MerchantKeyView extends SecretView {
  keys: { current: PublicKeyFacts | undefined; pending: PublicKeyFacts | undefined };
  /** As it should be; whether the label says so already is another matter. */
  overlap: Overlap | undefined;
  /** Before when the key that waits could not be activated: the end of an overlap that it was made in. */
  activatableFrom: Date | undefined;
}

export interface MerchantKeyViewContext {
  merchantId: string;
  /** Under which key of a JSON object another tool keeps the private key; undefined where none is taken over. */
  adopt: { privateKey?: string } | undefined;
  /** The version that the program names as activated. */
  activation: string | undefined;
  /** Days for which the key before is still verified with. */
  overlapDays: number;
  now: Date;
}

/**
 * Reads what a decision needs; the key before the current one only where it may still be verified with.
 *
 * @throws MerchantCredentialsError `two-open-requests`, `unreadable-value`, `secret-not-usable`.
 */
export async function merchantKeyView(
  secret: SecretDescription,
  { merchantId, adopt, activation, overlapDays, now }: MerchantKeyViewContext,
  read: (versionId: string) => Promise<SecretVersion>,
  exists: (versionId: string) => Promise<boolean>,
): Promise<MerchantKeyView> {
  const context = { kind: "merchantKey", merchantId, adopt, activation } as const;
  const view = await secretView(secret, context, read, exists);
  const keys = {
    current: view.isIssued ? keyIn(await read(view.currentVersionId!), merchantId) : undefined,
    pending: view.pending && keyIn(await read(view.pending.versionId), merchantId),
  };
  const before = versionWith(secret, awsPrevious);
  const hasBefore = before !== undefined && before !== tokens.create(secret.name);
  const until = keys.current && hasBefore ? overlapEnd(secret, overlapDays) : undefined;
  const isOver = until !== undefined && until <= now;
  // One that is over still says since when a key could be activated that was made before its end.
  const matters = until && (!isOver || (view.pending && view.pending.since < until));
  const last = matters ? await overlapWith(before!, keys.current!, until) : undefined;
  return { ...view, keys, overlap: isOver ? undefined : last, activatableFrom: last?.until };

  async function overlapWith(
    versionId: string,
    current: PublicKeyFacts,
    end: Date,
  ): Promise<Overlap | undefined> {
    const key = keyIn(await read(versionId), merchantId);
    // The same key under another version, as an import may bring it in: nothing has changed for the partner.
    return key && key.publicKeySha256 !== current.publicKeySha256
      ? { versionId, key, until: end }
      : undefined;
  }
}

/** Undefined for what is no key of this merchant: of another tool, or written over. */
function keyIn({ value }: SecretVersion, merchantId: string): PublicKeyFacts | undefined {
  try {
    const found = readRotatedValue("merchantKey", value);
    return found && "secret" in found && found.merchantId === merchantId
      ? publicKeyFacts(found.secret)
      : undefined;
  } catch (error) {
    if (error instanceof MerchantCredentialsError) return undefined;
    throw error;
  }
}
