import { inspect, type InspectOptions } from "node:util";

const hidden = "[redacted]";

/**
 * The same object, whose named properties `console.log`, `util.inspect` and JSON show as `[redacted]`; to read, write
 * and copy they are as any other. A copy by spread keeps this for `console.log`, not for JSON.
 */
export function redacted<T extends object>(options: T, secrets: readonly (keyof T & string)[]): T {
  function shown(this: object): object {
    return Object.fromEntries(
      Object.entries(this).map(([name, value]: [string, unknown]) => [
        name,
        (secrets as readonly string[]).includes(name) ? hidden : value,
      ]),
    );
  }
  Object.defineProperty(options, "toJSON", { value: shown });
  Object.defineProperty(options, inspect.custom, { value: shown, enumerable: true });
  return options;
}

/** What `inspect` shows of an object whose accessors have secrets: with `getters` it would call them. */
export function withoutAccessors(object: object, options: InspectOptions): string {
  return inspect(object, { ...options, getters: false, customInspect: false });
}
