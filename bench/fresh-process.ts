import { execFile } from "node:child_process";
import os from "node:os";
import { promisify } from "node:util";
import { projectRoot } from "../sandbox/engine/project-root";

/** Runs a script in a new Node process and returns the number that it prints. */
async function printed(script: string): Promise<number> {
  const env = { ...process.env, UV_THREADPOOL_SIZE: String(os.availableParallelism()) };
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], { cwd: projectRoot, env });
  return Number(stdout);
}

/** Milliseconds in which a module is loaded for the first time. */
export function importTime(module: string): Promise<number> {
  return printed(`
const start = performance.now();
require(${JSON.stringify(module)});
console.log(performance.now() - start);`);
}

/** Milliseconds in which N RSA keys of 2048 bits are made, on all cores at once. */
export function keyGenerationTime(count: number): Promise<number> {
  return printed(`
const generate = require("node:util").promisify(require("node:crypto").generateKeyPair);
const start = performance.now();
Promise.all(Array.from({ length: ${count} }, () => generate("rsa", { modulusLength: 2048 })))
  .then(() => console.log(performance.now() - start));`);
}
