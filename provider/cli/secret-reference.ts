import { Command } from "commander";
import { endpointProblem, regionPattern } from "../domain/connection-rules";
import { requestFingerprint } from "../domain/staging-labels";
import { parseSecretArn } from "../vault/arn";
import { printable } from "./printable";
import { UsageError } from "./usage-error";
import type { Connection } from "../vault/connection";

/** The options of every command that looks into the vault. */
export interface ConnectionOptions {
  region?: string;
  profile?: string;
  endpoint?: string;
}

export interface SecretReference {
  /** ARN, or name. */
  secretId: string;
  connection: Connection;
}

/** A command with the argument and the options that say which secret is meant. */
export function commandOnSecret(name: string): Command {
  return new Command(name)
    .argument("<secret>", "the ARN (output secretArn), or the name together with --region")
    .option("--region <region>", "the region of a secret that is given by its name")
    .option("--profile <name>", "a profile of the AWS configuration; default: the SDK's default chain")
    .option("--endpoint <url>", "https, or http on loopback; default: the region's own");
}

/** @throws UsageError */
export function secretReference(secret: string, options: ConnectionOptions): SecretReference {
  const { region: named, profile, endpoint } = options;
  const arn = secret.startsWith("arn:") ? arnOf(secret) : undefined;
  if (!arn && !/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(secret)) {
    throw new UsageError("this is not the name of a secret", {
      property: "<secret>",
      expected: "an ARN, or 1 to 512 letters, digits and /_+=.@-",
    });
  }
  if (named !== undefined && !regionPattern.test(named)) {
    throw new UsageError("this is not a region", {
      property: "--region",
      expected: "a region such as eu-central-1",
    });
  }
  if (arn && named !== undefined && named !== arn.region) {
    throw new UsageError("the ARN is of another region", {
      property: "--region",
      expected: arn.region,
      actual: named,
    });
  }
  const region = arn?.region ?? named;
  if (region === undefined) {
    throw new UsageError("a name alone does not say where the secret is", {
      property: "--region",
      hint: "Add --region, or give the ARN (output secretArn)",
    });
  }
  if (profile === "") throw new UsageError("the value is empty", { property: "--profile" });
  const problem = endpoint === undefined ? undefined : endpointProblem(endpoint);
  if (problem) {
    throw new UsageError("secret values do not go there", {
      property: "--endpoint",
      expected: "https, or http on loopback",
      actual: problem,
    });
  }
  return {
    secretId: secret,
    connection: { region, ...(profile && { profile }), ...(endpoint && { endpoint }) },
  };
}

function arnOf(secret: string) {
  const arn = parseSecretArn(secret);
  if (arn) return arn;
  throw new UsageError("this is not the full ARN of a secret", {
    property: "<secret>",
    expected: "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX",
    actual: printable(secret),
  });
}

/** Whether an option means a version: by its whole id, or by the 16 digits that name it in labels and next steps. */
export function isVersion(option: string, versionId: string | undefined): boolean {
  return versionId === option || (versionId !== undefined && requestFingerprint(versionId) === option);
}

/**
 * @param output which has the version's id
 * @throws UsageError
 */
export function assertVersion(option: string, output = "pendingVersionId"): void {
  if (/^([0-9a-f]{16}|[0-9a-f]{64})$/.test(option)) return;
  throw new UsageError("this is not a version of ours", {
    property: "--version",
    expected: "a version id of 64 hex digits, or its first 16",
    actual: `${option.length} characters`,
    hint: `Copy the output ${output}`,
  });
}

/** The promote command for a secret as it was named, ready to be pasted. */
export function promoteLine({ secretId, connection }: SecretReference, versionId: string): string {
  const { region, profile, endpoint } = connection;
  const words = [
    ...["merchant-credentials", "promote", secretId],
    ...(secretId.startsWith("arn:") ? [] : ["--region", region]),
    ...(profile === undefined ? [] : ["--profile", profile]),
    ...(endpoint === undefined ? [] : ["--endpoint", endpoint]),
    ...["--version", requestFingerprint(versionId)],
  ];
  return words.map(quoted).join(" ");
}

/** For a POSIX shell. */
function quoted(word: string): string {
  return /^[\w/+=.@:-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
