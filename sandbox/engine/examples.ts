import fs from "node:fs";
import path from "node:path";

/** A program that can be run: its name and the folder of its Pulumi.yaml. */
export interface Example {
  readonly name: string;
  readonly project: string;
}

/** The examples of a workspace. The quickstart is the stack of the root, the others bring their own Pulumi.yaml. */
export function examplesIn(root: string): Example[] {
  const folder = path.join(root, "examples");
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, project: name === "quickstart" ? root : path.join(folder, name) }))
    .filter(({ project }) => fs.existsSync(path.join(project, "Pulumi.yaml")));
}

export type Request =
  { readonly example: Example; readonly command: readonly string[] } | { readonly problem: string };

/** What `npm run example <name> [pulumi arguments…]` asks for. */
export function parseRequest(args: readonly string[], examples: readonly Example[]): Request {
  const [name, ...command] = args;
  const list = ["Examples:", ...examples.map((example) => `  npm run example ${example.name}`)].join("\n");
  if (name === undefined) return { problem: list };
  const example = examples.find((candidate) => candidate.name === name);
  if (example) return { example, command: command.length > 0 ? command : ["up", "--yes"] };
  const nearest = nearestName(
    name,
    examples.map((candidate) => candidate.name),
  );
  const hint = nearest === undefined ? "" : ` Did you mean "${nearest}"?`;
  return { problem: `There is no example "${name}".${hint}\n${list}` };
}

/** The name with the fewest letters to change. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  const ranked = names.map((candidate) => ({ candidate, changes: changesBetween(name, candidate) }));
  return ranked.sort((a, b) => a.changes - b.changes)[0]?.candidate;
}

function changesBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] ?? 0) + (letter === b[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
