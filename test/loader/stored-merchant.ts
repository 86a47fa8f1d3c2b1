import { createPublicKey, type KeyObject } from "node:crypto";
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import {
  loadMerchant,
  type CredentialError,
  type CredentialKind,
  type LoadOptions,
  type MerchantCredentials,
} from "merchant-credentials-loader";
import { emptyValue, serializeValue, type CredentialValue } from "merchant-credentials-loader/format";
import { startSecretsManager, type SecretsManagerSandbox } from "../../sandbox/secrets-manager";
import { signCertificate, tenpayIssuer } from "../../sandbox/merchant-platform";
import { merchantCertificate, merchantId, privateKey, privateKeyPem } from "../support/certificates";
import { Clock } from "../support/merchant";

export const serialNumber = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1";
export const platformSerial = "7132D72A03E93CDDF8C03BBD1F37EEDF7132D72A";
export const publicKeyId = "PUB_KEY_ID_0119000001092024112200326500001";
export const apiSecret = "Ap1SecretOfTheShopUsedInTheseTes";
export const apiV3Secret = "Ap3SecretOfTheShopUsedInTheseTes";

/** A certificate of WeChat Pay, as it signs with. */
export function platformCertificate(options: { key?: KeyObject; serialNumber?: string } = {}): string {
  return signCertificate({
    subject: { CN: "Tenpay.com sign", O: "Tenpay.com", OU: "Tenpay.com CA Center", L: "ShenZhen", C: "CN" },
    issuer: tenpayIssuer,
    publicKey: createPublicKey(options.key ?? privateKey("platform")),
    issuerPrivateKey: privateKey("issuer"),
    issuerPublicKey: createPublicKey(privateKey("issuer")),
    serialNumber: options.serialNumber ?? platformSerial,
    notBefore: new Date("2026-01-01T00:00:00Z"),
    notAfter: new Date("2031-01-01T00:00:00Z"),
  });
}

/** What a merchant's five secrets hold when all is well. */
export const values = {
  certificate: (changes: object = {}) =>
    value({
      schema: "merchant-credentials/certificate/v1",
      merchantId,
      serialNumber,
      privateKey: privateKeyPem(),
      certificate: merchantCertificate(),
      chain: [],
      ...changes,
    }),
  apiSecret: (secret = apiSecret) =>
    value({ schema: "merchant-credentials/api-secret/v1", merchantId, apiSecret: secret }),
  apiV3Secret: (secret = apiV3Secret) =>
    value({ schema: "merchant-credentials/apiv3-secret/v1", merchantId, apiV3Secret: secret }),
  platformCertificates: (...certificates: object[]) =>
    value({
      schema: "merchant-credentials/platform-certificates/v1",
      merchantId,
      certificates: certificates.length > 0 ? (certificates as never) : [platformEntry()],
    }),
  platformPublicKey: (changes: object = {}) =>
    value({
      schema: "merchant-credentials/platform-public-key/v1",
      merchantId,
      publicKeyId,
      publicKey: publicKeyPem(privateKey("platform public key")),
      ...changes,
    }),
  placeholder: () => emptyValue,
} as const;

export const platformEntry = (changes: object = {}) => ({
  serialNumber: platformSerial,
  certificate: platformCertificate(),
  effectiveTime: "2026-01-01T00:00:00.000Z",
  expireTime: "2031-01-01T00:00:00.000Z",
  ...changes,
});

export function publicKeyPem(key: KeyObject): string {
  return createPublicKey(key).export({ type: "spki", format: "pem" }) as string;
}

function value(credential: CredentialValue): string {
  return serializeValue(credential);
}

/** Secrets Manager with the secrets of one merchant, and the loader before it. */
export class StoredMerchant {
  readonly warnings: CredentialError[] = [];
  private constructor(
    readonly aws: SecretsManagerSandbox,
    readonly clock: Clock,
    private readonly client: SecretsManagerClient,
  ) {}

  static async start(): Promise<StoredMerchant> {
    const clock = new Clock();
    const aws = await startSecretsManager({ now: clock.now });
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const { endpoint } = aws;
    const client = new SecretsManagerClient({ region: "us-east-1", endpoint, credentials });
    return new StoredMerchant(aws, clock, client);
  }

  /** Stores the value as a secret of its own. */
  async store(kind: CredentialKind, text: string, prefix = "merchants"): Promise<string> {
    const Name = `${prefix}/${merchantId}/${kind}`;
    const { ARN } = await this.client.send(new CreateSecretCommand({ Name, SecretString: text }));
    return ARN!;
  }

  async storeBytes(kind: CredentialKind, bytes: Uint8Array): Promise<void> {
    await this.client.send(new CreateSecretCommand({ Name: nameOf(kind), SecretBinary: bytes }));
  }

  /** Puts another version; without stages it becomes current. */
  async put(kind: CredentialKind, text: string, ...stages: string[]): Promise<string> {
    const { VersionId } = await this.client.send(
      new PutSecretValueCommand({
        SecretId: nameOf(kind),
        SecretString: text,
        VersionStages: stages.length > 0 ? stages : undefined,
      }),
    );
    return VersionId!;
  }

  async promote(kind: CredentialKind, to: string): Promise<void> {
    const versions = this.aws.secrets().find(({ name }) => name === nameOf(kind))!.versions;
    const from = versions.find(({ labels }) => labels.includes("AWSCURRENT"))!.id;
    const move = { SecretId: nameOf(kind), VersionStage: "AWSCURRENT", RemoveFromVersionId: from };
    await this.client.send(new UpdateSecretVersionStageCommand({ ...move, MoveToVersionId: to }));
  }

  load(options: LoadOptions = { merchantId }): Promise<MerchantCredentials> {
    return loadMerchant({
      region: "us-east-1",
      endpoint: this.aws.endpoint,
      now: this.clock.now,
      onWarning: (warning) => void this.warnings.push(warning),
      ...options,
    });
  }

  /** What has been read, as `kind stage`, since the last time. */
  reads(): string[] {
    const entries = this.aws.journal.entries().filter(({ operation }) => operation === "GetSecretValue");
    this.aws.journal.clear();
    return entries
      .map(({ secretId, labels }) => `${secretId!.split("/").at(-1)} ${labels?.join() ?? "no stage"}`)
      .sort();
  }

  async close(): Promise<void> {
    this.client.destroy();
    await this.aws.close();
  }
}

export const nameOf = (kind: CredentialKind): string => `merchants/${merchantId}/${kind}`;
