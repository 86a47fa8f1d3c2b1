import * as v from "valibot";
import type { Awaiting } from "../domain/platform-certificates";
import {
  readPlatformPublicKey,
  type PlatformPublicKey,
  type PlatformPublicKeyView,
} from "../domain/platform-public-key";
import { platformPublicKeyState, type PlatformPublicKeyState } from "../domain/platform-public-key-state";
import { nextPublishedStep, publishedView, servingValue } from "../domain/published-value";
import type { Verdict } from "../domain/verdict";
import { MerchantCredentialsError } from "../errors";
import { commonEntries } from "./common-arguments";
import type { CredentialKind } from "./credential-kind";
import { wechatPayMerchantId } from "./merchant-id";
import { platformSigner } from "./platform-credentials";
import { checkPlatformPublicKey } from "./platform-public-key-check";
import type { Outside } from "./ports";
import { secretArnText } from "./secret-ref";
import { flag, message, oneOf, strict } from "./shape";

const kind = "platformPublicKey";
const stored = "merchant-credentials/platform-public-key/v1";

const entries = {
  ...commonEntries,
  merchantId: wechatPayMerchantId,
  publicKeyId: v.string(message({ expected: "PUB_KEY_ID_ and 1 to 60 digits, as text" })),
  publicKey: v.string(message({ expected: "a public key in PEM, as text" })),
  verification: oneOf(["none", "live"]),
  certificateSecretArn: v.optional(secretArnText),
  adopt: flag(),
};

const schema = strict(entries);
type Inputs = v.InferOutput<typeof schema>;

/** The public key with which WeChat Pay signs for a merchant in the newer mode, as the program declares it. */
export const platformPublicKeyKind: CredentialKind<
  typeof schema,
  PlatformPublicKeyView,
  PlatformPublicKeyState
> = {
  kind,
  schema,
  inputNames: Object.keys(entries),
  withDefaults: (news) => ({ verification: "none", ...news }),
  check: checkPlatformPublicKey,
  protocol: (inputs, ports, outside) => {
    const { merchantId, publicKeyId, adopt } = inputs;
    const declared = declaredKey(inputs);
    const value = { schema: stored, merchantId, publicKeyId, publicKey: declared.pem } as const;
    // Asked once a run; each step decides from the same answer.
    let answered: Promise<Verdict | Awaiting> | undefined;
    return {
      view: async (secret, read) => {
        const serving = await servingValue(secret, { schema: stored, merchantId, adopt }, read);
        const answer =
          inputs.verification === "live" ? await (answered ??= ask(inputs, declared, outside)) : undefined;
        const isTaken = answer === undefined || answer.verdict === "accepted";
        const next = isTaken ? value : undefined;
        return { ...(await publishedView(secret, kind, { serving, next }, read)), answer };
      },
      next: (view) => nextPublishedStep(view, kind, ports.now()),
    };
  },
  claimTags: () => ({}),
  blank: () => ({
    status: null,
    publicKeyId: null,
    publicKey: null,
    publicKeySha256: null,
    current: null,
    askFrom: null,
    unmet: [],
    nextSteps: [],
    history: [],
    drift: [],
  }),
  state: (view, { publicKeyId, publicKey }, previous, now) =>
    platformPublicKeyState(view, { declared: { publicKeyId, publicKey }, previous, now }),
};

async function ask(
  { merchantId, publicKeyId, certificateSecretArn }: Inputs,
  { key }: PlatformPublicKey,
  { sources, prober }: Outside,
): Promise<Verdict | Awaiting> {
  // Without a certificate check has refused `live`.
  const signer = await platformSigner({ merchantId, certificateSecretArn: certificateSecretArn! }, sources);
  return "verdict" in signer ? signer : prober.platformPublicKey(signer, publicKeyId, key);
}

/** Check has let it through, in its normal form. */
function declaredKey({ publicKey }: Inputs): PlatformPublicKey {
  const read = readPlatformPublicKey(publicKey);
  if ("pem" in read) return read;
  throw new MerchantCredentialsError("invalid-input", "this is not a public key", {
    property: "publicKey",
    actual: read.found,
    hint: read.hint,
  });
}
