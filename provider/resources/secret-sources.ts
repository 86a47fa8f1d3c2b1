import { resolve } from "node:path";
import { MerchantCredentialsError } from "../errors";
import { VaultError } from "../vault/vault";
import {
  asBytes,
  asText,
  empty,
  memberOf,
  mostSecretBytes,
  refusal,
  tooLarge,
  type SecretContent,
} from "./secret-content";
import type { SecretReference } from "./secret-ref";

/** A file's bytes, or why there are none. */
export type SecretFile = Buffer | "missing" | "directory" | "special" | "too large" | "unreadable";

/** What reading a reference reaches out for. */
export interface SecretSourcePorts {
  env: Readonly<Record<string, string | undefined>>;
  readFile: (path: string) => Promise<SecretFile>;
  /** Where relative paths start: the program's folder. */
  folder: string;
  /** Whose command reads, for hints. Default: `pulumi`. */
  program?: string;
  /** The current value of a secret; undefined where there is none. Throws VaultErrors. */
  readSecret: (arn: string) => Promise<{ text?: string; bytes?: Buffer } | undefined>;
}

/**
 * Reads what references lead to. `property` is the argument that holds the reference, such as `import.p12`.
 *
 * Both throw MerchantCredentialsError on a member of the reference, such as `import.p12.env`: `invalid-input`, or
 * `vault-access-denied` and `vault-refused` where AWS says no. Nothing that was read is in an error. Other
 * VaultErrors pass through.
 */
export interface SecretSources {
  /** As text, not empty: UTF-8, without a byte order mark. Line ends at its end are left. */
  text: (reference: SecretReference, property: string) => Promise<string>;
  /** As bytes, at least one: a file and a binary secret as they are; a text as Base64, or PEM as it is. */
  bytes: (reference: SecretReference, property: string) => Promise<Buffer>;
  /** The current value of a secret that `property` names by its ARN, as text. */
  secret: (arn: string, property: string) => Promise<string>;
}

export function secretSources(ports: SecretSourcePorts): SecretSources {
  const read = async (reference: SecretReference, property: string): Promise<[SecretContent, string]> => {
    if ("env" in reference) {
      const member = `${property}.env`;
      return [{ text: variable(ports, reference.env, member) }, member];
    }
    if ("file" in reference) {
      const member = `${property}.file`;
      return [{ bytes: await fileBytes(ports, reference.file, member) }, member];
    }
    const member = `${property}.secretArn`;
    const content = await secretContent(ports, reference.secretArn, member);
    if (reference.jsonKey === undefined) return [content, member];
    const key = `${property}.jsonKey`;
    return [{ text: memberOf(asText(content, member), reference.jsonKey, key) }, key];
  };
  return {
    text: async (reference, property) => asText(...(await read(reference, property))),
    bytes: async (reference, property) => asBytes(...(await read(reference, property))),
    secret: async (arn, property) => asText(await secretContent(ports, arn, property), property),
  };
}

function variable({ env, program = "pulumi" }: SecretSourcePorts, name: string, property: string): string {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (value === undefined)
    throw refusal(property, "the environment variable is not set", {
      // A name in capitals is a name; anything else could be a password in the wrong place.
      expected: /^[A-Z][A-Z0-9_]*$/.test(name) ? `a value in ${name}` : "a value in it",
      actual: "none",
      hint: `Set it where the ${program} command runs`,
    });
  if (value === "") throw empty(property);
  return value;
}

async function fileBytes(
  { readFile, folder, program = "pulumi" }: SecretSourcePorts,
  path: string,
  property: string,
): Promise<Buffer> {
  const found = await readFile(resolve(folder, path));
  const fault = (actual: string, hint: string): MerchantCredentialsError => {
    const expected = `a file of at most ${mostSecretBytes} bytes`;
    return refusal(property, "the file cannot be read", { expected, actual, hint });
  };
  switch (found) {
    case "missing":
      throw fault(
        "none",
        path.startsWith("~")
          ? "~ is not expanded: write the path out"
          : `A relative path starts at ${folder}`,
      );
    case "directory":
      throw fault("a folder", "Give the path of the file in it");
    case "special":
      throw fault("a pipe, a socket or a device", "Give the path of a regular file");
    case "unreadable":
      throw fault("one that may not be read", `Let the user that runs ${program} read it`);
    case "too large":
      throw tooLarge(property);
    default:
      return found;
  }
}

async function secretContent(
  { readSecret }: SecretSourcePorts,
  arn: string,
  property: string,
): Promise<SecretContent> {
  try {
    const value = await readSecret(arn);
    if (value?.bytes !== undefined) return { bytes: value.bytes };
    if (value?.text !== undefined) return { text: value.text };
  } catch (error) {
    throw error instanceof VaultError ? vaultAnswer(error, arn, property) : error;
  }
  throw noSuchSecret(arn, property);
}

/** The answers that say something of the reference; others are the run's, and stay as they are. */
function vaultAnswer(error: VaultError, arn: string, property: string): Error {
  switch (error.reason) {
    case "not-found":
      return noSuchSecret(arn, property);
    case "access-denied":
      return new MerchantCredentialsError("vault-access-denied", "this secret may not be read", {
        property,
        actual: error.message,
        hint: `Allow secretsmanager:GetSecretValue on ${arn}, and kms:Decrypt where its KMS key is not AWS's own`,
      });
    case "kms":
      return new MerchantCredentialsError("vault-refused", "the KMS key of this secret cannot be used", {
        property,
        actual: error.message,
        hint: `Enable the key, and allow kms:Decrypt on it to the role that reads ${arn}`,
      });
    case "conflict":
    case "exists":
    case "unavailable":
    case "refused":
      return error;
  }
}

function noSuchSecret(arn: string, property: string): MerchantCredentialsError {
  return refusal(property, "there is no such secret, or it has no current value", {
    expected: "the ARN of a secret that holds a value",
    actual: arn,
    hint: "Compare the ARN with: aws secretsmanager describe-secret --secret-id NAME",
  });
}
