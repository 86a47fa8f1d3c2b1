import { holdsPrivateKey } from "../domain/private-key";
import { UsageError } from "./usage-error";

/** An API secret is 32 letters and digits. Source: docs/wechat-pay-steps.md. */
const apiSecret = /^[0-9A-Za-z]{32}$/;

/**
 * Every user of a machine can read the arguments of a process, and shells keep them. So nothing secret is taken
 * from there, and what looks like it is not repeated.
 *
 * @throws UsageError
 */
export function refuseSecretArguments(argv: readonly string[]): void {
  const values = argv.flatMap((argument) => [argument, argument.slice(argument.indexOf("=") + 1)]);
  // A shell cuts a text without quotes at its spaces.
  const isKey = [...values, argv.join(" ")].some(holdsPrivateKey);
  const isSecret = values.some((value) => value.split(/[\s:,;=]+/).some((word) => apiSecret.test(word)));
  if (!isKey && !isSecret) return;
  throw new UsageError(
    `an argument looks like ${isKey ? "a private key" : "an API secret: 32 letters and digits"}`,
    {
      hint:
        "Nothing was done, and no command takes a secret here. Arguments are visible to the whole machine and " +
        "stay in the shell's history: if it was one, treat it as leaked and replace it",
    },
  );
}

/** Whether a secret could be among the words of a text, however they are joined. */
export function mayHoldSecret(text: string): boolean {
  return text.split(/[^0-9A-Za-z]+/).some((word) => apiSecret.test(word));
}
