// @ts-check
"use strict";
const path = require("node:path");
const { CommandFailed, run } = require("./setup/command");
const { cacheFolder, projectRoot } = require("./setup/places");
const { isAtLeast } = require("./setup/versions");
const { npmPackages } = require("./setup/npm-packages");
const { pulumiCli } = require("./setup/cli");
const { seconds, step, SILENT_FOR_MS } = require("./setup/step");
const { withLock } = require("./setup/lock");

/**
 * Everything between a fresh clone and a running example, each part only if it is missing:
 * `node tools/setup.js [--quiet] [--without-cli]`. It runs before anything is installed, so it is plain JavaScript and needs no
 * package. With --quiet it says nothing when there is nothing to do; --without-cli leaves the Pulumi CLI
 * out, which the unit tests do not need.
 */
async function main() {
  const start = Date.now();
  const quiet = process.argv.includes("--quiet");
  if (!isAtLeast(process.version, "20.0.0")) {
    throw new Error(`Node 20 or later is needed; this is ${process.version}.`);
  }
  const cli = await withLock(
    path.join(cacheFolder, "setup.lock"),
    async () => {
      await npmPackages();
      await step("build: compiling TypeScript", compile, { silentForMs: SILENT_FOR_MS });
      return process.argv.includes("--without-cli") ? undefined : pulumiCli();
    },
    () => process.stderr.write("waiting for another set-up to end\n"),
  );
  if (!cli) return;
  const origin = { path: "on PATH", download: "downloaded", go: "built with Go" }[cli.how];
  if (!quiet)
    process.stderr.write(`ready: Pulumi ${cli.version} ${origin}, ${seconds(Date.now() - start)}\n`);
}

/** Incremental: a second or two when nothing has changed. */
async function compile() {
  await run(
    process.execPath,
    [
      path.join("node_modules", "typescript", "bin", "tsc"),
      "-b",
      "loader",
      "provider",
      "sandbox",
      "examples/app/server",
      "examples/geoswift/application",
    ],
    {
      cwd: projectRoot,
    },
  );
}

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"]))
  process.on(signal, () => process.exit(130));

main().catch((/** @type {Error & { cause?: unknown }} */ error) => {
  const failed = [error, error.cause].find((candidate) => candidate instanceof CommandFailed);
  if (failed?.excerpt) process.stderr.write(`\n${failed.excerpt}\n`);
  if (failed && failed !== error) process.stderr.write(`${failed.message}\n`);
  process.stderr.write(`\nset-up: ${error.message}\n`);
  process.exitCode = 1;
});
