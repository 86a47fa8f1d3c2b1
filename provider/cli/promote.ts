import type { Command } from "commander";
import { isOverlapping } from "../domain/overlap";
import { rotatedKinds } from "../domain/rotated-kind";
import { activationRules, nextSecretStep } from "../domain/secret-steps";
import { secretView, type SecretView } from "../domain/secret-view";
import { tokens } from "../domain/staging-labels";
import { currentVersionId, type SecretDescription } from "../domain/secret";
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
    .summary("make a value that has been set on the platform, or a key that a partner has, current")
    .description(
      "Makes the pending version of an API secret or APIv3 secret current, in the minute in which the super " +
        "administrator has set it on the Merchant Platform; or that of a merchant's key, once the partner verifies " +
        "with it. Does what `activation: { version }` does at the next pulumi up; nothing if the version is current " +
        "already. The version before it is kept as AWSPREVIOUS.",
    )
    .requiredOption(
      "--version <id>",
      "the version that was set or handed over (reveal shows that of a secret; output pendingVersionId)",
    )
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
  const title = `${rotatedKinds[kind].title} of merchant ${merchantId}`;
  const { stdout } = world;
  if (before === current) {
    stdout.write(`${title}: version ${current} is current already.\n`);
    return exitCodes.done;
  }
  stdout.write(`${title}: version ${current} is current.\n`);
  const hasPrevious = before !== undefined && before !== tokens.create(secret.name);
  if (hasPrevious) stdout.write(`The one before it, ${before}, is kept as AWSPREVIOUS.\n`);
  const overlap = kind === "merchantKey" && hasPrevious ? ", and the overlap begins" : "";
  stdout.write(`Run pulumi up --refresh so that the state takes it in${overlap}.\n`);
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
  if (pending && isVersion(version, pending.versionId)) {
    assertRecorded(secret, pending.fingerprint);
    assertNoOverlap(secret, version);
    return;
  }
  throw new MerchantCredentialsError("invalid-input", "this version does not wait to be activated", {
    property: "--version",
    expected: pending ? `the pending version ${pending.versionId}` : "a pending version, but none is",
    actual: version,
    hint: `Current is ${current}. Promote never goes back to an earlier value`,
  });
}

/** How long an overlap is only the program says. */
function assertNoOverlap(secret: SecretDescription, version: string): void {
  if (!isOverlapping(secret)) return;
  throw new MerchantCredentialsError(
    "secret-not-usable",
    "the key before the current one is still verified with, and one more change would take it away",
    {
      property: "--version",
      actual: `${version}, while a label MC_VERIFY_… is on AWSPREVIOUS`,
      hint:
        "Output overlapUntil says until when: run pulumi up after that, which takes the label off, and then this " +
        "command again; to end the overlap now, set `overlapDays: 0` and run pulumi up",
    },
  );
}
