import {
  flag,
  type Input,
  listOf,
  optional,
  required,
  sensitiveBytes,
  sensitiveText,
  structure,
  text,
  wholeNumber,
} from "./shape";

// Names and limits are those of the service's published API model (2017-10-17).

const secretId = required(text({ min: 1, max: 2048 }));
const versionId = optional(text({ min: 32, max: 64 }));
const label = text({ min: 1, max: 256 });
const kmsKeyId = optional(text({ max: 2048 }));
const description = optional(text({ max: 2048 }));
const tagKey = text({ min: 1, max: 128 });
const tags = listOf(structure({ Key: required(tagKey), Value: required(text({ max: 256 })) }));
const region = text({ min: 1, max: 128 });
const replicaRegions = listOf(structure({ Region: required(region), KmsKeyId: kmsKeyId }), { min: 1 });

const valueLimits = { min: 1, max: 65_536 };
const value = {
  ClientRequestToken: versionId,
  SecretString: optional(sensitiveText(valueLimits)),
  SecretBinary: optional(sensitiveBytes(valueLimits)),
};

export const createSecret = structure({
  Name: required(text({ min: 1, max: 512 })),
  ...value,
  Description: description,
  KmsKeyId: kmsKeyId,
  Tags: optional(tags),
  AddReplicaRegions: optional(replicaRegions),
  ForceOverwriteReplicaSecret: optional(flag),
});

export const describeSecret = structure({ SecretId: secretId });

export const getSecretValue = structure({
  SecretId: secretId,
  VersionId: versionId,
  VersionStage: optional(label),
});

export const putSecretValue = structure({
  SecretId: secretId,
  ...value,
  VersionStages: optional(listOf(label, { min: 1, max: 20 })),
});

export const updateSecret = structure({
  SecretId: secretId,
  ...value,
  Description: description,
  KmsKeyId: kmsKeyId,
});

export const updateSecretVersionStage = structure({
  SecretId: secretId,
  VersionStage: required(label),
  RemoveFromVersionId: versionId,
  MoveToVersionId: versionId,
});

export const tagResource = structure({ SecretId: secretId, Tags: required(tags) });

export const untagResource = structure({ SecretId: secretId, TagKeys: required(listOf(tagKey)) });

export const deleteSecret = structure({
  SecretId: secretId,
  RecoveryWindowInDays: optional(wholeNumber()),
  ForceDeleteWithoutRecovery: optional(flag),
});

export const restoreSecret = structure({ SecretId: secretId });

export const replicateSecretToRegions = structure({
  SecretId: secretId,
  AddReplicaRegions: required(replicaRegions),
  ForceOverwriteReplicaSecret: optional(flag),
});

export const removeRegionsFromReplication = structure({
  SecretId: secretId,
  RemoveReplicaRegions: required(listOf(region, { min: 1 })),
});

export const listSecretVersionIds = structure({
  SecretId: secretId,
  MaxResults: optional(wholeNumber({ min: 1, max: 100 })),
  NextToken: optional(text({ min: 1, max: 4096 })),
  IncludeDeprecated: optional(flag),
});

export type ValueInput = { [K in keyof typeof value]: Input<(typeof value)[K]> };
export type ReplicaRegionInput = Input<typeof replicaRegions>[number];
