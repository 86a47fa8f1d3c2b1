import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { parse, stringify } from "yaml";
import { pulumiCli } from "../../sandbox/engine/cli";
import { Engine, type StateResource } from "../../sandbox/engine/engine";
import { isolatedEnvironment } from "../../sandbox/engine/environment";
import { projectRoot } from "../../sandbox/engine/project-root";
import { createCertificateAuthority } from "../../sandbox/merchant-platform";
import { startSecretsManager, type SecretsManagerSandbox } from "../../sandbox/secrets-manager";
import { evaluateAll, exampleFolder, holds, workflow, type Contexts } from "./workflow";

export const merchantId = "1900000109";
const merchantName = "Example Shop Ltd";
export const day = 24 * 60 * 60 * 1000;
const { bin } = JSON.parse(fs.readFileSync(path.join(projectRoot, "provider/package.json"), "utf8")) as {
  bin: Record<"merchant-credentials", string>;
};
const commandLine = path.join(projectRoot, "provider", bin["merchant-credentials"]);

/** What a step left behind. */
export interface StepResult {
  exitCode: number;
  output: string;
  summary: string;
}

type JobResult = Record<string, StepResult>;

/** A runner for the `run:` steps of the workflow, in a copy of the example, beside a vault of its own. */
export class WorkflowRunner {
  private readonly platform = createCertificateAuthority();
  private readonly vars: Record<string, string>;
  /** Everything that GitHub would keep: logs, summaries and outputs. */
  kept = "";

  private constructor(
    readonly engine: Engine,
    readonly aws: SecretsManagerSandbox,
  ) {
    this.vars = { PULUMI_STACK: engine.stack, PULUMI_BACKEND_URL: `file://${engine.scratch}/backend` };
  }

  static async start(): Promise<WorkflowRunner> {
    const names = ["Pulumi.yaml", "package.json", "index.ts"];
    const files = names.map((name) => [name, fs.readFileSync(path.join(exampleFolder, name), "utf8")]);
    const engine = await Engine.forProgram({ files: Object.fromEntries(files) as Record<string, string> });
    // As `npm ci` would leave it: the command beside the packages.
    const bin = path.join(engine.folder, "node_modules/.bin");
    fs.rmSync(path.join(engine.folder, "node_modules"));
    fs.mkdirSync(bin, { recursive: true });
    fs.symlinkSync(path.join(projectRoot, "node_modules"), path.join(engine.scratch, "node_modules"), "dir");
    const script = `#!/bin/sh\nexec "${process.execPath}" "${commandLine}" "$@"\n`;
    fs.writeFileSync(path.join(bin, "merchant-credentials"), script, { mode: 0o755 });
    const runner = new WorkflowRunner(engine, await startSecretsManager());
    runner.configure({
      "aws:region": "us-east-1",
      "merchant-credentials:endpoint": runner.aws.endpoint,
    });
    return runner;
  }

  /** Puts values into the stack's file, as a pull request does. */
  configure(values: Record<string, string>): void {
    const file = path.join(this.engine.folder, `Pulumi.${this.engine.stack}.yaml`);
    const before = parse(fs.readFileSync(file, "utf8")) as { config?: object };
    fs.writeFileSync(file, stringify({ ...before, config: { ...before.config, ...values } }));
  }

  /** The platform's answer to the open request; the other end of the pull request that brings it. */
  async issue(milliseconds: number): Promise<Date> {
    const { certificateRequest } = (await this.credential("certificate")).outputs!;
    const notAfter = new Date(Date.now() + milliseconds);
    const notBefore = new Date(notAfter.getTime() - 5 * 365 * day);
    const order = { merchantId, merchantName, notBefore, notAfter };
    const certificate = this.platform.issue(String(certificateRequest), order);
    this.configure({ "merchant-credentials-ci:certificate": certificate });
    return notAfter;
  }

  async credential(kind: string): Promise<StateResource> {
    const { deployment } = await this.engine.state();
    return deployment.resources!.find(({ urn }) => urn.endsWith(`::shop-${kind}`))!;
  }

  /** The super administrator has set the pending value on the platform. */
  async promote(kind: string): Promise<void> {
    const { secretArn, pendingVersionId } = (await this.credential(kind)).outputs!;
    const args = ["promote", String(secretArn), "--version", String(pendingVersionId)];
    const { exitCode, output } = await this.bash(
      ["merchant-credentials", ...args, "--endpoint", this.aws.endpoint].join(" "),
      { PATH: `${this.engine.folder}/node_modules/.bin:${process.env.PATH}` },
    );
    expect({ exitCode, output }).toEqual({
      exitCode: 0,
      output: expect.stringContaining("is current.") as string,
    });
  }

  /** The `run:` steps of a job in order; a step after one that failed runs only if it says so. */
  async job(name: keyof typeof workflow.jobs, vars: Record<string, string> = {}): Promise<JobResult> {
    const outputs: Record<string, { outputs: Record<string, string> }> = {};
    const contexts: Contexts = {
      github: {},
      vars: { ...this.vars, ...vars },
      secrets: { PULUMI_CONFIG_PASSPHRASE: "throwaway" },
      steps: outputs,
    };
    const results: JobResult = {};
    let failed = false;
    for (const step of workflow.jobs[name].steps) {
      // The packages are those of the workspace.
      if (step.run === undefined || step.run.startsWith("npm ci")) continue;
      if (!holds(step.if, contexts, failed)) continue;
      const files = { GITHUB_OUTPUT: this.newFile(), GITHUB_STEP_SUMMARY: this.newFile() };
      const env = {
        ...evaluateAll(workflow.env, contexts),
        ...evaluateAll(step.env, contexts),
        ...files,
        CI: "true",
        GITHUB_ACTIONS: "true",
      };
      const { exitCode, output } = await this.bash(step.run, env);
      const lines = fs.readFileSync(files.GITHUB_OUTPUT, "utf8").split("\n").filter(Boolean);
      if (step.id)
        outputs[step.id] = {
          outputs: Object.fromEntries(lines.map((line) => line.split("=") as [string, string])),
        };
      const summary = fs.readFileSync(files.GITHUB_STEP_SUMMARY, "utf8");
      this.kept += output + summary + lines.join("\n");
      results[step.name!] = { exitCode, output, summary };
      if (exitCode !== 0 && !step["continue-on-error"]) failed = true;
    }
    return results;
  }

  private newFile(): string {
    const folder = fs.mkdtempSync(path.join(this.engine.scratch, "step-"));
    fs.writeFileSync(path.join(folder, "file"), "");
    return path.join(folder, "file");
  }

  /** As GitHub runs a step whose shell is `bash`; backend and passphrase come from the workflow alone. */
  private async bash(
    script: string,
    env: Record<string, string>,
  ): Promise<{ exitCode: number; output: string }> {
    const cli = pulumiCli();
    const isolated = Object.entries(
      isolatedEnvironment(
        process.env,
        { path: [path.dirname(cli.command), ...cli.path] },
        this.engine.scratch,
      ),
    ).filter(([name]) => name !== "PULUMI_BACKEND_URL" && name !== "PULUMI_CONFIG_PASSPHRASE");
    const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
      cwd: this.engine.folder,
      env: { ...Object.fromEntries(isolated), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.on("error", reject).on("close", (code) => resolve(code ?? -1));
    });
    return { exitCode, output };
  }

  /** Every file of the state, and when it was written. */
  state(): string[] {
    const backend = path.join(this.engine.scratch, "backend");
    const files = fs.readdirSync(backend, { recursive: true, encoding: "utf8" }).sort();
    return files.map((file) => `${file} ${fs.statSync(path.join(backend, file)).mtimeMs}`);
  }

  async close(): Promise<void> {
    this.engine.dispose();
    await this.aws.close();
  }
}
