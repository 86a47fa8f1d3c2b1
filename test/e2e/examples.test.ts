import { execSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
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

it("every example with a Pulumi.yaml is offered", () => {
  expect(examples.map(({ name }) => name).sort()).toEqual(["app", "ci", "import", "quickstart", "renewal"]);
});
