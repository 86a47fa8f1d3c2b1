import { parseArgs } from "node:util";

export interface Options {
  readonly sizes: readonly number[];
  /** Default: five for small stacks, three from 50 certificates on. */
  readonly repetitions: number | undefined;
}

export const help = `Measures what merchant certificates cost on top of Pulumi itself, on the real engine.

Usage: npm run bench -- [options]

  --sizes 1,10,100     how many certificates a stack has, one after the other (default 1,10,100)
  --repetitions N      of everything; the median counts (default 5, and 3 from 50 certificates on)
  --help               print this

The times are ratios to the same number of dynamic resources that do nothing, measured in turns. Writes
.cache/bench.json too. The exit status is 0 whatever was measured, 1 if it could not be, 2 for wrong usage.
`;

/** @throws Error for an option that is none */
export function parseOptions(args: readonly string[]): Options | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sizes: { type: "string", default: "1,10,100" },
      repetitions: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return "help";
  const { sizes, repetitions } = values;
  return {
    sizes: sizes.split(",").map((size) => wholeNumber("--sizes", size, 1000)),
    repetitions: repetitions === undefined ? undefined : wholeNumber("--repetitions", repetitions, 100),
  };
}

function wholeNumber(option: string, text: string, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= most) return number;
  throw new Error(`${option} takes whole numbers from 1 to ${most}, found "${text}".`);
}
