import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import { driftOf } from "../domain/settings-steps";
import { currentVersionId, holdsValue, openRequests, type SecretDescription } from "../domain/secret";
import { assertClaim, readIdentity, type SecretIdentity } from "../domain/secret-tags";
import { tokens } from "../domain/staging-labels";
import type { MerchantCredentialsError } from "../errors";
import { parseSecretArn } from "../vault/arn";
import { claimSecret, findSecret } from "../vault/claim";
import { Reconciliation } from "../vault/reconcile";
import { retire } from "../vault/retire";
import type { Vault } from "../vault/vault";
import { commonFailures, withCommonDefaults } from "./common-arguments";
import type { CredentialInputs, CredentialKind } from "./credential-kind";
import { settingsAfterFailure, settingsOf, withSettings } from "./credential-settings";
import { providerFailures } from "./provider-config";
import { exclusiveSecrets } from "./exclusive-secrets";
import { givenInputs, parsedInputs, storedInputs } from "./parsed-inputs";
import type { Outside, Ports } from "./ports";
import { asProblem, gone, noSuchSecret, protectedFrom, stillWanted } from "./problems";
import type { JsonObject, Outcome, ResourceHandlers } from "./resource-handlers";
import { connection, location } from "./secret-location";
import { shapeFailures } from "./shape";

/** The handlers of every kind of credential: create, update, adoption and repair are one reconciliation. */
export function credentialHandlers<
  Schema extends v.GenericSchema<unknown, CredentialInputs>,
  View,
  State extends object,
>(kind: CredentialKind<Schema, View, State>, ports: Ports): ResourceHandlers {
  type Inputs = v.InferOutput<Schema>;

  const newLease = (): string => Buffer.from(ports.randomBytes(8)).toString("hex");

  /** Secrets that a create of this run has asked for, by region and name. */
  const asked = new Set<string>();
  const sharedSecretFailures = exclusiveSecrets();

  const outside = (config: JsonObject, signal: AbortSignal): Outside => ({
    sources: ports.secretSources(config, signal),
    prober: ports.prober(config, signal),
  });

  /** Reconciles and returns what goes into state; an error after the secret is ours becomes a reason. */
  async function settle(run: {
    vault: Vault;
    secret: SecretDescription;
    identity: SecretIdentity;
    inputs: Inputs;
    raw: JsonObject;
    previous: JsonObject;
    outside: Outside;
  }): Promise<Outcome> {
    const { vault, secret, identity, inputs, raw, previous, outside } = run;
    const protocol = withSettings(
      kind.kind,
      kind.protocol(inputs, ports, outside),
      settingsOf(inputs, identity, kind.claimTags(inputs, ports.now()), previous),
    );
    const reconciliation = new Reconciliation(vault, secret.arn, protocol, ports);
    const outputs = (view: View | undefined): JsonObject => ({
      ...(view ? kind.state(view, inputs, previous, ports.now()) : { ...previous, secretArn: secret.arn }),
      ...raw,
      lease: identity.lease,
      drift: [],
    });
    let problem: MerchantCredentialsError;
    try {
      const { values } = await reconciliation.run(secret);
      const state = outputs(values);
      return { id: secret.arn, outputs: state, unmet: (state.unmet ?? []) as string[] };
    } catch (error) {
      problem = asProblem(error);
    }
    // Until the lease is written the secret is not this resource's, and must not get into its state.
    const { secret: lastSeen = secret, view } = reconciliation;
    if (readIdentity(lastSeen.tags).lease !== identity.lease) throw problem;
    try {
      return failed(secret.arn, outputs(view?.values), previous, problem);
    } catch {
      // What the vault holds is what cannot be described.
      return failed(secret.arn, outputs(undefined), previous, problem);
    }
  }

  return {
    check({ olds, news, config }) {
      const inputs = kind.withDefaults(withCommonDefaults(givenInputs(news), config, kind.kind));
      const failures = [...providerFailures(config), ...shapeFailures(kind.schema, inputs)];
      if (failures.length > 0) return { inputs, failures };
      const checked = kind.check({ inputs, olds, config, now: ports.now() });
      const failed = [...commonFailures(inputs, olds), ...sharedSecretFailures(inputs), ...checked.failures];
      return { inputs: checked.inputs, failures: failed };
    },

    diff({ olds, news }) {
      const isOpen = (list: unknown): boolean => Array.isArray(list) && list.length > 0;
      // What the clock alone asks for: a person who is late turns the run red, a value that is old is replaced.
      const isOver = (time: unknown): boolean => typeof time === "string" && new Date(time) <= ports.now();
      return (
        isOpen(olds.unmet) ||
        isOpen(olds.drift) ||
        isOver(olds.failsFrom) ||
        isOver(olds.dueFrom) ||
        isOver(olds.nextStepsUntil) ||
        isOver(olds.askFrom) ||
        isOver(olds.overlapUntil) ||
        kind.inputNames.some((name) => !isDeepStrictEqual(olds[name], news[name]))
      );
    },

    async create({ inputs: raw, config, signal }) {
      const inputs = parsedInputs(kind.schema, raw);
      const { secretName, region, adopt, owner, merchantId, kmsKeyId, tags, logicalName } = inputs;
      asked.add(`${region} ${secretName}`);
      const vault = ports.vault(connection(config, region), signal);
      const identity = { owner, merchantId, kind: kind.kind, lease: newLease() };
      const description = `${kind.kind} of merchant ${merchantId}, managed by pulumi-merchant-credentials (${logicalName})`;
      const claimant = {
        name: secretName,
        region,
        identity,
        adopt: adopt !== false,
        kmsKeyId,
        tags: { ...tags, ...kind.claimTags(inputs, ports.now()) },
        description,
      };
      let secret: SecretDescription;
      try {
        secret = await claimSecret(vault, claimant, ports);
      } catch (error) {
        throw asProblem(error);
      }
      return settle({ vault, secret, identity, inputs, raw, previous: {}, outside: outside(config, signal) });
    },

    async update({ id, outputs: previous, inputs: raw, config, signal }) {
      const inputs = parsedInputs(kind.schema, raw);
      const { owner, merchantId, adopt } = inputs;
      const { region } = location(id);
      const vault = ports.vault(connection(config, region), signal);
      const lease = typeof previous.lease === "string" ? previous.lease : newLease();
      const identity = { owner, merchantId, kind: kind.kind, lease };
      try {
        const secret = await findSecret(vault, id);
        if (!secret) throw gone(id);
        // Adoption happens once: left in the program it must not take the secret back from whoever adopted it since.
        const adoptsNow = adopt !== false && !isDeepStrictEqual(previous.adopt, adopt);
        assertClaim(secret, { wanted: identity, adopt: adoptsNow, region });
        return await settle({
          vault,
          secret,
          identity,
          inputs,
          raw,
          previous,
          outside: outside(config, signal),
        });
      } catch (error) {
        return failed(id, { ...previous, ...raw }, previous, asProblem(error));
      }
    },

    async read({ id, outputs, config, signal }) {
      const { region } = location(id);
      const vault = ports.vault(connection(config, region), signal);
      const secret = await findSecret(vault, id).catch((error: unknown) => {
        throw asProblem(error);
      });
      // Without a lease it is a lookup by id, for which the engine would put out nothing at all.
      if (!secret && outputs.lease === undefined) throw noSuchSecret(id);
      if (!secret) return undefined;
      const inputs = storedInputs(kind.inputNames, outputs);
      const known = v.safeParse(kind.schema, inputs);
      if (!known.success)
        return { id: secret.arn, outputs: { ...outputs, ...kind.blank(secret), ...seen(secret) }, inputs };
      const drift = drifted(secret, known.output, outputs);
      const line = drift.length > 0 ? { drift: drift.join("; ") } : {};
      return { id: secret.arn, outputs: { ...outputs, drift }, inputs: { ...inputs, ...line } };
    },

    async delete({ id, outputs, config, signal }) {
      try {
        const vault = ports.vault(connection(config, location(id).region), signal);
        const secret = await findSecret(vault, id);
        if (!secret || secret.deletedAt) return;
        if (readIdentity(secret.tags).lease !== outputs.lease) {
          ports.log(`${secret.name} has been taken over since (another lease); it is left as it is.`);
          return;
        }
        // A rename creates, then deletes; with --continue-on-error it deletes even after the create has failed.
        if (asked.has(`${location(id).region} ${secret.name}`)) throw stillWanted(secret.name);
        const holdsNothing = currentVersionId(secret) === tokens.create(secret.name) && !holdsValue(secret);
        if (outputs.deletionProtection !== false && !holdsNothing) throw protectedFrom(secret.name);
        await retire(vault, secret, Number(outputs.recoveryWindowInDays ?? 30), ports);
      } catch (error) {
        throw asProblem(error);
      }
    },
  };

  function drifted(secret: SecretDescription, inputs: Inputs, outputs: JsonObject): string[] {
    const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
    const { owner, merchantId } = inputs;
    const identity = { owner, merchantId, kind: kind.kind, lease: text(outputs.lease) ?? "" };
    return driftOf(
      secret,
      {
        settings: settingsOf(inputs, identity, {}, {}),
        currentVersionId: text(outputs.currentVersionId) ?? tokens.create(secret.name),
        openRequest: text(outputs.pendingVersionId),
      },
      {
        currentVersionId: currentVersionId(secret),
        openRequests: openRequests(secret).map(({ versionId }) => versionId),
      },
    );
  }
}

function failed(
  id: string,
  outputs: JsonObject,
  previous: JsonObject,
  problem: MerchantCredentialsError,
): Outcome {
  const unmet = [`${problem.message} [${problem.code}]`];
  return { id, outputs: { ...outputs, ...settingsAfterFailure(previous, outputs), unmet }, unmet };
}

/** What DescribeSecret alone tells of a resource that was looked up by id. */
function seen(secret: SecretDescription): JsonObject {
  const current = currentVersionId(secret);
  const { owner, merchantId } = readIdentity(secret.tags);
  return {
    secretArn: secret.arn,
    secretName: secret.name,
    owner: owner ?? null,
    merchantId: merchantId ?? null,
    region: parseSecretArn(secret.arn)?.region,
    kmsKeyId: secret.kmsKeyId ?? null,
    currentVersionId: current === tokens.create(secret.name) ? null : (current ?? null),
    pendingVersionId: openRequests(secret)[0]?.versionId ?? null,
  };
}
