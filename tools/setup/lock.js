// @ts-check
"use strict";
const fs = require("node:fs");
const path = require("node:path");

/** A holder renews its lock every second; one that has not for this long has died. */
const STALE_AFTER_MS = 15_000;
const RENEW_EVERY_MS = 1_000;

/**
 * Does the work while no other set-up with the same cache folder does.
 *
 * The lock is a folder, because making one is atomic everywhere, and its age is its heartbeat, because process
 * numbers mean nothing between containers that share a folder. Taking over a dead holder's lock has a window of
 * microseconds in which two could win; nothing is lost then, since every result is moved into place when complete.
 * @template T
 * @param {string} folder
 * @param {() => Promise<T>} work
 * @param {() => void} [waiting] called once when another run holds the lock
 * @returns {Promise<T>}
 */
async function withLock(folder, work, waiting = () => {}) {
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  for (let told = false; !acquire(folder);) {
    if (!told) waiting();
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const renewal = setInterval(() => {
    const now = new Date();
    // The cache folder may have been removed by hand meanwhile.
    fs.utimes(folder, now, now, () => {});
  }, RENEW_EVERY_MS);
  const release = () => fs.rmSync(folder, { recursive: true, force: true });
  process.on("exit", release);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    process.off("exit", release);
    release();
  }
}

/** @param {string} folder */
function acquire(folder) {
  try {
    fs.mkdirSync(folder);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
  }
  const changed = fs.statSync(folder, { throwIfNoEntry: false })?.mtimeMs;
  if (changed !== undefined && Date.now() - changed > STALE_AFTER_MS) {
    const abandoned = `${folder}.${process.pid}.abandoned`;
    try {
      fs.renameSync(folder, abandoned);
      fs.rmSync(abandoned, { recursive: true, force: true });
    } catch {
      // Another waiting run was faster.
    }
  }
  return false;
}

module.exports = { withLock, STALE_AFTER_MS };
