import { createPublicKey, type KeyObject } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCfcaIssuer, openCfca } from "../../sandbox/cfca";
import { issuedByCfca, type Period } from "../../sandbox/cfca/issuer";
import { startSecretsManager, type SecretsManagerSandbox } from "../../sandbox/secrets-manager";
import { parseCertificate, type Certificate } from "../../provider/domain/certificate";
import { emptyValue, serializeValue } from "../../provider/domain/credential-value";
import { pemBlocks } from "../../provider/domain/pem";
import { privateKeyPem } from "../../provider/domain/private-key";
import { identityTags } from "../../provider/domain/secret-tags";
import { tokens } from "../../provider/domain/staging-labels";
import { secretsManagerVault } from "../../provider/vault/secrets-manager";
import type { Vault } from "../../provider/vault/vault";
import { findCanaries, keyCanaries, textCanaries, windowCanaries } from "../support/canaries";
import { authorityKeys, rsaKey } from "../support/keys";
import { StagedWorld, type Transcript } from "./staged-world";

process.env.AWS_ACCESS_KEY_ID ??= "test";
process.env.AWS_SECRET_ACCESS_KEY ??= "test";

export const merchantId = "G90000001";
export const secretName = `merchants/${merchantId}/cfcaCertificate`;

/** What the person types. */
export const password = "c4n4ry-Export 93ae";

/** A version as the provider writes it; every member can be another. */
export interface StoredCertificate {
  key?: KeyObject;
  /** PEM; default: a new one for the key, of three years. */
  certificate?: string;
  chain?: string[];
  merchantId?: string;
}

/** A certificate of CFCA in the vault, a folder to export it to, and a world whose commands reach both. */
export class CfcaStage {
  world = new StagedWorld();
  /** Without symbolic links, in no work tree, of mode 0700. */
  folder = "";
  readonly key = rsaKey("merchant of the open platform");
  private readonly canaries = [
    ...keyCanaries("key", privateKeyPem(this.key)),
    ...textCanaries("password", password),
    ...windowCanaries("password", Buffer.from(password)),
  ];
  private readonly issuer = createCfcaIssuer(authorityKeys());
  readonly chain = openCfca({ issuer: this.issuer }).chain;

  private constructor(readonly sandbox: SecretsManagerSandbox) {}

  static async open(): Promise<CfcaStage> {
    return new CfcaStage(await startSecretsManager());
  }

  /** As at the beginning: a placeholder in the vault, nothing in the folder, and a person who types a password. */
  async begin(): Promise<void> {
    this.sandbox.reset();
    this.clear();
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), "export-")));
    this.world = new StagedWorld();
    this.world.currentFolder = this.folder;
    this.world.clock.set("2027-03-01T12:00:00Z");
    this.world.makeVault = secretsManagerVault;
    this.world.answers = [password, password];
    await this.createSecret("cfcaCertificate");
  }

  async createSecret(kind: string, name = secretName, value = emptyValue): Promise<void> {
    const identity = { owner: "shop/prod", merchantId, kind, lease: "0123456789abcdef" };
    const token = tokens.create(name);
    await this.vault.create({ name, token, value, description: "test", tags: identityTags(identity) });
  }

  /** Stores a version and returns its id; by default it serves. */
  async store(version: string, labels: string[], makesCurrent = true): Promise<string> {
    const token = tokens.published("test", version, String(labels));
    const stages = [...labels, ...(makesCurrent ? ["AWSCURRENT"] : [])];
    await this.vault.put(secretName, { token, value: version, labels: stages });
    return token;
  }

  valueOf({ key = this.key, merchantId: merchant = merchantId, ...given }: StoredCertificate = {}): string {
    const { certificate = this.certificateFor(key), chain = this.chain } = given;
    return serializeValue({
      schema: "merchant-credentials/cfca-certificate/v1",
      merchantId: merchant,
      serialNumber: certificateIn(certificate)?.serialNumber ?? "",
      privateKey: privateKeyPem(key),
      certificate,
      chain,
    });
  }

  /** Issued now, and put where it serves. */
  async issue(period?: Period): Promise<{ certificate: Certificate; versionId: string }> {
    const certificate = certificateIn(this.certificateFor(this.key, period))!;
    const value = this.valueOf({ certificate: certificate.pem });
    const versionId = await this.store(value, [`MC_CERT_${certificate.serialNumber}`]);
    return { certificate, versionId };
  }

  certificateFor(key: KeyObject, period: Period = {}): string {
    const { notBefore = new Date("2026-12-01T08:00:00Z"), notAfter = new Date("2029-12-01T08:00:00Z") } =
      period;
    const holder = { merchantId, company: "Example Shop Ltd" };
    return issuedByCfca(this.issuer, holder, createPublicKey(key), { notBefore, notAfter });
  }

  /** Runs a command line. Whatever it is, it shows neither the key nor the password. */
  async run(...argv: string[]): Promise<Transcript> {
    const transcript = await this.world.run(...argv);
    this.assertSilent(JSON.stringify(transcript));
    return transcript;
  }
  exported(...more: string[]): Promise<Transcript> {
    return this.run("export", secretName, ...this.place, "--name", "ExampleShop", ...more);
  }
  assertSilent(shown: string): void {
    expect(findCanaries(Buffer.from(shown), this.canaries)).toEqual([]);
  }
  /** Fails so, and leaves the folder as it was. */
  async expectRefusal(message: string, exitCode: number, ...more: string[]): Promise<void> {
    const before = this.files();
    expect(await this.exported(...more)).toEqual(failed(message, exitCode));
    expect(this.files()).toEqual(before);
  }

  get vault(): Vault {
    return secretsManagerVault({ region: "us-east-1", endpoint: this.sandbox.endpoint });
  }
  /** The options that lead to the secret by its name. */
  get place(): string[] {
    return ["--region", "us-east-1", "--endpoint", this.sandbox.endpoint];
  }
  arnOf(name: string): string {
    return this.sandbox.secrets().find((secret) => secret.name === name)!.arn;
  }
  /** What AWS has been asked since. */
  calls(from = 0): string[] {
    return this.sandbox.journal
      .entries()
      .slice(from)
      .map(({ operation }) => operation);
  }
  files(): string[] {
    return readdirSync(this.folder).sort();
  }
  read(file: string): Buffer {
    return readFileSync(join(this.folder, file));
  }

  clear(): void {
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
  }
  async close(): Promise<void> {
    this.clear();
    await this.sandbox.close();
  }
}

export function failed(message: string, exitCode = 1): Transcript {
  return { stdout: "", stderr: `error: ${message}\n`, exitCode };
}

export function certificateIn(pem: string): Certificate | undefined {
  return parseCertificate(pemBlocks(pem)[0]?.der ?? Buffer.alloc(0));
}
