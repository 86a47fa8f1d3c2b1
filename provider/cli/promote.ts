import type { Command } from "commander";
import { secretKinds } from "../domain/secret-kind";
import { activationRules, nextSecretStep } from "../domain/secret-steps";
import { secretView, type SecretView } from "../domain/secret-view";
import { tokens } from "../domain/staging-labels";
import { currentVersionId } from "../domain/secret";
import { MerchantCredentialsError } from "../errors";
import { Reconciliation, type Protocol } from "../vault/reconcile";
import { exitCodes } from "./exit-codes";
import { assertRecorded, merchantSecret, type MerchantSecret } from "./merchant-secret";
import {
  assertVersion,
  commandOnSecret,
  isVersion,
  secretReference,
  type ConnectionOptions,
} from "./secret-reference";
import type { World } from "./world";

interface PromoteOptions extends ConnectionOptions {
  version: string;
}

export function promoteCommand(world: World, end: (exitCode: number) => void): Command {
  return commandOnSecret("promote")
    .summary("make a value that has been set on the platform current")
    .description(
      "Makes the pending version of an API secret or APIv3 secret current, in the minute in which the super " +
        "administrator has set it on the Merchant Platform. Does what `activation: { version }` does at the next " +
        "pulumi up; nothing if the version is current already. The version before it is kept as AWSPREVIOUS.",
    )
    .requiredOption("--version <id>", "the version that was set (reveal shows it; output pendingVersionId)")
    .addHelpText(
      "after",
      `
Exit codes: 0 it is current, 1 it is not, 2 wrong usage.

Example:
  merchant-credentials promote merchants/1900000109/apiSecret --region eu-central-1 --version 5f0c…`,
    )
    .action(async (secret: string, options: PromoteOptions) => end(await promote(secret, options, world)));
}

async function promote(named: string, options: PromoteOptions, world: World): Promise<number> {
  const { version } = options;
  assertVersion(version);
  const reference = secretReference(named, options);
  const vault = world.vault({ ...reference.connection, userAgent: "merchant-credentials/promote" });
  const found = await merchantSecret(
    vault,
    reference,
    "Declare it as `certificate` of the resource and run pulumi up, which checks it against its key",
  );
  const { secret, kind, merchantId } = found;
  const before = currentVersionId(secret);
  const reconciliation = new Reconciliation(vault, secret.arn, protocol(found, version, world), world);
  const { currentVersionId: current } = await reconciliation.run(secret);
  const title = `${secretKinds[kind].title} of merchant ${merchantId}`;
  const { stdout } = world;
  if (before === current) {
    stdout.write(`${title}: version ${current} is current already.\n`);
    return exitCodes.done;
  }
  stdout.write(`${title}: version ${current} is current.\n`);
  if (before !== undefined && before !== tokens.create(secret.name))
    stdout.write(`The one before it, ${before}, is kept as AWSPREVIOUS.\n`);
  stdout.write("Run pulumi up --refresh so that the state takes it in.\n");
  return exitCodes.done;
}

/** The part of the protocol of `pulumi up` that activates a value; the rest is left to it. */
function protocol(found: MerchantSecret, version: string, world: World): Protocol<SecretView> {
  const { kind, merchantId } = found;
  return {
    kind,
    view: (secret, read) => {
      const activation = Object.keys(secret.versions).find((id) => isVersion(version, id));
      const context = { kind, merchantId, adopt: undefined, activation };
      return secretView(secret, context, read, () => Promise.resolve(false));
    },
    next: (view) => {
      assertPending(view, version);
      return nextSecretStep(activationRules, view, {
        activatesAtOnce: false,
        reason: "promoted",
        now: world.now(),
      });
    },
  };
}

/** Decided on every look at the vault: what was pending at the first may be current, or gone, at the next. */
function assertPending({ currentVersionId: current, pending, secret }: SecretView, version: string): void {
  if (isVersion(version, current)) return;
  if (pending && isVersion(version, pending.versionId)) return assertRecorded(secret, pending.fingerprint);
  throw new MerchantCredentialsError("invalid-input", "this version does not wait to be activated", {
    property: "--version",
    expected: pending ? `the pending version ${pending.versionId}` : "a pending version, but none is",
    actual: version,
    hint: `Current is ${current}. Promote never goes back to an earlier value`,
  });
}
