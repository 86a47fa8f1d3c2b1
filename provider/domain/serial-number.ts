import { paddedSerialNumber } from "merchant-credentials-loader/format";

export { paddedSerialNumber };

/**
 * The serial numbers that a text can mean, each in the padded form: hex as the Merchant Platform and openssl print it
 * (any case, with or without colons, `0x` and leading zeros), or decimal as Java prints it. A text of digits alone can
 * be either; none for a text that is no serial number. RFC 5280, section 4.1.2.2: at most 20 octets.
 */
export function serialNumbersMeant(text: string): readonly string[] {
  const digits = text.replace(/^\s*0x/i, "").replace(/[:\s]/g, "");
  const isHex = /^\s*0x|:/i.test(text);
  const meant = new Set<string>();
  if (/^[0-9A-Fa-f]{1,40}$/.test(digits)) meant.add(paddedSerialNumber(digits));
  if (!isHex && /^\d{1,49}$/.test(digits)) {
    const hex = BigInt(digits).toString(16);
    if (hex.length <= 40) meant.add(paddedSerialNumber(hex));
  }
  meant.delete(paddedSerialNumber("0"));
  return [...meant];
}
