import * as v from "valibot";
import type { Certificate } from "../domain/certificate";
import { acceptedCertificate, isLost, type Declared } from "../domain/certificate-problems";
import { certificateState, type CertificateState } from "../domain/certificate-state";
import { nextCertificateStep } from "../domain/certificate-steps";
import { readCertificateText } from "../domain/certificate-text";
import { certificateView, type CertificateView } from "../domain/certificate-view";
import { serializeValue } from "../domain/credential-value";
import { servingSerialNumber } from "../domain/held-certificate";
import { defaultThresholds } from "../domain/lifecycle";
import { privateKeyPem, publicKeySha256 } from "../domain/private-key";
import { signingRequest } from "../domain/signing-request";
import { serialNumbersMeant } from "../domain/serial-number";
import { requestFingerprint } from "../domain/staging-labels";
import type { NewRequest } from "../domain/step";
import { adoptedFields, adoptInput } from "./adopt-input";
import { certificateImport, readCertificateImport } from "./certificate-import";
import { commonEntries } from "./common-arguments";
import { readTrust } from "./certificate-trust";
import type { CredentialKind } from "./credential-kind";
import { wechatPayMerchantId } from "./merchant-id";
import { liveVerification } from "./live-verification";
import type { Ports } from "./ports";
import { checkMerchantCertificate } from "./merchant-certificate-check";
import { isLiteralSecret, secretArnText } from "./secret-ref";
import { message, oneOf, strict, text, wholeNumber } from "./shape";

const subjectText = (expected: string, pattern: RegExp) => text({ expected }, (value) => pattern.test(value));

/** RFC 5280, appendix A: the upper bound of an organizational unit name is 64 characters. */
const nameText = text(
  {
    expected:
      "the merchant's name as on the Merchant Platform: 1 to 64 characters, no control or invisible characters, single spaces",
    hint: "Copy it from Account Center > Merchant Information",
  },
  (name) => /^(?! )(?!.* $)(?!.* {2})[^\p{Cc}\p{Cf}]{1,64}$/u.test(name),
);

const entries = {
  ...commonEntries,
  merchantId: wechatPayMerchantId,
  merchantName: nameText,
  certificate: v.optional(v.string(message({ expected: "a certificate in PEM, as text" }))),
  issuance: oneOf(["request", "download"]),
  verification: v.optional(oneOf(["none", "live"])),
  platformSecretArn: v.optional(secretArnText),
  trustChain: v.optional(
    v.string(message({ expected: "certificates in PEM, or a .p7b in Base64, as text" })),
  ),
  trustAnchors: v.optional(
    v.string(message({ expected: "certificates in PEM, or a .p7b in Base64, as text" })),
  ),
  compromised: v.optional(
    text(
      {
        expected: "the serial number of a certificate: up to 40 hex digits, or decimal",
        hint: "One of 32 digits needs 0x in front of it: without, it could be a secret. Copy the output `serialNumber`, or what the Merchant Platform shows",
      },
      (serialNumber) => !isLiteralSecret(serialNumber) && serialNumbersMeant(serialNumber).length > 0,
    ),
  ),
  abandonRequest: v.optional(
    text(
      {
        expected: "the fingerprint of a request: 16 hex digits, lower case",
        hint: "Copy it from `nextSteps` or from the label MC_REQUEST_… of the secret",
      },
      (fingerprint) => /^[0-9a-f]{16}$/.test(fingerprint),
    ),
  ),
  operatingCertificatesUntil: v.optional(
    text(
      { expected: "the output `validUntil` of OperatingCertificates" },
      (until) => until === "none" || !Number.isNaN(Date.parse(until)),
    ),
  ),
  policy: v.optional(oneOf(["annual", "five-year"])),
  renewBeforeDays: wholeNumber(1, 1825, "days"),
  failBeforeDays: wholeNumber(0, 1825, "days"),
  subject: v.optional(
    strict({
      organization: v.optional(subjectText("1 to 64 characters", /^[^\p{Cc}]{1,64}$/u)),
      locality: v.optional(subjectText("1 to 128 characters", /^[^\p{Cc}]{1,128}$/u)),
      country: v.optional(subjectText("a country code of two capital letters", /^[A-Z]{2}$/)),
    }),
  ),
  import: v.optional(certificateImport),
  adopt: adoptInput(["privateKey", "certificate"], ["chain"]),
  lifecycle: v.optional(text({ expected: "a line of check" }, () => true)),
};

const schema = strict(entries);
type Inputs = v.InferOutput<typeof schema>;

/** The API certificate of a merchant, issued from a request that the vault's key has signed. */
export const merchantCertificateKind: CredentialKind<typeof schema, CertificateView, CertificateState> = {
  kind: "certificate",
  schema,
  inputNames: Object.keys(entries),
  withDefaults: (news) => ({ issuance: "request", ...defaultThresholds, ...news }),
  check: checkMerchantCertificate,
  protocol: (inputs, ports, outside) => {
    const { merchantId, issuance, compromised, abandonRequest, import: references } = inputs;
    // Read once a run, and only when asked for: each step decides again.
    let once: Declared | undefined;
    const declared = (): Declared => ({ ...(once ??= declaredIn(inputs, ports.now())), now: ports.now() });
    const adopt = adoptedFields(inputs.adopt);
    const live = inputs.verification === "live" ? liveVerification(inputs, outside) : undefined;
    const importKey = async (certificate: Certificate): Promise<string> => {
      const privateKey = await readCertificateImport(
        references!,
        { certificate, merchantId },
        outside.sources,
      );
      await live?.assertTaken(certificate, privateKey);
      return privateKey;
    };
    return {
      view: async (secret, read) => {
        const question = { ...declared(), adopt, compromised, abandonRequest };
        const view = await certificateView(secret, question, read);
        return { ...view, verdict: await live?.verdict(declared(), view) };
      },
      next: (view) =>
        nextCertificateStep(view, {
          merchantId,
          issuance,
          abandonRequest,
          isLost: isLost(declared(), view),
          accepted: acceptedCertificate(declared(), view),
          thresholds: inputs,
          now: ports.now(),
          generate: () => newRequest(inputs, ports),
          importKey: references && importKey,
        }),
    };
  },
  claimTags: () => ({}),
  blank: (secret) => ({
    status: null,
    lifecycle: null,
    serialNumber: servingSerialNumber(secret),
    notAfter: null,
    current: null,
    pending: null,
    certificateRequest: null,
    keyOrigin: null,
    firstIssuedAt: null,
    oldValidUntil: null,
    unmet: [],
    nextSteps: [],
    nextStepsUntil: null,
    history: [],
    drift: [],
  }),
  state: (view, inputs, previous, now) =>
    certificateState(view, {
      ...inputs,
      ...declaredIn(inputs, now),
      thresholds: inputs,
      policy: inputs.policy,
      previous,
    }),
};

function declaredIn(inputs: Inputs, now: Date): Declared {
  const { certificate, merchantId, issuance, import: references } = inputs;
  return {
    certificate: certificate === undefined ? undefined : readCertificateText(certificate),
    merchantId,
    issuance,
    trust: readTrust(inputs).trust,
    isImported: references !== undefined,
    now,
  };
}

async function newRequest({ merchantId, merchantName, subject }: Inputs, ports: Ports): Promise<NewRequest> {
  const privateKey = await ports.generateKey(2048);
  return {
    fingerprint: requestFingerprint(publicKeySha256(privateKey)),
    value: serializeValue({
      schema: "merchant-credentials/certificate-request/v1",
      merchantId,
      privateKey: privateKeyPem(privateKey),
      certificateRequest: signingRequest({ ...subject, merchantId, merchantName }, privateKey),
    }),
  };
}
