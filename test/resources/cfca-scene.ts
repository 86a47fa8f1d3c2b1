import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import type { SecretSnapshot } from "../../sandbox/secrets-manager";
import type { JsonObject } from "../../provider/resources/resource-handlers";
import type { Vault } from "../../provider/vault/vault";
import { findCanaries, keyCanaries, textCanaries, windowCanaries, type Canary } from "../support/canaries";
import { privateKey, privateKeyPem } from "../support/certificates";
import { cfcaMerchant, pfxPassword } from "../support/cfca";
import { MerchantScene } from "../support/merchant";

type Answer = Awaited<ReturnType<MerchantScene["up"]>>;

/**
 * One certificate of CFCA over HTTP. All tests of a file share a server; each begins with an empty vault, on
 * 2026-11-22. After each no key, no password and no `.pfx` may be in what was shown, logged or journalled.
 */
export class CfcaScene {
  scene!: MerchantScene;
  aws!: SecretsManager;
  /** Between the handlers and the vault, where a test wants to stand there. */
  wrap: ((vault: Vault) => Vault) | undefined;
  /** The arguments whose references were read. */
  asked: string[] = [];
  private folder!: string;
  private shown: string[] = [];
  private canaries: Canary[] = [];

  constructor() {
    let inputs: JsonObject;
    beforeAll(async () => {
      this.folder = mkdtempSync(join(tmpdir(), "cfca-"));
      this.scene = await MerchantScene.start({ kind: "cfcaCertificate" });
      const { scene } = this;
      this.shareClients();
      scene.folder = this.folder;
      inputs = { ...scene.inputs, merchantId: cfcaMerchant, exportName: "geoswift" };
      const { secretSources } = scene.ports;
      scene.ports.secretSources = (config, signal) => {
        const sources = secretSources(config, signal);
        const noted =
          <Result>(read: (reference: never, property: string) => Promise<Result>) =>
          (reference: unknown, property: string) => {
            this.asked.push(property);
            return read(reference as never, property);
          };
        return { ...sources, text: noted(sources.text), bytes: noted(sources.bytes) };
      };
      this.aws = new SecretsManager({
        endpoint: scene.sandbox.endpoint,
        region: "us-east-1",
        credentials: { accessKeyId: "test", secretAccessKey: "test" },
        maxAttempts: 1,
      });
      this.canaries = ["merchant", "next"].flatMap((name) =>
        keyCanaries(name, privateKeyPem(privateKey(name))),
      );
      this.canaries.push(...textCanaries("the password", pfxPassword));
    });
    beforeEach(() => {
      this.scene.sandbox.reset();
      this.scene.clock.set("2026-11-22T12:00:00Z");
      Object.assign(this.scene, { state: undefined, inputs, env: { PFX_PASSWORD: pfxPassword } });
      this.scene.logged.length = 0;
      [this.wrap, this.shown, this.asked] = [undefined, [], []];
    });
    afterEach(() => this.assertNoLeak());
    afterAll(async () => {
      rmSync(this.folder, { recursive: true, force: true });
      this.aws.destroy();
      await this.scene.close();
    });
  }

  /** A client takes its time to start. */
  private shareClients(): void {
    const { ports } = this.scene;
    const { vault: connect } = ports;
    const vaults = new Map<string, Vault>();
    const never = new AbortController().signal;
    ports.vault = (connection) => {
      const key = JSON.stringify(connection);
      const vault = vaults.get(key) ?? connect(connection, never);
      vaults.set(key, vault);
      return this.wrap?.(vault) ?? vault;
    };
  }

  /** Something else that may never be shown. */
  hides(name: string, content: string | Buffer): void {
    this.canaries.push(
      ...(typeof content === "string" ? textCanaries(name, content) : windowCanaries(name, content)),
    );
  }

  private assertNoLeak(): void {
    const { tags, description } = this.secret ?? {};
    const { state, logged, sandbox } = this.scene;
    const all = [this.shown, state, logged, sandbox.journal.entries(), tags, description];
    expect(findCanaries(Buffer.from(JSON.stringify(all)), this.canaries)).toEqual([]);
  }

  /** The `.pfx` beside the program, and its password in a variable. */
  refers(pfx: Buffer, password?: JsonObject): JsonObject {
    this.hides("the .pfx", pfx.subarray(-64));
    return { pfx: this.file("geoswift.pfx", pfx), password: password ?? { env: "PFX_PASSWORD" } };
  }

  /** Writes a file beside the program. */
  file(name: string, content: string | Buffer): JsonObject {
    writeFileSync(join(this.folder, name), content, { mode: 0o600 });
    return { file: name };
  }

  emptyFolder(name: string): JsonObject {
    mkdirSync(join(this.folder, name), { recursive: true });
    return { file: name };
  }

  removed(name = "geoswift.pfx"): void {
    rmSync(join(this.folder, name));
  }

  /** `pulumi up`. */
  async up(changes: JsonObject = {}): Promise<Answer> {
    try {
      const answer = await this.scene.up(changes);
      this.shown.push(JSON.stringify(answer));
      return answer;
    } catch (error) {
      const { stack, message } = error as Error;
      this.shown.push(`${stack}${message}${JSON.stringify(error)}`);
      throw error;
    }
  }

  /** `pulumi up` on a day, at noon in Shanghai unless told. */
  on(day: string, changes: JsonObject = {}): Promise<Answer> {
    this.at(day);
    return this.up(changes);
  }

  at(day: string): void {
    this.scene.clock.set(day.includes("T") ? day : `${day}T04:00:00Z`);
  }

  async refresh(): Promise<JsonObject | undefined> {
    const found = await this.scene.refresh();
    this.shown.push(JSON.stringify(found ?? {}));
    return found?.outputs;
  }

  get outputs(): JsonObject {
    return this.scene.state!.outputs;
  }

  get secretName(): string {
    return `merchants/${cfcaMerchant}/cfcaCertificate`;
  }

  get secret(): SecretSnapshot {
    return this.scene.sandbox.secrets().find(({ name }) => name === this.secretName)!;
  }

  private get currentVersion() {
    return this.secret.versions.find(({ labels }) => labels.includes("AWSCURRENT"))!;
  }

  /** Id of the version that serves. */
  get version(): string {
    return this.currentVersion.id;
  }

  /** What applications read. */
  get served(): Record<string, unknown> {
    return JSON.parse(this.currentVersion.value as string) as Record<string, unknown>;
  }

  /** All labels, those that name a certificate with the digits that tell it apart. */
  get labels(): string[] {
    const labels = this.secret.versions.flatMap((version) => version.labels);
    return labels.map((label) => label.replace(/_0{30}/, "_")).sort();
  }

  get reasons(): string[] {
    return (this.outputs.history as { reason: string }[]).map(({ reason }) => reason);
  }

  /** Calls since the last `quiet`, of the secret itself. */
  get calls(): string[] {
    const entries = this.scene.sandbox.journal.entries();
    return entries
      .filter(({ secretId = "" }) => secretId.includes(this.secretName))
      .map(({ operation }) => operation);
  }

  get writes(): string[] {
    return this.calls.filter((operation) => !/^(Describe|Get)/.test(operation));
  }

  quiet(): void {
    this.scene.sandbox.journal.clear();
    this.asked = [];
  }
}
