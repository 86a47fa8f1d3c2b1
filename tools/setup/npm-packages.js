// @ts-check
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { projectRoot, readJson } = require("./places");
const { run } = require("./command");
const { step } = require("./step");

/**
 * @typedef {{ version?: string, integrity?: string, resolved?: string, link?: boolean, optional?: boolean,
 *   devOptional?: boolean }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lock
 */

/**
 * The first package in which what is installed differs from the lock file; undefined when nothing does.
 *
 * npm writes down what it installed (`node_modules/.package-lock.json`), last of all, so an interrupted install
 * shows, and one made by hand counts. Packages for other platforms are rightly absent.
 * @param {Lock | undefined} wanted
 * @param {Lock | undefined} installed
 * @returns {string | undefined}
 */
function firstDifference(wanted, installed) {
  if (!installed?.packages) return "node_modules";
  const locked = wanted?.packages ?? {};
  for (const [name, entry] of Object.entries(locked)) {
    if (name === "") continue;
    const found = installed.packages[name];
    if (!found) {
      if (entry.optional || entry.devOptional) continue;
      return name;
    }
    if (found.version !== entry.version || found.integrity !== entry.integrity || found.link !== entry.link) {
      return name;
    }
  }
  return Object.keys(installed.packages).find((name) => name !== "" && !(name in locked));
}

/** Installs what the lock file says, unless it is there. */
async function npmPackages() {
  const installedFile = path.join(projectRoot, "node_modules", ".package-lock.json");
  const difference = firstDifference(
    readJson(path.join(projectRoot, "package-lock.json")),
    readJson(installedFile),
  );
  if (difference === undefined) return;
  const text = fs.existsSync(installedFile)
    ? `npm packages: installing again (${difference} differs from the lock file)`
    : "npm packages: installing (first time, about a minute)";
  await step(text, () =>
    run("npm", ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: projectRoot }),
  );
}

module.exports = { npmPackages, firstDifference };
