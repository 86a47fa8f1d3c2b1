import * as v from "valibot";
import { holdsUnknown } from "../domain/unknown";
import { MerchantCredentialsError } from "../errors";
import type { JsonObject } from "./resource-handlers";
import { shapeFailures } from "./shape";

/** Inputs that check has let through, typed; a host that did not ask check is refused. */
export function parsedInputs<Schema extends v.GenericSchema>(
  schema: Schema,
  raw: JsonObject,
): v.InferOutput<Schema> {
  const [failure] = shapeFailures(schema, raw);
  if (!failure && !holdsUnknown(raw)) return v.parse(schema, raw);
  throw new MerchantCredentialsError("invalid-input", failure?.reason ?? "an input is not known yet");
}

/** The arguments that a program gives: null stands for one that it leaves out. */
export function givenInputs(news: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(news).filter(([, value]) => value !== null));
}

/** The inputs among what is stored of a resource. */
export function storedInputs(names: readonly string[], outputs: JsonObject): JsonObject {
  const stored = names.filter((name) => outputs[name] !== undefined);
  return Object.fromEntries(stored.map((name) => [name, outputs[name]]));
}
