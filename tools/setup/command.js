// @ts-check
"use strict";
const { spawn } = require("node:child_process");

/** The reason stands at the start of some tools' output and at the end of others'. */
const FIRST_LINES = 8;
const LAST_LINES = 16;

/** @param {string} output */
function excerpt(output) {
  const lines = output.trimEnd().split("\n");
  if (lines.length <= FIRST_LINES + LAST_LINES) return lines.join("\n");
  return [...lines.slice(0, FIRST_LINES), "…", ...lines.slice(-LAST_LINES)].join("\n");
}

/** A command that did not succeed, with an excerpt of what it printed. */
class CommandFailed extends Error {
  /**
   * @param {string} command
   * @param {string} reason
   * @param {string} output
   */
  constructor(command, reason, output) {
    super(`${command}: ${reason}`);
    this.name = "CommandFailed";
    this.excerpt = excerpt(output);
  }
}

/**
 * Runs a command quietly and gives what it printed on stdout.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, seconds?: number }} [options] `seconds`: time limit, default none
 * @returns {Promise<string>}
 */
function run(command, args, options = {}) {
  const shown = [command, ...args].join(" ");
  const onWindows = process.platform === "win32";
  return new Promise((resolve, reject) => {
    // A group of its own, so that a time limit ends what the command has started as well.
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: !onWindows,
      shell: onWindows,
    });
    let stdout = "";
    let output = "";
    let tooLong = false;
    const end = () => {
      try {
        if (onWindows || !child.pid) child.kill();
        else process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    };
    const limit = options.seconds
      ? setTimeout(() => {
          tooLong = true;
          end();
        }, options.seconds * 1000)
      : undefined;
    process.on("exit", end);
    child.stdout.on("data", (data) => {
      stdout += data;
      output += data;
    });
    child.stderr.on("data", (data) => (output += data));
    /** @param {() => void} answer */
    const finish = (answer) => {
      clearTimeout(limit);
      process.off("exit", end);
      answer();
    };
    child.on("error", (error) => finish(() => reject(new CommandFailed(shown, error.message, output))));
    child.on("close", (code, signal) =>
      finish(() => {
        if (tooLong) reject(new CommandFailed(shown, `no end after ${options.seconds} s`, output));
        else if (code === 0) resolve(stdout);
        else reject(new CommandFailed(shown, signal ? `ended by ${signal}` : `exit code ${code}`, output));
      }),
    );
  });
}

module.exports = { run, CommandFailed };
