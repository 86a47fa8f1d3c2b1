/** The parts of a secret's ARN that say where it lives. */
export interface SecretArn {
  region: string;
  accountId: string;
  /** Without the six characters that Secrets Manager appends. */
  name: string;
}

const pattern = /^arn:aws[a-z-]*:secretsmanager:([a-z0-9-]+):(\d{12}):secret:(.+)-[A-Za-z0-9]{6}$/;

/** Undefined where the text is not the full ARN of a secret. */
export function parseSecretArn(arn: string): SecretArn | undefined {
  const match = pattern.exec(arn);
  return match ? { region: match[1]!, accountId: match[2]!, name: match[3]! } : undefined;
}
