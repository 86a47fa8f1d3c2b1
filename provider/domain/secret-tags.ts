import { MerchantCredentialsError } from "../errors";

/** Every tag of ours starts with this; users may not set such tags. */
export const tagPrefix = "merchant-credentials:";

/** What a secret's tags say about it; the durable record beside the labels. */
export interface SecretIdentity {
  /** `project/stack` of the program that manages it. */
  owner: string;
  merchantId: string;
  /** `certificate`, `apiSecret`, … */
  kind: string;
  /** Random, new at every create or adoption; a delete with another lease does nothing. */
  lease: string;
}

const names = { owner: "owner", merchantId: "merchant-id", kind: "kind", lease: "lease" } as const;

export const firstIssuedTag = `${tagPrefix}first-issued`;
export const lastChangeTag = `${tagPrefix}last-change`;
/** How many tags of a secret are ours at most: the four of its identity, first-issued, last-change, trigger, import. */
export const ownTagCount = 8;

export function identityTags(identity: SecretIdentity): Record<string, string> {
  return Object.fromEntries(
    Object.entries(names).map(([field, name]) => [tagPrefix + name, identity[field as keyof SecretIdentity]]),
  );
}

export function readIdentity(tags: Readonly<Record<string, string>>): Partial<SecretIdentity> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([field, name]) => {
      const value = tags[tagPrefix + name];
      return value === undefined ? [] : [[field, value]];
    }),
  );
}

interface Claimed {
  name: string;
  tags: Readonly<Record<string, string>>;
  rotationEnabled: boolean;
  owningService?: string;
  primaryRegion?: string;
}

interface Claim {
  /** Who asks for the secret; `lease` is the one in state, if there is a state. */
  wanted: Omit<SecretIdentity, "lease"> & { lease?: string };
  adopt: boolean;
  region: string;
}

/**
 * Whether a program may manage a secret that exists.
 *
 * @throws MerchantCredentialsError `secret-not-usable` (rotated by AWS, owned by a service, a replica, of another
 *   merchant or kind) or `secret-held-by-another`, which names the owner and how to take over.
 */
export function assertClaim(secret: Claimed, { wanted, adopt, region }: Claim): void {
  const unusable = (summary: string, hint: string): never => {
    throw new MerchantCredentialsError("secret-not-usable", summary, {
      property: "secretName",
      actual: secret.name,
      hint,
    });
  };
  const another = "Choose another `secretName`";
  if (secret.rotationEnabled) {
    unusable(
      "AWS rotates this secret",
      "Turn its rotation off first (cancel-rotate-secret), or choose another `secretName`",
    );
  }
  if (secret.owningService) unusable(`the AWS service ${secret.owningService} manages this secret`, another);
  if (secret.primaryRegion && secret.primaryRegion !== region) {
    unusable(
      `this secret is a replica of one in ${secret.primaryRegion}`,
      `Use a Provider with region ${secret.primaryRegion}`,
    );
  }
  const found = readIdentity(secret.tags);
  if (found.merchantId !== undefined && found.merchantId !== wanted.merchantId) {
    unusable(`this secret belongs to merchant ${found.merchantId}, not ${wanted.merchantId}`, another);
  }
  if (found.kind !== undefined && found.kind !== wanted.kind) {
    unusable(`this secret holds a credential of kind ${found.kind}, not ${wanted.kind}`, another);
  }
  const ours = found.owner === wanted.owner || (wanted.lease !== undefined && found.lease === wanted.lease);
  if (!ours && !adopt) {
    throw new MerchantCredentialsError(
      "secret-held-by-another",
      "a secret of this name exists and is not this program's",
      {
        property: "secretName",
        actual: `${secret.name}, owner ${found.owner ?? "none: it was made by something else"}`,
        hint: "Set `adopt: true` to take it over, after removing it from its present owner; or choose another `secretName`",
      },
    );
  }
}
