import { parseArgs } from "node:util";
import { closest } from "fastest-levenshtein";
import type { Holder, Period } from "./issuer";
import type { PfxEncryption } from "./pfx";

/** What was typed cannot be meant; ends with status 2. */
export class UsageError extends Error {}

const holder = ["merchant-id", "company"] as const;
const period = ["not-before", "days", "not-after"] as const;
const exported = ["name", "to", "password", "encryption", "with-chain"] as const;

/** The options that each command takes. */
const commands = {
  letters: [...holder, "to", "sent", "folder"],
  download: ["letter", "to", "folder", ...period],
  export: ["from", ...exported],
  issue: [...holder, ...exported, ...period, "folder"],
  platform: ["to", "folder"],
} as const;

export type Command = keyof typeof commands;
type OptionName = Exclude<(typeof commands)[Command][number], "with-chain">;
export type Options = Partial<Record<OptionName, string>> & { "with-chain"?: boolean };

const known = Object.fromEntries(
  Object.values(commands).flatMap((names) =>
    names.map((name) => [name, { type: name === "with-chain" ? "boolean" : "string" }] as const),
  ),
);

/** @throws UsageError */
export function parseCommandLine(args: string[]): { command: Command; options: Options } | "help" {
  const { values, positionals } = parsed(args);
  const [command] = positionals;
  const { help, ...options } = values as Options & { help?: boolean };
  if (help || command === "help") return "help";
  if (command === undefined) throw new UsageError(`Which command: ${Object.keys(commands).join(", ")}?`);
  if (!isCommand(command)) {
    const nearest = closest(command, Object.keys(commands));
    throw new UsageError(`Unknown command "${command}". Did you mean ${nearest}?`);
  }
  if (positionals.length > 1) throw new UsageError("Only one command at a time; files are given by options.");
  const taken: readonly string[] = commands[command];
  const stranger = Object.keys(options).find((name) => !taken.includes(name));
  if (stranger !== undefined) throw new UsageError(`${command} has no option --${stranger}.`);
  const empty = Object.entries(options).find(([, value]) => value === "");
  if (empty) throw new UsageError(`--${empty[0]} is empty.`);
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

function isCommand(name: string): name is Command {
  return Object.hasOwn(commands, name);
}

export function required(options: Options, name: OptionName): string {
  const value = options[name];
  if (value === undefined) throw new UsageError(`--${name} is missing.`);
  return value;
}

export function holderIn(options: Options): Holder {
  return { merchantId: required(options, "merchant-id"), company: required(options, "company") };
}

export function encryptionIn({ encryption = "legacy" }: Options): PfxEncryption {
  if (encryption === "aes" || encryption === "legacy") return encryption;
  throw new UsageError("--encryption must be aes or legacy.");
}

export function periodIn(options: Options, now: Date): Period {
  const { days } = options;
  if (days === undefined)
    return { notBefore: dateIn(options, "not-before"), notAfter: dateIn(options, "not-after") };
  if (options["not-after"] !== undefined) throw new UsageError("Give --days or --not-after, not both.");
  if (!/^[1-9]\d{0,4}$/.test(days)) throw new UsageError("--days must be a whole number from 1 to 99999.");
  const notAfter = new Date(now.getTime() + Number(days) * 24 * 60 * 60 * 1000);
  return { notBefore: dateIn(options, "not-before"), notAfter };
}

export function dateIn(options: Options, name: "not-before" | "not-after" | "sent"): Date | undefined {
  const given = options[name];
  if (given === undefined) return undefined;
  const date = new Date(given);
  if (!/^\d{4}-\d\d-\d\d/.test(given) || Number.isNaN(date.getTime())) {
    throw new UsageError(`--${name} must be an ISO 8601 date, such as 2031-05-01.`);
  }
  return date;
}
