import { execFileSync, execSync, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { Engine } from "../../sandbox/engine/engine";
import { examplesIn } from "../../sandbox/engine/examples";
import { projectRoot } from "../../sandbox/engine/project-root";
import { createCertificateAuthority } from "../../sandbox/merchant-platform";
import { startSecretsManager, type SecretsManagerSandbox } from "../../sandbox/secrets-manager";

jest.setTimeout(180_000);

const examples = examplesIn(projectRoot);
let aws: SecretsManagerSandbox;
beforeEach(async () => (aws = await startSecretsManager()));
afterEach(() => aws.close());

async function deployed(name: string, look: (engine: Engine) => Promise<void>): Promise<void> {
  const { project, prepare } = examples.find((example) => example.name === name)!;
  if (prepare !== undefined) execSync(prepare, { cwd: path.join(projectRoot, "examples", name) });
  const engine = await Engine.create({ project });
  try {
    await engine.setConfig("aws:region", "us-east-1");
    await engine.setConfig("merchant-credentials:endpoint", aws.endpoint);
    await engine.up();
    await look(engine);
  } finally {
    engine.dispose();
  }
}

it("the example `import` takes over a zip and two secrets, and an unchanged run does nothing", async () => {
  await deployed("import", async (engine) => {
    expect(await engine.outputs()).toMatchObject({
      status: { certificate: "active", apiSecret: "active", apiV3Secret: "active" },
      serialNumber: expect.stringMatching(/^[0-9A-F]{40}$/) as string,
    });
    aws.journal.clear();
    await engine.up(["--expect-no-changes"]);
    expect(aws.journal.entries()).toEqual([]);
  });
});

it("the example `renewal` makes the next request at once, and goes over to a certificate of five years", async () => {
  // What an earlier run has left there may be days nearer to its end.
  fs.rmSync(path.join(projectRoot, "examples", "renewal", "download"), { recursive: true, force: true });
  await deployed("renewal", async (engine) => {
    const before = await engine.outputs();
    expect(before).toMatchObject({ status: "renewal-requested", oldValidUntil: null });
    const next = createCertificateAuthority().issue(String(before.request), { merchantId: "1900000109" });
    await engine.setConfig("certificate", next);
    await engine.up();
    expect(await engine.outputs()).toMatchObject({
      status: "active",
      serialNumber: new X509Certificate(next).serialNumber,
      request: null,
      oldValidUntil: before.notAfter,
    });
  });
});

it("the example `geoswift` waits for key and certificate, and its application signs with both", async () => {
  const folder = path.join(projectRoot, "examples", "geoswift");
  const downloads = path.join(folder, "download");
  fs.rmSync(downloads, { recursive: true, force: true });
  await deployed("geoswift", async (engine) => {
    const before = await engine.outputs();
    expect(before).toMatchObject({ status: { signing: "awaiting-activation", cfca: "requested" } });
    const holder = ["--merchant-id", "G90000001", "--company", "Example Shop Ltd", "--name", "ExampleShop"];
    const cfca = path.join(projectRoot, "sandbox", "dist", "cfca", "main.js");
    execFileSync(process.execPath, [cfca, "issue", ...holder, "--to", downloads]);
    await engine.setConfig("signingKey", (before.pendingKey as { versionId: string }).versionId);
    await engine.up();
    const { status, secretArns } = await engine.outputs();
    expect(status).toEqual({ signing: "active", cfca: "active" });

    const application = async (command: string, input: string): Promise<string> => {
      const child = spawn(process.execPath, [path.join(folder, "application", "dist", "main.js"), command], {
        env: {
          ...process.env,
          AWS_ACCESS_KEY_ID: "test",
          AWS_SECRET_ACCESS_KEY: "test",
          SECRET_ARNS: JSON.stringify(secretArns),
          SECRETS_MANAGER_ENDPOINT: aws.endpoint,
        },
        stdio: ["pipe", "pipe", "inherit"],
      });
      child.stdin.end(input);
      return text(child.stdout);
    };
    const message = await application("sign", "");
    expect(await application("verify", message)).toBe('{"signature":true,"certified":true}\n');
    const changed = await application("verify", message.replace("1200", "1300"));
    expect(changed).toBe('{"signature":false,"certified":false}\n');

    for (const name of ["ExampleShop.pfx", "password.txt"]) fs.rmSync(path.join(downloads, name));
    await engine.up(["--expect-no-changes"]);
  });
});

it("every example with a Pulumi.yaml is offered", () => {
  expect(examples.map(({ name }) => name).sort()).toEqual([
    "app",
    "ci",
    "geoswift",
    "import",
    "quickstart",
    "renewal",
  ]);
});
