import * as v from "valibot";
import { nearestWord } from "../domain/nearest";
import { holdsUnknown, unknownValue } from "../domain/unknown";
import type { CheckFailure, JsonObject } from "./resource-handlers";

/** What a value should be, as the end of "expected …", with how to fix it where that is not obvious. */
export interface Expectation {
  expected: string;
  hint?: string;
  /** What the value is instead, where that says more than its type and length. */
  found?: string;
  /** Said instead of what was expected and found. */
  problem?: string;
}

/** The schema library passes texts only. */
export function message(expectation: Expectation): string {
  return JSON.stringify(expectation);
}

export function text(expectation: Expectation, accepts: (value: string) => boolean) {
  return v.pipe(v.string(message(expectation)), v.check(accepts, message(expectation)));
}

export function wholeNumber(from: number, to: number, unit: string) {
  const wanted = message({ expected: `a whole number of ${unit} from ${from} to ${to}` });
  return v.pipe(v.number(wanted), v.integer(wanted), v.minValue(from, wanted), v.maxValue(to, wanted));
}

export function flag() {
  return v.boolean(message({ expected: "true or false" }));
}

export function oneOf<const T extends string>(words: readonly T[]) {
  return v.picklist(words, message({ expected: words.map((word) => `"${word}"`).join(" or ") }));
}

/** An object with these members only; an unknown one is refused and the nearest known one named. */
export function strict<const E extends v.ObjectEntries>(entries: E) {
  return v.strictObject(entries, ({ path, expected, input }) => {
    const key = path?.at(-1)?.key;
    if (expected === "never" && typeof key === "string") {
      const near = nearestWord(key, Object.keys(entries));
      const hint = near ? `Did you mean \`${near}\`?` : "Remove it";
      return message({ expected: "a known argument", problem: "is not a known argument", hint });
    }
    return message(
      input === undefined ? { expected: "a value", problem: "is missing" } : { expected: "an object" },
    );
  });
}

/** One way in which inputs differ from their shape. Holds no value that could be secret. */
export interface ShapeProblem extends Expectation {
  path: readonly string[];
  found: string;
}

/** Every way in which inputs differ from their shape; values that are not known yet are accepted at every depth. */
export function shapeProblems(schema: v.GenericSchema, inputs: JsonObject): ShapeProblem[] {
  const problems = new Map<string, ShapeProblem>();
  const issues = v.safeParse(schema, inputs).issues ?? [];
  // A misspelt argument explains the one that is missing.
  const misspelt = (issue: { expected: string | null }): number => (issue.expected === "never" ? 0 : 1);
  for (const issue of [...issues].sort((a, b) => misspelt(a) - misspelt(b))) {
    const path = (issue.path ?? []).map(({ key }) => String(key));
    const name = path.join(".");
    // An argument that does not exist is refused whatever its value will be.
    if (problems.has(name) || (issue.expected !== "never" && isUnknownAt(inputs, path))) continue;
    const expectation = issue.message.startsWith("{")
      ? (JSON.parse(issue.message) as Expectation)
      : { expected: issue.expected ?? "another value" };
    problems.set(name, { path, found: described(issue.input), ...expectation });
  }
  return [...problems.values()];
}

/** The same as check failures, which a host prints. */
export function shapeFailures(schema: v.GenericSchema, inputs: JsonObject): CheckFailure[] {
  return shapeProblems(schema, inputs).map(({ path, expected, found, problem, hint }) => {
    const reason = `${problem ?? `expected ${expected}, found ${found}`}.${hint ? ` ${hint.replace(/[^.?]$/, "$&.")}` : ""}`;
    // What is given under an unknown name could be anything.
    if (problem) return { property: "", reason: `${path.join(".")}: ${reason}` };
    return failure(path, valueAt(inputs, path), reason);
  });
}

/** Arguments whose value is never echoed, whatever it is. */
const neverEchoed = new Set([
  "certificate",
  "tags",
  // Next to these are the two codes in the letter.
  "codesIssuedAt",
  "downloadedAt",
]);

/**
 * A check failure that echoes nothing secret. The engine prints the value of the property it is reported on, so
 * what could be secret material in the wrong place is reported on the empty name.
 */
export function failure(path: readonly string[], value: unknown, reason: string): CheckFailure {
  const name = path.join(".");
  const harmless =
    typeof value === "string" ? value.length <= 24 : typeof value !== "object" || value === null;
  const echo = path.length === 1 && harmless && !neverEchoed.has(path[0]!);
  return { property: echo ? name : "", reason: `${name}: ${reason}` };
}

/** A value in words that do not repeat it. */
export function described(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "string")
    return value === "" ? "an empty text" : `a text of ${value.length} characters`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === "object"
    ? `an object of ${Object.keys(value).length}`
    : `the ${typeof value} ${JSON.stringify(value)}`;
}

function isUnknownAt(inputs: unknown, path: readonly string[]): boolean {
  return (
    path.some((_, depth) => valueAt(inputs, path.slice(0, depth + 1)) === unknownValue) ||
    holdsUnknown(valueAt(inputs, path))
  );
}

function valueAt(inputs: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined,
    inputs,
  );
}
