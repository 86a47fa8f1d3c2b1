import { createPrivateKey, type KeyObject } from "node:crypto";
import { createCertificateAuthority } from "../../sandbox/merchant-platform";
import { startSecretsManager, type SecretsManagerSandbox } from "../../sandbox/secrets-manager";
import { signingRequest } from "../../provider/domain/signing-request";
import { apiSecretKind } from "../../provider/resources/api-secret-kind";
import { cfcaCertificateKind } from "../../provider/resources/cfca-certificate-kind";
import { credentialHandlers } from "../../provider/resources/credential-handlers";
import { merchantCertificateKind } from "../../provider/resources/merchant-certificate-kind";
import { merchantKeyKind } from "../../provider/resources/merchant-key-kind";
import { platformCertificatesKind } from "../../provider/resources/platform-certificates-kind";
import { platformPublicKeyKind } from "../../provider/resources/platform-public-key-kind";
import type { Ports } from "../../provider/resources/ports";
import type {
  JsonObject,
  Outcome,
  ReadOutcome,
  ResourceHandlers,
} from "../../provider/resources/resource-handlers";
import { readSecretFile } from "../../provider/resources/secret-file";
import { connection } from "../../provider/resources/secret-location";
import { secretSources } from "../../provider/resources/secret-sources";
import type { SecretKind } from "../../provider/domain/secret-kind";
import { parseSecretArn } from "../../provider/vault/arn";
import { secretsManagerVault } from "../../provider/vault/secrets-manager";
import type { Vault } from "../../provider/vault/vault";
import { authorityKeys, rsaKey } from "./keys";
import { unaskedProber } from "./prober";

export const merchantId = "1900000109";
export const merchantName = "Example Shop Ltd";

process.env.AWS_ACCESS_KEY_ID ??= "test";
process.env.AWS_SECRET_ACCESS_KEY ??= "test";

/** A clock that tests move. */
export class Clock {
  constructor(private time = new Date("2026-11-22T12:00:00Z")) {}
  now = (): Date => new Date(this.time);
  set(time: Date | string): void {
    this.time = new Date(time);
  }
  advanceDays(days: number): void {
    this.time = new Date(this.time.getTime() + days * 24 * 60 * 60 * 1000);
  }
}

let used = 0;

/** A key that no earlier call has had since the last `restartKeys`: `rsaKey("fresh 0")`, then "fresh 1". */
export const freshKey = (bits = 2048): KeyObject => rsaKey(`fresh ${used++}`, bits);

/** For a new beginning, where no earlier key is known any more. */
export function restartKeys(): void {
  used = 0;
}

/** What a scene is about. */
export type SceneKind =
  | "certificate"
  | SecretKind
  | "platformCertificates"
  | "platformPublicKey"
  | "merchantKey"
  | "cfcaCertificate";

function handlersOf(kind: SceneKind, ports: Ports): ResourceHandlers {
  switch (kind) {
    case "certificate":
      return credentialHandlers(merchantCertificateKind, ports);
    case "platformCertificates":
      return credentialHandlers(platformCertificatesKind, ports);
    case "platformPublicKey":
      return credentialHandlers(platformPublicKeyKind, ports);
    case "merchantKey":
      return credentialHandlers(merchantKeyKind, ports);
    case "cfcaCertificate":
      return credentialHandlers(cfcaCertificateKind, ports);
    case "apiSecret":
    case "apiV3Secret":
      return credentialHandlers(apiSecretKind(kind), ports);
  }
}

/** One credential from the engine's point of view: handlers over HTTP, with the engine's memory. */
export class MerchantScene {
  state: { id: string; outputs: JsonObject } | undefined;
  inputs: JsonObject;
  config: JsonObject;
  readonly logged: string[] = [];
  readonly platform;

  private constructor(
    readonly sandbox: SecretsManagerSandbox,
    readonly clock: Clock,
    private readonly wrap: (vault: Vault) => Vault,
    readonly kind: SceneKind,
  ) {
    this.inputs = {
      merchantId,
      ...(kind === "certificate" && { merchantName }),
      owner: "shop/prod",
      logicalName: "shop",
    };
    this.config = { region: "us-east-1", endpoint: sandbox.endpoint };
    this.platform = createCertificateAuthority({ now: clock.now, keys: authorityKeys() });
  }

  static async start(
    options: { clock?: Clock; wrap?: (vault: Vault) => Vault; kind?: SceneKind } = {},
  ): Promise<MerchantScene> {
    restartKeys();
    const clock = options.clock ?? new Clock();
    const sandbox = await startSecretsManager({ now: clock.now });
    return new MerchantScene(
      sandbox,
      clock,
      options.wrap ?? ((vault) => vault),
      options.kind ?? "certificate",
    );
  }

  readonly ports: Ports = {
    now: () => this.clock.now(),
    sleep: () => Promise.resolve(),
    randomBytes: (count) => Buffer.from(Array.from({ length: count }, () => ++this.drawn % 251)),
    generateKey: (bits) => Promise.resolve(freshKey(bits)),
    vault: (connection, signal) => this.wrap(secretsManagerVault(connection, signal)),
    secretSources: (config, signal) =>
      secretSources({
        env: this.env,
        readFile: readSecretFile,
        folder: this.folder,
        readSecret: (arn) =>
          secretsManagerVault(connection(config, parseSecretArn(arn)!.region), signal).readCurrent(arn),
      }),
    prober: (config, signal) => this.prober(config, signal),
    log: (text) => void this.logged.push(text),
  };
  /** Who asks WeChat Pay; a test that wants it gives one. */
  prober: Ports["prober"] = () => unaskedProber;
  /** What references of the program lead to. */
  env: Record<string, string> = {};
  folder = ".";
  private drawn = 0;

  get handlers(): ResourceHandlers {
    return handlersOf(this.kind, this.ports);
  }

  /** What `pulumi up` does with one resource: check, diff, then create or update where something changed. */
  async up(
    changes: JsonObject = {},
  ): Promise<{ changed: boolean; unmet: readonly string[]; outputs: JsonObject }> {
    this.inputs = { ...this.inputs, ...changes };
    const { handlers, config } = this;
    const olds = this.state?.outputs ?? {};
    const { inputs, failures } = handlers.check({ olds, news: this.inputs, config });
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    const { signal } = new AbortController();
    let outcome: Outcome;
    if (!this.state) {
      outcome = await handlers.create({ inputs, config, signal });
    } else {
      if (!handlers.diff({ olds, news: inputs })) return { changed: false, unmet: [], outputs: olds };
      outcome = await handlers.update({ id: this.state.id, outputs: olds, inputs, config, signal });
    }
    this.state = { id: outcome.id, outputs: outcome.outputs };
    return { changed: true, unmet: outcome.unmet, outputs: outcome.outputs };
  }

  async refresh(): Promise<ReadOutcome | undefined> {
    const { id, outputs } = this.state!;
    const found = await this.handlers.read({
      id,
      outputs,
      config: this.config,
      signal: new AbortController().signal,
    });
    this.state = found && { id: found.id, outputs: found.outputs };
    return found;
  }

  async destroy(): Promise<void> {
    const { id, outputs } = this.state!;
    await this.handlers.delete({ id, outputs, config: this.config, signal: new AbortController().signal });
    this.state = undefined;
  }

  /** A second request for a key that is in use, as a renewal of the same key needs it. */
  requestOfKey(privateKey: string): string {
    return signingRequest({ merchantId, merchantName }, createPrivateKey(privateKey));
  }

  /** The platform signs the open request. */
  sign(order: { notBefore?: Date; notAfter?: Date; validity?: "annual" | "five-year" } = {}): string {
    const request = this.state!.outputs.certificateRequest as string;
    return this.platform.issue(request, { merchantId, merchantName, ...order });
  }

  get secret() {
    return this.sandbox.secrets()[0]!;
  }

  async close(): Promise<void> {
    await this.sandbox.close();
  }
}
