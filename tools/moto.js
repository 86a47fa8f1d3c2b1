// @ts-check
"use strict";
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { CommandFailed, run } = require("./setup/command");
const { cacheFolder } = require("./setup/places");
const { withLock } = require("./setup/lock");
const { step } = require("./setup/step");

const requirements = path.join(__dirname, "moto", "requirements.txt");

/**
 * Prints the path of `moto_server`, after installing it into a Python virtual environment in the cache folder if it
 * is not there. Only the vault's contract tests ask for it. A folder for each state of the pinned requirements.
 */
async function motoServer() {
  const pins = crypto.createHash("sha256").update(fs.readFileSync(requirements)).digest("hex").slice(0, 12);
  const folder = path.join(cacheFolder, `moto-${pins}`);
  const scripts = path.join(folder, process.platform === "win32" ? "Scripts" : "bin");
  const server = path.join(scripts, process.platform === "win32" ? "moto_server.exe" : "moto_server");
  // Written last: a virtual environment holds its own path, so it cannot be made aside and moved into place.
  const complete = path.join(folder, "complete");
  if (fs.existsSync(complete)) return server;

  await withLock(path.join(cacheFolder, "moto.lock"), async () => {
    if (fs.existsSync(complete)) return;
    const python = await python3();
    if (!python) throw new Error("moto needs Python 3.11 or later (`python3`), which is not installed here.");
    fs.rmSync(folder, { recursive: true, force: true });
    await step("moto: installing (first time, about a minute)", async () => {
      await run(python, ["-m", "venv", folder]);
      const pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
        requirements,
      ];
      await run(path.join(scripts, "python"), pip);
      fs.writeFileSync(complete, "");
    });
  });
  return server;
}

async function python3() {
  for (const command of ["python3", "python"]) {
    const check = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";
    const works = await run(command, ["-c", check], { seconds: 20 }).then(
      () => true,
      () => false,
    );
    if (works) return command;
  }
  return undefined;
}

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"]))
  process.on(signal, () => process.exit(130));

motoServer().then(
  (server) => process.stdout.write(`${server}\n`),
  (error) => {
    if (error instanceof CommandFailed) process.stderr.write(`${error.excerpt}\n`);
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);
