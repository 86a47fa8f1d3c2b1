import * as pulumi from "@pulumi/pulumi";
import { endpointProblem, regionPattern } from "../domain/connection-rules";
import { MerchantCredentialsError } from "../errors";
import { perStack } from "./per-stack";
import { providerConfigKeys, type ProviderSetting } from "./provider-config";
import { assertKnownArguments, assertNoSecretLiterals } from "./literals";

/** Arguments of a {@link Provider}: where the vault is, and defaults for all resources that use it. */
export interface ProviderArgs {
  /** AWS region of the secrets. Default: `aws:region`, then AWS_REGION. */
  region?: pulumi.Input<string>;
  /** Profile of the shared AWS configuration. Default: `aws:profile`, else the SDK's default chain. Not together with `assumeRole`. */
  profile?: pulumi.Input<string>;
  /** A role to assume with the credentials of the default chain. */
  assumeRole?: pulumi.Input<AssumeRoleArgs>;
  /**
   * Endpoint of Secrets Manager: `https`, or `http` on loopback for a local stand-in. Default: the region's own.
   * Endpoints from the environment are ignored.
   */
  endpoint?: pulumi.Input<string>;
  /** First part of default secret names, `<prefix>/<merchantId>/<kind>`. Default `merchants`. */
  secretPrefix?: pulumi.Input<string>;
  /** Default of the same argument of each resource. */
  kmsKeyId?: pulumi.Input<string>;
  /** Tags that every secret gets; a resource's own win. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Default of the same argument of each resource. */
  replicaRegions?: pulumi.Input<pulumi.Input<string>[]>;
  /** Days, 7 to 30. Default 30. */
  recoveryWindowInDays?: pulumi.Input<number>;
  /** Default true: a secret is deleted only after `false` has been applied. */
  deletionProtection?: pulumi.Input<boolean>;
  /** Whether a late or expired certificate fails the run. Default `fail`. */
  onExpiry?: pulumi.Input<"fail" | "warn">;
}

export interface AssumeRoleArgs {
  roleArn: pulumi.Input<string>;
  /** Default `merchant-credentials`; shows in CloudTrail. */
  sessionName?: pulumi.Input<string>;
  externalId?: pulumi.Input<string>;
  /** Seconds, 900 to 43,200. Default: the role's own. */
  durationSeconds?: pulumi.Input<number>;
}

const settings = Object.keys(providerConfigKeys) as ProviderSetting[];

/** Several copies of this package may be loaded; they know each other's Providers by this. */
const brand = Symbol.for("pulumi-merchant-credentials.Provider");

/**
 * Where merchant credentials are kept, and with which AWS credentials. Without one, resources share a Provider
 * made from the stack's configuration (`merchant-credentials:*`, then `aws:region` and `aws:profile`).
 *
 * @throws MerchantCredentialsError `invalid-input` for an endpoint that is neither https nor on loopback, a text
 *   that is no region, a profile together with a role, an unknown argument.
 */
export class Provider extends pulumi.ProviderResource {
  /** @internal */
  readonly [brand] = true;

  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    assertKnownArguments(args, settings);
    assertNoSecretLiterals(args);
    assertConnection(args);
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
  }

  /** Whether a value is a Provider of this package, of whichever copy. */
  static override isInstance(value: unknown): value is Provider {
    return typeof value === "object" && value !== null && brand in value;
  }
}

function assertConnection({ region, profile, assumeRole, endpoint }: ProviderArgs): void {
  const refuse = (property: string, expected: string, actual: string, hint: string): never => {
    throw new MerchantCredentialsError("invalid-input", "cannot be used", {
      property,
      expected,
      actual,
      hint,
    });
  };
  const problem = typeof endpoint === "string" && endpointProblem(endpoint);
  if (problem) refuse("endpoint", "https, or http on loopback", problem, "Secret values go there: use https");
  if (typeof region === "string" && !regionPattern.test(region)) {
    refuse(
      "region",
      "an AWS region such as us-east-1",
      `a text of ${region.length} characters`,
      "Set aws:region or `region`",
    );
  }
  if (profile !== undefined && assumeRole !== undefined) {
    refuse(
      "profile",
      "a profile or a role, not both",
      "both",
      "A profile can assume the role itself: role_arn and source_profile",
    );
  }
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

function fromStackConfig(): ProviderArgs {
  const own = new pulumi.Config("merchant-credentials");
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
  };
}
