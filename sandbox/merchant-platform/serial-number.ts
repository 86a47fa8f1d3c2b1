import { randomBytes } from "node:crypto";
import { PlatformRefusal } from "./refusal";

/** Upper-case hex, positive and without a leading zero, so that it keeps its length: 20 octets have 40 digits. */
export function randomSerialNumber(octets: number): string {
  const bytes = randomBytes(octets);
  bytes[0] = (bytes[0]! & 0x7f) | 0x10;
  return bytes.toString("hex").toUpperCase();
}

export function checkedSerialNumber(hex: string | undefined): string | undefined {
  if (hex !== undefined && !/^(?=.*[1-9A-F])[0-9A-F]{1,40}$/i.test(hex)) {
    throw new PlatformRefusal("bad-order", "A serial number is 1 to 40 hexadecimal digits and not zero.");
  }
  return hex;
}
