import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import { projectRoot } from "../engine/project-root";

/** Runs `merchant-credentials` and returns what it printed and its exit code. */
export async function merchantCredentials(
  args: readonly string[],
  input = "",
): Promise<{ output: string; exitCode: number | null }> {
  const program = path.join(projectRoot, "provider", "dist", "cli", "main.js");
  const credentials = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
  const silence = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, ...credentials, ...silence },
    stdio: "pipe",
  });
  const ended = once(child, "close") as Promise<[number | null]>;
  child.stdin.end(input);
  const [stdout, stderr, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { output: `${stdout}${stderr}`, exitCode };
}
