import { execFileSync } from "node:child_process";
import fs from "node:fs";

/**
 * The processes whose environment holds a text. The engine starts each plugin in a process group of its own, and a
 * plugin outlives an engine that was killed: neither group nor parent finds it, what it inherited does.
 */
export function processesWithEnvironment(text: string): number[] {
  return (process.platform === "linux" ? fromProc(text) : fromPs(text)).filter((pid) => pid !== process.pid);
}

function fromProc(text: string): number[] {
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return fs.readFileSync(`/proc/${pid}/environ`, "latin1").includes(text);
      } catch {
        return false; // It ended meanwhile, or belongs to someone else.
      }
    });
}

function fromPs(text: string): number[] {
  return execFileSync("ps", ["axeww", "-o", "pid=,command="], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  })
    .split("\n")
    .filter((line) => line.includes(text))
    .map((line) => Number.parseInt(line, 10));
}

/** Kills them, and again what they started meanwhile. */
export function killProcessesWithEnvironment(text: string): void {
  for (let round = 0; round < 20; round++) {
    const found = processesWithEnvironment(text);
    if (found.length === 0) return;
    for (const pid of found) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended by itself.
      }
    }
    // A killed process stays listed until its parent has noticed.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  }
}
