import type { SecretDescription } from "../domain/secret";
import { assertClaim, identityTags, readIdentity, type SecretIdentity } from "../domain/secret-tags";
import { emptyValue } from "../domain/credential-value";
import { tokens } from "../domain/staging-labels";
import { MerchantCredentialsError } from "../errors";
import { parseSecretArn } from "./arn";
import { backoff, type Waiting } from "./backoff";
import { VaultError, type Vault } from "./vault";

export interface Claimant {
  name: string;
  region: string;
  identity: SecretIdentity;
  adopt: boolean;
  kmsKeyId?: string;
  tags: Readonly<Record<string, string>>;
  description: string;
}

/** How often a secret that was just created is looked for: AWS is eventually consistent. */
const looks = 6;

/**
 * The secret of that name, made or taken over. It carries this claim's lease afterwards unless it was there
 * before; then writing the lease is the first step of the reconciliation, before anything else.
 *
 * A crash before CreateSecret leaves nothing; after it, a placeholder with this owner's tags, which the next run
 * claims as its own.
 *
 * @throws MerchantCredentialsError where the secret is somebody else's; nothing has been changed then.
 */
export async function claimSecret(
  vault: Vault,
  claimant: Claimant,
  waiting: Waiting,
): Promise<SecretDescription> {
  const { name, region, identity, adopt, kmsKeyId, tags } = claimant;
  try {
    await vault.create({
      name,
      token: tokens.create(name),
      value: emptyValue,
      description: claimant.description,
      tags: { ...tags, ...identityTags(identity) },
      ...(kmsKeyId && { kmsKeyId }),
    });
  } catch (error) {
    // A name that is taken says `exists`; one that is scheduled for deletion, `conflict`.
    if (!(error instanceof VaultError && (error.reason === "exists" || error.reason === "conflict")))
      throw error;
    const found = await describeWithRetry(vault, name, waiting);
    if (!found) throw error;
    assertClaim(found, { wanted: { ...identity, lease: undefined }, adopt, region });
    return found;
  }
  const created = await describeWithRetry(vault, name, waiting);
  if (!created) {
    throw new VaultError("unavailable", "DescribeSecret: the new secret does not show yet", "DescribeSecret");
  }
  // The same token and value succeed on a secret that has been there all along: only the lease tells.
  if (readIdentity(created.tags).lease !== identity.lease) {
    assertClaim(created, { wanted: { ...identity, lease: undefined }, adopt, region });
  }
  return created;
}

async function describeWithRetry(
  vault: Vault,
  name: string,
  waiting: Waiting,
): Promise<SecretDescription | undefined> {
  for (let attempt = 1; attempt <= looks; attempt++) {
    const secret = await vault.describe(name);
    if (secret) return secret;
    await waiting.sleep(backoff(attempt));
  }
  return undefined;
}

/**
 * The secret that a resource in state stands for; undefined where it is gone. Gone is believed only of an
 * account that is the secret's own: credentials of another account see nothing either.
 *
 * @throws MerchantCredentialsError `wrong-account`.
 */
export async function findSecret(vault: Vault, arn: string): Promise<SecretDescription | undefined> {
  const secret = await vault.describe(arn);
  if (secret) return secret;
  const expected = parseSecretArn(arn)?.accountId;
  const actual = await vault.accountId();
  if (expected === actual) return undefined;
  throw new MerchantCredentialsError(
    "wrong-account",
    "the secret is not in the account of these credentials",
    {
      expected: `account ${expected}`,
      actual: `account ${actual}`,
      hint: "Use the credentials, profile or role of the account in the ARN",
    },
  );
}
