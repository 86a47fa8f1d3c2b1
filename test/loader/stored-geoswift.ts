import { createPublicKey, type KeyObject } from "node:crypto";
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import {
  loadGeoswift,
  type CredentialError,
  type GeoswiftCredentials,
  type GeoswiftKind,
  type GeoswiftOptions,
} from "merchant-credentials-loader";
import { serializeValue } from "merchant-credentials-loader/format";
import { signCertificate } from "../../sandbox/merchant-platform";
import { startSecretsManager, type SecretsManagerSandbox } from "../../sandbox/secrets-manager";
import { privateKey, privateKeyPem } from "../support/certificates";
import { Clock } from "../support/merchant";
import { publicKeyPem } from "./stored-merchant";

export const geoswiftId = "G90000001";
export const serialNumber = "0000000000000000000000000000001012345678";

const cfca = { CN: "CFCA ACS OCA31", O: "China Financial Certification Authority", C: "CN" };

function issued(key: KeyObject, CN: string, notAfter = "2029-01-01T00:00:00Z"): string {
  return signCertificate({
    subject: { CN, O: "CFCA ACS OCA31", C: "CN" },
    issuer: cfca,
    publicKey: createPublicKey(key),
    issuerPrivateKey: privateKey("issuer"),
    issuerPublicKey: createPublicKey(privateKey("issuer")),
    serialNumber: serialNumber.replace(/^0+/, ""),
    notBefore: new Date("2026-01-01T00:00:00Z"),
    notAfter: new Date(notAfter),
  });
}

export const platformPem = (notAfter?: string) => issued(privateKey("platform"), "Geoswift", notAfter);

/** What the two secrets of a merchant hold when all is well. */
export const geoswiftValues = {
  merchantKey: (name = "merchant", changes: object = {}) =>
    serializeValue({
      schema: "merchant-credentials/merchant-key/v1",
      merchantId: geoswiftId,
      privateKey: privateKeyPem(privateKey(name)),
      publicKey: publicKeyPem(privateKey(name)),
      ...changes,
    }),
  cfcaCertificate: (name = "cfca", changes: object = {}, notAfter?: string) =>
    serializeValue({
      schema: "merchant-credentials/cfca-certificate/v1",
      merchantId: geoswiftId,
      serialNumber,
      privateKey: privateKeyPem(privateKey(name)),
      certificate: issued(privateKey(name), "051@Example@G90000001@1", notAfter),
      chain: [],
      platformCertificate: platformPem(),
      ...changes,
    }),
};

const nameOf = (kind: GeoswiftKind): string => `merchants/${geoswiftId}/${kind}`;

/** Secrets Manager with the secrets of one merchant of the open platform, and the loader before it. */
export class StoredGeoswift {
  readonly warnings: CredentialError[] = [];
  private constructor(
    readonly aws: SecretsManagerSandbox,
    readonly clock: Clock,
    private readonly client: SecretsManagerClient,
  ) {}

  static async start(): Promise<StoredGeoswift> {
    const clock = new Clock();
    const aws = await startSecretsManager({ now: clock.now });
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    return new StoredGeoswift(
      aws,
      clock,
      new SecretsManagerClient({ region: "us-east-1", endpoint: aws.endpoint, credentials }),
    );
  }

  async store(kind: GeoswiftKind, text: string): Promise<string> {
    const command = new CreateSecretCommand({ Name: nameOf(kind), SecretString: text });
    return (await this.client.send(command)).ARN!;
  }

  /** Puts another version; without stages it becomes current. */
  async put(kind: GeoswiftKind, text: string): Promise<void> {
    await this.client.send(new PutSecretValueCommand({ SecretId: nameOf(kind), SecretString: text }));
  }

  /** Puts a label on the version that was current last, or takes it off. */
  async label(kind: GeoswiftKind, label: string, isOn: boolean): Promise<void> {
    const { versions } = this.aws.secrets().find(({ name }) => name === nameOf(kind))!;
    const { id } = versions.find(({ labels }) => labels.includes("AWSPREVIOUS"))!;
    await this.client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: nameOf(kind),
        VersionStage: label,
        ...(isOn ? { MoveToVersionId: id } : { RemoveFromVersionId: id }),
      }),
    );
  }

  load(options: GeoswiftOptions = { merchantId: geoswiftId }): Promise<GeoswiftCredentials> {
    return loadGeoswift({
      region: "us-east-1",
      endpoint: this.aws.endpoint,
      now: this.clock.now,
      onWarning: (warning) => void this.warnings.push(warning),
      ...options,
    });
  }

  async close(): Promise<void> {
    this.client.destroy();
    await this.aws.close();
  }
}
