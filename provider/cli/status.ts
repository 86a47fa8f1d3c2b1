import { Command, Option } from "commander";
import { isoTime } from "../domain/calendar";
import { MerchantCredentialsError } from "../errors";
import { statusExitCodes, worstStatus } from "./exit-codes";
import { exportBytes, type ExportSource } from "./export-source";
import { inspect, type CredentialReport } from "./inspection";
import { exportedCredentials } from "./stack-export";
import { statusText } from "./status-text";
import { UsageError } from "./usage-error";
import type { World } from "./world";

interface StatusOptions extends ExportSource {
  json?: true;
}

/** The number of the JSON's form; it changes when a reader would break. */
const jsonVersion = 1;

export function statusCommand(world: World, end: (exitCode: number) => void): Command {
  return new Command("status")
    .summary("which credentials of a stack are due, overdue or expired")
    .description(
      "Tells how every credential of a stack stands: who has to do what, until when. Reads the stack's state, " +
        "without secrets, and no secret of AWS.\n\nWithout options: the selected stack of the working directory.",
    )
    .addOption(
      new Option("--file <path>", "a `pulumi stack export` or a state file; - for standard input").conflicts([
        "stack",
        "cwd",
      ]),
    )
    .option("--stack <name>", "the stack that `pulumi stack export` is run for")
    .option("--cwd <folder>", "the folder that it is run in")
    .option("--json", "one JSON object on standard output and nothing else")
    .addHelpText(
      "after",
      `
Exit codes:
   0  all are healthy
   1  could not look
   2  wrong usage
  10  something is due
  11  something is overdue: a run of pulumi up fails
  12  a certificate has expired
The worst counts.

Examples:
  merchant-credentials status
  merchant-credentials status --stack acme/payments/prod --json
  pulumi stack export | merchant-credentials status --file -`,
    )
    .action(async (options: StatusOptions) => end(await status(options, world)));
}

async function status(options: StatusOptions, world: World): Promise<number> {
  for (const name of ["file", "stack", "cwd"] as const)
    if (options[name] === "") throw new UsageError("the value is empty", { property: `--${name}` });
  const credentials = exportedCredentials(await exportBytes(options, world));
  if (credentials.length === 0) {
    throw new MerchantCredentialsError("invalid-input", "there is no merchant credential in this state", {
      expected: "the stack of a program that declares one",
      hint: "Is it the export of another stack?",
    });
  }
  const now = world.now();
  const reports = inspect(credentials, now);
  const { stdout, environment } = world;
  const isColoured = stdout.isTerminal && !environment.NO_COLOR && environment.TERM !== "dumb";
  stdout.write(options.json ? statusJson(reports, now) : statusText(reports, now, { isColoured }));
  return statusExitCodes[worstOf(reports)];
}

function statusJson(reports: readonly CredentialReport[], now: Date): string {
  const report = {
    version: jsonVersion,
    checkedAt: isoTime(now),
    worst: worstOf(reports),
    credentials: reports,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function worstOf(reports: readonly CredentialReport[]) {
  return worstStatus(reports.map(({ status }) => status));
}
