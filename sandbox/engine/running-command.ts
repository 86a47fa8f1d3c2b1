import { spawn, type ChildProcess } from "node:child_process";
import { killProcessesWithEnvironment, processesWithEnvironment } from "./processes";

export interface CommandResult {
  /** 128 plus the signal's number would lose which it was: -1 when a signal ended the command. */
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both in the order in which they came. */
  readonly output: string;
}

export interface CommandOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** `inherit` leaves the terminal to the command, so that it can ask questions. Default: `pipe`. */
  readonly stdio?: "inherit" | "pipe";
  readonly input?: string;
}

/** A Pulumi command under way, with everything it has started. */
export class RunningCommand {
  readonly child: ChildProcess;
  readonly exited: Promise<CommandResult>;
  private readonly mark: string;
  private stdout = "";
  private stderr = "";
  private all = "";

  /** @param mark text in the environment given that no other process has */
  constructor(command: string, args: readonly string[], options: CommandOptions, mark: string) {
    this.mark = mark;
    const inherit = options.stdio === "inherit";
    this.child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: inherit ? "inherit" : "pipe",
      // A group of its own: Ctrl-C at the terminal of a test reaches the command only if the test says so.
      // One that may ask questions has to stay in the terminal's own group.
      detached: !inherit && process.platform !== "win32",
    });
    this.child.stdin?.on("error", () => {}).end(options.input ?? "");
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
      this.all += text;
    });
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
      this.all += text;
    });
    this.exited = new Promise((resolve, reject) => {
      this.child.on("error", reject);
      // Not `close`: a provider that outlives a killed engine keeps the pipes open.
      this.child.on("exit", (code, signal) => {
        const { stdout, stderr } = this.child;
        const drained = [stdout, stderr].map(
          (stream) =>
            new Promise<void>((done) => (stream && !stream.closed ? stream.once("close", done) : done())),
        );
        const grace = new Promise<void>((done) => setTimeout(done, signal ? 100 : 1000).unref());
        void Promise.race([Promise.all(drained), grace]).then(() =>
          resolve({
            exitCode: code ?? -1,
            signal,
            stdout: this.stdout,
            stderr: this.stderr,
            output: this.all,
          }),
        );
      });
    });
  }

  /** What it has printed so far. */
  get output(): string {
    return this.all;
  }

  /** Resolves when a text has been printed, rejects when the command ends without. */
  async printed(text: string | RegExp): Promise<void> {
    const found = () => (typeof text === "string" ? this.all.includes(text) : text.test(this.all));
    let ended = false;
    void this.exited.then(
      () => (ended = true),
      () => (ended = true),
    );
    while (!found()) {
      if (ended) throw new Error(`The command ended without printing ${String(text)}:\n${this.all}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** The command, its language host and its providers, of this engine's other commands too. */
  processes(): number[] {
    return processesWithEnvironment(this.mark);
  }

  /** Signals the command alone; its providers live on. */
  kill(signal: NodeJS.Signals = "SIGKILL"): void {
    this.child.kill(signal);
  }

  /** Kills the command and everything that it has started. */
  killAll(): void {
    killProcessesWithEnvironment(this.mark);
  }
}
