// @ts-check
"use strict";

/** Work that ends sooner is not worth a line. */
const SILENT_FOR_MS = 2_500;

/** @param {number} ms */
function seconds(ms) {
  return ms < 9_950 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

/**
 * Prints one line, what is done and, when it is over, how long it took: `build: compiling … 4.2 s`.
 * @template T
 * @param {string} text
 * @param {() => Promise<T>} work
 * @param {{ write?: (text: string) => void, silentForMs?: number }} [options] `silentForMs`: say nothing about
 *   work that ends sooner; default: always say it
 * @returns {Promise<T>}
 */
async function step(text, work, options = {}) {
  const write = options.write ?? ((/** @type {string} */ t) => void process.stderr.write(t));
  const start = Date.now();
  let said = false;
  const say = () => {
    said = true;
    write(`${text} … `);
  };
  const timer = options.silentForMs ? setTimeout(say, options.silentForMs) : undefined;
  if (!timer) say();
  try {
    const result = await work();
    if (said) write(`${seconds(Date.now() - start)}\n`);
    return result;
  } catch (error) {
    if (!said) say();
    write(`failed after ${seconds(Date.now() - start)}\n`);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

module.exports = { step, seconds, SILENT_FOR_MS };
