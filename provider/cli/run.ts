import { Command, CommanderError } from "commander";
import { asProblem } from "../resources/problems";
import { exitCodes } from "./exit-codes";
import { exportCommand } from "./export";
import { printable } from "./printable";
import { promoteCommand } from "./promote";
import { revealCommand } from "./reveal";
import { refuseSecretArguments } from "./secret-argument";
import { statusCommand } from "./status";
import { UsageError } from "./usage-error";
import type { World } from "./world";

/** Columns of a help text at most. */
const widest = 100;

/** Runs a command line, without the program's name, and resolves to the exit code. */
export async function run(argv: readonly string[], world: World): Promise<number> {
  try {
    refuseSecretArguments(argv);
    return await parse(argv, world);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const problem = asProblem(error);
    world.stderr.write(`error: ${problem.message}\n`);
    return problem instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  }
}

async function parse(argv: readonly string[], world: World): Promise<number> {
  let exitCode: number = exitCodes.done;
  const end = (code: number): void => {
    exitCode = code;
  };
  const program = new Command("merchant-credentials");
  program
    .description(
      "Looks after merchant credentials that a Pulumi program declares with pulumi-merchant-credentials.",
    )
    .version(world.version, "-V, --version", "print the version")
    // `--version` after a command is the command's own.
    .enablePositionalOptions()
    .helpOption("-h, --help", "print this")
    .helpCommand("help [command]", "print the help of a command")
    .addHelpText(
      "after",
      `
Exit codes: 0 done, 1 could not, 2 wrong usage; status has more.

Examples:
  merchant-credentials status
  merchant-credentials reveal merchants/1900000109/apiSecret --region eu-central-1 --reason "set on the platform"
  merchant-credentials promote merchants/1900000109/apiSecret --region eu-central-1 --version 5f0c…
  merchant-credentials export merchants/G90000001/cfcaCertificate --region eu-central-1 --name ExampleShop`,
    );
  for (const command of [statusCommand, revealCommand, promoteCommand, exportCommand])
    program.addCommand(command(world, end));
  for (const command of [program, ...program.commands]) {
    command
      .exitOverride()
      .showHelpAfterError(
        `Try: merchant-credentials ${command === program ? "" : `${command.name()} `}--help`,
      )
      .configureOutput({
        writeOut: (text) => world.stdout.write(text),
        writeErr: (text) => world.stderr.write(text),
        outputError: (text, write) => write(`${text.split("\n").map(printable).join("\n")}`),
        getOutHelpWidth: () => Math.min(world.stdout.columns ?? widest, widest),
        getErrHelpWidth: () => widest,
        getOutHasColors: () => false,
        getErrHasColors: () => false,
      });
    if (command !== program) command.helpOption("-h, --help", "print this");
  }
  await program.parseAsync([...argv], { from: "user" });
  return exitCode;
}
