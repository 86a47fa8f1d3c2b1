import fs from "node:fs";
import path from "node:path";
import { cacheFolder } from "./project-root";

/** The Pulumi CLI that set-up found, downloaded or built. */
export interface PulumiCli {
  readonly command: string;
  readonly how: "path" | "download" | "go";
  readonly version: string;
  /** Folders to put before PATH, so that the engine finds the language host. */
  readonly path: readonly string[];
}

/** @throws when set-up has not run, or what it provided is gone */
export function pulumiCli(): PulumiCli {
  const advice = "run `npm run setup` first";
  const file = path.join(cacheFolder, "pulumi-cli.json");
  if (!fs.existsSync(file)) throw new Error(`There is no Pulumi CLI yet: ${advice}.`);
  const cli = JSON.parse(fs.readFileSync(file, "utf8")) as PulumiCli;
  if (!fs.existsSync(cli.command)) throw new Error(`The Pulumi CLI at ${cli.command} is gone: ${advice}.`);
  return cli;
}
