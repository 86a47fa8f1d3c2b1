import { MerchantCredentialsError } from "../errors";
import type { CredentialKindName } from "../resources/credential-resource";
import { policyKey } from "./kms-key";
import { replicaArn, secretLocation } from "./secret-arn";

/** The labels of a secret's versions that a reader may ask for. */
export const readableStages = ["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"] as const;

export type ReadableStage = (typeof readableStages)[number];

/**
 * The stages that an application needs of each kind. The APIv3 secret's old value dies on the platform the moment a
 * person sets the new one, which may be before the activation here: a receiver tries current, then pending, then
 * previous. A pending certificate is a key that nobody vouches for yet; a pending API secret cannot be tried. What was
 * signed with, or encrypted for, the key before a merchant key or a CFCA certificate is on its way for a while.
 */
export const stagesByKind = {
  certificate: ["AWSCURRENT"],
  apiSecret: ["AWSCURRENT"],
  apiV3Secret: ["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"],
  platformCertificates: ["AWSCURRENT"],
  platformPublicKey: ["AWSCURRENT"],
  merchantKey: ["AWSCURRENT", "AWSPREVIOUS"],
  cfcaCertificate: ["AWSCURRENT", "AWSPREVIOUS"],
} as const satisfies Record<CredentialKindName, readonly ReadableStage[]>;

/** One secret to read. */
export interface ReadableSecret {
  readonly secretArn: string;
  /** Nothing for the account's aws/secretsmanager key. */
  readonly kmsKeyId?: string | null;
  readonly credentialKind?: CredentialKindName;
}

export interface Reading {
  readonly credentials: readonly ReadableSecret[];
  /** Default: by kind; without a kind `AWSCURRENT`. */
  readonly stages?: readonly ReadableStage[];
  readonly replicaRegions?: readonly string[];
}

/** An IAM policy document as this package writes it. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Effect: "Allow";
  readonly Action: "secretsmanager:GetSecretValue" | "kms:Decrypt";
  readonly Resource: readonly string[];
  readonly Condition: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/**
 * What an application needs to read these secrets, and nothing else: their values at the given stages, and the use of
 * their keys for just that. One statement for each set of stages, then one for each key.
 */
export function readerPolicy(reading: Reading): PolicyDocument {
  return { Version: "2012-10-17", Statement: [...valueStatements(reading), ...keyStatements(reading)] };
}

/** Source: IAM User Guide, "IAM and AWS STS quotas": characters of a managed policy, white space not counted. */
const maxLength = 6144;

/**
 * A policy as text.
 *
 * @throws MerchantCredentialsError `invalid-input` where IAM would not take it for its length: from some 60 secrets
 *   on, or 30 under a key of one's own
 */
export function policyText(policy: PolicyDocument, resource: string): string {
  const text = JSON.stringify(policy);
  if (text.length <= maxLength) return text;
  throw new MerchantCredentialsError("invalid-input", "the policy would be too long", {
    resource,
    property: "credentials",
    expected: `at most ${maxLength} characters`,
    actual: String(text.length),
    hint: "Spread the credentials over two readers",
  });
}

/**
 * Secrets Manager compares `VersionStage` of the request; a request that names none is refused. Its guide calls the
 * key a list that needs a set operator, the Service Authorization Reference a single text: `ForAnyValue` fits both.
 *
 * Sources: Secrets Manager User Guide, "Permissions policy examples"; Service Authorization Reference, AWS Secrets
 * Manager, `secretsmanager:VersionStage`.
 */
function valueStatements({ credentials, stages, replicaRegions = [] }: Reading): PolicyStatement[] {
  const byStages = new Map<string, Set<string>>();
  for (const { secretArn, credentialKind } of credentials) {
    const wanted: readonly ReadableStage[] =
      stages ?? (credentialKind ? stagesByKind[credentialKind] : ["AWSCURRENT"]);
    const key = readableStages.filter((stage) => wanted.includes(stage)).join();
    const arns = byStages.get(key) ?? new Set();
    for (const arn of [secretArn, ...replicaRegions.map((region) => replicaArn(secretArn, region))])
      arns.add(arn);
    byStages.set(key, arns);
  }
  return [...byStages].map(([key, arns]) => ({
    Effect: "Allow",
    Action: "secretsmanager:GetSecretValue",
    Resource: [...arns],
    Condition: { "ForAnyValue:StringEquals": { "secretsmanager:VersionStage": key.split(",") } },
  }));
}

/**
 * Secrets Manager decrypts on behalf of the caller, with `SecretARN` and `SecretVersionId` as encryption context: with
 * the two conditions the key serves these secrets only, and only through Secrets Manager. Replicas are under their
 * region's aws/secretsmanager key, which needs no permission.
 *
 * Sources: Secrets Manager User Guide, "Secret encryption and decryption" (permissions, encryption context); AWS KMS
 * Developer Guide, "AWS KMS condition keys": `kms:ViaService` ("Use the .amazonaws.com suffix … in all AWS
 * partitions"), `kms:ResourceAliases` (multivalued, "At least one alias … must match").
 */
function keyStatements({ credentials }: Reading): PolicyStatement[] {
  const byKey = new Map<string, { resource: string; alias?: string; region: string; arns: Set<string> }>();
  for (const { secretArn, kmsKeyId } of credentials) {
    const location = secretLocation(secretArn)!;
    const key = kmsKeyId ? policyKey(kmsKeyId, location) : "none";
    if (key === "none" || key === undefined) continue;
    const use = "arn" in key ? { resource: key.arn } : { resource: key.keys, alias: key.alias };
    const id = JSON.stringify(use);
    const known = byKey.get(id) ?? { ...use, region: location.region, arns: new Set() };
    known.arns.add(secretArn);
    byKey.set(id, known);
  }
  return [...byKey.values()].map(({ resource, alias, region, arns }) => ({
    Effect: "Allow",
    Action: "kms:Decrypt",
    Resource: [resource],
    Condition: {
      StringEquals: {
        "kms:ViaService": `secretsmanager.${region}.amazonaws.com`,
        "kms:EncryptionContext:SecretARN": [...arns],
      },
      ...(alias && { "ForAnyValue:StringEquals": { "kms:ResourceAliases": [alias] } }),
    },
  }));
}
