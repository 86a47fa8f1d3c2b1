/** Plain JSON, as hosts exchange it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export interface CheckFailure {
  /** The property, or empty where the host must not echo its value. */
  property: string;
  reason: string;
}

/**
 * What serves one kind of resource, whatever the host: over plain JSON, without a word of dynamic providers.
 * `config` is what the host was configured with.
 */
export interface ResourceHandlers {
  check(call: { olds: JsonObject; news: JsonObject; config: JsonObject }): {
    inputs: JsonObject;
    failures: CheckFailure[];
  };
  /** Whether an update is due, from the stored outputs and the new inputs. */
  diff(call: { olds: JsonObject; news: JsonObject }): boolean;
  create(call: { inputs: JsonObject } & Call): Promise<Outcome>;
  /** Undefined where the resource is gone. */
  read(call: { id: string; outputs: JsonObject } & Call): Promise<ReadOutcome | undefined>;
  update(call: { id: string; outputs: JsonObject; inputs: JsonObject } & Call): Promise<Outcome>;
  delete(call: { id: string; outputs: JsonObject } & Call): Promise<void>;
}

interface Call {
  config: JsonObject;
  signal: AbortSignal;
}

/** What a create or an update leaves; with reasons, the resource exists and falls short of what was asked. */
export interface Outcome {
  id: string;
  outputs: JsonObject;
  unmet: readonly string[];
}

export interface ReadOutcome {
  id: string;
  outputs: JsonObject;
  inputs: JsonObject;
}
