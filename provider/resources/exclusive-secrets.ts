import { unknownValue } from "../domain/unknown";
import type { CheckFailure, JsonObject } from "./resource-handlers";

/**
 * Refuses a second resource of a run that names the same secret: each would take the other's lease. The
 * constructor refuses two resources for one merchant, but only check knows every secret's name.
 */
export function exclusiveSecrets(): (inputs: JsonObject) => CheckFailure[] {
  const holders = new Map<string, string>();
  return ({ region, secretName, logicalName }) => {
    if (secretName === unknownValue || region === unknownValue || typeof logicalName !== "string") return [];
    const key = JSON.stringify([region, secretName]);
    const holder = holders.get(key) ?? logicalName;
    holders.set(key, holder);
    if (holder === logicalName) return [];
    const reason = `secretName: "${holder}" keeps its credential in this secret already. Give one of them another name.`;
    return [{ property: "", reason }];
  };
}
