import type * as pulumi from "@pulumi/pulumi";
import { DynamicResource, type Description } from "./dynamic-resource";
import type { KnownArguments } from "./literals";

/** Arguments that every credential takes. */
export interface CredentialArgs<Part extends string = never> {
  /** The merchant's id, as text: 8 to 10 digits at WeChat Pay, else 1 to 31 letters, digits and underscores. Cannot change later. */
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

/** Arguments of what WeChat Pay publishes: a value of another tool is replaced, so its form does not matter. */
export interface PublishedCredentialArgs extends Omit<CredentialArgs, "adopt"> {
  /** Take over a secret of this name that another program or tool made. Default false. */
  adopt?: pulumi.Input<boolean> | undefined;
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
export type CredentialKindName =
  | "certificate"
  | "apiSecret"
  | "apiV3Secret"
  | "platformCertificates"
  | "platformPublicKey"
  | "merchantKey"
  | "cfcaCertificate";

interface CredentialDescription extends Pick<Description<never>, "type" | "argNames" | "outputNames"> {
  credentialKind: CredentialKindName;
}

/** Outputs of every credential that are not always inputs too. */
const sharedOutputNames = [
  "secretName",
  "region",
  "kmsKeyId",
  "secretArn",
  "currentVersionId",
  "drift",
  "lease",
] as const;

/** What all credentials have in common as Pulumi resources. */
export abstract class CredentialResource extends DynamicResource {
  /** ARN of the secret; also the resource's id. */
  declare readonly secretArn: pulumi.Output<string>;
  /** Name of the secret. */
  declare readonly secretName: pulumi.Output<string>;
  /** AWS region of the secret. */
  declare readonly region: pulumi.Output<string>;
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

  protected constructor(
    { type, credentialKind, argNames, outputNames }: CredentialDescription,
    name: string,
    args: CredentialArgs<string> | undefined,
    opts: pulumi.CustomResourceOptions,
  ) {
    const description: Description<CredentialArgs<string>> = {
      type,
      argNames,
      outputNames: [...sharedOutputNames, ...outputNames],
      // Two would fight over one secret; another one is how a credential moves.
      apartBy: ({ secretName }, { scope }) => ({ scope, name: secretName }),
      insteadOfTwo: "to move a credential, give one of them another `secretName`",
    };
    super(description, name, args, opts);
    this.credentialKind = credentialKind;
  }
}
