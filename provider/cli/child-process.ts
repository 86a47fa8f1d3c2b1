import { spawn } from "node:child_process";
import { readAll } from "./bounded-read";
import type { Execution } from "./world";

/** Characters of its complaints that are kept: the last ones. */
const complaintLimit = 64 * 1024;

/**
 * Runs a program without a shell and without input, and waits for its end.
 *
 * @throws TooLarge, or the error of Node.js where it cannot be started.
 */
export async function execute(
  program: string,
  args: readonly string[],
  limit: number,
  environment: NodeJS.ProcessEnv,
): Promise<Execution> {
  const child = spawn(program, args, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-complaintLimit);
  });
  try {
    const [status, stdout] = await Promise.all([ended, readAll(child.stdout, limit)]);
    return { status, stdout, stderr };
  } finally {
    if (child.exitCode === null) child.kill();
  }
}
