import type { SecretLocation } from "./secret-arn";

/**
 * A KMS key as a policy can name it: by its ARN, or, where only an alias is known, as the key of that alias among
 * `keys`. A policy's Resource cannot name a key by its alias: it would mean the alias itself.
 *
 * Source: AWS KMS Developer Guide, "Specifying KMS keys in IAM policy statements", "Use aliases to control access".
 */
export type PolicyKey = { readonly arn: string } | { readonly keys: string; readonly alias: string };

const pattern =
  /^arn:(aws[a-z-]*):kms:([a-z0-9-]+):(\d{12}):(?:key\/(?:mrk-)?[0-9a-f-]{32,36}|(alias\/[A-Za-z0-9/_-]+))$/;

/**
 * The key that encrypts a secret, from any form in which Secrets Manager takes it: key ARN, key id, alias or alias
 * ARN. An id or alias without an ARN is of the secret's account and region.
 *
 * @returns `none` for the account's own aws/secretsmanager key, which needs no permission; undefined where the text
 *   is no key, or one of another region: Secrets Manager uses keys of the secret's region only.
 */
export function policyKey(kmsKeyId: string, secret: SecretLocation): PolicyKey | "none" | undefined {
  const resource = kmsKeyId.startsWith("alias/") ? kmsKeyId : `key/${kmsKeyId}`;
  const arn = kmsKeyId.startsWith("arn:")
    ? kmsKeyId
    : `arn:${secret.partition}:kms:${secret.region}:${secret.accountId}:${resource}`;
  const match = pattern.exec(arn);
  if (!match || match[2] !== secret.region) return undefined;
  const [, partition, region, accountId, alias] = match;
  if (alias === "alias/aws/secretsmanager") return "none";
  return alias ? { keys: `arn:${partition}:kms:${region}:${accountId}:key/*`, alias } : { arn };
}
