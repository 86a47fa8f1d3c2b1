import fs from "node:fs";
import path from "node:path";
import { projectRoot } from "./project-root";

/**
 * A stand-in for a project folder: a copy of its Pulumi.yaml whose `main` is a link to the real program. The engine
 * writes the stack's configuration beside Pulumi.yaml, so the repository stays clean; Node resolves the link, so
 * the program finds its modules as it always does.
 * @param project folder that holds Pulumi.yaml
 * @param folder where the stand-in goes
 */
export function linkProject(project: string, folder: string): void {
  const text = fs.readFileSync(path.join(project, "Pulumi.yaml"), "utf8");
  const declared = /^main:[ \t]*["']?([^"'\s#]+)/m.exec(text)?.[1];
  const main = declared ?? "program";
  fs.mkdirSync(path.join(folder, path.dirname(main)), { recursive: true });
  const link = path.join(folder, main);
  fs.rmSync(link, { force: true });
  fs.symlinkSync(path.resolve(project, declared ?? "."), link, "dir");
  fs.writeFileSync(
    path.join(folder, "Pulumi.yaml"),
    declared === undefined ? `${text.trimEnd()}\nmain: ${main}\n` : text,
  );
}

/**
 * A project of its own from the texts given, which finds the packages of the workspace.
 * @param files by path relative to the folder; Pulumi.yaml is made up when it is not among them
 */
export function writeProgram(name: string, files: Readonly<Record<string, string>>, folder: string): void {
  const typescript = Object.keys(files).some((file) => file.endsWith(".ts"));
  const pulumiYaml = `name: ${name}\nruntime:\n  name: nodejs\n  options:\n    typescript: ${typescript}\n`;
  // Without a package.json the engine warns at every command.
  writeFiles({ "Pulumi.yaml": pulumiYaml, "package.json": "{}", ...files }, folder);
  const modules = path.join(folder, "node_modules");
  fs.rmSync(modules, { force: true });
  fs.symlinkSync(path.join(projectRoot, "node_modules"), modules, "dir");
}

export function writeFiles(files: Readonly<Record<string, string>>, folder: string): void {
  for (const [file, text] of Object.entries(files)) {
    const target = path.join(folder, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, text);
  }
}
