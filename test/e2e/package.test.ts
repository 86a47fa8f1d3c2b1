import { execFileSync } from "node:child_process";
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

/** The package as a user gets it: packed, unpacked into a node_modules of its own, beside its dependencies. */
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
    if (name.startsWith(".") || name === packageName) continue;
    fs.symlinkSync(path.join(projectRoot, "node_modules", name), path.join(modules, name));
  }
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe("the published package", () => {
  it("holds what was compiled from today's sources, and little else", () => {
    const rest = published.filter((file) => !file.startsWith("dist/"));
    expect(rest.filter((file) => !["README.md", "LICENSE"].includes(file))).toEqual(["package.json"]);
    const strangers = published
      .filter((file) => file.startsWith("dist/"))
      .filter((file) => {
        const name = /^dist\/(.*?)\.(d\.ts|js|js\.map)$/.exec(file)?.[1];
        return name === undefined || !fs.existsSync(path.join(source, `${name}.ts`));
      });
    expect(strangers).toEqual([]);
  });

  it("holds the types of everything it exports, and the handlers", () => {
    const { exports } = JSON.parse(fs.readFileSync(path.join(installed, "package.json"), "utf8")) as {
      exports: Record<string, string>;
    };
    const needed = Object.values(exports).map((file) => path.normalize(file));
    expect(needed).toContain("dist/resources/handlers.js");
    for (const file of [...needed, "dist/index.d.ts"]) expect(published).toContain(file);
  });

  it("names every package that it loads as a dependency", () => {
    const { dependencies, peerDependencies } = JSON.parse(
      fs.readFileSync(path.join(installed, "package.json"), "utf8"),
    ) as Record<string, Record<string, string>>;
    const known = Object.keys({ ...dependencies, ...peerDependencies });
    const loaded = published
      .filter((file) => /\.(js|d\.ts)$/.test(file))
      .flatMap((file) => {
        const text = fs.readFileSync(path.join(installed, file), "utf8");
        return [...text.matchAll(/(?:require\(|from )"([^".][^"]*)"/g)].map(([, name]) => name!);
      })
      .filter((name) => !name.startsWith("node:") && !name.startsWith(packageName))
      .map((name) =>
        (name.startsWith("@") ? name.split("/").slice(0, 2) : name.split("/").slice(0, 1)).join("/"),
      );
    expect([...new Set(loaded)].filter((name) => !known.includes(name))).toEqual([]);
  });

  it("type-checks a strict TypeScript program", () => {
    const program = `
import * as pulumi from "@pulumi/pulumi";
import * as merchant from "${packageName}";
const provider = new merchant.Provider("eu", { region: "eu-west-1", tags: { team: pulumi.output("pay") } });
const args: merchant.MerchantCertificateArgs = { merchantId: pulumi.secret("1900000109"), merchantName: "Shop" };
const shop = new merchant.MerchantCertificate("shop", args, { provider });
export const serial: pulumi.Output<string | null> = shop.serialNumber;
// @ts-expect-error -- an argument that does not exist
new merchant.MerchantCertificate("typo", { ...args, merchantNmae: "x" });
// @ts-expect-error -- the handlers' port is not the API
merchant.credentialHandlers;
`;
    fs.writeFileSync(path.join(folder, "program.ts"), program);
    const tsc = path.join(projectRoot, "node_modules", "typescript", "bin", "tsc");
    const options = ["--strict", "--noEmit", "--module", "node16", "--target", "es2022", "--types", "node"];
    const check = (): string =>
      execFileSync(process.execPath, [tsc, ...options, "--skipLibCheck", "program.ts"], {
        cwd: folder,
        encoding: "utf8",
      });
    expect(check()).toBe("");
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
const { MerchantCertificate } = require("${packageName}");
exports.from = require.resolve("${packageName}");
exports.status = new MerchantCertificate("shop", { merchantId: "1900000109", merchantName: "Example Shop Ltd" }).status;
`,
        "Pulumi.dev.yaml": JSON.stringify({
          config: { "aws:region": "us-east-1", "merchant-credentials:endpoint": aws.endpoint },
        }),
      },
    });
    const link = path.join(engine.folder, "node_modules");
    fs.rmSync(link);
    fs.renameSync(modules, link);
  });
  afterAll(async () => {
    engine.dispose();
    await aws.close();
  });

  it("runs, and the engine finds the handlers in its node_modules", async () => {
    await engine.up();
    expect(await engine.outputs()).toEqual({
      from: path.join(engine.folder, "node_modules", packageName, "dist/index.js"),
      status: "awaiting-certificate",
    });
    expect(aws.secrets()).toHaveLength(1);
  });
});
