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
