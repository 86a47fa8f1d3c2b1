import { MerchantCredentialsError } from "../errors";
import { TooLarge } from "./bounded-read";
import { printable } from "./printable";
import { UsageError } from "./usage-error";
import type { World } from "./world";

/** Where the state of a stack comes from; nothing means the selected stack of the working directory. */
export interface ExportSource {
  /** A path, or `-` for standard input. */
  file?: string | undefined;
  stack?: string | undefined;
  cwd?: string | undefined;
}

/** Bytes. The state of thousands of credentials is a tenth of it. */
const limit = 64 * 1024 * 1024;

/** Lines of Pulumi's complaint that are passed on: the last ones. */
const complaintLines = 8;

/** What is wrong with a path, by the code of Node.js; its own text is never shown. */
const fileProblems: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EISDIR: "this is a folder, not a file",
  EACCES: "there is no permission to read it",
  EPERM: "there is no permission to read it",
};

/**
 * The bytes of a stack's state.
 *
 * @throws MerchantCredentialsError that names the file, or passes on what Pulumi complained of.
 */
export async function exportBytes({ file, stack, cwd }: ExportSource, world: World): Promise<Uint8Array> {
  if (file === undefined) return exportOf({ stack, cwd }, world);
  if (file === "-") {
    if (world.stdin.isTerminal)
      throw new UsageError("standard input is a terminal", {
        property: "--file -",
        hint: "Pipe a state into it: pulumi stack export | merchant-credentials status --file -",
      });
    return read("standard input", () => world.stdin.read(limit));
  }
  return read(printable(file), () => world.readFile(file, limit));
}

async function read(name: string, bytes: () => Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await bytes();
  } catch (error) {
    if (error instanceof TooLarge) throw cannotRead(name, tooLarge);
    const { code = "" } = error as { code?: string };
    throw cannotRead(name, fileProblems[code] ?? `it cannot be read${code && ` (${code})`}`);
  }
}

const tooLarge = `it is larger than ${limit / 1024 / 1024} MB`;

function cannotRead(name: string, problem: string): MerchantCredentialsError {
  return new MerchantCredentialsError("invalid-input", problem, { property: name });
}

async function exportOf(
  { stack, cwd }: Pick<ExportSource, "stack" | "cwd">,
  world: World,
): Promise<Uint8Array> {
  const args = [
    ...["stack", "export", "--non-interactive"],
    ...(stack === undefined ? [] : [`--stack=${stack}`]),
    ...(cwd === undefined ? [] : [`--cwd=${cwd}`]),
  ];
  try {
    const { status, stdout, stderr } = await world.execute("pulumi", args, limit);
    if (status === 0) return stdout;
    world.stderr.write(complaint(stderr));
    const how = status === null ? "was ended by a signal" : `failed with exit code ${status}`;
    throw new MerchantCredentialsError("invalid-input", `pulumi stack export ${how}`);
  } catch (error) {
    if (error instanceof TooLarge) throw cannotRead("pulumi stack export", tooLarge);
    const { code } = error as { code?: string };
    if (code !== "ENOENT" && code !== "EACCES") throw error;
    throw new MerchantCredentialsError("invalid-input", "the program `pulumi` is not on PATH", {
      hint: "Install it, or give what it exports by --file",
    });
  }
}

/** The last lines of what a program has complained of, ready to be shown. */
function complaint(stderr: string): string {
  return stderr
    .replace(ansiSequence, "")
    .split(/\r?\n/)
    .map(printable)
    .filter((line) => line.trim() !== "")
    .slice(-complaintLines)
    .map((line) => `${line}\n`)
    .join("");
}

const ansiSequence = /\u001b\[[0-9;?]*[A-Za-z]/g;
