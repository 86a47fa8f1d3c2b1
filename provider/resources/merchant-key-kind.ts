import * as v from "valibot";
import { shanghaiDay } from "../domain/calendar";
import { merchantKeyBits, merchantKeyValue } from "../domain/merchant-key";
import { merchantKeyState, type MerchantKeyState } from "../domain/merchant-key-state";
import { merchantKeyRules } from "../domain/merchant-key-steps";
import { merchantKeyView, type MerchantKeyView } from "../domain/merchant-key-view";
import { privateKeyPem } from "../domain/private-key";
import { digestOf, nothing, recordTag } from "../domain/rotation-record";
import { nextSecretStep, type SecretDeclaration } from "../domain/secret-steps";
import { adoptedFields, adoptInput } from "./adopt-input";
import { commonEntries } from "./common-arguments";
import type { CredentialKind } from "./credential-kind";
import { merchantIdOfPartner } from "./merchant-id";
import { merchantKeyImport, readMerchantKeyImport } from "./merchant-key-import";
import type { Ports } from "./ports";
import { activatedVersion, rotationEntries, withRotationPeriod } from "./rotation-arguments";
import { isLiteralSecret } from "./secret-ref";
import type { SecretSources } from "./secret-sources";
import { message, strict, text, wholeNumber } from "./shape";

const manual = v.picklist(["manual"], message({ expected: '"manual" or { version: "<pendingVersionId>" }' }));

const entries = {
  ...commonEntries,
  merchantId: merchantIdOfPartner,
  keyBits: v.picklist(merchantKeyBits, message({ expected: "2048, 3072 or 4096 bits, as a number" })),
  ...rotationEntries,
  activation: v.lazy((input) => (typeof input === "object" && input !== null ? activatedVersion : manual)),
  overlapDays: wholeNumber(0, 365, "days"),
  partner: v.optional(
    text(
      { expected: "the partner's name: 1 to 64 characters on one line" },
      (name) => /^[^\p{Cc}\p{Cf}]{1,64}$/u.test(name) && name.trim() !== "" && !isLiteralSecret(name),
    ),
  ),
  import: v.optional(merchantKeyImport),
  adopt: adoptInput(["privateKey"]),
};

const schema = strict(entries);
type Inputs = v.InferOutput<typeof schema>;

/** An RSA key whose public half the merchant hands to a partner. */
export const merchantKeyKind: CredentialKind<typeof schema, MerchantKeyView, MerchantKeyState> = {
  kind: "merchantKey",
  schema,
  inputNames: Object.keys(entries),
  withDefaults: (news) => ({ keyBits: 2048, activation: "manual", overlapDays: 30, ...news }),
  check: (call) => ({ inputs: withRotationPeriod(call), failures: [] }),
  protocol: (inputs, ports, { sources }) => ({
    view: (secret, read, exists) => {
      const { merchantId, overlapDays } = inputs;
      const adopt = adoptedFields(inputs.adopt);
      const context = {
        merchantId,
        adopt,
        activation: declaredVersion(inputs),
        overlapDays,
        now: ports.now(),
      };
      return merchantKeyView(secret, context, read, exists);
    },
    next: (view) => nextSecretStep(merchantKeyRules, view, declaration(inputs, ports, sources)),
  }),
  claimTags: ({ triggers }, now) =>
    recordTag({ began: now, request: nothing, triggers: digestOf(triggers), import: nothing }),
  blank: () => ({
    status: null,
    rotationFrom: null,
    rotationPeriod: null,
    publicKey: null,
    publicKeyDer: null,
    publicKeySha256: null,
    current: null,
    pending: null,
    previous: null,
    previousVersionId: null,
    keyOrigin: null,
    firstIssuedAt: null,
    failsFrom: null,
    dueFrom: null,
    overlapUntil: null,
    unmet: [],
    nextSteps: [],
    history: [],
    drift: [],
  }),
  state: (view, inputs, previous, now) =>
    merchantKeyState(view, {
      ...inputs,
      activation: declaredVersion(inputs),
      maxAgeDays: inputs.maxAgeDays,
      failAfterDays: inputs.failAfterDays,
      partner: inputs.partner,
      rotationFrom: inputs.rotationFrom ?? shanghaiDay(now),
      previous,
      now,
    }),
};

function declaration(inputs: Inputs, ports: Ports, sources: SecretSources): SecretDeclaration {
  const { merchantId, keyBits, rotationFrom, maxAgeDays, triggers, import: references } = inputs;
  return {
    kind: "merchantKey",
    merchantId,
    rotationFrom: rotationFrom ?? shanghaiDay(ports.now()),
    maxAgeDays,
    triggers: digestOf(triggers),
    activatesAtOnce: false,
    reason: "rotation",
    import: references && {
      source: digestOf(references),
      read: () => readMerchantKeyImport(references, sources),
    },
    now: ports.now(),
    generate: async () => ({
      value: merchantKeyValue(merchantId, privateKeyPem(await ports.generateKey(keyBits))),
    }),
  };
}

function declaredVersion({ activation }: Inputs): string | undefined {
  return typeof activation === "object" ? activation.version : undefined;
}
