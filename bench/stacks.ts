import { Engine } from "../sandbox/engine/engine";
import { createCertificateAuthority } from "../sandbox/merchant-platform";
import { timed } from "./median";
import type { Calls, VaultProcess } from "./vault-process";

export const commands = ["create", "unchanged", "refresh"] as const;
export type Command = (typeof commands)[number];

/** One command on a stack: how long it took, and what it asked of AWS. */
export interface Run {
  readonly milliseconds: number;
  readonly calls: Calls;
}

const merchantId = (index: number): string => String(1_900_000_000 + index);

const merchantName = (index: number): string => `Example Shop ${index}`;

/** N certificates, nothing else; the platform's answers lie in a file beside the program. */
const certificates = (count: number): string => `
const fs = require("node:fs");
const { MerchantCertificate } = require("pulumi-merchant-credentials");
const issued = fs.existsSync("issued.json") ? JSON.parse(fs.readFileSync("issued.json", "utf8")) : [];
for (let i = 0; i < ${count}; i++) {
  new MerchantCertificate("shop-" + i, {
    merchantId: String(${merchantId(0)} + i),
    merchantName: "Example Shop " + i,
    certificate: issued[i],
  });
}
`;

/** The same number of dynamic resources that do nothing: what Pulumi itself costs. */
const nothing = (count: number): string => `
const { dynamic } = require("@pulumi/pulumi");
const provider = {
  async create(inputs) { return { id: inputs.merchantId, outs: inputs }; },
  async diff() { return { changes: false }; },
  async read(id, props) { return { id, props }; },
};
class Nothing extends dynamic.Resource {
  constructor(name, props) { super(provider, name, props); }
}
for (let i = 0; i < ${count}; i++) {
  new Nothing("shop-" + i, { merchantId: String(${merchantId(0)} + i), merchantName: "Example Shop " + i });
}
`;

/** A stack of N resources that goes through its commands one at a time. */
export class MeasuredStack {
  private constructor(
    readonly kind: "certificates" | "floor",
    private readonly engine: Engine,
    private readonly vault: VaultProcess,
  ) {}

  static async open(kind: MeasuredStack["kind"], count: number, vault: VaultProcess): Promise<MeasuredStack> {
    const engine = await Engine.forProgram({
      files: {
        "package.json": "{}",
        "index.js": kind === "certificates" ? certificates(count) : nothing(count),
        "Pulumi.dev.yaml": JSON.stringify({
          config: {
            "aws:region": "us-east-1",
            "merchant-credentials:endpoint": vault.endpoint,
            // Each stack has secrets of its own.
            "merchant-credentials:secretPrefix": `bench-${Date.now()}`,
          },
        }),
      },
    });
    return new MeasuredStack(kind, engine, vault);
  }

  async run(command: Command): Promise<Run> {
    await this.vault.calls();
    const milliseconds = await timed(() => {
      if (command === "refresh") return this.engine.refresh();
      return this.engine.up(command === "unchanged" ? ["--expect-no-changes"] : []);
    });
    return { milliseconds, calls: await this.vault.calls() };
  }

  /** Brings every certificate that is waited for: what is measured afterwards is the state of most of its life. */
  async activate(): Promise<void> {
    if (this.kind === "floor") return;
    const platform = createCertificateAuthority();
    const issued: string[] = [];
    for (const { outputs } of (await this.engine.state()).deployment.resources ?? []) {
      if (typeof outputs?.certificateRequest !== "string") continue;
      const index = Number(outputs.merchantId) - Number(merchantId(0));
      const order = { merchantId: merchantId(index), merchantName: merchantName(index) };
      issued[index] = platform.issue(outputs.certificateRequest, order);
    }
    this.engine.write({ "issued.json": JSON.stringify(issued) });
    await this.engine.up();
  }

  /** Bytes by which one resource makes the exported state longer. */
  async stateBytes(): Promise<number> {
    const { deployment } = await this.engine.state();
    const resources = deployment.resources ?? [];
    const own = resources.filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic"));
    const rest = resources.filter((resource) => !own.includes(resource));
    return (
      (Buffer.byteLength(JSON.stringify(resources)) - Buffer.byteLength(JSON.stringify(rest))) / own.length
    );
  }

  close(): void {
    this.engine.dispose();
  }
}
