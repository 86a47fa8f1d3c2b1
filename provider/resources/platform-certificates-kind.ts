import type * as v from "valibot";
import type { PlatformKeys } from "../domain/answer-signature";
import {
  defaultPlatformCertificateThresholds,
  keysInForce,
  nextPlatformCertificates,
  type PlatformCertificatesAnswer,
  type PlatformCertificatesView,
} from "../domain/platform-certificates";
import {
  platformCertificatesState,
  type PlatformCertificatesState,
} from "../domain/platform-certificates-state";
import { nextPublishedStep, publishedView, servingValue } from "../domain/published-value";
import { commonEntries } from "./common-arguments";
import type { CredentialKind } from "./credential-kind";
import { wechatPayMerchantId } from "./merchant-id";
import { platformSigner, servingApiV3Secret } from "./platform-credentials";
import type { Outside } from "./ports";
import { secretArnText } from "./secret-ref";
import { flag, strict, wholeNumber } from "./shape";

const kind = "platformCertificates";

const entries = {
  ...commonEntries,
  merchantId: wechatPayMerchantId,
  certificateSecretArn: secretArnText,
  apiV3SecretArn: secretArnText,
  checkEveryHours: wholeNumber(1, 168, "hours"),
  warnBeforeDays: wholeNumber(0, 1825, "days"),
  adopt: flag(),
};

const schema = strict(entries);
type Inputs = v.InferOutput<typeof schema>;

/** The certificates with which WeChat Pay signs for a merchant, asked for whenever the handlers run. */
export const platformCertificatesKind: CredentialKind<
  typeof schema,
  PlatformCertificatesView,
  PlatformCertificatesState
> = {
  kind,
  schema,
  inputNames: Object.keys(entries),
  withDefaults: (news) => ({ ...defaultPlatformCertificateThresholds, ...news }),
  check: ({ inputs }) => ({ inputs, failures: [] }),
  protocol: (inputs, ports, outside) => {
    const { merchantId, adopt } = inputs;
    // Asked once a run; each step decides from the same answer.
    let answered: Promise<PlatformCertificatesAnswer> | undefined;
    const wanted = { schema: "merchant-credentials/platform-certificates/v1", merchantId, adopt } as const;
    return {
      view: async (secret, read) => {
        const serving = await servingValue(secret, wanted, read);
        const answer = await (answered ??= ask(inputs, keysInForce(serving, ports.now()), outside));
        const next = nextPlatformCertificates(merchantId, answer, serving, ports.now());
        return { ...(await publishedView(secret, kind, { serving, next }, read)), answer };
      },
      next: (view) => nextPublishedStep(view, kind, ports.now()),
    };
  },
  claimTags: () => ({}),
  blank: () => ({
    status: null,
    certificates: [],
    serialNumbers: [],
    validUntil: null,
    askFrom: null,
    unmet: [],
    nextSteps: [],
    history: [],
    drift: [],
  }),
  state: (view, inputs, previous, now) => platformCertificatesState(view, { ...inputs, previous, now }),
};

async function ask(
  inputs: Inputs,
  known: PlatformKeys,
  { sources, prober }: Outside,
): Promise<PlatformCertificatesAnswer> {
  const signer = await platformSigner(inputs, sources);
  if ("verdict" in signer) return signer;
  const secret = await servingApiV3Secret(inputs, sources);
  if ("verdict" in secret) return secret;
  const answer = await prober.platformCertificates(signer, secret.apiV3Secret, known);
  return "verdict" in answer ? answer : { verdict: "listed", certificates: answer };
}
