import { spawn, type ChildProcess } from "node:child_process";
import path from "node:path";
import { projectRoot } from "../../engine/project-root";

const program = path.join(projectRoot, "examples", "app", "server", "dist", "main.js");

/** The application of examples/app, as a process of its own. */
export class AppServer {
  #output = "";
  readonly #ended: Promise<void>;
  /** Whatever becomes of this process, the other one does not outlive it. */
  readonly #kill = () => void this.child.kill("SIGKILL");

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout!, child.stderr!])
      stream.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
    this.#ended = new Promise((resolve) => child.once("close", () => resolve()));
    process.once("exit", this.#kill);
  }

  /**
   * Waits until it listens, for as long as a start on a busy machine may take.
   *
   * @throws Error with its output if it ends instead, or does neither in time
   */
  static async start(
    settings: Readonly<Record<string, string>>,
    { file = program, milliseconds = 60_000 } = {},
  ): Promise<AppServer> {
    const child = spawn(process.execPath, [file], {
      env: { ...environment(), ...settings, PORT: "0" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const server = new AppServer(child);
    let ended = false;
    void server.#ended.then(() => (ended = true));
    const giveUpAt = performance.now() + milliseconds;
    while (server.#port === undefined) {
      if (ended) throw new Error(`The server has not started:\n${server.output}`);
      if (performance.now() > giveUpAt) {
        await server.stop();
        throw new Error(`The server was not listening after ${milliseconds / 1000} s:\n${server.output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return server;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** All that it has printed. */
  get output(): string {
    return this.#output;
  }

  /** Ends it as an operator does, and by force if that takes more than 5 seconds. */
  async stop(): Promise<void> {
    this.child.kill("SIGTERM");
    const timer = setTimeout(this.#kill, 5_000);
    await this.#ended;
    clearTimeout(timer);
    process.off("exit", this.#kill);
  }

  get #port(): string | undefined {
    return /^listening on port (\d+)$/m.exec(this.#output)?.[1];
  }
}

/** Nobody's AWS account, and no proxy between processes of one machine. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(AWS_|NODE_OPTIONS$)/.test(name));
  return {
    ...Object.fromEntries(kept),
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    NO_PROXY: "127.0.0.1",
  };
}
