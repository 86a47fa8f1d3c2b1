import * as v from "valibot";
import { nearestWord } from "../domain/nearest";
import { holdsUnknown } from "../domain/unknown";
import type { CheckFailure, JsonObject } from "./resource-handlers";

/** What a value should be, as the end of "expected …", with how to fix it where that is not obvious. */
export interface Expectation {
  expected: string;
  hint?: string;
}

function message({ expected, hint }: Expectation): string {
  return hint ? `expected ${expected}|${hint}` : `expected ${expected}`;
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
  return v.strictObject(entries, (issue) => {
    const key = issue.path?.at(-1)?.key;
    if (issue.expected === "never" && typeof key === "string") {
      const near = nearestWord(key, Object.keys(entries));
      return near ? `is not a known argument|Did you mean \`${near}\`?` : "is not a known argument|Remove it";
    }
    return issue.input === undefined
      ? message({ expected: "a value: it is required" })
      : message({ expected: "an object" });
  });
}

type AnySchema = v.GenericSchema;

/** Every way in which inputs differ from their shape; values that are not known yet are accepted at every depth. */
export function shapeFailures(schema: AnySchema, inputs: JsonObject): CheckFailure[] {
  const result = v.safeParse(schema, inputs);
  const seen = new Set<string>();
  return (result.issues ?? []).flatMap((issue) => {
    const path = (issue.path ?? []).map(({ key }) => String(key));
    const name = path.join(".");
    if (seen.has(name) || isUnknownAt(inputs, path)) return [];
    seen.add(name);
    const [problem, hint] = issue.message.split("|");
    const found = problem!.startsWith("expected") ? `, found ${described(issue.input)}` : "";
    return [
      failure(path, issue.input, `${problem}${found}.${hint ? ` ${hint}.` : ""}`.replace(/\?\.$/, "?")),
    ];
  });
}

/** Arguments whose value is never echoed, whatever it is. */
const neverEchoed = new Set(["certificate", "tags"]);

/**
 * A check failure that echoes nothing secret. The engine prints the value of the property it is reported on, so
 * what could be secret material in the wrong place is reported on the empty name.
 */
export function failure(path: readonly string[], value: unknown, reason: string): CheckFailure {
  const name = path.join(".");
  const harmless =
    typeof value === "string" ? value.length <= 24 : typeof value !== "object" || value === null;
  const echo =
    path.length === 1 && harmless && !neverEchoed.has(path[0]!) && !/ not a known argument/.test(reason);
  return { property: echo ? name : "", reason: `${name}: ${reason}` };
}

/** A value in words that do not repeat it. */
export function described(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "string")
    return value === "" ? "an empty text" : `a text of ${value.length} characters`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === "object" ? "an object" : `the ${typeof value} ${JSON.stringify(value)}`;
}

function isUnknownAt(inputs: unknown, path: readonly string[]): boolean {
  let value = inputs;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return holdsUnknown(value);
    value = (value as Record<string, unknown>)[key];
  }
  return path.length > 0 && holdsUnknown(value);
}
