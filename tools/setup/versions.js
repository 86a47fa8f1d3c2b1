// @ts-check
"use strict";

/**
 * The numbers of the first dotted version in a text: `v3.248.0`, `go1.26.8` and `Pulumi 3.248.0-dev` alike.
 * @param {string} text
 * @returns {number[] | undefined}
 */
function versionNumbers(text) {
  const match = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}

/**
 * Whether a version is at least another one; false for a text without a version in it.
 * @param {string} version
 * @param {string} minimum
 */
function isAtLeast(version, minimum) {
  const have = versionNumbers(version);
  const need = versionNumbers(minimum);
  if (!have || !need) return false;
  const place = have.findIndex((number, i) => number !== need[i]);
  return place === -1 || Number(have[place]) > Number(need[place]);
}

module.exports = { versionNumbers, isAtLeast };
