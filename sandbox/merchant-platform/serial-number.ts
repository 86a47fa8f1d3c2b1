import { PlatformRefusal } from "./refusal";

export function checkedSerialNumber(hex: string | undefined): string | undefined {
  if (hex !== undefined && !/^(?=.*[1-9A-F])[0-9A-F]{1,40}$/i.test(hex)) {
    throw new PlatformRefusal("bad-order", "A serial number is 1 to 40 hexadecimal digits and not zero.");
  }
  return hex;
}
