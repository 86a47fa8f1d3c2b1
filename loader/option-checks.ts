import { types } from "node:util";
import type { LoadOptions } from "./options";

/** An AWS region, e.g. `us-east-1`, `cn-north-1`, `us-gov-west-1`; to be put into a pattern. */
export const regionPattern = /[a-z]{2,4}(?:-[a-z]+){1,2}-\d{1,2}/;

/** Options that can be looked at one by one, and what each has to be; in words that quote nothing. */
const optionChecks: readonly (readonly [keyof LoadOptions, (given: unknown) => boolean, string])[] = [
  [
    "secretPrefix",
    isText(/^[A-Za-z0-9_+=.@-](?:[A-Za-z0-9/_+=.@-]*[A-Za-z0-9_+=.@-])?$/),
    "the beginning of a secret's name, without a slash at either end",
  ],
  ["arns", isRecord, "an object with the ARNs of secrets, the output `secretArns`"],
  ["credentials", Array.isArray, "a list of credentials"],
  ["region", isText(new RegExp(`^${regionPattern.source}$`)), "the name of an AWS region, like eu-central-1"],
  [
    "client",
    (client) => typeof (client as { send?: unknown } | null)?.send === "function",
    "a SecretsManagerClient, which has `send`",
  ],
  [
    "cacheSeconds",
    (seconds) => Number.isFinite(seconds) && (seconds as number) >= 0,
    "a number of seconds, 0 or more",
  ],
  ["now", isClock, "a function that gives the present time as a Date"],
  ["onWarning", (listener) => typeof listener === "function", "a function that takes a warning"],
];

/** What is wrong with an option by itself; undefined where nothing is. */
export function optionMistake(
  options: { readonly [name in keyof LoadOptions]?: unknown },
  merchantId: { pattern: RegExp; expected: string },
): string | undefined {
  if (options.merchantId !== undefined && !isText(merchantId.pattern)(options.merchantId))
    return `merchantId is not ${merchantId.expected}`;
  const wrong = optionChecks.find(
    ([name, isRight]) => options[name] !== undefined && !isRight(options[name]),
  );
  return wrong && `${wrong[0]} is not ${wrong[2]}`;
}

function isText(pattern: RegExp): (given: unknown) => boolean {
  return (given) => typeof given === "string" && pattern.test(given);
}

function isRecord(given: unknown): boolean {
  return typeof given === "object" && given !== null && !Array.isArray(given);
}

function isClock(given: unknown): boolean {
  if (typeof given !== "function") return false;
  try {
    const time: unknown = (given as () => unknown)();
    return types.isDate(time) && !Number.isNaN(time.getTime());
  } catch {
    return false;
  }
}
