import { MerchantCredentialsError, unforeseen } from "../errors";
import type { Json, JsonObject, Outcome, ResourceHandlers } from "./resource-handlers";

/** What the engine's dynamic-provider host calls; see @pulumi/pulumi, cmd/dynamic-provider. */
export interface DynamicProvider {
  configure(request: { config: { get(key: string): unknown } }): void;
  check(
    olds: JsonObject,
    news: JsonObject,
  ): { inputs: JsonObject; failures: { property: string; reason: string }[] };
  diff(id: string, olds: JsonObject, news: JsonObject): { changes: boolean };
  create(inputs: JsonObject): Promise<{ id: string; outs: JsonObject }>;
  read(id: string, outputs: JsonObject): Promise<{ id?: string; props?: JsonObject; inputs?: JsonObject }>;
  update(id: string, olds: JsonObject, news: JsonObject): Promise<{ outs: JsonObject }>;
  delete(id: string, outputs: JsonObject): Promise<void>;
}

/** The key under which the engine keeps a dynamic resource's provider text, in inputs and outputs. */
const providerKey = "__provider";

/** Milliseconds for one call, all retries included: past this a run should say so rather than hang. */
const timeLimit = 10 * 60 * 1000;

/** Milliseconds after that in which a handler, its requests aborted, may still say what it has seen. */
const grace = 10 * 1000;

/** Translates the engine's calls and nothing else. `configKeys` are read from the Provider resource's inputs. */
export function toDynamicProvider(
  handlers: ResourceHandlers,
  configKeys: Readonly<Record<string, string>>,
): DynamicProvider {
  // Only stored here: a refresh calls read before configure has been awaited.
  let source: { get(key: string): unknown } = { get: () => undefined };
  const config = (): JsonObject =>
    plain(Object.fromEntries(Object.entries(configKeys).map(([name, key]) => [name, source.get(key)])));

  return {
    configure: ({ config: configured }) => {
      source = configured;
    },
    check: (olds, news) =>
      sealed(() => {
        const { inputs, failures } = handlers.check({ olds, news: withoutProvider(news), config: config() });
        return { inputs: plain(inputs), failures };
      }),
    diff: (_id, olds, news) =>
      sealed(() => ({ changes: handlers.diff({ olds, news: withoutProvider(news) }) })),
    create: (inputs) =>
      limited(async (signal) => {
        const outcome = await handlers.create({ inputs: withoutProvider(inputs), config: config(), signal });
        return { id: outcome.id, outs: settled(outcome, inputs) };
      }),
    read: (id, outputs) =>
      limited(async (signal) => {
        const found = await handlers.read({
          id,
          outputs: withoutProvider(outputs),
          config: config(),
          signal,
        });
        if (!found) return {};
        return { id: found.id, props: plain(found.outputs), inputs: plain(found.inputs) };
      }),
    update: (id, olds, news) =>
      limited(async (signal) => {
        const call = {
          id,
          outputs: withoutProvider(olds),
          inputs: withoutProvider(news),
          config: config(),
          signal,
        };
        return { outs: settled(await handlers.update(call), news) };
      }),
    delete: (id, outputs) =>
      limited((signal) =>
        handlers.delete({ id, outputs: withoutProvider(outputs), config: config(), signal }),
      ),
  };
}

/**
 * The one exit of create and update. Unmet reasons become the engine's initialization failure: the resource is
 * saved and the run fails. Its properties must carry the provider text, or later calls cannot find the handler.
 */
function settled({ id, outputs, unmet }: Outcome, inputs: JsonObject): JsonObject {
  const properties = plain({ ...outputs, [providerKey]: inputs[providerKey] });
  if (unmet.length === 0) return properties;
  throw Object.assign(bare(unmet.join(" ")), { id, properties, reasons: [...unmet] });
}

function withoutProvider(properties: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => key !== providerKey));
}

/** Drops undefined members and refuses what is not JSON: either makes the engine lose the resource or hang. */
export function plain(value: Readonly<Record<string, unknown>>): JsonObject {
  return plainValue(value, "outputs") as JsonObject;
}

function plainValue(value: unknown, path: string): Json {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((item, index) => plainValue(item, `${path}[${index}]`));
  if (
    typeof value === "object" &&
    [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null)
  ) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return Object.fromEntries(members.map(([key, member]) => [key, plainValue(member, `${path}.${key}`)]));
  }
  throw new MerchantCredentialsError("internal", `${path} is not plain JSON`);
}

async function limited<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    const giveUp = (): void =>
      reject(
        new MerchantCredentialsError("timed-out", `no result within ${timeLimit / 60_000} minutes`, {
          hint: "Nothing is lost: run pulumi up again, it goes on where this run stopped",
        }),
      );
    timer = setTimeout(() => {
      controller.abort();
      timer = setTimeout(giveUp, grace);
    }, timeLimit);
  });
  try {
    return await Promise.race([call(controller.signal), expiry]);
  } catch (error) {
    throw isInitializationFailure(error) ? error : publicError(error);
  } finally {
    clearTimeout(timer);
  }
}

function sealed<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw publicError(error);
  }
}

function isInitializationFailure(error: unknown): boolean {
  return typeof error === "object" && error !== null && "reasons" in error;
}

/** An error that says only what is safe: the engine prints stacks, and it takes any `id` for a saved resource. */
function publicError(error: unknown): Error {
  const { message, code } = error instanceof MerchantCredentialsError ? error : unforeseen(error);
  return bare(`${message} [${code}]`);
}

function bare(message: string): Error {
  const error = new Error(message);
  error.stack = "";
  return error;
}
