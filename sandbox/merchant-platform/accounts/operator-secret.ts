import { PlatformRefusal } from "../refusal";

/** Both kinds of secret that the super administrator types. The value is never in the refusal. */
export function checkSecret(name: "API secret" | "APIv3 secret", value: string): void {
  if (!/^[0-9A-Za-z]{32}$/.test(value)) {
    throw new PlatformRefusal(
      "bad-secret",
      `The ${name} must be 32 characters, digits and letters only; this one has ${[...value].length}.`,
    );
  }
}
