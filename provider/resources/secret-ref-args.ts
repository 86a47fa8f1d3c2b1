import type * as pulumi from "@pulumi/pulumi";

/**
 * Where a secret that exists already is read from; the only way by which secret material comes in. It is read while
 * the resource is created or updated, by the provider, and goes into the vault: never into inputs, outputs or state.
 *
 * - `{ env: "NAME" }`: the environment variable NAME of the pulumi command. Files (`p12`, `zip`, a key in DER) as
 *   Base64; a key in PEM as it is.
 * - `{ file: "path" }`: a file, relative to the program's folder; binary files as they are.
 * - `{ secretArn: "arn:…" }`: the current value of a secret in AWS Secrets Manager; binary ones as they are, else as
 *   with `env`.
 *
 * At most 65,536 bytes each. A secret's value in place of a reference is refused.
 */
export type SecretRef = EnvironmentRef | FileRef | SecretArnRef;

export interface EnvironmentRef {
  /** Name of the variable: letters, digits and underscores. */
  env: string;
  file?: undefined;
  secretArn?: undefined;
  jsonKey?: undefined;
}

export interface FileRef {
  /** Path of the file, at most 1024 characters; `~` is not expanded. */
  file: string;
  env?: undefined;
  secretArn?: undefined;
  jsonKey?: undefined;
}

export interface SecretArnRef {
  /** Full ARN, with the six characters at its end. Needs `secretsmanager:GetSecretValue` on it, and `kms:Decrypt`. */
  secretArn: pulumi.Input<string>;
  /** Where the value is a JSON object: the key whose text is meant. Default: the whole value is meant. */
  jsonKey?: string | undefined;
  env?: undefined;
  file?: undefined;
}
