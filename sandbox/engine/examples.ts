import fs from "node:fs";
import path from "node:path";
import { closest } from "fastest-levenshtein";

/** A program that can be run: its name and the folder of its Pulumi.yaml. */
export interface Example {
  readonly name: string;
  readonly project: string;
  /** Makes what the program expects to find, such as files of a merchant; run in the folder of the program. */
  readonly prepare?: string;
}

/** The examples of a workspace. The quickstart is the stack of the root, the others bring their own Pulumi.yaml. */
export function examplesIn(root: string): Example[] {
  const folder = path.join(root, "examples");
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({
      name,
      project: name === "quickstart" ? root : path.join(folder, name),
      prepare: preparation(path.join(folder, name, "package.json")),
    }))
    .filter(({ project }) => fs.existsSync(path.join(project, "Pulumi.yaml")));
}

/** An example says it by an npm script called `sandbox`. */
function preparation(packageFile: string): string | undefined {
  if (!fs.existsSync(packageFile)) return undefined;
  const { scripts } = JSON.parse(fs.readFileSync(packageFile, "utf8")) as { scripts?: { sandbox?: string } };
  return scripts?.sandbox;
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
  const nearest = closest(
    name,
    examples.map((candidate) => candidate.name),
  );
  return { problem: `There is no example "${name}". Did you mean "${nearest}"?\n${list}` };
}
