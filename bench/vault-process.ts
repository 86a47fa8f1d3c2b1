import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { projectRoot } from "../sandbox/engine/project-root";

/** AWS calls of one command. */
export interface Calls {
  readonly reads: number;
  readonly writes: number;
}

/** The sandbox's Secrets Manager in a process of its own, so that it takes no time from what is measured. */
export interface VaultProcess {
  readonly endpoint: string;
  /** The calls since it was last asked. */
  calls(): Promise<Calls>;
  stop(): Promise<void>;
}

export async function startVaultProcess(): Promise<VaultProcess> {
  const main = path.join(projectRoot, "sandbox/dist/secrets-manager/main.js");
  const child = spawn(process.execPath, [main], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const { endpoint } = JSON.parse(line.toString()) as { endpoint: string };
  const journal = `${endpoint}/sandbox/journal`;
  return {
    endpoint,
    async calls() {
      const entries = (await (await fetch(journal)).json()) as { operation: string }[];
      await fetch(journal, { method: "DELETE" });
      const reads = entries.filter(({ operation }) => /^(Describe|Get|List)/.test(operation)).length;
      return { reads, writes: entries.length - reads };
    },
    async stop() {
      child.kill();
      await once(child, "exit");
    },
  };
}
