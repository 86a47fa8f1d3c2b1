import { readFileSync, writeFileSync } from "node:fs";
import { createCertificateAuthority, type CertificateAuthority } from "./certificate-authority";
import {
  kindIn,
  merchantIdIn,
  parseCommandLine,
  periodIn,
  required,
  UsageError,
  type Command,
  type Options,
} from "./command-options";
import { downloadMerchant } from "./existing-merchant";
import { help } from "./help";
import { PlatformRefusal } from "./refusal";
import { loadOrCreateCertificateAuthority } from "./saved-authority";
import { serve } from "./serve";

export interface Terminal {
  readStandardInput(): Promise<string>;
  out(text: string): void;
  err(text: string): void;
  now(): Date;
  /** Resolves when a command that serves should stop. */
  stopped(): Promise<void>;
}

/** Each returns what is printed. */
const commands: Record<Command, (options: Options, terminal: Terminal) => string | Promise<string>> = {
  sign,
  chain,
  download,
  serve,
};

/** The exit status of `merchant-platform <args>`. */
export async function runCommand(args: string[], terminal: Terminal): Promise<0 | 1 | 2> {
  try {
    const asked = parseCommandLine(args);
    terminal.out(asked === "help" ? help : await commands[asked.command](asked.options, terminal));
    return 0;
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof UsageError) {
      terminal.err(`${message}\nTry: merchant-platform --help\n`);
      return 2;
    }
    terminal.err(error instanceof PlatformRefusal ? `Refused: ${message}\n` : `${message}\n`);
    return 1;
  }
}

async function sign(options: Options, terminal: Terminal): Promise<string> {
  const merchantId = merchantIdIn(options);
  const period = periodIn(options, terminal.now());
  const renew = options.renew === undefined ? undefined : readFileSync(options.renew, "utf8");
  const request = await requestIn(options, terminal);
  const merchantName = options["merchant-name"];
  return authorityIn(options, terminal).issue(request, { merchantId, merchantName, renew, ...period });
}

async function requestIn({ request, renew }: Options, terminal: Terminal): Promise<string | undefined> {
  if (request !== undefined) return readFileSync(request, "utf8");
  return renew === undefined ? terminal.readStandardInput() : undefined;
}

function download(options: Options, terminal: Terminal): string {
  downloadMerchant(required(options, "to"), {
    merchantId: merchantIdIn(options),
    merchantName: required(options, "merchant-name"),
    kind: kindIn(options),
    authority: () => authorityIn(options, terminal),
    ...periodIn(options, terminal.now()),
  });
  return "";
}

function chain(options: Options, terminal: Terminal): string {
  const folder = required(options, "folder");
  const kind = kindIn(options);
  const { pem, p7b } = authorityIn({ folder }, terminal).chain(kind);
  if (options.p7b === undefined) return pem;
  writeFileSync(options.p7b, p7b);
  return "";
}

function authorityIn({ folder }: Options, terminal: Terminal): CertificateAuthority {
  const now = (): Date => terminal.now();
  return folder ? loadOrCreateCertificateAuthority({ folder, now }) : createCertificateAuthority({ now });
}
