import { randomBytes } from "node:crypto";

/** Upper-case hex, positive and without a leading zero, so that it keeps its length: 20 octets have 40 digits. */
export function randomSerialNumber(octets: number): string {
  const bytes = randomBytes(octets);
  bytes[0] = (bytes[0]! & 0x7f) | 0x10;
  return bytes.toString("hex").toUpperCase();
}
