import { parseArgs } from "node:util";
import { type SecretsManagerOptions, startSecretsManager } from "./sandbox";

const help = `A local stand-in of AWS Secrets Manager. Point an AWS SDK at the endpoint that it prints.

Usage:
  node sandbox/dist/secrets-manager/main.js [options]

Options:
  --port N         listen on 127.0.0.1:N (default: a free port)
  --folder DIR     keep secrets and journal in DIR (default: in memory)
  --region R       served when a request names no region (default: us-east-1)
  --latency-ms N   make every request wait N milliseconds
  --help           print this

Prints {"endpoint":"http://127.0.0.1:…"} when ready, then serves until SIGTERM or SIGINT.
Exit status: 0 stopped, 1 could not start, 2 wrong usage.
`;

export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Resolves when the command should stop. */
  stopped(): Promise<void>;
}

class UsageError extends Error {}

/** The exit status of the command. */
export async function runCommand(args: string[], terminal: Terminal): Promise<0 | 1 | 2> {
  try {
    const options = parseCommand(args);
    if (options === "help") {
      terminal.out(help);
      return 0;
    }
    const sandbox = await startSecretsManager(options);
    terminal.out(`${JSON.stringify({ endpoint: sandbox.endpoint })}\n`);
    await terminal.stopped();
    await sandbox.close();
    return 0;
  } catch (error) {
    const { message } = error as Error;
    const isUsage = error instanceof UsageError;
    terminal.err(isUsage ? `${message}\nTry --help.\n` : `${message}\n`);
    return isUsage ? 2 : 1;
  }
}

function parseCommand(args: string[]): SecretsManagerOptions | "help" {
  const values = parseOptions(args);
  if (values.help) return "help";
  if (values.folder === "") throw new UsageError("--folder must name a folder.");
  if (values.region !== undefined && !/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(values.region)) {
    throw new UsageError("--region must be a region, such as us-east-1.");
  }
  return {
    port: wholeNumber("--port", values.port, 65_535),
    folder: values.folder,
    region: values.region,
    latencyMs: wholeNumber("--latency-ms", values["latency-ms"], 600_000),
  };
}

function parseOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: "string" },
        folder: { type: "string" },
        region: { type: "string" },
        "latency-ms": { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function wholeNumber(option: string, value: string | undefined, max: number): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,6}$/.test(value) || Number(value) > max) {
    throw new UsageError(`${option} must be a whole number from 0 to ${max}.`);
  }
  return Number(value);
}
