import * as pulumi from "@pulumi/pulumi";
import { numbered } from "../domain/next-steps";
import { MerchantCredentialsError } from "../errors";
import { assertKnownArguments, assertNoSecretLiterals, type KnownArguments } from "./literals";
import { providerFor } from "./provider";

/** Arguments that every credential takes. */
export interface CredentialArgs {
  /** The merchant's id: 8 to 10 digits, as text. Cannot change later. */
  merchantId: pulumi.Input<string>;
  /** Name of the secret. Default `<prefix>/<merchantId>/<kind>`. Cannot change later. */
  secretName?: pulumi.Input<string>;
  /** KMS key (id, alias/… or ARN) that encrypts the secret. Default: the account's aws/secretsmanager key. */
  kmsKeyId?: pulumi.Input<string>;
  /** Tags of the secret, beside this package's own. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Regions that get a copy of the secret. */
  replicaRegions?: pulumi.Input<pulumi.Input<string>[]>;
  /** Days for which a deleted secret can be restored: 7 to 30. Default 30. */
  recoveryWindowInDays?: pulumi.Input<number>;
  /** Default true: the secret is deleted only after `false` has been applied. */
  deletionProtection?: pulumi.Input<boolean>;
  /** Take over a secret of this name that another program or tool made. Default false. */
  adopt?: pulumi.Input<boolean>;
  /** Whether a late or expired credential fails the run. Default `fail`. */
  onExpiry?: pulumi.Input<"fail" | "warn">;
}

/** The names of {@link CredentialArgs}. */
export const credentialArgNames = {
  merchantId: true,
  secretName: true,
  kmsKeyId: true,
  tags: true,
  replicaRegions: true,
  recoveryWindowInDays: true,
  deletionProtection: true,
  adopt: true,
  onExpiry: true,
} as const satisfies Record<keyof CredentialArgs, true>;

interface Description {
  /** As in the resource type, e.g. `MerchantCertificate`. */
  kind: string;
  /** Member of `pulumi-merchant-credentials/handlers` that serves it. */
  handler: string;
  argNames: KnownArguments;
  /** Outputs that are not also inputs. */
  outputNames: readonly string[];
}

/** What all credentials have in common as Pulumi resources. */
export abstract class CredentialResource extends pulumi.CustomResource {
  /** ARN of the secret; also the resource's id. */
  declare readonly secretArn: pulumi.Output<string>;
  /** What only a person can do now, click by click; empty when nothing is open. */
  declare readonly nextSteps: pulumi.Output<string[]>;
  /** Why the vault is short of what is declared; a run is red while there is a reason. */
  declare readonly unmet: pulumi.Output<string[]>;

  protected constructor(
    description: Description,
    name: string,
    args: CredentialArgs | undefined,
    opts: pulumi.CustomResourceOptions,
  ) {
    const { kind, argNames, handler, outputNames } = description;
    const type = `pulumi-nodejs:dynamic/merchantCredentials:${kind}`;
    if (args) {
      const resource = `${kind} "${name}"`;
      assertKnownArguments(args, argNames, resource);
      assertNoSecretLiterals(args, resource);
    }
    const provider = providerFor(type, opts);
    const outputs = Object.fromEntries(outputNames.map((output) => [output, undefined]));
    const inputs = args && {
      ...args,
      merchantId: claimed(description, name, args, provider),
      owner: `${pulumi.getProject()}/${pulumi.getStack()}`,
      logicalName: name,
    };
    // The text never changes between releases: no closure is serialized, and upgrades never touch state.
    const text = `exports.handler = () => require("pulumi-merchant-credentials/handlers").${handler};`;
    super(type, name, { ...outputs, ...inputs, __provider: text }, pulumi.mergeOptions(opts, { provider }));
    this.nextSteps.apply((steps) => {
      if (steps?.length) void pulumi.log.warn(`Next steps:\n${numbered(steps)}`, this);
    });
  }
}

/** Which resource stands for which merchant, by Provider: another Provider may mean another region or account. */
const claims = new WeakMap<pulumi.ProviderResource, Map<string, string>>();

/**
 * The merchant id, once no other resource of this kind has it: two would fight over one secret. A different
 * `secretName` makes a second one possible, which is how a credential moves.
 */
function claimed(
  { kind }: Description,
  name: string,
  { merchantId, secretName }: CredentialArgs,
  provider: pulumi.ProviderResource,
): pulumi.Input<string> {
  const claim = (id: string, secret: string | undefined): string => {
    const key = JSON.stringify([kind, id, secret]);
    const taken = claims.get(provider) ?? new Map<string, string>();
    claims.set(provider, taken);
    const holder = taken.get(key);
    if (holder === undefined) {
      taken.set(key, name);
      return id;
    }
    throw new MerchantCredentialsError(
      "invalid-input",
      `${kind} "${holder}" already stands for this merchant`,
      {
        resource: `${kind} "${name}"`,
        property: "merchantId",
        hint: `Remove "${name}" or "${holder}"; to move a credential, give one of them another \`secretName\``,
      },
    );
  };
  if (typeof merchantId === "string" && (secretName === undefined || typeof secretName === "string")) {
    return claim(merchantId, secretName);
  }
  return pulumi.all([merchantId, secretName]).apply(([id, secret]) => claim(id, secret));
}
