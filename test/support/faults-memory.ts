const identities = new WeakMap<object, number>();
let identitiesGiven = 0;

function identity(argument: unknown): string {
  if (Buffer.isBuffer(argument)) return argument.toString("base64");
  if (typeof argument !== "object" || argument === null) return String(argument);
  if (Object.getPrototypeOf(argument) === Object.prototype) return JSON.stringify(argument);
  if (!identities.has(argument)) identities.set(argument, ++identitiesGiven);
  return `#${identities.get(argument)}`;
}

/**
 * A module whose pure functions compute once for the same arguments: thousands of trials read the same handful of
 * keys and certificates, and OpenSSL takes its time. For `jest.mock`.
 */
export function remembering<Module extends object>(module: Module, ...names: (keyof Module)[]): Module {
  const remembered = names.map((name) => {
    const compute = module[name] as (...args: unknown[]) => unknown;
    const answers = new Map<string, unknown>();
    const recall = (...args: unknown[]): unknown => {
      const key = args.map(identity).join("\n");
      if (!answers.has(key)) answers.set(key, compute(...args));
      return answers.get(key);
    };
    return [name, recall] as const;
  });
  return { ...module, ...Object.fromEntries(remembered) };
}
