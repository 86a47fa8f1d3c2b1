import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { Engine } from "../../sandbox/engine/engine";
import { startSecretsManager, type SecretsManagerSandbox } from "../../sandbox/secrets-manager";
import { PublishedPackages } from "../support/published";

jest.setTimeout(120_000);

const packageName = "pulumi-merchant-credentials";
const packages = new PublishedPackages();
const installed = packages.placeOf(packageName);

/** The package as a user gets it, beside its dependencies, but for the optional @pulumi/aws. */
beforeAll(() => {
  packages.install(packageName);
  packages.install("merchant-credentials-loader");
  packages.linkAll((name) => name === "@pulumi");
  packages.link("@pulumi/pulumi");
});
afterAll(() => packages.remove());

describe("the published package", () => {
  it("holds what was compiled from today's sources, and little else", () => {
    const rest = packages.filesOf(packageName).filter((file) => !file.startsWith("dist/"));
    expect(rest.filter((file) => !["README.md", "LICENSE"].includes(file)).sort()).toEqual([
      "bin/merchant-credentials.js",
      "package.json",
    ]);
    expect(packages.strangersIn(packageName)).toEqual([]);
  });

  it("holds the types of everything it exports, and the handlers", () => {
    const { exports } = packages.manifestOf(packageName);
    const needed = Object.values(exports).map((file) => path.normalize(file));
    expect(needed).toContain("dist/resources/handlers.js");
    for (const file of [...needed, "dist/index.d.ts"]) expect(packages.filesOf(packageName)).toContain(file);
  });

  it("names every package that it loads as a dependency", () => {
    const { dependencies, peerDependencies } = packages.manifestOf(packageName);
    const known = Object.keys({ ...dependencies, ...peerDependencies });
    expect(packages.namedBy(packageName).filter((name) => !known.includes(name))).toEqual([]);
  });

  it("has a command that npm makes runnable", () => {
    const command = path.join(installed, packages.manifestOf(packageName).bin!["merchant-credentials"]!);
    expect(fs.statSync(command).mode & 0o111).toBe(0o111);
    // As npm installs it.
    const bin = path.join(packages.modules, ".bin/merchant-credentials");
    fs.mkdirSync(path.dirname(bin));
    fs.symlinkSync(path.relative(path.dirname(bin), command), bin);
    const run = (...args: string[]) => {
      const { stdout, stderr, status } = spawnSync(bin, args, { encoding: "utf8", cwd: packages.folder });
      return { stdout, stderr, status };
    };
    expect(run("--version")).toEqual({ stdout: "0.1.0\n", stderr: "", status: 0 });
    fs.writeFileSync(
      path.join(packages.folder, "state.json"),
      JSON.stringify({ version: 3, deployment: {} }),
    );
    expect(run("status", "--file", "state.json")).toMatchObject({
      stderr: expect.stringMatching(/^error: there is no merchant credential in this state /) as string,
      status: 1,
    });
  });

  it("loads neither @pulumi/aws with the resources nor Pulumi with the handlers", () => {
    expect(packages.loadedBy(packageName)).not.toContain("@pulumi/aws");
    const handlers = packages.loadedBy(`${packageName}/handlers`);
    expect(handlers).toContain(packageName);
    expect(handlers.filter((name) => name.startsWith("@pulumi/"))).toEqual([]);
  });

  it("does without @pulumi/aws, save for the subpath that is made of it", () => {
    const attempt = (entry: string) =>
      packages.node(
        `try { require("${entry}"); console.log("loaded"); } catch ({ code }) { console.log(code); } process.exit(0);`,
      );
    expect(attempt(packageName)).toBe("loaded\n");
    expect(attempt(`${packageName}/aws`)).toBe("MODULE_NOT_FOUND\n");
  });

  it("type-checks a strict TypeScript program, with and without @pulumi/aws", () => {
    const program = `
import * as pulumi from "@pulumi/pulumi";
import * as merchant from "${packageName}";
const provider = new merchant.Provider("eu", { region: "eu-west-1", tags: { team: pulumi.output("pay") } });
const args = { merchantId: pulumi.secret("1900000109"), merchantName: "Shop" };
const { merchantId } = args;
const operatingCertificates = new merchant.OperatingCertificates("computers", { merchantId, installations: [] });
const certificateArgs: merchant.MerchantCertificateArgs = { ...args, operatingCertificates };
const shop = new merchant.MerchantCertificate("shop", certificateArgs, { provider });
const all = new merchant.Merchant("all", { ...args, apiSecret: { maxAgeDays: 365, import: { env: "SECRET" } } });
export const arns: pulumi.Output<merchant.MerchantSecretArns> = all.secretArns;
export const serial: pulumi.Output<string | null> = shop.serialNumber;
// @ts-expect-error -- an argument that does not exist
new merchant.MerchantCertificate("typo", { ...args, merchantNmae: "x" });
// @ts-expect-error -- the handlers' port is not the API
merchant.credentialHandlers;
`;
    const reader = `
import { CredentialReader } from "${packageName}/aws";
export const policy: unknown = CredentialReader;
`;
    const node16 = ["--module", "node16"];
    expect(packages.typeCheck({ "program.ts": program }, ...node16)).toBe("");
    packages.link("@pulumi/aws");
    expect(packages.typeCheck({ "program.ts": program, "reader.ts": reader }, ...node16)).toBe("");
    fs.rmSync(path.join(packages.modules, "@pulumi/aws"));
  });
});

describe("a program with the published package", () => {
  let aws: SecretsManagerSandbox;
  let engine: Engine;
  beforeAll(async () => {
    aws = await startSecretsManager();
    engine = await Engine.forProgram({
      files: {
        "package.json": "{}",
        "index.js": `
const { Merchant } = require("${packageName}");
exports.from = require.resolve("${packageName}");
const shop = new Merchant("shop", { merchantId: "1900000109", merchantName: "Example Shop Ltd" });
exports.status = [shop.certificate, shop.apiSecret, shop.apiV3Secret].map(({ status }) => status);
`,
        "Pulumi.dev.yaml": JSON.stringify({
          config: { "aws:region": "us-east-1", "merchant-credentials:endpoint": aws.endpoint },
        }),
      },
    });
    const own = path.join(engine.folder, "node_modules");
    fs.rmSync(own);
    fs.renameSync(packages.modules, own);
  });
  afterAll(async () => {
    engine.dispose();
    await aws.close();
  });

  it("runs, and the engine finds the handlers in its node_modules", async () => {
    await engine.up();
    expect(await engine.outputs()).toEqual({
      from: path.join(engine.folder, "node_modules", packageName, "dist/index.js"),
      status: ["awaiting-certificate", "awaiting-activation", "awaiting-activation"],
    });
    expect(aws.secrets()).toHaveLength(3);
  });
});
