/** A certificate's serial number as WeChat Pay prints it: 40 upper-case hex digits, left-padded with zeros. */
export function paddedSerialNumber(hex: string): string {
  return hex.toUpperCase().padStart(40, "0");
}
