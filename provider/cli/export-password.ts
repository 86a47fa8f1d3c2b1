import { Option, type Command } from "commander";
import { withoutLineEnd } from "../domain/line-end";
import { MerchantCredentialsError } from "../errors";
import { secretRef, type SecretReference as Reference } from "../resources/secret-ref";
import { secretSources } from "../resources/secret-sources";
import { shapeProblems } from "../resources/shape";
import { parseSecretArn } from "../vault/arn";
import type { Connection } from "../vault/connection";
import type { Signal } from "./signals";
import { ciVariable } from "./terminal-only";
import { UsageError } from "./usage-error";
import type { World } from "./world";

export interface PasswordOptions {
  passwordEnv?: string;
  passwordFile?: string;
  passwordSecretArn?: string;
  passwordJsonKey?: string;
}

/** Where the password comes from. */
export type PasswordSource = Reference | "terminal";

/** The option that stands for each member of a reference. */
const optionOf: Readonly<Record<string, string>> = {
  env: "--password-env",
  file: "--password-file",
  secretArn: "--password-secret-arn",
  jsonKey: "--password-json-key",
};

export function withPasswordOptions(command: Command): Command {
  const env = new Option("--password-env <name>", "the environment variable that has the password");
  const file = new Option("--password-file <path>", "the file that has it");
  const secret = new Option(
    "--password-secret-arn <arn>",
    "the secret in AWS Secrets Manager that has it; default: asked for on the terminal",
  );
  return command
    .addOption(env.conflicts(["passwordFile", "passwordSecretArn"]))
    .addOption(file.conflicts(["passwordSecretArn"]))
    .addOption(secret)
    .option("--password-json-key <key>", "its key, where that secret is a JSON object");
}

/** @throws UsageError */
export function passwordSource(options: PasswordOptions, world: World): PasswordSource {
  const { passwordEnv: env, passwordFile: file, passwordSecretArn: secretArn, passwordJsonKey } = options;
  const given = Object.entries({ env, file, secretArn, jsonKey: passwordJsonKey }).filter(
    ([, value]) => value !== undefined,
  );
  if (passwordJsonKey !== undefined && secretArn === undefined)
    throw new UsageError("only a secret in AWS Secrets Manager has keys", {
      property: "--password-json-key",
      hint: "Give --password-secret-arn as well",
    });
  if (given.length === 0) return assertPerson(world);
  const reference = Object.fromEntries(given);
  const [problem] = shapeProblems(secretRef(), reference);
  if (!problem) return reference as Reference;
  throw new UsageError(problem.problem ?? "this is no place for a password", {
    property: optionOf[problem.path[0]!]!,
    expected: problem.expected,
    actual: problem.found,
    hint: problem.hint,
  });
}

function assertPerson({ stdin, stderr, environment }: World): "terminal" {
  const service = ciVariable(environment);
  const why = service
    ? `${service} is set, so this is a CI job`
    : !stdin.isTerminal
      ? "standard input is not a terminal"
      : !stderr.isTerminal
        ? "standard error is not a terminal"
        : undefined;
  if (!why) return "terminal";
  throw new UsageError(`nobody can be asked for the password: ${why}`, {
    hint: "Say where it is: --password-env, --password-file or --password-secret-arn",
  });
}

interface Purpose {
  merchantId: string;
  /** Name of the file that the password is for. */
  file: string;
  /** How a secret is reached; its region is that of the password's ARN. */
  connection: Connection;
}

/**
 * The password, or the signal that came instead. Secret.
 *
 * @throws MerchantCredentialsError where there is none, or it cannot be one.
 */
export async function exportPassword(
  source: PasswordSource,
  purpose: Purpose,
  world: World,
): Promise<Buffer | Signal> {
  if (source === "terminal") return askedTwice(purpose, world);
  const password = Buffer.from(withoutLineEnd(await referenced(source, purpose.connection, world)));
  const [member] = Object.keys(source);
  assertPassword(password, optionOf[member!]!, purpose.merchantId);
  return password;
}

async function askedTwice({ merchantId, file }: Purpose, world: World): Promise<Buffer | Signal> {
  const answers = await world.ask([
    {
      prompt: `Password for ${file} (${rule}; it is not shown): `,
      check: (answer) => assertPassword(answer, "password", merchantId),
    },
    { prompt: "The same again: " },
  ]);
  if (!Array.isArray(answers)) return answers;
  const [password, again] = answers as [Buffer, Buffer];
  const isSame = password.equals(again);
  again.fill(0);
  if (isSame) return password;
  password.fill(0);
  throw new MerchantCredentialsError("invalid-input", "the two passwords differ", {
    property: "password",
    hint: "Nothing was written; run it again",
  });
}

async function referenced(reference: Reference, connection: Connection, world: World): Promise<string> {
  const sources = secretSources({
    env: world.environment,
    readFile: world.readSecretFile,
    folder: world.folder(),
    program: "merchant-credentials",
    readSecret: (arn) => {
      const { region } = parseSecretArn(arn)!;
      return world.vault({ ...connection, region }).readCurrent(arn);
    },
  });
  try {
    return await sources.text(reference, "password");
  } catch (error) {
    if (!(error instanceof MerchantCredentialsError)) throw error;
    const { code, summary, details } = error;
    const member = details.property?.split(".")[1] ?? "";
    throw new MerchantCredentialsError(code, summary, { ...details, property: optionOf[member] });
  }
}

/** Of other characters programs make different bytes (RFC 7292, appendix B.1). */
const rule = "8 to 64 printable ASCII characters";

/** @throws MerchantCredentialsError; nothing of the password is in it but its length. */
function assertPassword(password: Buffer, property: string, merchantId: string): void {
  const actual = password.some((byte) => byte < 0x20 || byte > 0x7e)
    ? "other characters"
    : password.length < 8 || password.length > 64
      ? `${password.length} characters`
      : spells(password, merchantId)
        ? "the merchant id, which everybody tries first"
        : undefined;
  if (actual === undefined) return;
  password.fill(0);
  throw new MerchantCredentialsError("invalid-input", "this cannot be the password", {
    property,
    expected: rule,
    actual,
    hint: "Nothing was written",
  });
}

/** Whether it is a text but for spaces and capitals. It becomes no string, which could not be cleared. */
function spells(password: Buffer, text: string): boolean {
  const lower = (code: number): number => (code >= 0x41 && code <= 0x5a ? code | 0x20 : code);
  let at = 0;
  for (const byte of password)
    if (byte !== 0x20 && lower(byte) !== lower(text.charCodeAt(at++))) return false;
  return at === text.length;
}
