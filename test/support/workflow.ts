import fs from "node:fs";
import path from "node:path";
import vm from "node:vm";
import { parse } from "yaml";

export const exampleFolder = path.resolve(__dirname, "../../examples/ci");
export const workflowPath = path.join(exampleFolder, ".github/workflows/merchant-credentials.yml");
export const workflowText = fs.readFileSync(workflowPath, "utf8");

export interface Step {
  name?: string;
  id?: string;
  if?: string;
  uses?: string;
  run?: string;
  with?: Record<string, string | number | boolean>;
  env?: Record<string, string>;
  "continue-on-error"?: boolean;
}

export interface Job {
  if?: string;
  needs?: string;
  concurrency?: { group: string; "cancel-in-progress": boolean };
  environment?: string;
  permissions: Record<string, string>;
  "timeout-minutes": number;
  steps: Step[];
}

export interface Workflow {
  on: {
    push: { branches: string[] };
    schedule: { cron: string }[];
    pull_request: unknown;
    workflow_dispatch: unknown;
  };
  permissions: Record<string, string>;
  env: Record<string, string>;
  defaults: { run: { shell: string } };
  jobs: Record<"preview" | "up" | "status", Job>;
}

export const workflow = parse(workflowText) as Workflow;

/** What expressions may look up: `github`, `vars`, `secrets`, `steps`. What is not there is null, as on GitHub. */
export type Contexts = Readonly<Record<"github" | "vars" | "secrets" | "steps", object>>;

/** Whether an `if` holds; `failed` says that an earlier step has failed. The braces are optional there. */
export function holds(condition: string | undefined, contexts: Contexts, failed = false): boolean {
  const expression = /^\$\{\{([^}]*)\}\}$/.exec(condition?.trim() ?? "")?.[1] ?? condition ?? "success()";
  return Boolean(evaluateExpression(expression, contexts, failed));
}

/** A text with `${{ … }}` in it. */
export function evaluate(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{([^}]*)\}\}/g, (_, expression: string) =>
    String(evaluateExpression(expression, contexts, false)),
  );
}

/** The operators of these expressions mean in JavaScript what they mean there. */
function evaluateExpression(expression: string, contexts: Contexts, failed: boolean): unknown {
  const strings: string[] = [];
  const optional = expression
    .replaceAll(/'[^']*'/g, (literal) => `#${strings.push(literal) - 1}#`)
    .replaceAll(".", "?.")
    .replaceAll(/#(\d+)#/g, (_, index: string) => strings[Number(index)]!);
  const functions = {
    always: () => true,
    success: () => !failed,
    startsWith: (searched: string | undefined, start: string) => (searched ?? "").startsWith(start),
  };
  return vm.runInNewContext(optional, { ...contexts, ...functions }) ?? "";
}

/** The values of an `env`. */
export function evaluateAll(env: Record<string, string> = {}, contexts: Contexts): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, text]) => [name, evaluate(text, contexts)]));
}
