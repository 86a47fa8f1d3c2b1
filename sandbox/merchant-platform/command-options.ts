import { parseArgs } from "node:util";
import type { CertificateKind } from "./authority-material";
import { addYears, validities, type Validity } from "./certificate-dates";

/** What was typed cannot be meant; ends with status 2. */
export class UsageError extends Error {}

const period = ["validity", "not-before", "days", "not-after"] as const;

/** The options that each command takes. */
const commands = {
  sign: ["merchant-id", "merchant-name", "request", "renew", "folder", ...period],
  chain: ["folder", "kind", "p7b"],
  download: ["merchant-id", "merchant-name", "to", "kind", "folder", ...period],
  serve: ["port", "folder", "merchant"],
} as const;

export type Command = keyof typeof commands;
type OptionName = (typeof commands)[Command][number];
export type Options = Partial<Record<Exclude<OptionName, "merchant">, string>> & { merchant?: string[] };

const known = Object.fromEntries(
  Object.values(commands).flatMap((names) =>
    names.map((name) => [name, { type: "string", multiple: name === "merchant" }] as const),
  ),
);

/** @throws UsageError */
export function parseCommandLine(args: string[]): { command: Command; options: Options } | "help" {
  const { values, positionals } = parsed(args);
  const [command] = positionals;
  const { help, ...options } = values as Options & { help?: boolean };
  if (help || command === "help") return "help";
  if (positionals.length > 1)
    throw new UsageError("Only one command at a time; a file is given by --request.");
  if (!isCommand(command))
    throw new UsageError(
      command ? `Unknown command "${command}".` : "Which command: sign, chain, download or serve?",
    );
  const taken: readonly string[] = commands[command];
  const stranger = Object.keys(options).find((name) => !taken.includes(name));
  if (stranger !== undefined) throw new UsageError(`${command} has no option --${stranger}.`);
  return { command, options };
}

function parsed(args: string[]) {
  try {
    const help = { type: "boolean", short: "h" } as const;
    return parseArgs({ args, allowPositionals: true, options: { ...known, help } });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function isCommand(name: string | undefined): name is Command {
  return name !== undefined && Object.hasOwn(commands, name);
}

export function merchantIdIn({ "merchant-id": merchantId }: Options): string {
  if (!merchantId) throw new UsageError("--merchant-id is missing.");
  if (!/^\d{8,10}$/.test(merchantId)) throw new UsageError("--merchant-id must have 8 to 10 digits.");
  return merchantId;
}

export function required(options: Options, name: Exclude<keyof Options, "merchant">): string {
  const value = options[name];
  if (!value) throw new UsageError(`--${name} is missing.`);
  return value;
}

export function kindIn({ kind = "certificate-authority" }: Options): CertificateKind {
  if (kind === "wechat-pay" || kind === "certificate-authority") return kind;
  throw new UsageError("--kind must be wechat-pay or certificate-authority.");
}

/** Begin, end and length as far as they were given; a length with an end alone began that long before it. */
export function periodIn(
  options: Options,
  now: Date,
): { notBefore?: Date; notAfter?: Date; validity?: Validity } {
  const validity = validityIn(options);
  const notAfter = endIn(options, now);
  const notBefore = dateIn(options, "not-before");
  if (!validity || !notAfter) {
    if (notBefore && notAfter && notAfter <= notBefore)
      throw new UsageError("It would end before it begins: see --not-before, --days and --not-after.");
    return { notBefore, notAfter, validity };
  }
  if (notBefore || options.renew !== undefined) {
    const other = notBefore ? "--not-before" : "--renew";
    throw new UsageError(`With ${other} give --validity or the end, not both.`);
  }
  return { notBefore: addYears(notAfter, -validities[validity]), notAfter };
}

function validityIn({ validity }: Options): Validity | undefined {
  if (validity === undefined || validity === "annual" || validity === "five-year") return validity;
  throw new UsageError("--validity must be annual or five-year.");
}

function endIn(options: Options, now: Date): Date | undefined {
  const { days, "not-after": notAfter } = options;
  if (days !== undefined && notAfter !== undefined) {
    throw new UsageError("Give --days or --not-after, not both.");
  }
  if (days === undefined) return dateIn(options, "not-after");
  if (!/^[1-9]\d{0,4}$/.test(days)) throw new UsageError("--days must be a whole number from 1 to 99999.");
  return new Date(now.getTime() + Number(days) * 24 * 60 * 60 * 1000);
}

function dateIn(options: Options, name: "not-before" | "not-after"): Date | undefined {
  const given = options[name];
  if (given === undefined) return undefined;
  const date = new Date(given);
  if (!/^\d{4}-\d\d-\d\d/.test(given) || Number.isNaN(date.getTime())) {
    throw new UsageError(`--${name} must be an ISO 8601 date, such as 2031-05-01.`);
  }
  return date;
}
