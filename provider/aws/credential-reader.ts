import * as pulumi from "@pulumi/pulumi";
// A part of @pulumi/aws: the whole takes programs 300 modules more to load and the compiler twice the time.
import { Policy, RolePolicyAttachment } from "@pulumi/aws/iam";
import { MerchantCredentialsError } from "../errors";
import type { CredentialKindName } from "../resources/credential-resource";
import { assertKnownArguments } from "../resources/literals";
import { assertReading, assertRoleName } from "./reader-arguments";
import { policyText, readerPolicy, type ReadableStage, type Reading } from "./reader-policy";

/** A credential to read: a resource of this package, declared or found by `get`, or whatever names a secret. */
export interface ReadableCredential {
  /** Full ARN of the secret, with the six characters that Secrets Manager appends. */
  readonly secretArn: pulumi.Input<string>;
  /** KMS key (id, alias/… or ARN) that encrypts the secret. Nothing for the account's aws/secretsmanager key. */
  readonly kmsKeyId?: pulumi.Input<string | null | undefined>;
  /** Decides the default of `stages`. The resources of this package know theirs. */
  readonly credentialKind?: CredentialKindName;
}

/** Arguments of a {@link CredentialReader}. */
export interface CredentialReaderArgs {
  /** What may be read: at least one. */
  credentials: pulumi.Input<pulumi.Input<ReadableCredential>[]>;
  /** Name of an existing role that may read it. Default: none; attach `policyArn` yourself. */
  role?: pulumi.Input<string> | undefined;
  /**
   * Labels of the versions that may be read, the same for all `credentials`. Default: `AWSCURRENT`, and for an APIv3
   * secret `AWSPENDING` and `AWSPREVIOUS` too, because a notification may be encrypted under any of the three.
   */
  stages?: pulumi.Input<pulumi.Input<ReadableStage>[]> | undefined;
  /** Regions whose replicas may be read beside the primary. Default: none. */
  replicaRegions?: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

const argNames = {
  credentials: true,
  role: true,
  stages: true,
  replicaRegions: true,
} as const satisfies Record<keyof CredentialReaderArgs, true>;

/**
 * Lets an application read exactly these credentials: `secretsmanager:GetSecretValue` on their ARNs at the stages it
 * needs, and `kms:Decrypt` with their keys, for these secrets and through Secrets Manager only.
 *
 * It makes a customer managed policy, and with `role` attaches it. Not an inline policy of the role: a managed one has
 * an ARN to attach to several roles or to hand to another stack, IAM keeps its last versions, and it takes nothing
 * from the 10,240 characters that all inline policies of a role share. AWS too calls it generally better (IAM User
 * Guide, "Define custom IAM permissions with customer managed policies").
 *
 * @throws MerchantCredentialsError `invalid-input` for an argument that cannot be right: before anything is
 *   registered, or when the value arrives
 */
export class CredentialReader extends pulumi.ComponentResource {
  /** ARN of the policy, to attach it to more roles. */
  readonly policyArn: pulumi.Output<string>;
  /** The policy document as JSON, to use it by other means. */
  readonly policyJson: pulumi.Output<string>;

  constructor(name: string, args: CredentialReaderArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const resource = `CredentialReader "${name}"`;
    if (!args) throw new MerchantCredentialsError("invalid-input", "the arguments are missing", { resource });
    assertKnownArguments(args, argNames, resource);
    assertReading(args, resource, arrivesLater);
    if (args.role !== undefined) assertRoleName(args.role, resource, arrivesLater);
    super("merchantCredentials:aws:CredentialReader", name, {}, opts);

    this.policyJson = reading(args).apply((given) => {
      assertReading(given, resource);
      return policyText(readerPolicy(given), resource);
    });
    const inside = { parent: this };
    const policy = new Policy(
      `${name}-policy`,
      { description: "Reads merchant credentials", policy: this.policyJson },
      inside,
    );
    this.policyArn = policy.arn;
    if (args.role !== undefined) {
      const role = pulumi.output(args.role).apply((given) => {
        assertRoleName(given, resource);
        return given;
      });
      new RolePolicyAttachment(`${name}-attachment`, { role, policyArn: policy.arn }, inside);
    }
    this.registerOutputs({ policyArn: this.policyArn, policyJson: this.policyJson });
  }
}

function arrivesLater(value: unknown): boolean {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

/** The arguments once all of them are there. Not checked: in a JavaScript program they can be anything. */
function reading({ credentials, stages, replicaRegions }: CredentialReaderArgs): pulumi.Output<Reading> {
  const all = pulumi.output(credentials).apply((list: unknown) => {
    return pulumi.output(Array.isArray(list) ? list.map(withoutTheRest) : list);
  });
  return pulumi.output<unknown>({ credentials: all, stages, replicaRegions }) as pulumi.Output<Reading>;
}

/** What a policy needs of a credential; a resource arrives as it is, with all its outputs. */
function withoutTheRest(credential: unknown): unknown {
  if (typeof credential !== "object" || credential === null) return credential;
  const { secretArn, kmsKeyId, credentialKind } = credential as Partial<ReadableCredential>;
  return { secretArn, kmsKeyId, credentialKind };
}
