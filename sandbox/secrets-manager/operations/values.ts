import { type Call, identity, usableSecret, writableSecret } from "../call";
import type {
  getSecretValue as getShape,
  putSecretValue as putShape,
  updateSecret as updateShape,
} from "../inputs";
import { findVersion, type Secret, type SecretVersion } from "../secret";
import { invalidRequest, valueNotFound } from "../service-error";
import type { Input } from "../shape";
import { addVersion, current, labelHolder, pending, previous, withVersion } from "../staging-labels";
import { repeats, requestToken, valueOf } from "./new-value";

export function getSecretValue(input: Input<typeof getShape>, call: Call) {
  const secret = usableSecret(call, input.SecretId);
  const version = requestedVersion(secret, input);
  noteAccess(call, secret, version);
  return {
    ...identity(call, secret),
    VersionId: version.id,
    SecretString: "string" in version.value ? version.value.string : undefined,
    SecretBinary: "binary" in version.value ? version.value.binary : undefined,
    VersionStages: version.labels,
    CreatedDate: version.createdAt / 1000,
  };
}

function requestedVersion(
  secret: Secret,
  { VersionId, VersionStage }: Input<typeof getShape>,
): SecretVersion {
  if (VersionId === undefined) {
    const label = VersionStage ?? current;
    const version = labelHolder(secret, label);
    if (!version) throw valueNotFound({ label });
    return version;
  }
  const version = findVersion(secret, VersionId);
  if (!version) throw valueNotFound({ versionId: VersionId });
  if (VersionStage !== undefined && !version.labels.includes(VersionStage)) {
    throw invalidRequest("You provided a VersionStage that is not associated to the provided VersionId.");
  }
  return version;
}

/** LastAccessedDate is kept by the day, for the secret in each region and for the version. */
function noteAccess(call: Call, secret: Secret, version: SecretVersion): void {
  const day = call.now - (call.now % (24 * 60 * 60 * 1000));
  if (secret.accessedOn[call.region] === day && version.accessedOn === day) return;
  const accessedOn = { ...secret.accessedOn, [call.region]: day };
  call.noteAccess({ ...withVersion(secret, { ...version, accessedOn: day }), accessedOn });
}

export function putSecretValue(input: Input<typeof putShape>, call: Call) {
  const secret = writableSecret(call, input.SecretId);
  const value = valueOf(input);
  const id = requestToken(input);
  if (!value) throw invalidRequest("You must provide either SecretString or SecretBinary.");

  let written = secret;
  if (!repeats(secret, id, value)) {
    const version = { id, value, kmsKeyId: secret.kmsKeyId, createdAt: call.now };
    written = { ...addVersion(secret, version, input.VersionStages ?? [current]), changedAt: call.now };
    call.replace(secret, written);
  }
  return { ...identity(call, secret), VersionId: id, VersionStages: findVersion(written, id)!.labels };
}

/** Changes the description and the key, and makes a new current version if the request brings a value. */
export function updateSecret(input: Input<typeof updateShape>, call: Call) {
  const secret = writableSecret(call, input.SecretId);
  const value = valueOf(input);
  const id = requestToken(input);

  const described = {
    ...secret,
    description: input.Description ?? secret.description,
    changedAt: call.now,
  };
  const reEncrypted =
    input.KmsKeyId === undefined ? described : withKey(described, input.KmsKeyId || undefined);
  const isNew = value !== undefined && !repeats(secret, id, value);
  const written = isNew
    ? addVersion(reEncrypted, { id, value, kmsKeyId: reEncrypted.kmsKeyId, createdAt: call.now }, [current])
    : reEncrypted;
  call.replace(secret, written);
  return { ...identity(call, secret), VersionId: value && id };
}

/** A change of the key re-encrypts only the current, the pending and the previous version. */
function withKey(secret: Secret, kmsKeyId: string | undefined): Secret {
  const inRotation = ({ labels }: SecretVersion) =>
    [current, pending, previous].some((label) => labels.includes(label));
  const versions = secret.versions.map((version) =>
    inRotation(version) ? { ...version, kmsKeyId } : version,
  );
  return { ...secret, kmsKeyId, versions };
}
