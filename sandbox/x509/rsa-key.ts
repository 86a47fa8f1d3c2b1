import { generateKeyPairSync, type KeyObject } from "node:crypto";

/** A new private key of 2048 bits, as all here are: the platform's own, and those it makes for a merchant. */
export function rsaKey(): KeyObject {
  return generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
}

let made: KeyObject | undefined;

/** A key that nobody here has, for signatures that are not the platform's; made when it is first asked for. */
export function strangersKey(): KeyObject {
  return (made ??= rsaKey());
}
