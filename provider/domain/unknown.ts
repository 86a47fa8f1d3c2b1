/**
 * How a host says "not known before the update" in a preview. Source: @pulumi/pulumi, runtime/rpc,
 * `unknownValue`; repeated here so that handlers need not load the Pulumi SDK.
 */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value is unknown, or has an unknown part at any depth. */
export function holdsUnknown(value: unknown): boolean {
  if (value === unknownValue) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(holdsUnknown);
}
