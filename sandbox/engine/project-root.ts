import fs from "node:fs";
import path from "node:path";

/** The folder of the workspace; this file runs from its source and from `dist`, at different depths. */
export const projectRoot = nearestWorkspace(__dirname);

/** Where set-up keeps the CLI, and examples their state. */
export const cacheFolder = path.resolve(
  process.env.MERCHANT_CREDENTIALS_CACHE || path.join(projectRoot, ".cache"),
);

function nearestWorkspace(folder: string): string {
  const file = path.join(folder, "package.json");
  if (fs.existsSync(file)) {
    const content = JSON.parse(fs.readFileSync(file, "utf8")) as { workspaces?: unknown };
    if (content.workspaces !== undefined) return folder;
  }
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error("The sandbox runs only inside its workspace.");
  return nearestWorkspace(parent);
}
