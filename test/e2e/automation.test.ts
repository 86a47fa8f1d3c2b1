import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pulumiCli } from "../../sandbox/engine/cli";
import { isolatedEnvironment } from "../../sandbox/engine/environment";
import { projectRoot } from "../../sandbox/engine/project-root";
import { startSecretsManager, type SecretsManagerSandbox } from "../../sandbox/secrets-manager";

jest.setTimeout(120_000);

/** One process that runs inline programs on several stacks, as a service built on the Automation API does. */
const service = `
const automation = require("@pulumi/pulumi/automation");
const { MerchantCertificate } = require("pulumi-merchant-credentials");
const { root, endpoint } = JSON.parse(process.argv[2]);

const program = (merchants) => async () => {
  const shops = Object.entries(merchants).map(
    ([name, merchantId]) => new MerchantCertificate(name, { merchantId, merchantName: "Example Shop Ltd" }),
  );
  return { status: shops[0].status };
};

async function stack(stackName, region, merchants) {
  const made = await automation.LocalWorkspace.createOrSelectStack(
    { stackName, projectName: "service", program: program(merchants) },
    { workDir: __dirname, pulumiCommand: await automation.PulumiCommand.get({ root }) },
  );
  await made.setAllConfig({
    "aws:region": { value: region },
    "merchant-credentials:endpoint": { value: endpoint },
    "merchant-credentials:secretPrefix": { value: stackName },
  });
  return made;
}

const outcome = async (run) => {
  const { outputs, summary } = await run;
  return { status: outputs.status && outputs.status.value, changes: summary.resourceChanges };
};
const providers = async (made) => (await made.exportStack()).deployment.resources
  .filter(({ type }) => type === "pulumi:providers:pulumi-nodejs")
  .map(({ inputs }) => inputs["merchant-credentials:region"]);

async function main() {
  const first = await stack("first", "us-east-1", { shop: "1900000109" });
  const second = await stack("second", "eu-west-1", { shop: "1900000109" });
  const result = { one: await outcome(first.up()), other: await outcome(second.up()) };
  result.again = await Promise.all([first.up(), second.up()].map(outcome));
  const third = await stack("third", "us-west-2", { a: "1900000110", b: "1900000111" });
  const fourth = await stack("fourth", "ap-east-1", { a: "1900000110", b: "1900000111" });
  result.together = await Promise.all([third.up(), fourth.up()].map(outcome));
  result.providers = await Promise.all([first, second, third, fourth].map(providers));
  process.stdout.write(JSON.stringify(result));
}
main().catch((error) => {
  process.stderr.write(String(error && error.message));
  process.exitCode = 1;
});
`;

interface Result {
  one: { status: string; changes: Record<string, number> };
  other: Result["one"];
  again: Result["one"][];
  together: Result["one"][];
  providers: string[][];
}

describe("two stacks of one process, each with the default Provider", () => {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "automation-")));
  let aws: SecretsManagerSandbox;
  let result: Result;

  beforeAll(async () => {
    aws = await startSecretsManager();
    fs.writeFileSync(path.join(folder, "package.json"), "{}");
    fs.writeFileSync(path.join(folder, "service.js"), service);
    fs.mkdirSync(path.join(folder, "backend"));
    fs.symlinkSync(path.join(projectRoot, "node_modules"), path.join(folder, "node_modules"));
    const cli = pulumiCli();
    const options = { root: path.dirname(path.dirname(cli.command)), endpoint: aws.endpoint };
    const env = isolatedEnvironment(process.env, cli, folder);
    const child = spawn(process.execPath, ["service.js", JSON.stringify(options)], { cwd: folder, env });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const exitCode = await new Promise((resolve) => child.on("close", resolve));
    if (exitCode !== 0) throw new Error(stderr);
    result = JSON.parse(stdout) as Result;
  });
  afterAll(async () => {
    await aws.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const created = (certificates: number) => ({
    status: "awaiting-certificate",
    // The stack, its default Provider and the certificates.
    changes: { create: 2 + certificates },
  });

  it("work one after the other, for the same merchant too", () => {
    expect([result.one, result.other]).toEqual([created(1), created(1)]);
  });

  it("find nothing to do when they run again, at the same time", () => {
    expect(result.again.map(({ changes }) => changes)).toEqual([{ same: 3 }, { same: 3 }]);
  });

  it("work at the same time, several certificates each", () => {
    expect(result.together).toEqual([created(2), created(2)]);
  });

  it("have one Provider each, with the region of their own stack", () => {
    expect(result.providers).toEqual([["us-east-1"], ["eu-west-1"], ["us-west-2"], ["ap-east-1"]]);
  });

  it("keep their secrets apart", () => {
    const secrets = aws.secrets().map(({ region, name, tags }) => ({
      region,
      name,
      owner: tags["merchant-credentials:owner"],
    }));
    expect(secrets).toHaveLength(6);
    expect(secrets).toContainEqual({
      region: "us-east-1",
      name: "first/1900000109/certificate",
      owner: "service/first",
    });
    expect(secrets).toContainEqual({
      region: "ap-east-1",
      name: "fourth/1900000111/certificate",
      owner: "service/fourth",
    });
  });
});
