import type { X509Certificate } from "node:crypto";
import { PlatformRefusal } from "./refusal";

/** The lengths under the two sets of rules: https://kf.qq.com/faq/161222nEB7b6161222ArMNFR.html */
export const validities = { annual: 1, "five-year": 5 } as const;
export type Validity = keyof typeof validities;

/** A renewal `annual` adds a year; `five-year` makes an annual certificate last five years in all. */
export function renewedUntil(renewed: X509Certificate, validity: Validity): Date {
  const end = new Date(renewed.validTo);
  const until = validity === "annual" ? addYears(end, 1) : addYears(new Date(renewed.validFrom), 5);
  if (until <= end) {
    throw new PlatformRefusal("not-renewable", "A five-year certificate is not renewed but replaced.");
  }
  return until;
}

export function validUntil(notBefore: Date, validity: Validity): Date {
  return addYears(notBefore, validities[validity]);
}

/** The 29th of February ends on the 28th. */
export function addYears(date: Date, years: number): Date {
  const sum = new Date(date);
  sum.setUTCFullYear(date.getUTCFullYear() + years);
  if (sum.getUTCMonth() !== date.getUTCMonth()) sum.setUTCDate(0);
  return sum;
}
