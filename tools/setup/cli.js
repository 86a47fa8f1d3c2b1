// @ts-check
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { cacheFolder, readJson, writeAtomically } = require("./places");
const { cliRoutes, threeWays } = require("./cli-routes");
const { cliOnPath, executable } = require("./cli-on-path");
const { downloadCli, downloadFailedToday } = require("./cli-download");
const { buildCli, goVersion, pinnedCliVersion } = require("./cli-from-go");
const { step } = require("./step");

/**
 * What set-up writes down for those who run the CLI.
 * @typedef {object} Cli
 * @property {string} command the `pulumi` to run
 * @property {"path" | "download" | "go"} how where it came from
 * @property {string} version
 * @property {string[]} path folders to put before PATH, so that the engine finds the language host
 * @property {number} modified the command's modification time: another file there means to look again
 */

const recordFile = path.join(cacheFolder, "pulumi-cli.json");

/**
 * Whether what was written down is still true.
 * @param {Cli | undefined} cli
 * @returns {cli is Cli}
 */
function stillThere(cli) {
  if (!cli || fs.statSync(cli.command, { throwIfNoEntry: false })?.mtimeMs !== cli.modified) return false;
  return cli.how === "path" ? executable("pulumi") === cli.command : cli.version === pinnedCliVersion();
}

/**
 * A Pulumi CLI that works here: the one noted down, else the first that can be had.
 * @returns {Promise<Cli>}
 */
async function pulumiCli() {
  const noted = readJson(recordFile);
  if (stillThere(noted)) return noted;

  const version = pinnedCliVersion();
  const folder = path.join(cacheFolder, "pulumi", version);
  const bin = path.join(folder, "bin");
  const note = (/** @type {Omit<Cli, "modified">} */ found) => {
    const cli = { ...found, modified: fs.statSync(found.command).mtimeMs };
    writeAtomically(recordFile, JSON.stringify(cli, undefined, 2) + "\n");
    return cli;
  };

  const onPath = await cliOnPath();
  const probes = {
    pulumi: onPath?.version,
    go: await goVersion(),
    downloadFailedToday: downloadFailedToday(),
  };
  /** @type {Error | undefined} */
  let lastError;
  for (const route of cliRoutes(probes)) {
    if (route === "path" && onPath) return note({ ...onPath, how: "path", path: [] });
    try {
      if (route === "download") {
        await step(`Pulumi ${version}: downloading`, () => downloadCli(version, folder));
      } else {
        await step(`Pulumi ${version}: building with Go ${probes.go} (first time, about 4 minutes)`, () =>
          buildCli(folder),
        );
      }
      const command = executable("pulumi", [bin]);
      if (command) return note({ command, how: route, version, path: [bin] });
    } catch (error) {
      lastError = /** @type {Error} */ (error);
    }
  }
  throw Object.assign(new Error(threeWays(probes)), { cause: lastError });
}

module.exports = { pulumiCli, recordFile };
