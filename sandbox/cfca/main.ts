import path from "node:path";
import { cacheFolder } from "../engine/project-root";
import { runCommand } from "./command";

process.exitCode = runCommand(process.argv.slice(2), {
  out: (output) => process.stdout.write(output),
  err: (output) => process.stderr.write(output),
  now: () => new Date(),
  folder: path.join(cacheFolder, "cfca"),
});
