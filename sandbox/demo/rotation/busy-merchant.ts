import path from "node:path";
import { Engine } from "../../engine/engine";
import { projectRoot } from "../../engine/project-root";
import { startMerchantPlatform, type MerchantAccount, type MerchantPlatform } from "../../merchant-platform";
import { startSecretsManager, type SecretsManagerSandbox } from "../../secrets-manager";
import type { Narrator } from "../narrator";
import { AppServer } from "./app-server";

const merchantId = "1900000109";
const merchantName = "Example Shop Ltd";
const day = 24 * 60 * 60 * 1000;

export interface Setting {
  readonly tell: Narrator;
  /** `inherit` shows what the engine says, `pipe` keeps it in `shown`. */
  readonly stdio: "inherit" | "pipe";
  readonly colour: boolean;
}

export type SecretKind = "apiSecret" | "apiV3Secret";

/** A merchant with its platform, its vault, its Pulumi stack (examples/app) and its super administrator. */
export class BusyMerchant {
  /** What the engine has printed, with `stdio: "pipe"`. */
  shown = "";

  private constructor(
    readonly aws: SecretsManagerSandbox,
    readonly platform: MerchantPlatform,
    readonly engine: Engine,
    readonly setting: Setting,
  ) {}

  static async open(setting: Setting): Promise<BusyMerchant> {
    // First what may fail: the two servers alone would keep the process from ending.
    const engine = await Engine.create({ project: path.join(projectRoot, "examples", "app") });
    const merchant = new BusyMerchant(
      await startSecretsManager(),
      await startMerchantPlatform(),
      engine,
      setting,
    );
    merchant.platform.addMerchant({ merchantId, merchantName });
    return merchant;
  }

  async close(): Promise<void> {
    this.engine.dispose();
    await this.platform.close();
    await this.aws.close();
  }

  get account(): MerchantAccount {
    return this.platform.merchant(merchantId);
  }

  /** Tells the stack where the two sandboxes are. */
  connect(): Promise<void> {
    return this.#configure({
      "aws:region": "us-east-1",
      "merchant-credentials:endpoint": this.aws.endpoint,
      "merchant-credentials:wechatPayEndpoint": this.platform.endpoint,
    });
  }

  /** `pulumi up`. */
  async up(): Promise<void> {
    const { tell, stdio, colour } = this.setting;
    tell.say("$ pulumi up");
    const flags = ["--suppress-progress", "--suppress-outputs", "--color", colour ? "always" : "never"];
    this.shown += (await this.engine.up(flags, { stdio })).output;
  }

  /** Declares a setting of the program, as a reviewed change would. */
  async declare(name: string, value: string): Promise<void> {
    const shown = value.startsWith("-----BEGIN") ? "-- '-----BEGIN CERTIFICATE-----…'" : value;
    this.setting.tell.say(`$ pulumi config set ${name} ${shown}`);
    await this.#configure({ [name]: value });
  }

  /** Plays the super administrator: hands in the request that waits, and gets the certificate. */
  async applyForCertificate(notAfter: Date): Promise<string> {
    const { request } = await this.engine.outputs();
    const notBefore = new Date(Math.min(Date.now(), notAfter.getTime() - 5 * 365 * day));
    const order = { ...this.#confirmation(), notBefore, notAfter };
    return this.account.applyForCertificate(String(request), order);
  }

  revokeCertificate(serialNumber: string): void {
    this.account.revokeCertificate(serialNumber, this.#confirmation());
  }

  /** Plays the super administrator, who reads the value that waits with `reveal` and types it on the platform. */
  setSecret(kind: SecretKind): void {
    const secret = this.aws.secrets().find(({ name }) => name.endsWith(`/${kind}`));
    const waiting = secret?.versions.find(({ labels }) => labels.includes("AWSPENDING"));
    if (!waiting) throw new Error(`No ${kind} waits to be set.`);
    const value = (JSON.parse(String(waiting.value)) as Record<SecretKind, string>)[kind];
    if (kind === "apiSecret") this.account.setApiSecret(value, this.#confirmation());
    else this.account.setApiV3Secret(value, this.#confirmation());
  }

  /** A resource of the stack as the state has it. */
  async credential(type: string): Promise<Record<string, unknown>> {
    const { deployment } = await this.engine.state();
    return deployment.resources?.find((resource) => resource.type.endsWith(`:${type}`))?.outputs ?? {};
  }

  /** The application, with nothing but the ARNs and two addresses. */
  async startServer(): Promise<AppServer> {
    const { secretArns } = await this.engine.outputs();
    return AppServer.start({
      SECRET_ARNS: JSON.stringify(secretArns),
      SECRETS_MANAGER_ENDPOINT: this.aws.endpoint,
      WECHATPAY_ENDPOINT: this.platform.endpoint,
      APP_ID: "wxd678efh567hg6787",
      NOTIFY_URL: "https://shop.example/callback",
    });
  }

  #confirmation() {
    return { smsCode: this.account.requestSmsCode(), loginPassword: this.account.loginPassword };
  }

  async #configure(values: Readonly<Record<string, string>>): Promise<void> {
    const pairs = Object.entries(values).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
    await this.engine.run(["config", "set-all", ...pairs]);
  }
}
