// @ts-check
"use strict";
const fs = require("node:fs");
const path = require("node:path");

const projectRoot = path.resolve(__dirname, "../..");

/** Where set-up keeps what it made; shared by nothing outside the project unless the environment says so. */
const cacheFolder = path.resolve(process.env.MERCHANT_CREDENTIALS_CACHE || path.join(projectRoot, ".cache"));

/**
 * @param {string} file
 * @returns {any} undefined when the file is missing or not JSON
 */
function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Readers see the old text or the new one, never half of it.
 * @param {string} file
 * @param {string} text
 */
function writeAtomically(file, text) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.draft`;
  fs.writeFileSync(draft, text);
  fs.renameSync(draft, file);
}

/**
 * Fills a folder aside and moves it into place when it is complete, so an interrupted run leaves nothing that
 * looks finished. What was there before is replaced.
 * @param {string} folder
 * @param {(draft: string) => Promise<void>} fill
 */
async function makeFolderAtomically(folder, fill) {
  const draft = `${folder}.${process.pid}.draft`;
  fs.rmSync(draft, { recursive: true, force: true });
  fs.mkdirSync(draft, { recursive: true });
  try {
    await fill(draft);
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(draft, folder);
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
}

module.exports = { projectRoot, cacheFolder, readJson, writeAtomically, makeFolderAtomically };
