import { randomUUID } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pulumiCli } from "./cli";
import { isolatedEnvironment } from "./environment";
import { killProcessesWithEnvironment } from "./processes";
import { linkProject, writeFiles, writeProgram } from "./project-folder";
import { RunningCommand, type CommandResult } from "./running-command";

export interface SharedOptions {
  /** Default: `dev`. */
  readonly stack?: string;
  /** Where state, configuration and the engine's home go. Default: a new temporary folder, gone after `dispose()`. */
  readonly scratch?: string;
  /** Added to the isolated environment of every command. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface EngineOptions extends SharedOptions {
  /** Folder that holds the project's Pulumi.yaml. */
  readonly project: string;
}

export interface ProgramOptions extends SharedOptions {
  /** The program's files by relative path: `index.js`, or `index.ts`. */
  readonly files: Readonly<Record<string, string>>;
  /** Name of the project. Default: `program`. */
  readonly name?: string;
}

export interface RunOptions {
  readonly stdio?: "inherit" | "pipe";
  /** The exit code that does not throw: 0 by default, any other with `true`, every one with `"maybe"`. */
  readonly expectFailure?: boolean | "maybe";
  /** Milliseconds; default 180 000, or no limit with `stdio: "inherit"`. A command that takes longer is killed with all its processes. */
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Text for standard input. */
  readonly input?: string;
}

/** A resource in the state, as `pulumi stack export` writes it. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
  readonly provider?: string;
  readonly initErrors?: string[];
}

export interface State {
  readonly version: number;
  readonly deployment: {
    readonly resources?: StateResource[];
    readonly pending_operations?: { readonly resource: StateResource; readonly type: string }[];
    readonly [key: string]: unknown;
  };
}

/** A command that ended otherwise than expected. */
export class EngineError extends Error {
  constructor(
    message: string,
    readonly result: CommandResult,
  ) {
    super(`${message}\n${result.output.trimEnd().split("\n").slice(-60).join("\n")}`);
    this.name = "EngineError";
  }
}

/**
 * Real Pulumi commands on one stack, cut off from the machine: state in a file backend, an engine home, a passphrase
 * and AWS credentials of its own. Neither the user's stacks nor the repository see anything of it.
 */
export class Engine {
  private readonly mark = `MERCHANT_CREDENTIALS_ENGINE=${randomUUID()}`;
  private readonly cli = pulumiCli();

  private constructor(
    readonly stack: string,
    readonly scratch: string,
    private readonly env: Readonly<Record<string, string>>,
    private readonly temporary: boolean,
  ) {}

  /** An engine for a project of the repository. */
  static async create(options: EngineOptions): Promise<Engine> {
    return Engine.open(options, (folder) => linkProject(path.resolve(options.project), folder));
  }

  /** An engine for a program that exists only as text, as tests have them. */
  static async forProgram(options: ProgramOptions): Promise<Engine> {
    return Engine.open(options, (folder) => writeProgram(options.name ?? "program", options.files, folder));
  }

  private static async open(options: SharedOptions, fill: (folder: string) => void): Promise<Engine> {
    const scratch = options.scratch
      ? path.resolve(options.scratch)
      : fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "merchant-credentials-")));
    const engine = new Engine(
      options.stack ?? "dev",
      scratch,
      options.env ?? {},
      options.scratch === undefined,
    );
    try {
      for (const folder of [engine.folder, path.join(scratch, "backend")])
        fs.mkdirSync(folder, { recursive: true });
      fill(engine.folder);
      await engine.run(["stack", "select", engine.stack, "--create"]);
      return engine;
    } catch (error) {
      engine.dispose();
      throw error;
    }
  }

  /** Where the commands run: Pulumi.yaml and the stack's configuration, and the program if it was given as text. */
  get folder(): string {
    return path.join(this.scratch, "project");
  }

  /** Adds or replaces files of a program that was given as text. */
  write(files: Readonly<Record<string, string>>): void {
    writeFiles(files, this.folder);
  }

  /** Starts `pulumi <args>` and leaves it running. */
  spawn(args: readonly string[], options: Pick<RunOptions, "stdio" | "env" | "input"> = {}): RunningCommand {
    const [name, value] = this.mark.split("=") as [string, string];
    const env = {
      ...isolatedEnvironment(process.env, this.cli, this.scratch),
      [name]: value,
      ...this.env,
      ...options.env,
    };
    return new RunningCommand(this.cli.command, args, { ...options, cwd: this.folder, env }, this.mark);
  }

  /** Runs `pulumi <args>` to its end. @throws EngineError when it ends otherwise than expected */
  async run(args: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    const command = this.spawn(args, options);
    const limit = options.timeoutMs ?? (options.stdio === "inherit" ? undefined : 180_000);
    let tooLong = false;
    const timer = limit
      ? setTimeout(() => {
          tooLong = true;
          command.killAll();
        }, limit)
      : undefined;
    const result = await command.exited.finally(() => clearTimeout(timer));
    const shown = `pulumi ${args[0] ?? ""}`;
    if (tooLong) throw new EngineError(`${shown} did not end within ${limit} ms`, result);
    const failed = result.exitCode !== 0;
    const { expectFailure = false } = options;
    if (expectFailure !== "maybe" && failed !== expectFailure) {
      throw new EngineError(`${shown} ended with exit code ${result.exitCode}`, result);
    }
    return result;
  }

  async up(args: readonly string[] = [], options?: RunOptions): Promise<CommandResult> {
    return this.run(["up", "--yes", "--skip-preview", ...args], options);
  }

  async preview(args: readonly string[] = [], options?: RunOptions): Promise<CommandResult> {
    return this.run(["preview", ...args], options);
  }

  async refresh(args: readonly string[] = [], options?: RunOptions): Promise<CommandResult> {
    return this.run(["refresh", "--yes", "--skip-preview", ...args], options);
  }

  async destroy(args: readonly string[] = [], options?: RunOptions): Promise<CommandResult> {
    return this.run(["destroy", "--yes", "--skip-preview", ...args], options);
  }

  /** Sets a configuration value; a secret one goes through standard input, where no process list shows it. */
  async setConfig(key: string, value: string, options: { readonly secret?: boolean } = {}): Promise<void> {
    if (options.secret) await this.run(["config", "set", "--secret", key], { input: value });
    else await this.run(["config", "set", "--plaintext", "--", key, value]);
  }

  /** The stack's configuration without its secret values. */
  async config(): Promise<Record<string, string>> {
    const { stdout } = await this.run(["config", "--json"]);
    const entries = Object.entries(JSON.parse(stdout) as Record<string, { value?: string }>);
    return Object.fromEntries(
      entries.flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value]])),
    );
  }

  /** The stack's outputs; secret ones read `[secret]`. */
  async outputs(): Promise<Record<string, unknown>> {
    const { stdout } = await this.run(["stack", "output", "--json"]);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  async state(): Promise<State> {
    const { stdout } = await this.run(["stack", "export"]);
    return JSON.parse(stdout) as State;
  }

  async importState(state: State): Promise<void> {
    const file = path.join(this.scratch, "import.json");
    fs.writeFileSync(file, JSON.stringify(state));
    await this.run(["stack", "import", "--file", file]);
    fs.rmSync(file);
  }

  /** Kills what still runs and removes the scratch folder, unless it was given. */
  dispose(): void {
    killProcessesWithEnvironment(this.mark);
    if (this.temporary) fs.rmSync(this.scratch, { recursive: true, force: true });
  }
}
