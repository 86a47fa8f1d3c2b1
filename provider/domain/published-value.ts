import { adoptable, isForeign } from "./adopted-value";
import { isoTime } from "./calendar";
import {
  emptyValue,
  isUnreadable,
  parseValue,
  serializeValue,
  type CredentialValue,
} from "./credential-value";
import { withTenure, type Tenure } from "./history";
import { lastChangeTags, readLastChange } from "./last-change";
import { currentVersionId, type SecretDescription, type SecretVersion } from "./secret";
import { firstIssuedTag } from "./secret-tags";
import { awsCurrent, awsPending, tokens } from "./staging-labels";
import type { Step } from "./step";
import { assertMerchant, unexpectedValue } from "./stored-version";

/** What WeChat Pay itself publishes for a merchant: nothing of it is secret, and nothing of it waits for a person. */
export type PublishedSchema =
  "merchant-credentials/platform-certificates/v1" | "merchant-credentials/platform-public-key/v1";

export type PublishedValue<Schema extends PublishedSchema> = Extract<CredentialValue, { schema: Schema }>;

/** What the vault holds, and what it should hold. */
export interface PublishedView<Value> {
  secret: SecretDescription;
  /** Undefined only for a secret that has no version at all. */
  currentVersionId: string | undefined;
  /** The value that applications read; undefined before the first. */
  serving: Value | undefined;
  /** The value that is to serve, under the id that its content has; undefined where nothing is to change. */
  wanted: { versionId: string; text: string } | undefined;
}

/** The value that serves; undefined for the placeholder, and for another tool's while it is being adopted. */
export async function servingValue<Schema extends PublishedSchema>(
  secret: SecretDescription,
  { schema, merchantId, adopt }: { schema: Schema; merchantId: string; adopt: boolean },
  read: (versionId: string) => Promise<SecretVersion>,
): Promise<PublishedValue<Schema> | undefined> {
  const versionId = currentVersionId(secret);
  if (versionId === undefined || versionId === tokens.create(secret.name)) return undefined;
  const { value: text } = await read(versionId);
  if (text === emptyValue) return undefined;
  let value: CredentialValue;
  try {
    value = parseValue(text);
  } catch (error) {
    // It is kept as AWSPREVIOUS; what it says comes from WeChat Pay or from the program anyway.
    if (isUnreadable(error) && isForeign(text) && adoptable(secret, adopt || undefined)) return undefined;
    throw error;
  }
  if (value.schema !== schema) throw unexpectedValue(versionId, "a credential of another kind");
  const own = value as PublishedValue<Schema>;
  assertMerchant(own, merchantId);
  return own;
}

/**
 * @param kind as in tags.
 * @param next what is to serve; undefined where nothing is to change.
 * @throws MerchantCredentialsError `unreadable-value` where somebody else has written under this content's own id.
 */
export async function publishedView<Schema extends PublishedSchema>(
  secret: SecretDescription,
  kind: string,
  { serving, next }: Record<"serving" | "next", PublishedValue<Schema> | undefined>,
  read: (versionId: string) => Promise<SecretVersion>,
): Promise<PublishedView<PublishedValue<Schema>>> {
  const text = next && serializeValue(next);
  const isNew = text !== undefined && (serving === undefined || serializeValue(serving) !== text);
  const wanted = isNew ? { text, versionId: tokens.published(secret.arn, kind, text) } : undefined;
  // A run that broke off has written it, or it served before.
  if (wanted && secret.versions[wanted.versionId] && (await read(wanted.versionId)).value !== wanted.text)
    throw unexpectedValue(wanted.versionId, "another value");
  return { secret, currentVersionId: currentVersionId(secret), serving, wanted };
}

interface Rule {
  /** Why the step is taken, in one phrase. */
  because: string;
  step: (view: PublishedView<CredentialValue>, kind: string, now: Date) => Step | undefined;
}

/** One write at a time; the first rule that has a step decides. A value serves until the next one does. */
const rules: readonly Rule[] = [
  {
    because: "a secret without any version would make its first one current",
    step: ({ secret, currentVersionId }) =>
      currentVersionId === undefined
        ? { do: "put", token: tokens.create(secret.name), value: emptyValue, labels: [awsCurrent] }
        : undefined,
  },
  {
    because: "auditors read from the tags since when and why a value is current",
    step: ({ secret, currentVersionId, serving }, kind, now) => {
      if (!serving || readLastChange(secret.tags)?.versionId === currentVersionId) return undefined;
      const isOurs = currentVersionId === tokens.published(secret.arn, kind, serializeValue(serving));
      const reason = !isOurs ? "found in the vault" : secret.tags[firstIssuedTag] ? "change" : "first value";
      return {
        do: "tag",
        tags: {
          [firstIssuedTag]: secret.tags[firstIssuedTag] ?? isoTime(now),
          ...lastChangeTags(now, currentVersionId!, reason),
        },
      };
    },
  },
  {
    // A version of this content that has lost its labels is left as it is by Secrets Manager: the same token and value.
    because: "the version has to be there before it can be current",
    step: ({ secret, wanted }) =>
      wanted && !secret.versions[wanted.versionId]
        ? { do: "put", token: wanted.versionId, value: wanted.text, labels: [awsPending] }
        : undefined,
  },
  {
    because: "nobody has to set it anywhere first",
    step: ({ currentVersionId, wanted }) =>
      wanted && { do: "move-label", label: awsCurrent, from: currentVersionId!, to: wanted.versionId },
  },
];

/** The next write; undefined where nothing is left to do. */
export function nextPublishedStep(
  view: PublishedView<CredentialValue>,
  kind: string,
  now: Date,
): Step | undefined {
  for (const { step } of rules) {
    const next = step(view, kind, now);
    if (next) return next;
  }
  return undefined;
}

/** The history once what serves is in it. Without the tag the run has broken off; the next one knows better why. */
export function publishedHistory<Entry extends Tenure & { reason: string }>(
  { secret, currentVersionId, serving }: PublishedView<unknown>,
  history: readonly Entry[],
  facts: Omit<Entry, keyof Tenure | "reason">,
): readonly Entry[] {
  const change = readLastChange(secret.tags);
  if (!serving || change?.versionId !== currentVersionId) return history;
  const entry = { versionId: change!.versionId, from: change!.at, reason: change!.reason, ...facts };
  return withTenure(history, entry as Entry);
}
