import { secretExpected, secretFlaw } from "./api-secret-text";
import { refused, type Refused } from "./verdict";

/** Why a value cannot be a secret of WeChat Pay, before it is tried; says its length, never a character of it. */
export function secretTextProblem(field: "apiSecret" | "apiV3Secret", value: string): Refused | undefined {
  const flaw = secretFlaw(value);
  return flaw && refused(field, `${field} has to be ${secretExpected}; found ${flaw.found}. ${flaw.hint}.`);
}
