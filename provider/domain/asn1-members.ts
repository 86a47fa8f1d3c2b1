import type { asn1 } from "node-forge";

/** The members of a constructed value. @throws TypeError where it is not constructed. */
export function members({ value }: asn1.Asn1): asn1.Asn1[] {
  if (typeof value === "string") throw new TypeError("not constructed");
  return value;
}
