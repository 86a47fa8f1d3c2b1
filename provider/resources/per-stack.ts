import * as pulumi from "@pulumi/pulumi";

const registry = Symbol.for("pulumi-merchant-credentials.perStack");

type Registry = Map<string, WeakMap<object, unknown>>;

/**
 * Something that exists once for each stack of this process, even where several copies of this package are
 * loaded. Returns a function that finds or makes the one of the present stack. Under Pulumi's mocks there is no
 * stack, and so nothing is shared.
 */
export function perStack<T extends object>(name: string, make: () => T): () => T {
  return () => {
    const stack = pulumi.runtime.getStackResource();
    if (!stack) return make();
    const shared = ((globalThis as Record<symbol, unknown>)[registry] ??= new Map()) as Registry;
    let stacks = shared.get(name);
    if (!stacks) shared.set(name, (stacks = new WeakMap()));
    let value = stacks.get(stack) as T | undefined;
    if (!value) stacks.set(stack, (value = make()));
    return value;
  };
}
