import { MerchantCredentialsError } from "../errors";
import { holdsPrivateKey } from "../domain/private-key";
import { nearestWord } from "../domain/nearest";
import { isLiteralSecret } from "./secret-ref";

/** Where a `SecretRef` belongs, and where it names something; tags and triggers may have members of any name. */
const inReference =
  /^(?!(\w+\.)?(tags|triggers)\.)(\w+\.)?(import|adopt|activation|compromised|abandonRequest|pfx|password|\w+SecretArn)(\.|$)/;
/** Where only an object can be right: what is written there as text or bytes may be the secret or its password. */
const isReference =
  /^(?!(\w+\.)?(tags|triggers)\.)(\w+\.)?(import(\.(p12|password|privateKey|passphrase|zip))?|pfx|password)$/;

/**
 * Refuses secret material written into a program, before the engine sees it: its verbose logs hold every input.
 * Values that are known only later are refused by check.
 *
 * @throws MerchantCredentialsError `invalid-input`; names the argument, never the value.
 */
export function assertNoSecretLiterals(args: object, resource: string, path = ""): void {
  for (const [key, value] of Object.entries(args) as [string, unknown][]) {
    const property = path ? `${path}.${key}` : key;
    if (typeof value === "string" && holdsPrivateKey(value)) {
      throw new MerchantCredentialsError("invalid-input", "this holds a private key", {
        resource,
        property,
        hint: "Remove it from the program and treat it as leaked: private keys stay in the vault",
      });
    }
    const isLiteral = inReference.test(property) && typeof value === "string" && isLiteralSecret(value);
    const isContent = typeof value === "string" || ArrayBuffer.isView(value);
    if (isLiteral || (isContent && isReference.test(property))) {
      throw new MerchantCredentialsError("invalid-input", "this looks like the secret itself", {
        resource,
        property,
        expected: "the name of where it is kept",
        hint: "Remove it from the program and treat it as leaked",
      });
    }
    if (typeof value === "object" && value !== null && isPlain(value))
      assertNoSecretLiterals(value, resource, property);
  }
}

/** The arguments of something; below one that is an object with fixed members, theirs. */
export interface KnownArguments {
  readonly [name: string]: true | KnownArguments;
}

/** Refuses arguments that do not exist; TypeScript does so too, but programs are also written in JavaScript. */
export function assertKnownArguments(args: object, known: KnownArguments, resource: string, path = ""): void {
  for (const [key, value] of Object.entries(args) as [string, unknown][]) {
    const below = Object.hasOwn(known, key) ? known[key]! : undefined;
    if (below === undefined) {
      const near = nearestWord(key, Object.keys(known));
      throw new MerchantCredentialsError("invalid-input", "is not a known argument", {
        resource,
        property: path + key,
        hint: near ? `Did you mean \`${near}\`?` : `Known are: ${Object.keys(known).join(", ")}`,
      });
    }
    if (below !== true && typeof value === "object" && value !== null && isPlain(value)) {
      assertKnownArguments(value, below, resource, `${path}${key}.`);
    }
  }
}

/** Outputs and resources are not looked into: what they hold arrives later. */
function isPlain(value: object): boolean {
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
