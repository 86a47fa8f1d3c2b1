import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RemoveRegionsFromReplicationCommand,
  ReplicateSecretToRegionsCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
  type DescribeSecretCommandOutput,
} from "@aws-sdk/client-secrets-manager";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import type { Connection } from "./connection";
import { vaultError } from "./secrets-manager-errors";
import type { Replica, SecretDescription } from "../domain/secret";
import { VaultError, type Vault } from "./vault";

/** Milliseconds. A call that gets no answer must not hold a run: the SDK itself would wait for ever. */
const timeouts = { connection: 5_000, request: 10_000 };

/**
 * The vault in AWS Secrets Manager. Endpoints from the environment or a profile are ignored: a stray
 * AWS_ENDPOINT_URL must not send a private key elsewhere.
 */
export function secretsManagerVault(connection: Connection, signal?: AbortSignal): Vault {
  const { settings, client } = clientFor(connection);
  const limit = signal && { abortSignal: signal };

  async function call<T>(operation: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw vaultError(operation, error);
    }
  }
  const write = async (operation: string, send: () => Promise<unknown>): Promise<void> => {
    await call(operation, send);
  };

  return {
    describe: (secret) =>
      absent(async () =>
        description(
          await call("DescribeSecret", () =>
            client.send(new DescribeSecretCommand({ SecretId: secret }), limit),
          ),
        ),
      ),
    create: ({ name, token, value, description: text, tags, kmsKeyId }) =>
      write("CreateSecret", () =>
        client.send(
          new CreateSecretCommand({
            Name: name,
            ClientRequestToken: token,
            SecretString: value,
            Description: text,
            Tags: tagList(tags),
            KmsKeyId: kmsKeyId,
          }),
          limit,
        ),
      ),
    read: (secret, versionId) =>
      absent(async () => {
        const version = await call("GetSecretValue", () =>
          client.send(new GetSecretValueCommand({ SecretId: secret, VersionId: versionId }), limit),
        );
        return {
          versionId,
          value: version.SecretString ?? "",
          labels: version.VersionStages ?? [],
          createdAt: version.CreatedDate!,
        };
      }),
    readCurrent: (secret) =>
      absent(async () => {
        const command = new GetSecretValueCommand({ SecretId: secret, VersionStage: "AWSCURRENT" });
        const { SecretString, SecretBinary } = await call("GetSecretValue", () =>
          client.send(command, limit),
        );
        return SecretBinary ? { bytes: Buffer.from(SecretBinary) } : { text: SecretString ?? "" };
      }),
    put: (secret, { token, value, labels }) =>
      write("PutSecretValue", () =>
        client.send(
          new PutSecretValueCommand({
            SecretId: secret,
            ClientRequestToken: token,
            SecretString: value,
            VersionStages: [...labels],
          }),
          limit,
        ),
      ),
    moveLabel: (secret, label, { from, to }) =>
      write("UpdateSecretVersionStage", () =>
        client.send(
          new UpdateSecretVersionStageCommand({
            SecretId: secret,
            VersionStage: label,
            RemoveFromVersionId: from,
            MoveToVersionId: to,
          }),
          limit,
        ),
      ),
    tag: (secret, tags) =>
      write("TagResource", () =>
        client.send(new TagResourceCommand({ SecretId: secret, Tags: tagList(tags) }), limit),
      ),
    untag: (secret, keys) =>
      write("UntagResource", () =>
        client.send(new UntagResourceCommand({ SecretId: secret, TagKeys: [...keys] }), limit),
      ),
    setKmsKey: (secret, kmsKeyId) =>
      write("UpdateSecret", () =>
        client.send(new UpdateSecretCommand({ SecretId: secret, KmsKeyId: kmsKeyId }), limit),
      ),
    addReplicas: (secret, regions) =>
      write("ReplicateSecretToRegions", () =>
        client.send(
          new ReplicateSecretToRegionsCommand({
            SecretId: secret,
            AddReplicaRegions: regions.map((Region) => ({ Region })),
          }),
          limit,
        ),
      ),
    removeReplicas: (secret, regions) =>
      write("RemoveRegionsFromReplication", () =>
        client.send(
          new RemoveRegionsFromReplicationCommand({ SecretId: secret, RemoveReplicaRegions: [...regions] }),
          limit,
        ),
      ),
    restore: (secret) =>
      write("RestoreSecret", () => client.send(new RestoreSecretCommand({ SecretId: secret }), limit)),
    scheduleDeletion: (secret, recoveryWindowInDays) =>
      write("DeleteSecret", () =>
        client.send(
          new DeleteSecretCommand({ SecretId: secret, RecoveryWindowInDays: recoveryWindowInDays }),
          limit,
        ),
      ),
    accountId: async () => {
      // A loopback endpoint stands in for all of AWS; any other belongs to Secrets Manager alone.
      const endpoint = connection.endpoint?.startsWith("http:") ? { endpoint: connection.endpoint } : {};
      const sts = new STSClient({ ...settings, ...endpoint });
      const identity = await call("GetCallerIdentity", () =>
        sts.send(new GetCallerIdentityCommand({}), limit),
      );
      return identity.Account ?? "";
    },
  };
}

/** How every client of AWS behaves, the one that assumes a role included. */
const behaviour = {
  ignoreConfiguredEndpointUrls: true,
  retryMode: "standard",
  maxAttempts: 8,
  requestHandler: {
    connectionTimeout: timeouts.connection,
    requestTimeout: timeouts.request,
    throwOnRequestTimeout: true,
  },
};

const clients = new Map<
  string,
  { settings: ReturnType<typeof clientSettings>; client: SecretsManagerClient }
>();

/** One client, and so one pool of sockets and one retry budget, for all resources of a connection. */
function clientFor(connection: Connection) {
  const key = JSON.stringify(connection);
  let entry = clients.get(key);
  if (!entry) {
    const settings = clientSettings(connection);
    const endpoint = connection.endpoint && { endpoint: connection.endpoint };
    entry = { settings, client: new SecretsManagerClient({ ...settings, ...endpoint }) };
    clients.set(key, entry);
  }
  return entry;
}

function clientSettings({ region, profile, assumeRole, userAgent }: Connection) {
  const role = assumeRole && {
    params: {
      RoleArn: assumeRole.roleArn,
      RoleSessionName: assumeRole.sessionName ?? "merchant-credentials",
      ...(assumeRole.externalId && { ExternalId: assumeRole.externalId }),
      ...(assumeRole.durationSeconds && { DurationSeconds: assumeRole.durationSeconds }),
    },
    clientConfig: { region, ...behaviour },
  };
  return {
    region,
    ...(profile && { profile }),
    ...(userAgent && { customUserAgent: userAgent }),
    ...(role && { credentials: fromTemporaryCredentials(role) }),
    ...behaviour,
  };
}

async function absent<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof VaultError && error.reason === "not-found") return undefined;
    throw error;
  }
}

function tagList(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function description(answer: DescribeSecretCommandOutput): SecretDescription {
  return {
    arn: answer.ARN!,
    name: answer.Name!,
    ...(answer.KmsKeyId && { kmsKeyId: answer.KmsKeyId }),
    tags: Object.fromEntries((answer.Tags ?? []).map(({ Key, Value }) => [Key!, Value ?? ""])),
    versions: answer.VersionIdsToStages ?? {},
    ...(answer.DeletedDate && { deletedAt: answer.DeletedDate }),
    rotationEnabled: answer.RotationEnabled ?? false,
    ...(answer.OwningService && { owningService: answer.OwningService }),
    ...(answer.PrimaryRegion && { primaryRegion: answer.PrimaryRegion }),
    replicas: (answer.ReplicationStatus ?? []).map(({ Region, Status, StatusMessage }): Replica => ({
      region: Region!,
      status: Status ?? "InProgress",
      ...(StatusMessage && { message: StatusMessage }),
    })),
  };
}
