// @ts-check
"use strict";
const { isAtLeast } = require("./versions");

/** Since this version a dynamic provider's `read` can answer with inputs. */
const OLDEST_CLI = "3.216.0";
/** What tools/pulumi-cli/go.mod asks for. */
const OLDEST_GO = "1.25.11";

/**
 * What is known about this machine.
 * @typedef {object} Probes
 * @property {string | undefined} pulumi version of the `pulumi` on PATH that has its Node language host beside it
 * @property {string | undefined} go version of the Go that would build
 * @property {boolean} downloadFailedToday the vendor's download did not work within the last day
 *
 * @typedef {"path" | "download" | "go"} Route
 */

/**
 * The ways to a Pulumi CLI to try on this machine, in order. A download that failed today is left out only where
 * there is another way: someone without Go who has just got their network back must not wait a day.
 * @param {Probes} probes
 * @returns {Route[]}
 */
function cliRoutes(probes) {
  if (probes.pulumi !== undefined && isAtLeast(probes.pulumi, OLDEST_CLI)) return ["path"];
  const goBuilds = probes.go !== undefined && isAtLeast(probes.go, OLDEST_GO);
  if (!goBuilds) return ["download"];
  return probes.downloadFailedToday ? ["go"] : ["download", "go"];
}

/**
 * The advice when no way worked, with what was found on this machine.
 * @param {Probes} probes
 */
function threeWays(probes) {
  const found = (/** @type {string | undefined} */ v) => v ?? "none that works";
  return [
    "The Pulumi CLI is needed and could not be had. Any one of these will do; then run this again:",
    `  - install Pulumi ${OLDEST_CLI} or later, so that \`pulumi version\` works (found: ${found(probes.pulumi)})`,
    "  - let this machine reach the vendor's download (the npm package `pulumi` fetches it)",
    `  - install Go ${OLDEST_GO} or later; the CLI is then built from the Go module proxy (found: ${found(probes.go)})`,
  ].join("\n");
}

module.exports = { cliRoutes, threeWays, OLDEST_CLI, OLDEST_GO };
