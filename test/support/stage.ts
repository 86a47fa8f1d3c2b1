import { createHash } from "node:crypto";
import { merchantCredentials } from "../../sandbox/demo/command-line";
import { Engine, type RunOptions, type SharedOptions, type StateResource } from "../../sandbox/engine/engine";
import type { CommandResult } from "../../sandbox/engine/running-command";
import { createCertificateAuthority, type CertificateAuthority } from "../../sandbox/merchant-platform";
import {
  startSecretsManager,
  type SecretSnapshot,
  type SecretsManagerSandbox,
} from "../../sandbox/secrets-manager";

const day = 24 * 60 * 60 * 1000;
export const merchantName = "Example Shop Ltd";

/** A credential of the program: its arguments, and `options` as its resource options. */
export interface Declaration {
  /** Default: MerchantCertificate. */
  class?:
    | "MerchantCertificate"
    | "ApiSecret"
    | "ApiV3Secret"
    | "OperatingCertificates"
    | "MerchantKey"
    | "CfcaCertificate";
  merchantId: string;
  certificate?: string;
  options?: Record<string, unknown>;
  [argument: string]: unknown;
}

/** Reads what it declares from a file beside it, so that a test changes data and never code. */
export const program = `
const merchant = require("pulumi-merchant-credentials");
const declared = Object.entries(require("./merchants.json"));
for (const [name, { class: type = "MerchantCertificate", options, ...args }] of declared) {
  const named = type === "MerchantCertificate" ? { merchantName: "${merchantName}", ...args } : args;
  exports[name] = new merchant[type](name, named, options).status;
}
`;

/** As in names of secrets. */
export type Kind = "certificate" | "apiSecret" | "apiV3Secret" | "merchantKey" | "cfcaCertificate";

/** Where a stage is shared: a second program on the same vault and platform. */
export interface World {
  aws: SecretsManagerSandbox;
  /** Default: a platform of its own. */
  platform?: CertificateAuthority;
}

export type StageOptions = SharedOptions & { world?: World; files?: Record<string, string> };

/** The engine, the vault and the Merchant Platform around one program. */
export class Stage {
  private declared: Record<string, Declaration> = {};

  private constructor(
    readonly engine: Engine,
    readonly aws: SecretsManagerSandbox,
    readonly platform: CertificateAuthority,
    private readonly ownsWorld: boolean,
  ) {}

  static async open({ world, files, ...options }: StageOptions = {}): Promise<Stage> {
    const engine = await Engine.forProgram({
      name: "shop",
      files: { "index.js": program, ...files },
      ...options,
    });
    const aws = world?.aws ?? (await startSecretsManager());
    const stage = new Stage(engine, aws, world?.platform ?? createCertificateAuthority(), !world);
    stage.declare({});
    const settings = { "aws:region": "us-east-1", "merchant-credentials:endpoint": aws.endpoint };
    const plaintext = Object.entries(settings).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
    await engine.run(["config", "set-all", ...plaintext]);
    return stage;
  }

  /** The merchants of the program, from now on. */
  declare(merchants: Record<string, Declaration>): void {
    this.declared = merchants;
    this.engine.write({ "merchants.json": JSON.stringify(merchants) });
  }

  /** Changes arguments of one merchant; an undefined one is taken out. */
  change(name: string, change: Partial<Declaration>): void {
    this.declare({ ...this.declared, [name]: { ...this.declared[name]!, ...change } });
  }

  /** Other names for resources of the program: for the engine they are others. */
  rename(names: Record<string, string>): void {
    const renamed = Object.entries(this.declared).map(([name, declaration]) => [
      names[name] ?? name,
      declaration,
    ]);
    this.declare(Object.fromEntries(renamed) as Record<string, Declaration>);
  }

  /** `pulumi up`; the journal holds only its calls afterwards. */
  async up(args: readonly string[] = [], options?: RunOptions): Promise<CommandResult> {
    return this.journaled(() => this.engine.up(args, options));
  }

  /** `pulumi preview --diff`, likewise. */
  async preview(args: readonly string[] = [], options?: RunOptions): Promise<CommandResult> {
    return this.journaled(() => this.engine.preview(["--diff", ...args], options));
  }

  /** An `up` that finds nothing to do, and asks the vault nothing. */
  async expectUnchanged(): Promise<void> {
    await this.up(["--expect-no-changes"]);
    expect(this.calls()).toEqual([]);
  }

  private async journaled<T>(run: () => Promise<T>): Promise<T> {
    this.aws.journal.clear();
    return run();
  }

  /** Operations that reached the vault since the last `up` or `preview` began. */
  calls(): string[] {
    return this.aws.journal.entries().map(({ operation }) => operation);
  }

  /** What the state says of each credential, by the resource's name. */
  async resources(): Promise<Record<string, StateResource>> {
    const { deployment } = await this.engine.state();
    const found = (deployment.resources ?? []).filter(({ type }) =>
      type.startsWith("pulumi-nodejs:dynamic/merchantCredentials:"),
    );
    return Object.fromEntries(found.map((resource) => [resource.urn.split("::").at(-1)!, resource]));
  }

  async outputs(name: string): Promise<Record<string, unknown>> {
    const resource = (await this.resources())[name];
    if (!resource) throw new Error(`The state has no ${name}.`);
    return resource.outputs ?? {};
  }

  /** Plays the person and the platform: brings the open request there and declares what comes back. */
  async sign(...orders: ({ name: string } & ValidFor)[]): Promise<void> {
    const resources = await this.resources();
    for (const { name, ...validity } of orders) {
      const request = resources[name]?.outputs?.certificateRequest;
      if (typeof request !== "string") throw new Error(`${name} has no open request.`);
      this.change(name, { certificate: this.issue(request, this.declared[name]!.merchantId, validity) });
    }
  }

  issue(request: string, merchantId: string, { days = 5 * 365, seconds = 0 }: ValidFor = {}): string {
    const notAfter = new Date(Date.now() + days * day + seconds * 1000);
    const notBefore = new Date(notAfter.getTime() - 5 * 365 * day);
    return this.platform.issue(request, { merchantId, merchantName, notBefore, notAfter });
  }

  certificateOf(name: string): string {
    return this.declared[name]!.certificate!;
  }

  /** Plays the person at a terminal who has set a value on the platform: `merchant-credentials promote`. */
  async promote(secretArn: string, versionId: string): Promise<{ output: string; exitCode: number | null }> {
    const args = ["promote", secretArn, "--version", versionId, "--endpoint", this.aws.endpoint];
    return merchantCredentials(args);
  }

  secret(merchantId: string, kind: Kind = "certificate"): SecretSnapshot {
    const secret = this.aws.secrets().find(({ name }) => name === `merchants/${merchantId}/${kind}`);
    if (!secret) throw new Error(`The vault has no ${kind} of merchant ${merchantId}.`);
    return secret;
  }

  /** What an application loads now, as a fact to compare: neither id nor value may change unasked. */
  serving(merchantId: string, kind?: Kind): { versionId: string; valueSha256: string } {
    const { id, value } = this.current(merchantId, kind);
    return { versionId: id, valueSha256: createHash("sha256").update(value).digest("hex") };
  }

  /** What an application loads now. */
  credential(merchantId: string, kind?: Kind): Record<string, unknown> {
    return JSON.parse(String(this.current(merchantId, kind).value)) as Record<string, unknown>;
  }

  private current(merchantId: string, kind?: Kind): SecretSnapshot["versions"][number] {
    const version = this.secret(merchantId, kind).versions.find(({ labels }) =>
      labels.includes("AWSCURRENT"),
    );
    if (!version) throw new Error(`The secret of merchant ${merchantId} has no current version.`);
    return version;
  }

  async close(): Promise<void> {
    this.engine.dispose();
    if (this.ownsWorld) await this.aws.close();
  }
}

/** How long a certificate is still valid; by default five years. */
export interface ValidFor {
  days?: number;
  seconds?: number;
}

/** Resolves when a time has passed; certificates name whole seconds. */
export async function until(time: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, time + 1000 - Date.now())));
}

/** Private keys that a secret's versions hold. */
export function privateKeys({ versions }: SecretSnapshot): string[] {
  const keys = versions.map(({ value }) => (JSON.parse(String(value)) as { privateKey?: string }).privateKey);
  return [...new Set(keys.filter((key): key is string => key !== undefined))];
}
