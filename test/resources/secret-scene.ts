import { createHash } from "node:crypto";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import type { SecretSnapshot } from "../../sandbox/secrets-manager";
import type { JsonObject } from "../../provider/resources/resource-handlers";
import type { Vault } from "../../provider/vault/vault";
import { findCanaries, keyCanaries } from "../support/canaries";
import { merchantId, MerchantScene, restartKeys, type SceneKind } from "../support/merchant";

/** A value in use, as a person would bring it. */
export const canary = (letter: string): string => `c4n4ry${letter.repeat(26)}`;

type Answer = Awaited<ReturnType<MerchantScene["up"]>>;

/**
 * One credential over HTTP, an API secret unless told. All tests of a file share a server and a client, which take
 * their time to start, and each begins with an empty vault; after each no value that was ever stored or referred to may
 * be in what was shown.
 */
export class SecretScene {
  scene!: MerchantScene;
  aws!: SecretsManager;
  /** Everything that came out of the handlers: outputs, reasons, errors, logs. */
  private shown: string[] = [];
  private seen = new Set<string>();
  /** Private keys, PKCS#8 PEM; only where the scene is about one. */
  private seenKeys = new Set<string>();

  constructor(readonly kind: SceneKind = "apiSecret") {
    let inputs: JsonObject;
    beforeAll(async () => {
      this.scene = await MerchantScene.start({ kind });
      inputs = this.scene.inputs;
      const { ports } = this.scene;
      const { vault: connect } = ports;
      const vaults = new Map<string, Vault>();
      const never = new AbortController().signal;
      ports.vault = (connection) => {
        const key = JSON.stringify(connection);
        vaults.set(key, vaults.get(key) ?? connect(connection, never));
        return vaults.get(key)!;
      };
      this.aws = new SecretsManager({
        endpoint: this.scene.sandbox.endpoint,
        region: "us-east-1",
        credentials: { accessKeyId: "test", secretAccessKey: "test" },
        maxAttempts: 1,
      });
    });
    beforeEach(() => {
      this.scene.sandbox.reset();
      restartKeys();
      this.scene.clock.set("2026-11-22T12:00:00Z");
      Object.assign(this.scene, { state: undefined, inputs, env: { SHOP: canary("A"), OTHER: canary("B") } });
      this.scene.logged.length = 0;
      [this.shown, this.seen, this.seenKeys] = [[], new Set(), new Set()];
    });
    afterEach(() => {
      this.lookAtValues();
      const text = [...this.shown, ...this.scene.logged].join("\n");
      for (const value of this.seen) if (text.includes(value)) throw new Error("a secret value was shown");
      const keys = [...this.seenKeys].flatMap((pem, n) => keyCanaries(`key ${n}`, pem));
      const leaks = findCanaries(Buffer.from(text), keys);
      if (leaks.length > 0) throw new Error(`shown: ${leaks.join("; ")}`);
    });
    afterAll(async () => {
      this.aws.destroy();
      await this.scene.close();
    });
  }

  get secretName(): string {
    return `merchants/${merchantId}/${this.kind}`;
  }

  get secret(): SecretSnapshot {
    return this.scene.sandbox.secrets().find(({ name }) => name === this.secretName)!;
  }

  get outputs(): JsonObject {
    return this.scene.state!.outputs;
  }

  /** The versions that were current, and why. */
  get reasons(): string[] {
    return (this.outputs.history as { reason: string }[]).map(({ reason }) => reason);
  }

  get env(): Record<string, string> {
    return this.scene.env;
  }

  /** `pulumi up`; what comes out, errors too, is looked at after the test. */
  async up(changes: JsonObject = {}): Promise<Answer> {
    this.lookAtValues();
    try {
      const answer = await this.scene.up(changes);
      this.shown.push(JSON.stringify(answer));
      return answer;
    } catch (error) {
      const { stack, message } = error as Error;
      this.shown.push(`${stack}${message}${JSON.stringify(error)}`);
      throw error;
    } finally {
      this.lookAtValues();
    }
  }

  /** Why a run is red, whether the secret got into the state or not. */
  async red(changes: JsonObject = {}): Promise<string> {
    return this.up(changes).then(
      ({ unmet }) => unmet.join("\n"),
      ({ message }: Error) => message,
    );
  }

  async refresh(): Promise<JsonObject | undefined> {
    const found = await this.scene.refresh();
    this.shown.push(JSON.stringify(found ?? {}));
    return found?.outputs;
  }

  /** A person has set the value that waits, and says so in the program. */
  activate(): Promise<Answer> {
    return this.up({ activation: { version: this.outputs.pendingVersionId! } });
  }

  /** A first value that serves. */
  async active(changes: JsonObject = {}): Promise<void> {
    await this.up(changes);
    await this.activate();
  }

  /** The id of the version with a label; a label of ours is named by its first words. */
  version(label = "AWSCURRENT"): string | undefined {
    return this.secret.versions.find(({ labels }) => labels.some((each) => each.startsWith(label)))?.id;
  }

  /** The 32 characters in a version, or the private key; undefined for the placeholder. */
  value(id = this.version()): string | undefined {
    const found = this.secret.versions.find((each) => each.id === id)!.value;
    const { [this.kind]: secret, privateKey } = JSON.parse(found as string) as Record<string, string>;
    return secret ?? privateKey;
  }

  /** All labels, ours without their digits. */
  get labels(): string[] {
    const labels = this.secret.versions.flatMap((version) => version.labels);
    return labels.map((label) => label.replace(/_[0-9a-f]{16}$/, "")).sort();
  }

  /** Forgets the calls so far. */
  quiet(): void {
    this.scene.sandbox.journal.clear();
  }

  /** The writes since then. */
  get writes(): string[] {
    const operations = this.scene.sandbox.journal.entries().map(({ operation }) => operation);
    return operations.filter((operation) => !/^(Describe|Get)/.test(operation));
  }

  /** All that the vault holds, in one text. */
  get vault(): string {
    return createHash("sha256").update(JSON.stringify(this.scene.sandbox.secrets())).digest("hex");
  }

  later(days: number): void {
    this.scene.clock.advanceDays(days);
  }

  at(time: string): void {
    this.scene.clock.set(time);
  }

  private lookAtValues(): void {
    const stored = this.scene.sandbox
      .secrets()
      .flatMap(({ versions }) => versions.map(({ value }) => Buffer.from(value).toString()));
    if (this.kind === "merchantKey")
      for (const [pem] of [...stored, ...Object.values(this.env)]
        .join("\n")
        .replaceAll("\\n", "\n")
        .matchAll(/-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/g))
        this.seenKeys.add(pem);
    for (const text of [...stored, ...Object.values(this.env)])
      // By chance a line of a PEM looks like a secret.
      for (const [value] of text
        .replace(/-----BEGIN [^-]+-----[^-]+-----END/g, "")
        .matchAll(/(?<![0-9A-Za-z])[0-9A-Za-z]{32}(?![0-9A-Za-z])/g))
        this.seen.add(value);
  }
}
