import type { Command } from "commander";
import { isSecretKind, secretKinds, readSecretValue, type SecretKind } from "../domain/secret-kind";
import { assertMerchant, unexpectedValue } from "../domain/stored-version";
import { MerchantCredentialsError } from "../errors";
import type { Vault } from "../vault/vault";
import { exitCodes } from "./exit-codes";
import { merchantSecret, pendingVersionId, unusable, type MerchantSecret } from "./merchant-secret";
import { enterScreen, leaveScreen, revealText, type Revealed } from "./reveal-screen";
import { mayHoldSecret } from "./secret-argument";
import {
  assertVersion,
  commandOnSecret,
  isVersion,
  promoteLine,
  secretReference,
  type ConnectionOptions,
  type SecretReference,
} from "./secret-reference";
import { exitCodeOf } from "./signals";
import { assertTerminal } from "./terminal-only";
import { UsageError } from "./usage-error";
import type { World } from "./world";

interface RevealOptions extends ConnectionOptions {
  reason: string;
  version?: string;
}

/** Milliseconds for which a value is on the screen at most. */
const shownFor = 2 * 60 * 1000;

export function revealCommand(world: World, end: (exitCode: number) => void): Command {
  return commandOnSecret("reveal")
    .summary("show a value that waits to be set on the platform")
    .description(
      "Shows the pending value of an API secret or APIv3 secret to the super administrator who sets it on the " +
        "Merchant Platform. Only to a terminal, never in CI, for two minutes at most, and on a screen of its own: " +
        "nothing of it stays in the scrollback. Changes nothing in AWS.",
    )
    .requiredOption(
      "--reason <text>",
      "why it is looked at: 3 to 100 letters, digits, spaces and _.:/=+-@; CloudTrail keeps it",
    )
    .option("--version <id>", "fail unless the pending version is this one (output pendingVersionId)")
    .addHelpText(
      "after",
      `
Exit codes: 0 shown, 1 not shown, 2 wrong usage; 130, 143, 129 and 131 if Ctrl-C or a signal ended it.

Example:
  merchant-credentials reveal merchants/1900000109/apiSecret --region eu-central-1 --reason "first value: OPS-1234"`,
    )
    .action(async (secret: string, options: RevealOptions) => end(await reveal(secret, options, world)));
}

async function reveal(named: string, options: RevealOptions, world: World): Promise<number> {
  const { reason, version } = options;
  assertReason(reason);
  if (version !== undefined) assertVersion(version);
  const reference = secretReference(named, options);
  assertTerminal(world);
  const userAgent = `merchant-credentials/reveal/${reason.replaceAll("/", "-")}`;
  const vault = world.vault({ ...reference.connection, userAgent });
  const found = await revealable(vault, reference);
  const revealed = await pendingValue(vault, found, reference, version);
  const leaving = await world.hold(
    {
      show: () => world.stdout.write(enterScreen + revealText(revealed, shownFor / 1000)),
      hide: () => world.stdout.write(leaveScreen),
    },
    shownFor,
  );
  world.stdout.write(
    `The ${secretKinds[found.kind].title} of merchant ${found.merchantId} was shown. Once the platform has it:\n` +
      `  ${revealed.promote}\n`,
  );
  return leaving === "enter" || leaving === "time" ? exitCodes.done : exitCodeOf(leaving);
}

async function revealable(vault: Vault, reference: SecretReference): Promise<MerchantSecret<SecretKind>> {
  const found = await merchantSecret(
    vault,
    reference,
    "Its key never leaves the vault, so there is nothing to reveal. Paste the output certificateRequest instead",
  );
  const { kind, secret } = found;
  if (isSecretKind(kind)) return { ...found, kind };
  throw unusable("this is a merchant's key", {
    actual: secret.name,
    hint: "The private key never leaves the vault; the public key is output publicKey, that of one that waits is in output pending",
  });
}

function assertReason(reason: string): void {
  if (!/^[A-Za-z0-9 _.:/=+@-]{3,100}$/.test(reason) || reason.trim().length < 3) {
    throw new UsageError("the reason is not one that CloudTrail can keep", {
      property: "--reason",
      expected: "3 to 100 letters, digits, spaces and _.:/=+-@",
      actual: `${reason.length} characters`,
    });
  }
  if (mayHoldSecret(reason)) {
    throw new UsageError("32 letters and digits in a row look like a secret", {
      property: "--reason",
      hint: "CloudTrail would keep it; if it was one, treat it as leaked and replace it",
    });
  }
}

async function pendingValue(
  vault: Vault,
  found: MerchantSecret<SecretKind>,
  reference: SecretReference,
  wanted: string | undefined,
): Promise<Revealed> {
  const { secret, kind, merchantId } = found;
  const versionId = pendingVersionId(found);
  if (versionId === undefined) {
    throw new MerchantCredentialsError("invalid-input", "no value waits to be set on the platform", {
      actual: secret.name,
      hint: "A value that is in use is not shown. Run pulumi up: where one is due, it makes the next",
    });
  }
  if (wanted !== undefined && !isVersion(wanted, versionId)) {
    throw new MerchantCredentialsError("invalid-input", "another version is pending", {
      property: "--version",
      expected: versionId,
      actual: wanted,
    });
  }
  const version = await vault.read(secret.arn, versionId);
  const stored = version && readSecretValue(kind, version.value);
  // A value that somebody else has written could move the cursor.
  if (!version || !stored || !/^[0-9A-Za-z]{32}$/.test(stored.secret))
    throw unexpectedValue(versionId, `no ${secretKinds[kind].title} of 32 letters and digits`);
  assertMerchant(stored, merchantId);
  const promote = promoteLine(reference, versionId);
  return { kind, merchantId, versionId, since: version.createdAt, secret: stored.secret, promote };
}
