// As in resources/handlers.ts: before any certificate is read.
import "node:tls";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readSecretFile } from "../resources/secret-file";
import type * as secretsManager from "../vault/secrets-manager";
import { readAll, readFile } from "./bounded-read";
import { execute } from "./child-process";
import { disk } from "./disk";
import { run } from "./run";
import { ask, hold } from "./terminal";
import type { World } from "./world";

const { stdin, stdout, stderr, env } = process;

/** A reader that has gone away, as `head` does, is nobody's problem; nor is a terminal that was closed. */
for (const stream of [stdout, stderr]) {
  stream.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code !== "EPIPE" && code !== "EIO") process.exitCode = 1;
  });
}

const world: World = {
  version: packageVersion(),
  now: () => new Date(),
  sleep: (milliseconds) => sleep(milliseconds),
  randomBytes: (count) => randomBytes(count),
  environment: env,
  folder: () => process.cwd(),
  stdin: { isTerminal: stdin.isTTY, read: (limit) => readAll(stdin, limit) },
  stdout: { isTerminal: stdout.isTTY, columns: stdout.columns, write: (text) => void stdout.write(text) },
  stderr: { isTerminal: stderr.isTTY, write: (text) => void stderr.write(text) },
  readFile,
  readSecretFile,
  disk: disk(process),
  execute: (program, args, limit) =>
    execute(program, args, limit, { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" }),
  hold: (scene, milliseconds) => hold(scene, milliseconds, stdin, process),
  ask: (questions) => ask(questions, stdin, process, (text) => void stderr.write(text)),
  vault: (connection) => {
    // The AWS SDK is most of what loading would cost. Its warning of an old Node.js is for who installs it.
    env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it at once
    const { secretsManagerVault } = require("../vault/secrets-manager") as typeof secretsManager;
    return secretsManagerVault(connection);
  },
};

function packageVersion(): string {
  const text = readFileSync(join(__dirname, "../../package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

void run(process.argv.slice(2), world).then((exitCode) => {
  process.exitCode = exitCode;
});
