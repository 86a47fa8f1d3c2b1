import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openCfca, type Cfca } from "./cfca";
import {
  dateIn,
  encryptionIn,
  holderIn,
  parseCommandLine,
  periodIn,
  required,
  UsageError,
  type Command,
  type Options,
} from "./command-options";
import { base64Cer, exportFrom, exportTo, installOn, type Export } from "./computer";
import { help } from "./help";
import { codesIn } from "./letters";
import { CfcaRefusal } from "./refusal";

export interface Surroundings {
  out(text: string): void;
  err(text: string): void;
  now(): Date;
  /** What CFCA keeps where no --folder is given. */
  folder: string;
}

/** Each returns what is printed. */
const commands: Record<Command, (options: Options, around: Surroundings) => string> = {
  letters,
  download,
  export: (options) =>
    exportedTo(options, (folder, wish) => exportFrom(required(options, "from"), folder, wish)),
  issue,
  platform,
};

/** The exit status of `cfca <args>`. */
export function runCommand(args: string[], around: Surroundings): 0 | 1 | 2 {
  try {
    const asked = parseCommandLine(args);
    around.out(asked === "help" ? help : commands[asked.command](asked.options, around));
    return 0;
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof UsageError) {
      around.err(`${message}\nTry: cfca --help\n`);
      return 2;
    }
    around.err(error instanceof CfcaRefusal ? `Refused: ${message}\n` : `${message}\n`);
    return 1;
  }
}

function letters(options: Options, around: Surroundings): string {
  const folder = required(options, "to");
  const { codes, manual } = cfcaIn(options, around).sendLetters({
    ...holderIn(options),
    sentAt: dateIn(options, "sent"),
  });
  return written(folder, { "codes.txt": codes, "manual.txt": manual });
}

function download(options: Options, around: Surroundings): string {
  const [letter, computer] = [required(options, "letter"), required(options, "to")];
  const period = periodIn(options, around.now());
  installOn(computer, cfcaIn(options, around).download(codesIn(readFileSync(letter, "utf8")), period));
  return `Installed on ${computer}. Its key is there and nowhere else.\n`;
}

/** Letters, download and export in one, and nothing kept on a computer. */
function issue(options: Options, around: Surroundings): string {
  const [holder, period] = [holderIn(options), periodIn(options, around.now())];
  return exportedTo(options, (folder, wish) => {
    const cfca = cfcaIn(options, around);
    exportTo(folder, cfca.download(cfca.sendLetters(holder), period), wish);
  });
}

function exportedTo(options: Options, write: (folder: string, wish: Export) => void): string {
  const folder = required(options, "to");
  const name = required(options, "name");
  const passwordFile = options.password ?? join(folder, "password.txt");
  mkdirSync(folder, { recursive: true });
  write(folder, {
    name,
    passwordFile,
    encryption: encryptionIn(options),
    withChain: options["with-chain"] ?? false,
  });
  return listed([join(folder, `${name}.cer`), join(folder, `${name}.pfx`), passwordFile]);
}

/** The platform has one certificate: a file that is there stays as it is. */
function platform(options: Options, around: Surroundings): string {
  const folder = required(options, "to");
  if (existsSync(join(folder, "platform.cer"))) return "";
  const certificate = base64Cer(cfcaIn(options, around).platformCertificate());
  return written(folder, { "platform.cer": certificate });
}

function cfcaIn({ folder }: Options, around: Surroundings): Cfca {
  return openCfca({ folder: folder ?? around.folder, now: () => around.now() });
}

function written(folder: string, files: Record<string, string>): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
  }
  return listed(Object.keys(files).map((name) => join(folder, name)));
}

const listed = (files: string[]): string => files.map((file) => `${file}\n`).join("");
