import { paddedSerialNumber } from "./format";

/** What is wrong with a serial number beside its certificate; undefined where nothing is. */
export function serialProblem(given: string, actual: string): string | undefined {
  if (given === actual) return undefined;
  const found = `serialNumber is ${given.slice(0, 60)}`;
  if (/^\d+$/.test(given) && BigInt(given) === BigInt(`0x${actual}`))
    return `${found}, the certificate's in decimal: WeChat Pay wants hex, ${actual}`;
  // As OpenSSL and browsers show it.
  const digits = given.replace(/^0x|[:\s]/gi, "");
  if (paddedSerialNumber(digits) === actual)
    return `${found}, and must be 40 upper-case hex digits, ${actual}`;
  return `${found}, and the certificate's is ${actual}: it is of another certificate`;
}
