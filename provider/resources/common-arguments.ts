import * as v from "valibot";
import { regionPattern } from "../domain/connection-rules";
import { ownTagCount, tagPrefix } from "../domain/secret-tags";
import { unknownValue } from "../domain/unknown";
import type { CheckFailure, Json, JsonObject } from "./resource-handlers";
import { failure, flag, message, oneOf, text, wholeNumber } from "./shape";

/** Source: Secrets Manager API reference, CreateSecret (Name, Tags). */
const limits = { name: 512, tags: 50, tagKey: 128, tagValue: 256 };

const tagCharacters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

const tagKey = text(
  {
    expected: `a tag key of 1 to ${limits.tagKey} letters, digits, spaces or _.:/=+-@, not starting with aws: or ${tagPrefix}`,
    hint: "Those prefixes are reserved",
  },
  (key) =>
    key.length > 0 &&
    key.length <= limits.tagKey &&
    tagCharacters.test(key) &&
    !/^aws:/i.test(key) &&
    !key.startsWith(tagPrefix),
);

const tagValue = text(
  { expected: `a tag value of up to ${limits.tagValue} letters, digits, spaces or _.:/=+-@` },
  (value) => value.length <= limits.tagValue && tagCharacters.test(value),
);

const regionText = text({ expected: "an AWS region such as us-east-1" }, (region) =>
  regionPattern.test(region),
);

const kmsKey = text({ expected: "the id, alias/name or ARN of a KMS key" }, (key) =>
  /^(arn:aws[a-z-]*:kms:\S+|alias\/[\w/-]+|(mrk-)?[0-9a-f-]{32,36})$/.test(key),
);

const secretName = text(
  {
    expected: `a name of 1 to ${limits.name} letters, digits or /_+=.@-, without a leading slash and without a hyphen and six characters at its end`,
    hint: "Secrets Manager appends such a suffix itself and would confuse the two",
  },
  (name) =>
    /^[A-Za-z0-9_+=.@-][A-Za-z0-9/_+=.@-]*$/.test(name) &&
    name.length <= limits.name &&
    !/-[A-Za-z0-9]{6}$/.test(name),
);

/** The first part of default secret names. */
export const secretPrefixText = text(
  { expected: "1 to 256 letters, digits or /_+=.@-, with no slash at either end" },
  (prefix) => /^[A-Za-z0-9_+=.@-]([A-Za-z0-9/_+=.@-]{0,254}[A-Za-z0-9_+=.@-])?$/.test(prefix),
);

/** The arguments that every kind of credential takes, with every default filled in. */
export const commonEntries = {
  region: text({ expected: "an AWS region", hint: "Set aws:region, or `region` of the Provider" }, (region) =>
    regionPattern.test(region),
  ),
  secretName,
  kmsKeyId: v.optional(kmsKey),
  tags: v.pipe(
    v.custom<object>((tags) => !Array.isArray(tags), message({ expected: "an object of tags" })),
    v.record(tagKey, tagValue, message({ expected: "an object of tags" })),
    v.check(
      (tags) => Object.keys(tags).length <= limits.tags - ownTagCount,
      ({ input }) =>
        message({
          expected: `at most ${limits.tags - ownTagCount} tags`,
          found: String(Object.keys(input).length),
          hint: `Secrets Manager allows ${limits.tags}, and ${ownTagCount} are this package's own`,
        }),
    ),
  ),
  replicaRegions: v.array(regionText, message({ expected: "a list of regions" })),
  recoveryWindowInDays: wholeNumber(7, 30, "days"),
  deletionProtection: flag(),

  onExpiry: oneOf(["fail", "warn"]),
  // Set by the constructor, because handlers get no URN.
  owner: text({ expected: "project/stack" }, (owner) => owner.length > 0),
  logicalName: text({ expected: "the resource's name" }, (name) => name.length > 0),
};

export type CommonArguments = v.InferOutput<v.ObjectSchema<typeof commonEntries, undefined>>;

/** Fills in the Provider's defaults, then the package's. */
export function withCommonDefaults(news: JsonObject, config: JsonObject, kind: string): JsonObject {
  const own = (name: string, fallback?: Json): Json | undefined => news[name] ?? config[name] ?? fallback;
  const { merchantId } = news;
  const prefix = typeof config.secretPrefix === "string" ? config.secretPrefix : "merchants";
  // From a misshapen id comes no name: the id's own failure is enough.
  const named = typeof merchantId === "string" && merchantId !== unknownValue && /^\w+$/.test(merchantId);
  return {
    ...news,
    region: config.region,
    secretName: news.secretName ?? (named ? `${prefix}/${merchantId}/${kind}` : unknownValue),
    kmsKeyId: own("kmsKeyId"),
    tags: mergedTags(config.tags, news.tags),
    replicaRegions: own("replicaRegions", []),
    recoveryWindowInDays: own("recoveryWindowInDays", 30),
    deletionProtection: own("deletionProtection", true),
    adopt: news.adopt ?? false,
    onExpiry: own("onExpiry", "fail"),
  };
}

function mergedTags(defaults: Json | undefined, tags: Json | undefined): Json {
  const isObject = (value: Json | undefined): value is JsonObject =>
    typeof value === "object" && !Array.isArray(value);
  // An unknown or misshapen value goes on as it is: the shape check answers for it.
  return tags === undefined || isObject(tags) ? { ...(isObject(defaults) ? defaults : {}), ...tags } : tags;
}

const moving =
  "To move it, declare a second resource with the new value that imports from this one's secret, then remove this one";

/** Rules between arguments, and against what was stored before. */
export function commonFailures(inputs: JsonObject, olds: JsonObject): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const { region, replicaRegions } = inputs;
  if (Array.isArray(replicaRegions)) {
    replicaRegions.forEach((replica: Json, index) => {
      const wrong =
        replica === region
          ? "is the primary region"
          : replicaRegions.indexOf(replica) < index && "is listed twice";
      if (wrong && replica !== unknownValue) {
        failures.push(
          failure(["replicaRegions", String(index)], replica, `${shown(replica)} ${wrong}. Remove it.`),
        );
      }
    });
  }
  for (const name of ["merchantId", "secretName", "region"] as const) {
    const [before, after] = [olds[name], inputs[name]];
    if (before === undefined || before === unknownValue || after === undefined || after === unknownValue)
      continue;
    if (before !== after) {
      const reason = `cannot change in place, because a replacement would retire a live credential (expected ${shown(before)}, found ${shown(after)}). ${moving}.`;
      failures.push(failure([name], after, reason));
    }
  }
  return failures;
}

function shown(value: Json): string {
  return typeof value === "string" && value.length <= 64 ? value : "another value";
}
