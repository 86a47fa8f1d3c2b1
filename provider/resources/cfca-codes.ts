import * as v from "valibot";
import { isCalendarDay } from "../domain/calendar";
import { MerchantCredentialsError } from "../errors";
import { message, text } from "./shape";

/** What somebody might call an argument for one of the two codes in the letter, or for both. */
const codeName = /(codes?|^(cfca_?)?(ref(erence)?|auth(ori[sz]ation)?)(_?(nos?|nr|num(ber)?s?|ids?))?)$/i;

const problem = "the two codes of the letter are no argument";
const hint =
  "Remove it. A person types the reference number and the authorization code into CFCA's download page, and they belong nowhere else: tell this resource the day of the letter, as `codesIssuedAt`";

const aDay = "a day as YYYY-MM-DD";
const dayHint =
  "It is the day alone: the two codes of the letter belong nowhere but into CFCA's download page";

/** Days beside which a letter with two codes lies: whatever is given in their place may be one, and is not described. */
export const dayBesideCodes = text({ expected: aDay, found: "something else", hint: dayHint }, isCalendarDay);

/** Refuses arguments that are called like the two codes, whatever they hold. */
export const withoutCodes = v.rawCheck<Record<string, unknown>>(({ dataset, addIssue }) => {
  if (!dataset.typed) return;
  for (const key of Object.keys(dataset.value).filter((name) => codeName.test(name))) {
    const value = dataset.value[key];
    addIssue({
      message: message({ expected: "no such argument", problem, hint }),
      // As for any argument that does not exist, so that one that is known later is refused as well.
      expected: "never",
      path: [{ type: "object", origin: "key", input: dataset.value, key, value }],
    });
  }
});

/**
 * Refuses, before the engine sees them, the two codes in an argument of their own or in place of a day.
 *
 * @throws MerchantCredentialsError `invalid-input`; names the argument, never the value.
 */
export function assertNoCodes(args: object, resource: string): void {
  for (const [property, value] of Object.entries(args) as [string, unknown][]) {
    if (codeName.test(property))
      throw new MerchantCredentialsError("invalid-input", problem, { resource, property, hint });
    if (!(property === "codesIssuedAt" || property === "downloadedAt") || value == null) continue;
    // What is known only later is for check.
    const isLater = typeof value === "object" && !Array.isArray(value);
    if (isLater || (typeof value === "string" && isCalendarDay(value))) continue;
    throw new MerchantCredentialsError("invalid-input", "this is not a day", {
      resource,
      property,
      expected: aDay,
      hint: dayHint,
    });
  }
}
