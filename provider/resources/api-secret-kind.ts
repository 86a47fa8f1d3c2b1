import * as v from "valibot";
import { shanghaiDay } from "../domain/calendar";
import { apiSecretText } from "../domain/api-secret-text";
import { drawSecret } from "../domain/random-secret";
import { digestOf, nothing, recordTag } from "../domain/rotation-record";
import { secretValue, type SecretKind } from "../domain/secret-kind";
import { secretState, type SecretState } from "../domain/secret-state";
import { nextSecretStep, secretRules, type SecretDeclaration } from "../domain/secret-steps";
import { secretView, type SecretView } from "../domain/secret-view";
import { adoptedFields, adoptInput } from "./adopt-input";
import { checkApiSecret } from "./api-secret-check";
import { commonEntries } from "./common-arguments";
import type { CredentialKind } from "./credential-kind";
import { wechatPayMerchantId } from "./merchant-id";
import type { Ports } from "./ports";
import { liveProof } from "./live-activation";
import { secretArnText, secretRef } from "./secret-ref";
import type { SecretSources } from "./secret-sources";
import { activatedVersion, rotationEntries } from "./rotation-arguments";
import { message, strict } from "./shape";

const activationMode = v.picklist(
  ["manual", "live", "immediate"],
  message({ expected: '"manual", { version: "<pendingVersionId>" }, "live" or "immediate"' }),
);

const entries = {
  ...commonEntries,
  merchantId: wechatPayMerchantId,
  ...rotationEntries,
  activation: v.lazy((input) =>
    typeof input === "object" && input !== null ? activatedVersion : activationMode,
  ),
  certificateSecretArn: v.optional(secretArnText),
  import: v.optional(secretRef()),
};

/** API secret and APIv3 secret differ in words and schema only. */
export function apiSecretKind(kind: SecretKind) {
  const schema = strict({ ...entries, adopt: adoptInput([kind]) });
  type Inputs = v.InferOutput<typeof schema>;

  const declaration = (inputs: Inputs, ports: Ports, sources: SecretSources): SecretDeclaration => ({
    kind,
    merchantId: inputs.merchantId,
    rotationFrom: inputs.rotationFrom ?? shanghaiDay(ports.now()),
    maxAgeDays: inputs.maxAgeDays,
    triggers: digestOf(inputs.triggers),
    activatesAtOnce: inputs.activation === "immediate",
    reason: "rotation",
    import: inputs.import && {
      source: digestOf(inputs.import),
      read: async () => apiSecretText(await sources.text(inputs.import!, "import"), "import"),
    },
    now: ports.now(),
    generate: () =>
      Promise.resolve({ value: secretValue(kind, inputs.merchantId, drawSecret(ports.randomBytes)) }),
  });

  const described: CredentialKind<typeof schema, SecretView, SecretState> = {
    kind,
    schema,
    inputNames: [...Object.keys(entries), "adopt"],
    withDefaults: (news) => ({ activation: "manual", ...news }),
    check: (call) => checkApiSecret(kind, call),
    protocol: (inputs, ports, outside) => {
      const live = inputs.activation === "live" ? liveProof(kind, inputs, outside) : undefined;
      return {
        view: (secret, read, exists) =>
          secretView(
            secret,
            {
              kind,
              merchantId: inputs.merchantId,
              adopt: adoptedFields(inputs.adopt),
              activation: declaredVersion(inputs),
              prove: live?.(secret),
            },
            read,
            exists,
          ),
        next: (view) => nextSecretStep(secretRules, view, declaration(inputs, ports, outside.sources)),
      };
    },
    claimTags: ({ triggers }, now) =>
      recordTag({ began: now, request: nothing, triggers: digestOf(triggers), import: nothing }),
    blank: () => ({
      status: null,
      rotationFrom: null,
      rotationPeriod: null,
      current: null,
      pending: null,
      previousVersionId: null,
      keyOrigin: null,
      firstIssuedAt: null,
      failsFrom: null,
      dueFrom: null,
      askFrom: null,
      unmet: [],
      nextSteps: [],
      history: [],
      drift: [],
    }),
    state: (view, inputs, previous, now) =>
      secretState(view, {
        ...inputs,
        kind,
        activation: declaredVersion(inputs),
        asksWeChatPay: inputs.activation === "live",
        failAfterDays: inputs.failAfterDays,
        rotationFrom: inputs.rotationFrom ?? shanghaiDay(now),
        previous,
        now,
      }),
  };
  return described;

  function declaredVersion({ activation: declared }: Inputs): string | undefined {
    return typeof declared === "object" ? declared.version : undefined;
  }
}
