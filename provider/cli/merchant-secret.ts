import { openRequests, type SecretDescription } from "../domain/secret";
import { isRotatedKind, rotatedKinds, type RotatedKind } from "../domain/rotated-kind";
import { readRecord } from "../domain/rotation-record";
import { firstIssuedTag, readIdentity } from "../domain/secret-tags";
import { requestFingerprint } from "../domain/staging-labels";
import { twoOpenRequests } from "../domain/stored-version";
import { MerchantCredentialsError } from "../errors";
import { findSecret } from "../vault/claim";
import type { Vault } from "../vault/vault";
import { printable } from "./printable";
import type { SecretReference } from "./secret-reference";

/** A credential of a merchant, by what its tags say. */
export interface ManagedSecret<Kind extends string = string> {
  secret: SecretDescription;
  kind: Kind;
  merchantId: string;
}

/** An API secret or a key. */
export type MerchantSecret<Kind extends RotatedKind = RotatedKind> = ManagedSecret<Kind>;

/**
 * Finds a secret that this package manages, of whatever kind. Reads no value.
 *
 * @throws MerchantCredentialsError where there is none.
 */
export async function managedSecret(
  vault: Vault,
  { secretId, connection: { region } }: SecretReference,
): Promise<ManagedSecret> {
  const secret = await (secretId.startsWith("arn:") ? findSecret(vault, secretId) : vault.describe(secretId));
  if (!secret) {
    throw new MerchantCredentialsError("secret-gone", "there is no such secret", {
      actual: `${secretId} in ${region}`,
      hint: "Take the ARN from the output secretArn; check that these are the credentials of its account",
    });
  }
  const { kind, merchantId } = readIdentity(secret.tags);
  if (kind === undefined || merchantId === undefined) {
    throw unusable("this secret is not managed by pulumi-merchant-credentials: it lacks its tags", {
      actual: secret.name,
    });
  }
  return { secret, kind, merchantId: printable(merchantId) };
}

/** @throws MerchantCredentialsError */
export function assertNotDeleted({ deletedAt, name }: SecretDescription): void {
  if (!deletedAt) return;
  throw unusable("this secret is scheduled for deletion", {
    actual: name,
    hint: "Run pulumi up of the program that declares it: it restores the secret",
  });
}

/**
 * Finds an API secret or a merchant's key that this package manages. Reads no value.
 *
 * @param forCertificates what to do with a certificate instead.
 * @throws MerchantCredentialsError where there is none, or it is something else.
 */
export async function merchantSecret(
  vault: Vault,
  reference: SecretReference,
  forCertificates: string,
): Promise<MerchantSecret> {
  const { secret, kind, merchantId } = await managedSecret(vault, reference);
  if (kind === "certificate")
    throw unusable("this is a certificate", { actual: secret.name, hint: forCertificates });
  if (kind === "cfcaCertificate")
    throw unusable("this is a certificate of CFCA", { actual: secret.name, hint: forCertificatesOfCfca });
  if (!isRotatedKind(kind))
    throw unusable("this kind of credential has no pending value", { actual: printable(kind) });
  assertNotDeleted(secret);
  const { region } = reference.connection;
  if (secret.primaryRegion && secret.primaryRegion !== region)
    throw unusable("this is a replica", {
      actual: `${secret.name} in ${region}`,
      hint: `Name the secret in ${secret.primaryRegion}`,
    });
  return { secret, kind, merchantId };
}

/**
 * The id of the version that waits to be set on the platform; undefined where none does.
 *
 * @throws MerchantCredentialsError `two-open-requests`
 */
export function pendingVersionId({ secret, kind }: MerchantSecret): string | undefined {
  const open = openRequests(secret);
  if (open.length > 1)
    throw twoOpenRequests(
      rotatedKinds[kind].title,
      open.map(({ of }) => of),
    );
  const versionId = open[0]?.versionId;
  if (versionId !== undefined) assertRecorded(secret, requestFingerprint(versionId));
  return versionId;
}

/** A value that its run did not record would be followed by another one: better not to set it on the platform yet. */
export function assertRecorded({ tags, name }: SecretDescription, fingerprint: string): void {
  const record = readRecord(tags);
  if (!tags[firstIssuedTag] || !record || record.request === fingerprint) return;
  throw unusable("the run that drew this value broke off before it was recorded", {
    actual: name,
    hint: "Run pulumi up, which records it, and then this command again",
  });
}

const forCertificatesOfCfca =
  "Nothing waits in it: declare its certificate and run pulumi up. Its files are written by: merchant-credentials export";

export function unusable(
  summary: string,
  details: { actual: string; hint?: string },
): MerchantCredentialsError {
  return new MerchantCredentialsError("secret-not-usable", summary, details);
}
