import { readTrustChain, type TrustChain } from "../domain/trust-chain";
import type { Trust } from "../domain/trust-path";
import { unknownValue } from "../domain/unknown";
import { MerchantCredentialsError } from "../errors";
import type { CheckFailure, JsonObject } from "./resource-handlers";

/**
 * Reads `trustChain` and `trustAnchors`; a member of the result is undefined where the program says nothing, or nothing
 * that is known yet. A failure never quotes them, because they could be a private key.
 */
export function readTrust(inputs: { readonly trustChain?: unknown; readonly trustAnchors?: unknown }): {
  trust: Trust;
  failures: CheckFailure[];
} {
  const failures: CheckFailure[] = [];
  const read = (property: "trustChain" | "trustAnchors"): TrustChain | undefined => {
    const text = inputs[property];
    if (typeof text !== "string" || text === unknownValue) return undefined;
    try {
      return readTrustChain(text, property);
    } catch (error) {
      if (!(error instanceof MerchantCredentialsError)) throw error;
      failures.push({ property: "", reason: error.message });
      return undefined;
    }
  };
  return { trust: { chain: read("trustChain"), anchors: read("trustAnchors") }, failures };
}

/** Whether the program says whom to trust, and all of it is known. */
export function isTrustKnown({ trustChain, trustAnchors }: JsonObject): boolean {
  return trustChain !== unknownValue && trustAnchors !== unknownValue;
}
