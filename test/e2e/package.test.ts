import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Engine } from "../../sandbox/engine/engine";
import { projectRoot } from "../../sandbox/engine/project-root";
import { startSecretsManager, type SecretsManagerSandbox } from "../../sandbox/secrets-manager";

jest.setTimeout(120_000);

const packageName = "pulumi-merchant-credentials";
const source = path.join(projectRoot, "provider");
const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "published-")));
const modules = path.join(folder, "node_modules");
const installed = path.join(modules, packageName);
let published: string[];

/**
 * The package as a user gets it: packed, unpacked into a node_modules of its own, beside its dependencies, but for the
 * optional @pulumi/aws.
 */
beforeAll(() => {
  const pack = ["pack", "--json", "--offline", "--ignore-scripts", "--pack-destination", folder];
  const packed = execFileSync("npm", pack, {
    cwd: source,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [{ filename, files }] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
  published = files.map((file) => file.path);
  fs.mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", path.join(folder, filename), "-C", installed, "--strip-components=1"]);
  for (const name of fs.readdirSync(path.join(projectRoot, "node_modules"))) {
    if (name.startsWith(".") || name === packageName || name === "@pulumi") continue;
    link(name);
  }
  link("@pulumi/pulumi");
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

function link(name: string): void {
  fs.mkdirSync(path.dirname(path.join(modules, name)), { recursive: true });
  fs.symlinkSync(path.join(projectRoot, "node_modules", name), path.join(modules, name));
}

interface Manifest {
  exports: Record<string, string>;
  bin: Record<string, string>;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
}
const manifest = (): Manifest =>
  JSON.parse(fs.readFileSync(path.join(installed, "package.json"), "utf8")) as Manifest;

/** What a script prints in the folder whose node_modules has the package. */
function node(script: string): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["-e", script], {
    cwd: folder,
    encoding: "utf8",
  });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout;
}

/** The packages that come into memory with one. */
const loadedBy = (entry: string): string[] =>
  JSON.parse(
    node(`
require("${entry}");
const packageOf = (file) => /.*[/]node_modules[/](@[^/]+[/][^/]+|[^/]+)/.exec(file)?.[1];
process.stdout.write(JSON.stringify([...new Set(Object.keys(require.cache).map(packageOf))]));
process.exit(0);`),
  ) as string[];

describe("the published package", () => {
  it("holds what was compiled from today's sources, and little else", () => {
    const rest = published.filter((file) => !file.startsWith("dist/"));
    expect(rest.filter((file) => !["README.md", "LICENSE"].includes(file)).sort()).toEqual([
      "bin/merchant-credentials.js",
      "package.json",
    ]);
    const strangers = published
      .filter((file) => file.startsWith("dist/"))
      .filter((file) => {
        const name = /^dist\/(.*?)\.(d\.ts|js|js\.map)$/.exec(file)?.[1];
        return name === undefined || !fs.existsSync(path.join(source, `${name}.ts`));
      });
    expect(strangers).toEqual([]);
  });

  it("holds the types of everything it exports, and the handlers", () => {
    const { exports } = manifest();
    const needed = Object.values(exports).map((file) => path.normalize(file));
    expect(needed).toContain("dist/resources/handlers.js");
    for (const file of [...needed, "dist/index.d.ts"]) expect(published).toContain(file);
  });

  it("names every package that it loads as a dependency", () => {
    const { dependencies, peerDependencies } = manifest();
    const known = Object.keys({ ...dependencies, ...peerDependencies });
    const loaded = published
      .filter((file) => /\.(js|d\.ts)$/.test(file))
      .flatMap((file) => {
        const text = fs.readFileSync(path.join(installed, file), "utf8");
        // `from "${…}"` is a sentence for people.
        return [...text.matchAll(/(?:require\(|from )"([^".$][^"]*)"/g)].map(([, name]) => name!);
      })
      .filter((name) => !name.startsWith("node:") && !name.startsWith(packageName))
      .map((name) =>
        (name.startsWith("@") ? name.split("/").slice(0, 2) : name.split("/").slice(0, 1)).join("/"),
      );
    expect([...new Set(loaded)].filter((name) => !known.includes(name))).toEqual([]);
  });

  it("has a command that npm makes runnable", () => {
    const command = path.join(installed, manifest().bin["merchant-credentials"]!);
    expect(fs.statSync(command).mode & 0o111).toBe(0o111);
    // As npm installs it.
    const bin = path.join(modules, ".bin/merchant-credentials");
    fs.mkdirSync(path.dirname(bin));
    fs.symlinkSync(path.relative(path.dirname(bin), command), bin);
    const run = (...args: string[]) => {
      const { stdout, stderr, status } = spawnSync(bin, args, { encoding: "utf8", cwd: folder });
      return { stdout, stderr, status };
    };
    expect(run("--version")).toEqual({ stdout: "0.1.0\n", stderr: "", status: 0 });
    fs.writeFileSync(path.join(folder, "state.json"), JSON.stringify({ version: 3, deployment: {} }));
    expect(run("status", "--file", "state.json")).toMatchObject({
      stderr: expect.stringMatching(/^error: there is no merchant credential in this state /) as string,
      status: 1,
    });
  });

  it("loads neither @pulumi/aws with the resources nor Pulumi with the handlers", () => {
    expect(loadedBy(packageName)).not.toContain("@pulumi/aws");
    const handlers = loadedBy(`${packageName}/handlers`);
    expect(handlers).toContain(packageName);
    expect(handlers.filter((name) => name.startsWith("@pulumi/"))).toEqual([]);
  });

  it("does without @pulumi/aws, save for the subpath that is made of it", () => {
    const attempt = (entry: string) =>
      node(
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
    fs.writeFileSync(path.join(folder, "program.ts"), program);
    fs.writeFileSync(path.join(folder, "reader.ts"), reader);
    const tsc = path.join(projectRoot, "node_modules", "typescript", "bin", "tsc");
    const options = ["--strict", "--noEmit", "--module", "node16", "--target", "es2022", "--types", "node"];
    const check = (...files: string[]): string =>
      execFileSync(process.execPath, [tsc, ...options, "--skipLibCheck", ...files], {
        cwd: folder,
        encoding: "utf8",
      });
    expect(check("program.ts")).toBe("");
    link("@pulumi/aws");
    expect(check("program.ts", "reader.ts")).toBe("");
    fs.rmSync(path.join(modules, "@pulumi/aws"));
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
    fs.renameSync(modules, own);
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
