import { execFile, spawn } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "./project-root";

/** A running moto, the independent implementation of AWS that the vault's contract tests use as second target. */
export interface Moto {
  readonly endpoint: string;
  /** Forgets every secret. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts moto on a free port of this machine, installing it into the cache folder the first time.
 * @returns `missing` with the reason where it cannot be had; in CI (`CI=true`) that is an error
 */
export async function startMoto(): Promise<Moto | { readonly missing: string }> {
  const setup = path.join(projectRoot, "tools", "moto.js");
  const command = await promisify(execFile)(process.execPath, [setup]).then(
    ({ stdout }) => stdout.trim(),
    (error: Error & { stderr?: string }) => ({ missing: (error.stderr || error.message).trim() }),
  );
  if (typeof command !== "string") {
    if (process.env.CI === "true") throw new Error(command.missing);
    return command;
  }

  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = spawn(command, ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) =>
    server.once("exit", () => resolve()).once("error", () => resolve()),
  );
  const end = () => void server.kill("SIGKILL");
  process.once("exit", end);
  const reset = async () => {
    const answer = await fetch(`${endpoint}/moto-api/reset`, { method: "POST" });
    if (!answer.ok) throw new Error(`moto answers ${answer.status} to a reset`);
  };
  const close = async () => {
    process.off("exit", end);
    end();
    await ended;
  };
  for (const deadline = Date.now() + 60_000; ;) {
    try {
      await reset();
      return { endpoint, reset, close };
    } catch (error) {
      if (Date.now() > deadline || server.exitCode !== null) {
        await close();
        throw new Error("moto does not start", { cause: error });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
