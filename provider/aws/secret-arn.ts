import { parseSecretArn } from "../vault/arn";

export interface SecretLocation {
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/** What Secrets Manager allows in a name, and so no wildcard and no variable of a policy. */
const nameCharacters = /^[A-Za-z0-9/_+=.@-]+$/;

/** Where the secret of an ARN lives. Undefined where the text is not the full ARN of one secret. */
export function secretLocation(arn: string): SecretLocation | undefined {
  const parsed = parseSecretArn(arn);
  if (!parsed || !nameCharacters.test(parsed.name)) return undefined;
  const { region, accountId } = parsed;
  return { partition: arn.split(":")[1]!, region, accountId };
}

/**
 * The ARN of a secret's replica: the primary's with another region.
 * Source: Secrets Manager User Guide, "Replicate AWS Secrets Manager secrets across Regions".
 */
export function replicaArn(arn: string, region: string): string {
  return arn.replace(/^((?:[^:]+:){3})[^:]+/, `$1${region}`);
}
