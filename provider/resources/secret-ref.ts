import * as v from "valibot";
import { holdsPrivateKey } from "../domain/private-key";
import { parseSecretArn } from "../vault/arn";
import { message, strict } from "./shape";

/** A reference of the right shape, with its ARN known: what a handler gets. */
export type SecretReference = { env: string } | { file: string } | { secretArn: string; jsonKey?: string };

const variants = ["env", "file", "secretArn"] as const;

const oneReference = "a reference: { env }, { file } or { secretArn, jsonKey }";
const howToRefer =
  'Put the value into an environment variable, a file or a secret, and refer to it, as in { env: "SHOP_API_SECRET" }';

/**
 * Whether a text that should name something looks like the secret itself: a private key or a PKCS#12 in PEM or
 * Base64, or 32 letters and digits.
 */
export function isLiteralSecret(text: string): boolean {
  return holdsPrivateKey(text) || /^\s*[0-9A-Za-z]{32}\s*$/.test(text);
}

/** A text that names something. No value is ever described beyond its length: what is given may be the secret. */
function naming(expected: string, accepts: (text: string) => boolean) {
  return v.pipe(
    v.string(message({ expected, found: "no text" })),
    v.check(
      (text) => !isLiteralSecret(text),
      message({ expected, problem: "looks like the secret itself", hint: howToRefer }),
    ),
    v.check(accepts, message({ expected })),
  );
}

function member(expected: string, accepts: (text: string) => boolean) {
  return v.optional(naming(expected, accepts));
}

const aSecretArn =
  "the full ARN of a secret, as in arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-AbCdEf";

/** The ARN of a secret by itself, as an argument that is always a reference. */
export const secretArnText = naming(aSecretArn, (arn) => parseSecretArn(arn) !== undefined);

const entries = {
  env: member("the name of an environment variable, such as SHOP_API_SECRET", (name) =>
    /^[A-Za-z_][A-Za-z0-9_]{0,254}$/.test(name),
  ),
  file: member("the path of a file: 1 to 1024 characters on one line", (path) =>
    /^[^\p{Cc}]{1,1024}$/u.test(path),
  ),
  secretArn: v.optional(secretArnText),
  jsonKey: member("a key of the secret's JSON object: 1 to 256 characters on one line", (key) =>
    /^[^\p{Cc}]{1,256}$/u.test(key),
  ),
};

/** The shape of a reference: exactly one variant. A failure is never reported with the value that it is about. */
export function secretRef() {
  return v.pipe(
    v.custom<object>(
      (value) => typeof value === "object" && value !== null && !Array.isArray(value),
      message({ expected: oneReference, problem: `is not ${oneReference}`, hint: howToRefer }),
    ),
    strict(entries),
    v.check(
      (given) => namesOf(given).length === 1,
      ({ input }) =>
        message({
          expected: "exactly one of env, file and secretArn",
          found: namesOf(input).join(" and ") || "none",
        }),
    ),
    v.check(
      ({ secretArn, jsonKey }) => jsonKey === undefined || secretArn !== undefined,
      message({ expected: "jsonKey beside secretArn only", found: "it beside another" }),
    ),
    v.transform((given) => given as SecretReference),
  );
}

function namesOf(given: object): string[] {
  return variants.filter((name) => (given as Record<string, unknown>)[name] !== undefined);
}
