import * as v from "valibot";
import { endpointProblem, isLoopbackEndpoint } from "../domain/connection-rules";
import { wechatPayEndpointProblem } from "../domain/wechatpay-endpoint";
import { commonEntries, secretPrefixText } from "./common-arguments";
import type { CheckFailure, JsonObject } from "./resource-handlers";
import { message, shapeFailures, strict, text, wholeNumber } from "./shape";

/** What a Provider may say, and the key under which each is registered: the engine looks keys up by `name:key`. */
export const providerConfigKeys = {
  region: "merchant-credentials:region",
  profile: "merchant-credentials:profile",
  assumeRole: "merchant-credentials:assumeRole",
  endpoint: "merchant-credentials:endpoint",
  secretPrefix: "merchant-credentials:secretPrefix",
  kmsKeyId: "merchant-credentials:kmsKeyId",
  tags: "merchant-credentials:tags",
  replicaRegions: "merchant-credentials:replicaRegions",
  recoveryWindowInDays: "merchant-credentials:recoveryWindowInDays",
  deletionProtection: "merchant-credentials:deletionProtection",
  onExpiry: "merchant-credentials:onExpiry",
  wechatPayEndpoint: "merchant-credentials:wechatPayEndpoint",
} as const;

export type ProviderSetting = keyof typeof providerConfigKeys;

const someText = text({ expected: "a text that is not empty" }, (value) => value !== "");

const wechatPayEndpointForms = '"mainland", "global", or a URL: https, or http on loopback, without a path';

/** What a Provider takes; secrets' own arguments are defaults for its resources. */
export const providerSchema = v.pipe(
  strict({
    region: v.optional(commonEntries.region),
    profile: v.optional(someText),
    assumeRole: v.optional(
      strict({
        roleArn: text({ expected: "the ARN of an IAM role" }, (arn) =>
          /^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/.test(arn),
        ),
        sessionName: v.optional(
          text({ expected: "2 to 64 letters, digits or _=,.@-" }, (name) => /^[\w=,.@-]{2,64}$/.test(name)),
        ),
        externalId: v.optional(someText),
        durationSeconds: v.optional(wholeNumber(900, 43_200, "seconds")),
      }),
    ),
    endpoint: v.optional(
      v.pipe(
        v.string(message({ expected: "a URL" })),
        v.check(
          (endpoint) => endpointProblem(endpoint) === undefined,
          ({ input }) =>
            message({
              expected: "https, or http on loopback",
              found: endpointProblem(input),
              hint: "Secret values go there: use https",
            }),
        ),
      ),
    ),
    secretPrefix: v.optional(secretPrefixText),
    kmsKeyId: v.optional(commonEntries.kmsKeyId),
    tags: v.optional(commonEntries.tags),
    replicaRegions: v.optional(commonEntries.replicaRegions),
    recoveryWindowInDays: v.optional(commonEntries.recoveryWindowInDays),
    deletionProtection: v.optional(commonEntries.deletionProtection),
    onExpiry: v.optional(commonEntries.onExpiry),
    wechatPayEndpoint: v.optional(
      v.pipe(
        v.string(message({ expected: wechatPayEndpointForms })),
        v.check(
          (endpoint) => wechatPayEndpointProblem(endpoint) === undefined,
          ({ input }) =>
            message({
              expected: wechatPayEndpointForms,
              found: wechatPayEndpointProblem(input),
              hint: "Leave it out for merchants of mainland China",
            }),
        ),
      ),
    ),
  }),
  v.forward(
    v.check(
      ({ profile, assumeRole }) => profile === undefined || assumeRole === undefined,
      message({
        expected: "a profile or a role, not both",
        found: "both",
        hint: "A profile can assume the role itself: role_arn and source_profile",
      }),
    ),
    ["profile"],
  ),
  v.forward(
    v.check(
      ({ endpoint, wechatPayEndpoint }) =>
        !isLoopbackEndpoint(wechatPayEndpoint ?? "") || isLoopbackEndpoint(endpoint ?? ""),
      message({
        expected: "a stand-in of WeChat Pay only beside one of Secrets Manager",
        found: "http on loopback, and an `endpoint` that is not",
        hint: "What answers there would decide which credentials serve: remove it",
      }),
    ),
    ["wechatPayEndpoint"],
  ),
);

/** What is wrong with the settings of a resource's Provider, as far as its constructor could not know. */
export function providerFailures(config: JsonObject): CheckFailure[] {
  return shapeFailures(providerSchema, config).map(({ reason }) => ({
    property: "",
    reason: `Provider: ${reason}`,
  }));
}
