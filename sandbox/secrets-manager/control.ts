import type { FaultRule } from "./fault-rule";
import type { SecretsManagerSandbox } from "./sandbox";
import type { WireAnswer } from "./wire";

type Controlled = Pick<SecretsManagerSandbox, "journal" | "faults" | "reset">;

const commands: Record<string, (sandbox: Controlled, body: string) => unknown> = {
  "GET /sandbox/journal": ({ journal }) => journal.entries(),
  "DELETE /sandbox/journal": ({ journal }) => journal.clear(),
  "POST /sandbox/faults": ({ faults }, body) => faults.add(...faultList(body)),
  "DELETE /sandbox/faults": ({ faults }) => faults.clear(),
  "POST /sandbox/reset": (sandbox) => sandbox.reset(),
};

/** The endpoints by which another process steers the sandbox. */
export function control(sandbox: Controlled, method: string, path: string, body: string): WireAnswer {
  const command = commands[`${method} ${path}`];
  if (!command) return answer(404, { error: `No ${method} ${path}.` });
  try {
    return answer(200, command(sandbox, body) ?? {});
  } catch (error) {
    return answer(400, { error: (error as Error).message });
  }
}

function faultList(body: string): FaultRule[] {
  const rules = JSON.parse(body) as unknown;
  if (!Array.isArray(rules)) throw new Error("Send a list of fault rules.");
  return rules as FaultRule[];
}

function answer(status: number, body: unknown): WireAnswer {
  return { status, headers: { "content-type": "application/json" }, text: JSON.stringify(body) };
}
