import * as pulumi from "@pulumi/pulumi";
import { holdsUnknown, unknownValue } from "../domain/unknown";
import { MerchantCredentialsError } from "../errors";
import { perStack } from "./per-stack";
import { providerConfigKeys, providerSchema, type ProviderSetting } from "./provider-config";
import { assertNoSecretLiterals } from "./literals";
import type { JsonObject } from "./resource-handlers";
import { shapeProblems } from "./shape";

/** Arguments of a {@link Provider}: where the vault is, and defaults for all resources that use it. */
export interface ProviderArgs {
  /** AWS region of the secrets. Default: AWS_REGION; the stack's default Provider takes `aws:region` first. */
  region?: pulumi.Input<string> | undefined;
  /** Profile of the shared AWS configuration, not together with `assumeRole`. Default: the SDK's default chain. */
  profile?: pulumi.Input<string> | undefined;
  /** A role to assume with the credentials of the default chain. */
  assumeRole?: pulumi.Input<AssumeRoleArgs> | undefined;
  /**
   * Endpoint of Secrets Manager: `https`, or `http` on loopback for a local stand-in. Default: the region's own.
   * Endpoints from the environment are ignored.
   */
  endpoint?: pulumi.Input<string> | undefined;
  /** First part of default secret names, `<prefix>/<merchantId>/<kind>`. Default `merchants`. */
  secretPrefix?: pulumi.Input<string> | undefined;
  /** Default of the same argument of each resource. */
  kmsKeyId?: pulumi.Input<string> | undefined;
  /** Tags that every secret gets; a resource's own win. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  /** Default of the same argument of each resource. */
  replicaRegions?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Days, 7 to 30. Default 30. */
  recoveryWindowInDays?: pulumi.Input<number> | undefined;
  /** Default true: a secret is deleted only after `false` has been applied. */
  deletionProtection?: pulumi.Input<boolean> | undefined;
  /** Whether a late or expired certificate fails the run. Default `fail`. */
  onExpiry?: pulumi.Input<"fail" | "warn"> | undefined;
  /**
   * Where WeChat Pay is asked: `mainland` (default, api.mch.weixin.qq.com), `global` (apihk.mch.weixin.qq.com), or a
   * URL: `https`, or `http` on loopback for a local stand-in. Only `live` activation and verification ask it, and
   * PlatformCertificates.
   */
  wechatPayEndpoint?: pulumi.Input<string> | undefined;
}

/** A role of AWS IAM and how to assume it. */
export interface AssumeRoleArgs {
  /** ARN of the role. */
  roleArn: pulumi.Input<string>;
  /** Default `merchant-credentials`; shows in CloudTrail. */
  sessionName?: pulumi.Input<string> | undefined;
  /** What the role's trust policy asks for. Default: none. */
  externalId?: pulumi.Input<string> | undefined;
  /** Seconds, 900 to 43,200. Default: the role's own. */
  durationSeconds?: pulumi.Input<number> | undefined;
}

const settings = Object.keys(providerConfigKeys) as ProviderSetting[];

/** Several copies of this package may be loaded; they know each other's Providers by this. */
const brand = Symbol.for("pulumi-merchant-credentials.Provider");

/**
 * Where merchant credentials are kept, and with which AWS credentials. Without one, resources share a Provider
 * made from the stack's configuration (`merchant-credentials:*`, then `aws:region` and `aws:profile`).
 *
 * @throws MerchantCredentialsError `invalid-input` for an endpoint that is neither https nor on loopback, a text
 *   that is no region, a profile together with a role, an unknown argument, secret material.
 */
export class Provider extends pulumi.ProviderResource {
  /** @internal */
  readonly [brand] = true;
  /** Which vault this is, as far as the program says it; two Providers of one scope share their secrets. @internal */
  readonly scope: string;

  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    const resource = `Provider "${name}"`;
    assertNoSecretLiterals(args, resource);
    assertSettings(withUnknowns(args) as JsonObject, resource);
    const region = args.region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
    const inputs = settings.map((name) => [
      providerConfigKeys[name],
      name === "region" ? region : args[name],
    ]);
    super(
      "pulumi-nodejs",
      name,
      Object.fromEntries(inputs.filter(([, value]) => value !== undefined)) as pulumi.Inputs,
      opts,
    );
    const { profile, assumeRole, endpoint } = args;
    const vault = withUnknowns({ region, profile, assumeRole, endpoint });
    this.scope = JSON.stringify(holdsUnknown(vault) ? { name } : vault);
  }

  /** Whether a value is a Provider of this package, of whichever copy. */
  static override isInstance(value: unknown): value is Provider {
    return typeof value === "object" && value !== null && brand in value;
  }
}

/** Checks what is known already; the rest is checked with the resources that use it. */
function assertSettings(settings: JsonObject, resource: string): void {
  const [problem] = shapeProblems(providerSchema, settings);
  if (!problem) return;
  const { path, expected, found, problem: said, hint } = problem;
  const values = said ? {} : { expected, actual: found };
  const details = { resource, property: path.join("."), ...values, hint };
  throw new MerchantCredentialsError("invalid-input", said ?? "cannot be used", details);
}

function withUnknowns(value: unknown): unknown {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return unknownValue;
  if (Array.isArray(value)) return value.map(withUnknowns);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withUnknowns(member)]));
}

/** One default Provider for each stack: the Automation API runs several in one process. */
const defaultProviders = perStack<{ provider?: Provider }>("defaultProvider", () => ({}));

/**
 * The Provider of a resource: the one given, else one inherited from its parents if it is ours, else the stack's
 * default. Never the engine's own, which would copy the whole stack configuration into state, secrets included.
 */
export function providerFor(type: string, opts: pulumi.CustomResourceOptions): Provider {
  if (opts.provider) {
    if (Provider.isInstance(opts.provider)) return opts.provider;
    throw new MerchantCredentialsError("invalid-input", "is not a Provider of pulumi-merchant-credentials", {
      property: "provider",
      hint: "Give `new merchant.Provider(…)`; AWS settings go into it",
    });
  }
  const inherited = opts.parent?.getProvider(type);
  if (Provider.isInstance(inherited)) return inherited;
  const stack = defaultProviders();
  return (stack.provider ??= new Provider("merchant-credentials-default", fromStackConfig()));
}

/** @throws MerchantCredentialsError for a setting that does not exist: a misspelt protection protects nothing. */
function fromStackConfig(): ProviderArgs {
  const namespace = "merchant-credentials";
  const keys = Object.keys(pulumi.runtime.allConfig()).filter((key) => key.startsWith(`${namespace}:`));
  // A project of that name keeps its own configuration there.
  if (pulumi.getProject() !== namespace) {
    const given = keys.map((key) => [key.slice(namespace.length + 1), unknownValue]);
    assertSettings(Object.fromEntries(given) as JsonObject, `stack configuration ${namespace}`);
  }
  const own = new pulumi.Config(namespace);
  const aws = new pulumi.Config("aws");
  const role = own.getObject<AssumeRoleArgs>("assumeRole");
  return {
    region: own.get("region") ?? aws.get("region"),
    profile: own.get("profile") ?? (role ? undefined : aws.get("profile")),
    assumeRole: role,
    endpoint: own.get("endpoint"),
    secretPrefix: own.get("secretPrefix"),
    kmsKeyId: own.get("kmsKeyId"),
    tags: own.getObject<Record<string, string>>("tags"),
    replicaRegions: own.getObject<string[]>("replicaRegions"),
    recoveryWindowInDays: own.getNumber("recoveryWindowInDays"),
    deletionProtection: own.getBoolean("deletionProtection"),
    onExpiry: own.get<"fail" | "warn">("onExpiry"),
    wechatPayEndpoint: own.get("wechatPayEndpoint"),
  };
}
