import * as pulumi from "@pulumi/pulumi";

const registry = Symbol.for("pulumi-merchant-credentials.perStack");

type Registry = Map<string, WeakMap<object, unknown>>;

/** Where there is no stack yet (mocks): one place for the whole process. */
const noStack = {};

/**
 * Something that exists once for each stack of this process, even where several copies of this package are
 * loaded. Returns a function that finds or makes the one of the present stack.
 */
export function perStack<T extends object>(name: string, make: () => T): () => T {
  return () => {
    const shared = ((globalThis as Record<symbol, unknown>)[registry] ??= new Map()) as Registry;
    let stacks = shared.get(name);
    if (!stacks) shared.set(name, (stacks = new WeakMap()));
    const stack = pulumi.runtime.getStackResource() ?? noStack;
    let value = stacks.get(stack) as T | undefined;
    if (!value) stacks.set(stack, (value = make()));
    return value;
  };
}
