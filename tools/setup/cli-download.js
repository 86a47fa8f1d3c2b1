// @ts-check
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { run } = require("./command");
const { cacheFolder, makeFolderAtomically, writeAtomically } = require("./places");

/** The vendor's npm package: a small script that fetches the CLI of the version asked for. Its first is 3.250.0. */
const VENDOR_PACKAGE = "pulumi@3.250.0";
/** On closed networks a connection may hang instead of failing. */
const SECONDS = 60;
const ONE_DAY_MS = 24 * 60 * 60 * 1000;
const failureFile = path.join(cacheFolder, "pulumi-download-failed");

/** Whether the download failed within the last day, so that it need not be tried again. */
function downloadFailedToday() {
  const failed = fs.statSync(failureFile, { throwIfNoEntry: false });
  return failed !== undefined && Date.now() - failed.mtimeMs < ONE_DAY_MS;
}

/**
 * Has the vendor's npm package put its CLI and language hosts into `folder`/bin.
 * @param {string} version
 * @param {string} folder
 */
async function downloadCli(version, folder) {
  const deadline = Date.now() + SECONDS * 1000;
  const secondsLeft = () => Math.max(1, Math.ceil((deadline - Date.now()) / 1000));
  try {
    await makeFolderAtomically(folder, async (draft) => {
      const quiet = ["--no-audit", "--no-fund", "--no-save", "--loglevel=error"];
      await run("npm", ["install", "--prefix", draft, ...quiet, VENDOR_PACKAGE], {
        cwd: draft,
        seconds: secondsLeft(),
      });
      await run(process.execPath, [path.join(draft, "node_modules/pulumi/run.js"), "version"], {
        cwd: draft,
        seconds: secondsLeft(),
        env: { ...process.env, PULUMI_HOME: draft, PULUMI_VERSION: version, PULUMI_SKIP_UPDATE_CHECK: "1" },
      });
      fs.renameSync(path.join(draft, "versions", version, "bin"), path.join(draft, "bin"));
    });
  } catch (error) {
    writeAtomically(failureFile, `${/** @type {Error} */ (error).message}\n`);
    throw error;
  }
}

module.exports = { downloadCli, downloadFailedToday };
