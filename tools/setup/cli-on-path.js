// @ts-check
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { run } = require("./command");
const { cacheFolder } = require("./places");
const { versionNumbers } = require("./versions");

/**
 * The first executable of a name on PATH, or in the folders given.
 * @param {string} name
 * @param {string[]} [folders]
 * @returns {string | undefined}
 */
function executable(name, folders = (process.env.PATH ?? "").split(path.delimiter)) {
  const endings = process.platform === "win32" ? [".exe", ".cmd"] : [""];
  for (const folder of folders) {
    for (const ending of endings) {
      const file = path.join(folder || ".", name + ending);
      try {
        fs.accessSync(file, fs.constants.X_OK);
        if (fs.statSync(file).isFile()) return path.resolve(file);
      } catch {
        // Not here.
      }
    }
  }
  return undefined;
}

/**
 * The `pulumi` that the user has, provided that it can run Node programs: some distributions package the command
 * without its language hosts.
 * @returns {Promise<{ command: string, version: string } | undefined>}
 */
async function cliOnPath() {
  const command = executable("pulumi");
  if (!command) return undefined;
  const beside = path.dirname(fs.realpathSync(command));
  for (const companion of ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"]) {
    if (!executable(companion, [beside]) && !executable(companion)) return undefined;
  }
  try {
    const env = {
      ...process.env,
      PULUMI_SKIP_UPDATE_CHECK: "1",
      PULUMI_HOME: path.join(cacheFolder, "pulumi-home"),
    };
    const version = versionNumbers(await run(command, ["version"], { seconds: 20, env }));
    return version && { command, version: version.join(".") };
  } catch {
    return undefined;
  }
}

module.exports = { cliOnPath, executable };
