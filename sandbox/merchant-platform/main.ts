import { text } from "node:stream/consumers";
import { runCommand } from "./command";

void runCommand(process.argv.slice(2), {
  readStandardInput: () => {
    if (process.stdin.isTTY) {
      process.stderr.write("Paste the certificate request, then press Ctrl-D on a new line.\n");
    }
    return text(process.stdin);
  },
  out: (output) => process.stdout.write(output),
  err: (output) => process.stderr.write(output),
  now: () => new Date(),
  stopped: () =>
    new Promise((resolve) => {
      process.once("SIGTERM", resolve);
      process.once("SIGINT", resolve);
    }),
}).then((status) => {
  process.exitCode = status;
});
