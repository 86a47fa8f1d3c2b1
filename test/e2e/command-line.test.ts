import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { projectRoot } from "../../sandbox/engine/project-root";
import { findCanaries, textCanaries, windowCanaries } from "../support/canaries";
import { apiSecret, certificate, stackExport } from "../cli/exported-stacks";
import { noPseudoTerminal, onPseudoTerminal, type Deed } from "../cli/pseudo-terminal";
import { SecretStage } from "../cli/secret-stage";
import type { Transcript } from "../cli/staged-world";

const provider = path.join(projectRoot, "provider");
const { bin, version } = JSON.parse(fs.readFileSync(path.join(provider, "package.json"), "utf8")) as {
  bin: Record<string, string>;
  version: string;
};
const command = path.join(provider, bin["merchant-credentials"]!);

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "built-command-"));
const environment = {
  PATH: process.env.PATH!,
  HOME: folder,
  TERM: "xterm",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
};

let stage: SecretStage;
beforeAll(async () => {
  stage = await SecretStage.open();
});
beforeEach(() => stage.begin());
afterAll(async () => {
  await stage.scene.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Runs the program that users install; standard input is a pipe. */
async function run(args: string[], { input = "", env = {} } = {}): Promise<Transcript> {
  const child = spawn(process.execPath, [command, ...args], { env: { ...environment, ...env }, cwd: folder });
  child.stdin.on("error", () => undefined).end(input);
  const ended = new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? -1)));
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { stdout, stderr, exitCode };
}

describe("the built command", () => {
  it("says its version and nothing else", async () => {
    expect(await run(["--version"])).toEqual({ stdout: `${version}\n`, stderr: "", exitCode: 0 });
  });

  it("is a script that Node.js runs", () => {
    expect(fs.readFileSync(command, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  it("tells of a state file, and of an expired certificate by its exit code", async () => {
    const file = path.join(folder, "state.json");
    const current = { notBefore: "2020-01-01T00:00:00Z", notAfter: "2025-01-01T00:00:00Z" };
    fs.writeFileSync(file, stackExport(certificate({ current }), apiSecret()));
    expect(await run(["status", "--file", "state.json"])).toEqual({
      stdout: `merchant    kind         name              status   next
1900000109  certificate  shop-certificate  expired  operator: run pulumi up --refresh, which makes the request; expired 2025-01-01 00:00 UTC (2025-01-01 08:00 +08:00)
1900000109  apiSecret    shop-api-secret   healthy

2 credentials: 1 expired, 1 healthy
`,
      stderr: "",
      exitCode: 12,
    });
  });

  it("reads a pipe", async () => {
    const { stdout, stderr, exitCode } = await run(["status", "--file", "-", "--json"], {
      input: stackExport(apiSecret()),
    });
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, worst: "healthy" });
  });

  it("refuses more than 64 MB from a pipe", async () => {
    const input = Buffer.alloc(64 * 1024 * 1024 + 1, " ").toString();
    expect(await run(["status", "--file", "-"], { input })).toEqual({
      stdout: "",
      stderr: "error: standard input: it is larger than 64 MB.\n",
      exitCode: 1,
    });
  });

  it("says that there is no pulumi", async () => {
    const { stdout, stderr, exitCode } = await run(["status"], { env: { PATH: folder } });
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 1 });
    expect(stderr).toBe(
      "error: the program `pulumi` is not on PATH. Install it, or give what it exports by --file.\n",
    );
  });

  it("is silent when nobody reads on", async () => {
    const reports = Array.from({ length: 2000 }, (_, n) => apiSecret({ logicalName: `shop-${n}` }));
    const file = path.join(folder, "many.json");
    fs.writeFileSync(file, stackExport(...reports));
    const child = spawn(process.execPath, [command, "status", "--file", file], { env: environment });
    child.stdout.once("data", () => child.stdout.destroy());
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    expect(await text(child.stderr)).toBe("");
    expect(await ended).toBe(0);
  });

  it("promotes through the AWS SDK, with nothing on standard error", async () => {
    const { pendingId } = stage;
    const args = ["promote", "merchants/1900000109/apiSecret", ...stage.place, "--version", pendingId];
    expect(await run(args)).toEqual({
      stdout:
        `API secret of merchant 1900000109: version ${pendingId} is current.\n` +
        "Run pulumi up --refresh so that the state takes it in.\n",
      stderr: "",
      exitCode: 0,
    });
    expect(stage.labelled("AWSCURRENT")).toBe(pendingId);
  });

  it("says what to check where there are no credentials for AWS", async () => {
    const args = ["promote", stage.arn, "--endpoint", stage.endpoint, "--version", stage.pendingId];
    const env = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_EC2_METADATA_DISABLED: "true" };
    expect(await run(args, { env })).toEqual({
      stdout: "",
      stderr:
        "error: DescribeSecret: no AWS credentials could be had. " +
        "Check the credentials, and give the role the permissions in docs/iam.md.\n",
      exitCode: 1,
    });
  });

  it("loads the AWS SDK only to ask AWS", async () => {
    const hook = path.join(folder, "loaded.js");
    fs.writeFileSync(
      hook,
      'process.on("exit", () => console.log(Object.keys(require.cache).filter((file) => /@aws-sdk|@pulumi/.test(file)).length));',
    );
    const file = path.join(folder, "healthy.json");
    fs.writeFileSync(file, stackExport(apiSecret()));
    const { stdout } = await run(["status", "--file", file], { env: { NODE_OPTIONS: `--require ${hook}` } });
    expect(stdout).toMatch(/1 credential: 1 healthy\n0\n$/);
  });
});

describe("reveal through a pipe", () => {
  it("prints nothing of the secret and asks AWS nothing", async () => {
    const from = stage.calls().length;
    const found = await run(["reveal", stage.arn, "--endpoint", stage.endpoint, "--reason", "a test"]);
    expect(found).toEqual({
      stdout: "",
      stderr:
        "error: standard output is not a terminal, so the secret would land in a file, a pipe or a log. " +
        "Run it in a terminal, without a pipe or a redirection.\n",
      exitCode: 1,
    });
    expect(stage.calls(from)).toEqual([]);
  });
});

const missing = noPseudoTerminal();
(missing ? describe.skip : describe)(missing ?? "reveal on a real terminal", () => {
  const enter = "\u001b[?1049h\u001b[H\u001b[J";
  const leave = "\u001b[H\u001b[J\u001b[?1049l";

  const reveal = (deed: Deed, env: Record<string, string> = {}) =>
    onPseudoTerminal({
      program: process.execPath,
      args: [command, "reveal", stage.arn, "--endpoint", stage.endpoint, "--reason", "a test"],
      environment: { ...environment, ...env },
      acts: [{ cue: "Keep it nowhere else.", deed }],
    });

  it.each<[Deed, number]>([
    ["enter", 0],
    ["ctrl-c", 130],
    ["ctrl-z, enter", 0],
    ["sigterm", 143],
    ["sighup", 129],
  ])("keeps the value between the sequences of the other screen: %s", async (deed, exitCode) => {
    const secret = stage.secretOf(stage.pendingId);
    const found = await reveal(deed);
    expect(found.exitCode).toBe(exitCode);
    const [before, during, ...more] = found.screen.split(enter);
    expect(more).toEqual([]);
    const [shown, after, ...rest] = during!.split(leave);
    expect(rest).toEqual([]);
    expect(shown!.split(secret)).toHaveLength(2);
    const canaries = [...textCanaries("value", secret), ...windowCanaries("value", Buffer.from(secret))];
    expect(findCanaries(Buffer.from(before! + after!), canaries)).toEqual([]);
    expect(before).toBe("");
    expect(after!.replaceAll("\r\n", "\n")).toBe(
      "The API secret of merchant 1900000109 was shown. Once the platform has it:\n" +
        `  merchant-credentials promote ${stage.arn} --endpoint ${stage.endpoint} --version ${stage.pendingId.slice(0, 16)}\n`,
    );
  });

  it("refuses there too where it is a CI job", async () => {
    const { screen, exitCode } = await reveal("enter", { CI: "true" });
    expect(exitCode).toBe(1);
    expect(screen.trimEnd()).toBe(
      "error: CI is set, so this is a CI job, and its output is kept and read by many. Run it in a terminal of your own.",
    );
  });
});
