import type { SecretKind } from "../../provider/domain/secret-kind";
import { secretsManagerVault } from "../../provider/vault/secrets-manager";
import type { Vault } from "../../provider/vault/vault";
import { MerchantScene } from "../support/merchant";
import { StagedWorld } from "./staged-world";

const start = new Date("2026-11-22T12:00:00Z");

/**
 * A credential that `pulumi up` manages, and a world whose commands reach it. One server serves all tests of a file,
 * because a scene makes a key of its own.
 */
export class SecretStage {
  world = new StagedWorld();
  private readonly declared: MerchantScene["inputs"];

  private constructor(readonly scene: MerchantScene) {
    this.declared = scene.inputs;
  }

  static async open(kind: SecretKind | "certificate" | "merchantKey" = "apiSecret"): Promise<SecretStage> {
    return new SecretStage(await MerchantScene.start({ kind }));
  }

  /** As at the beginning: the first run is over, and its value or request waits. */
  async begin(): Promise<void> {
    const { scene } = this;
    scene.sandbox.reset();
    scene.state = undefined;
    scene.inputs = { ...this.declared };
    scene.clock.set(start);
    this.world = new StagedWorld();
    this.world.clock = scene.clock;
    this.world.makeVault = secretsManagerVault;
    await scene.up();
  }

  /** For what others do to the secret. */
  get vault(): Vault {
    return secretsManagerVault({ region: "us-east-1", endpoint: this.endpoint });
  }
  get endpoint(): string {
    return this.scene.sandbox.endpoint;
  }
  get arn(): string {
    return this.scene.state!.id;
  }
  /** The options that lead to the secret by its name. */
  get place(): string[] {
    return ["--region", "us-east-1", "--endpoint", this.endpoint];
  }
  get pendingId(): string {
    return this.scene.state!.outputs.pendingVersionId as string;
  }
  /** The secret in a version. */
  secretOf(versionId: string): string {
    const version = this.scene.secret.versions.find(({ id }) => id === versionId)!;
    const { apiSecret, apiV3Secret } = JSON.parse(version.value as string) as Record<string, string>;
    return (apiSecret ?? apiV3Secret)!;
  }
  labelled(label: string): string | undefined {
    return this.scene.secret.versions.find(({ labels }) => labels.includes(label))?.id;
  }
  get openRequests(): string[] {
    const { versions } = this.scene.secret;
    return versions.flatMap(({ labels }) => labels.filter((label) => label.startsWith("MC_REQUEST_")));
  }
  /** What AWS has been asked since. */
  calls(from = 0): string[] {
    return this.scene.sandbox.journal
      .entries()
      .slice(from)
      .map(({ operation }) => operation);
  }
}
