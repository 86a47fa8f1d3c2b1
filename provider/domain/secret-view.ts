import { adoptable, isForeign } from "./adopted-value";
import { emptyValue, isUnreadable } from "./credential-value";
import {
  adoptedValue,
  readRotatedValue,
  rotatedKinds,
  type RotatedFields,
  type RotatedKind,
} from "./rotated-kind";
import {
  currentVersionId,
  labelledVersions,
  openRequests,
  type SecretDescription,
  type SecretVersion,
} from "./secret";
import { tokens } from "./staging-labels";
import { assertMerchant, twoOpenRequests, unexpectedValue } from "./stored-version";
import type { Verdict } from "./verdict";

/** A value that waits until a person has set it on the platform, or a key until a person has handed it over. */
export interface PendingSecret {
  versionId: string;
  /** 16 hex digits, as its label says. */
  fingerprint: string;
  since: Date;
}

/** What the vault holds for an API secret or a merchant key, read once for a decision. Holds no value but one that is being adopted. */
export interface SecretView {
  secret: SecretDescription;
  /** Undefined only for a secret that has no version at all. */
  currentVersionId: string | undefined;
  /** Whether the current version is a credential of ours, and not the placeholder or a foreign value. */
  isIssued: boolean;
  pending: PendingSecret | undefined;
  /** The version that holds a value in another tool's form, and the secret in it. Secret. */
  foreign: { versionId: string; secret: string } | undefined;
  /** What the program names as activated: the open request, or a version that is or was current. */
  activated: "pending" | "done" | "missing" | undefined;
  /** What WeChat Pay makes of the pending value; undefined where it was not asked. */
  verdict?: Verdict | undefined;
}

/**
 * Asks WeChat Pay about the value of a version, given also the one that serves, both secret. Undefined where it is not
 * asked about this one.
 */
export type Prove = (
  versionId: string,
  secret: string,
  serving: string | undefined,
) => Promise<Verdict | undefined>;

export interface SecretViewContext {
  kind: RotatedKind;
  merchantId: string;
  /** How a value of another tool is to be read; undefined where none is taken over. */
  adopt: RotatedFields | undefined;
  /** The version that the program names as activated. */
  activation: string | undefined;
  /** Undefined where WeChat Pay is not asked. */
  prove?: Prove | undefined;
}

/**
 * Reads what a decision needs.
 *
 * @throws MerchantCredentialsError `two-open-requests`, `unreadable-value`, `secret-not-usable`.
 */
export async function secretView(
  secret: SecretDescription,
  { kind, merchantId, adopt, activation, prove }: SecretViewContext,
  read: (versionId: string) => Promise<SecretVersion>,
  exists: (versionId: string) => Promise<boolean>,
): Promise<SecretView> {
  const currentId = currentVersionId(secret);
  const isPlaceholder = currentId === undefined || currentId === tokens.create(secret.name);
  const current = isPlaceholder
    ? undefined
    : currentContent(await read(currentId), kind, merchantId, adoptable(secret, adopt));

  const open = openRequests(secret);
  if (open.length > 1)
    throw twoOpenRequests(
      rotatedKinds[kind].title,
      open.map(({ of }) => of),
    );
  const found = open[0] && pendingSecret(await read(open[0].versionId), open[0].of, kind, merchantId);
  const pending = found?.pending;
  return {
    secret,
    currentVersionId: currentId,
    isIssued: current?.own !== undefined,
    pending,
    foreign: current?.foreign === undefined ? undefined : { versionId: currentId!, secret: current.foreign },
    verdict: found && (await prove?.(found.pending.versionId, found.secret, current?.own)),
    activated: activation === undefined ? undefined : await activationState(activation),
  };

  async function activationState(versionId: string): Promise<SecretView["activated"]> {
    if (versionId === pending?.versionId) return "pending";
    if (versionId === tokens.create(secret.name)) return "missing";
    // Current although it was given up: a person has set it after all.
    if (versionId === currentId) return "done";
    const isAbandoned = labelledVersions(secret, "abandoned").some((each) => each.versionId === versionId);
    if (isAbandoned) return "missing";
    return secret.versions[versionId] !== undefined || (await exists(versionId)) ? "done" : "missing";
  }
}

function currentContent(
  { versionId, value }: SecretVersion,
  kind: RotatedKind,
  merchantId: string,
  adopt: RotatedFields | undefined,
): { own: string; foreign?: undefined } | { own?: undefined; foreign: string } | undefined {
  try {
    const own = ownSecret(value, versionId, kind, merchantId);
    return own === undefined ? undefined : { own };
  } catch (error) {
    if (!adopt || !isUnreadable(error) || !isForeign(value)) throw error;
    return { foreign: adoptedValue(kind, value, adopt) };
  }
}

/** Undefined for the placeholder. */
function ownSecret(
  value: string,
  versionId: string,
  kind: RotatedKind,
  merchantId: string,
): string | undefined {
  const own = readRotatedValue(kind, value);
  if (own && "flaw" in own) throw unexpectedValue(versionId, own.flaw);
  if (own) {
    assertMerchant(own, merchantId);
    return own.secret;
  }
  if (value === emptyValue) return undefined;
  throw unexpectedValue(versionId, "a credential of another kind");
}

function pendingSecret(
  { versionId, value, createdAt }: SecretVersion,
  fingerprint: string,
  kind: RotatedKind,
  merchantId: string,
): { pending: PendingSecret; secret: string } {
  const secret = ownSecret(value, versionId, kind, merchantId);
  if (secret === undefined) throw unexpectedValue(versionId, "the placeholder");
  return { pending: { versionId, fingerprint, since: createdAt }, secret };
}
