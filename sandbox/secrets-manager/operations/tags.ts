import { type Call, writableSecret } from "../call";
import type { tagResource as tagShape, untagResource as untagShape } from "../inputs";
import type { Tag } from "../secret";
import { invalidParameter } from "../service-error";
import type { Input } from "../shape";

const tagsPerSecret = 50;

export function tagResource(input: Input<typeof tagShape>, call: Call) {
  const secret = writableSecret(call, input.SecretId);
  const tags = mergedTags(secret.tags ?? [], input.Tags);
  call.replace(secret, { ...secret, tags, changedAt: call.now });
  return {};
}

export function untagResource(input: Input<typeof untagShape>, call: Call) {
  const secret = writableSecret(call, input.SecretId);
  const tags = secret.tags?.filter(({ key }) => !input.TagKeys.includes(key));
  call.replace(secret, { ...secret, tags, changedAt: call.now });
  return {};
}

/** The tags with `added` on top: a key that is there already gets the new value. */
export function mergedTags(tags: readonly Tag[], added: Input<typeof tagShape>["Tags"]): Tag[] {
  if (new Set(added.map(({ Key }) => Key)).size < added.length) {
    throw invalidParameter("You can't use the same tag key twice in a request.");
  }
  if (added.some(({ Key }) => Key.toLowerCase().startsWith("aws:"))) {
    throw invalidParameter("Tag keys that begin with aws: are reserved for system use.");
  }
  const merged = new Map(tags.map(({ key, value }) => [key, value]));
  for (const { Key, Value } of added) merged.set(Key, Value);
  if (merged.size > tagsPerSecret) {
    throw invalidParameter(`A secret can't have more than ${tagsPerSecret} tags.`);
  }
  return [...merged].map(([key, value]) => ({ key, value }));
}
