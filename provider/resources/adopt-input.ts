import * as v from "valibot";
import { isLiteralSecret } from "./secret-ref";
import { flag, message, strict, text } from "./shape";

/** How many characters a key of somebody's JSON object may have. */
const keyLength = 256;

const expected = `the name of a key, 1 to ${keyLength} characters`;
const key = v.pipe(
  text({ expected }, (name) => name.length > 0 && name.length <= keyLength),
  v.check(
    (name) => !isLiteralSecret(name),
    message({
      expected,
      problem: "looks like the secret itself",
      hint: "Name the key of the JSON object that holds it",
    }),
  ),
);

/** `adopt`: true, or under which keys another tool's JSON object keeps the parts of a credential. */
export function adoptInput<const Part extends string>(
  required: readonly Part[],
  optional: readonly Part[] = [],
) {
  const entries = Object.fromEntries([
    ...required.map((part) => [part, key]),
    ...optional.map((part) => [part, v.optional(key)]),
  ]) as Record<Part, v.OptionalSchema<typeof key, undefined>>;
  const shapes = { flag: flag(), map: strict(entries) };
  return v.lazy((input) => (typeof input === "object" && input !== null ? shapes.map : shapes.flag));
}

/** The keys, where a program takes a secret over at all. */
export function adoptedFields<Fields extends object>(
  adopt: boolean | Fields,
): Fields | Record<string, never> | undefined {
  if (adopt === false) return undefined;
  return adopt === true ? {} : adopt;
}
