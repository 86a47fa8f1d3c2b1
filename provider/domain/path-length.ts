import { asn1 } from "node-forge";
import { members } from "./asn1-members";

const basicConstraints = asn1.oidToDer("2.5.29.19").getBytes();

/**
 * How many CAs may stand between a CA and the merchant's certificate (`pathLenConstraint`, RFC 5280, section 4.2.1.9):
 * 0 for "Tenpay.com Root CA"; undefined where the certificate sets no limit. node:crypto does not tell it.
 */
export function pathLengthLimit(certificateDer: Buffer): number | undefined {
  try {
    const toBeSigned = members(asn1.fromDer(certificateDer.toString("latin1"), true))[0]!;
    const extensions = members(members(members(toBeSigned).at(-1)!)[0]!);
    const constraints = extensions.find((extension) => members(extension)[0]!.value === basicConstraints);
    const value = constraints && members(constraints).at(-1)!.value;
    const limit = members(asn1.fromDer(value as string)).find(({ type }) => type === asn1.Type.INTEGER);
    return limit && Number(`0x${Buffer.from(limit.value as string, "latin1").toString("hex")}`);
  } catch {
    return undefined;
  }
}
