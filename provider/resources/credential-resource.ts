import * as pulumi from "@pulumi/pulumi";
import { numbered } from "../domain/next-steps";
import { MerchantCredentialsError } from "../errors";
import { assertKnownArguments, assertNoSecretLiterals, type KnownArguments } from "./literals";
import { perStack } from "./per-stack";
import { providerFor, type Provider } from "./provider";

/** Arguments that every credential takes. */
export interface CredentialArgs<Part extends string = never> {
  /** The merchant's id: 8 to 10 digits, as text. Cannot change later. */
  merchantId: pulumi.Input<string>;
  /** Name of the secret. Default `<prefix>/<merchantId>/<kind>`. Cannot change later. */
  secretName?: pulumi.Input<string> | undefined;
  /** KMS key (id, alias/… or ARN) that encrypts the secret. Default: the account's aws/secretsmanager key. */
  kmsKeyId?: pulumi.Input<string> | undefined;
  /** Tags of the secret: at most 42, no prefix `aws:` or `merchant-credentials:`. Added to the Provider's, over which they win. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  /** Regions that get a copy of the secret, not the primary one. Default: the Provider's, else none. */
  replicaRegions?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Days for which a deleted secret can be restored: 7 to 30. Default 30. */
  recoveryWindowInDays?: pulumi.Input<number> | undefined;
  /** Default true: the secret is deleted only after `false` has been applied. */
  deletionProtection?: pulumi.Input<boolean> | undefined;
  /**
   * Take over a secret of this name that another program or tool made. Default false. For a JSON object of another tool,
   * the names of its keys: the value is then written anew in this package's form, and the old one kept as previous.
   */
  adopt?: pulumi.Input<boolean | { [Field in Part]?: pulumi.Input<string> }> | undefined;
  /** Whether a late or expired credential fails the run. Default `fail`. */
  onExpiry?: pulumi.Input<"fail" | "warn"> | undefined;
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

/** The members of a `SecretRef`. */
export const secretRefArgNames = {
  env: true,
  file: true,
  secretArn: true,
  jsonKey: true,
} as const satisfies KnownArguments;

/** As in tags and secret names. */
export type CredentialKindName = "certificate" | "apiSecret" | "apiV3Secret";

interface Description {
  /** As in the resource type, e.g. `MerchantCertificate`; the handler's name is the same with a small first letter. */
  type: string;
  credentialKind: CredentialKindName;
  argNames: KnownArguments;
  /** Outputs beside those that every credential has. */
  outputNames: readonly string[];
}

/** Outputs of every credential that are not always inputs too. */
const sharedOutputNames = [
  "merchantId",
  "secretName",
  "region",
  "owner",
  "kmsKeyId",
  "secretArn",
  "currentVersionId",
  "nextSteps",
  "unmet",
  "drift",
  "lease",
] as const;

/** What all credentials have in common as Pulumi resources. */
export abstract class CredentialResource extends pulumi.CustomResource {
  /** ARN of the secret; also the resource's id. */
  declare readonly secretArn: pulumi.Output<string>;
  /** Name of the secret. */
  declare readonly secretName: pulumi.Output<string>;
  /** AWS region of the secret. */
  declare readonly region: pulumi.Output<string>;
  declare readonly merchantId: pulumi.Output<string>;
  /** The KMS key that was asked for; undefined for the account's own aws/secretsmanager key. */
  declare readonly kmsKeyId: pulumi.Output<string | undefined>;
  /** Version of the secret that serves; null before the first. */
  declare readonly currentVersionId: pulumi.Output<string | null>;
  /** What a refresh found changed in Secrets Manager. */
  declare readonly drift: pulumi.Output<string[]>;
  /** Proof of who manages the secret; new at every create or adoption. */
  declare readonly lease: pulumi.Output<string>;
  /** Which credential this is, in the words of tags and secret names. */
  readonly credentialKind: CredentialKindName;
  /** `project/stack` of the program that manages the secret. */
  declare readonly owner: pulumi.Output<string>;
  /** What only a person can do now, click by click; empty when nothing is open. */
  declare readonly nextSteps: pulumi.Output<string[]>;
  /** Why the vault is short of what is declared; a run is red while there is a reason. */
  declare readonly unmet: pulumi.Output<string[]>;

  protected constructor(
    description: Description,
    name: string,
    args: CredentialArgs<string> | undefined,
    opts: pulumi.CustomResourceOptions,
  ) {
    const { type: className, credentialKind, argNames, outputNames } = description;
    const type = `pulumi-nodejs:dynamic/merchantCredentials:${className}`;
    const handler = className[0]!.toLowerCase() + className.slice(1);
    if (!args && !opts.id) {
      throw new MerchantCredentialsError("invalid-input", "the arguments are missing", {
        resource: `${className} "${name}"`,
      });
    }
    if (args) {
      const resource = `${className} "${name}"`;
      assertKnownArguments(args, argNames, resource);
      assertNoSecretLiterals(args, resource);
    }
    const provider = providerFor(type, opts);
    const outputs = Object.fromEntries(
      [...sharedOutputNames, ...outputNames].map((output) => [output, undefined]),
    );
    const inputs = args && {
      ...args,
      merchantId: claimed(description, name, args, provider),
      owner: `${pulumi.getProject()}/${pulumi.getStack()}`,
      logicalName: name,
    };
    // The text never changes between releases: no closure is serialized, and upgrades never touch state.
    const text = `exports.handler = () => require("pulumi-merchant-credentials/handlers").${handler};`;
    super(type, name, { ...outputs, ...inputs, __provider: text }, pulumi.mergeOptions(opts, { provider }));
    this.credentialKind = credentialKind;
    this.nextSteps.apply((steps) => {
      if (steps?.length) void pulumi.log.warn(`Next steps:\n${numbered(steps)}`, this);
    });
  }
}

/** Which resource stands for which merchant. */
const claims = perStack("claims", () => new Map<string, string>());

/**
 * The merchant id, once no other resource of this kind has it: two would fight over one secret. A different
 * `secretName` makes a second one possible, which is how a credential moves.
 */
function claimed(
  { type }: Description,
  name: string,
  { merchantId, secretName }: CredentialArgs<string>,
  provider: Provider,
): pulumi.Input<string> {
  const taken = claims();
  const claim = (id: string, secret: string | undefined): string => {
    const key = JSON.stringify([provider.scope, type, id, secret]);
    const holder = taken.get(key);
    if (holder === undefined) {
      taken.set(key, name);
      return id;
    }
    throw new MerchantCredentialsError(
      "invalid-input",
      `${type} "${holder}" already stands for this merchant`,
      {
        resource: `${type} "${name}"`,
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
