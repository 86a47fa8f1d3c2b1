import * as v from "valibot";
import type { Certificate } from "../domain/certificate";
import { nextCertificateStep } from "../domain/certificate-steps";
import { certificateView, type CertificateView } from "../domain/certificate-view";
import { acceptedCfcaCertificate, type CfcaDeclaration } from "../domain/cfca-certificate";
import { keyFromPfx } from "../domain/cfca-pfx";
import { cfcaCertificateState, type CfcaCertificateState } from "../domain/cfca-state";
import { readExportedCertificate, readPlatformsCertificate } from "../domain/cfca-texts";
import { servingSerialNumber } from "../domain/held-certificate";
import { defaultThresholds } from "../domain/lifecycle";
import { serialNumbersMeant } from "../domain/serial-number";
import { MerchantCredentialsError } from "../errors";
import { sayingWhyItIsRead } from "./certificate-import";
import { checkCfcaCertificate } from "./cfca-certificate-check";
import { dayBesideCodes, withoutCodes } from "./cfca-codes";
import { commonEntries } from "./common-arguments";
import type { CredentialKind } from "./credential-kind";
import { merchantIdOfPartner } from "./merchant-id";
import { isLiteralSecret, secretRef } from "./secret-ref";
import type { SecretSources } from "./secret-sources";
import { flag, message, strict, text, wholeNumber } from "./shape";

/** Source: Geoswift open platform, "Rapid Development": file names of letters only. */
const lettersOnly = text(
  {
    expected: "1 to 64 letters A to Z, in either case",
    hint: "Letters only: the open platform takes no file name with a digit, a dot, a path or anything else in it, and .cer and .pfx are added",
  },
  (name) => /^[A-Za-z]{1,64}$/.test(name),
);

const certificateText = v.string(message({ expected: "a certificate in PEM, as text" }));

const entries = {
  ...commonEntries,
  merchantId: merchantIdOfPartner,
  exportName: lettersOnly,
  codesIssuedAt: v.optional(dayBesideCodes),
  downloadedAt: v.optional(dayBesideCodes),
  sender: v.optional(
    text({ expected: "the address that the letters come from: 1 to 254 characters on one line" }, (sender) =>
      /^(?!\s)[^\p{Cc}\p{Cf}]{1,254}$/u.test(sender),
    ),
  ),
  certificate: v.optional(certificateText),
  pfx: v.optional(secretRef()),
  password: v.optional(secretRef()),
  platformCertificate: v.optional(certificateText),
  compromised: v.optional(
    text(
      {
        expected: "the serial number of a certificate: up to 40 hex digits, or decimal",
        hint: "One of 32 digits needs 0x in front of it: without, it could be a secret. Copy the output `serialNumber`",
      },
      (serialNumber) => !isLiteralSecret(serialNumber) && serialNumbersMeant(serialNumber).length > 0,
    ),
  ),
  renewBeforeDays: wholeNumber(1, 1825, "days"),
  failBeforeDays: wholeNumber(0, 1825, "days"),
  adopt: flag(),
  lifecycle: v.optional(text({ expected: "a line of check" }, () => true)),
};

const schema = v.pipe(v.record(v.string(), v.unknown()), withoutCodes, strict(entries));
type Inputs = v.InferOutput<typeof schema>;

/** The certificate that CFCA has issued to a merchant, with the key that was exported with it. */
export const cfcaCertificateKind: CredentialKind<typeof schema, CertificateView, CfcaCertificateState> = {
  kind: "cfcaCertificate",
  schema,
  inputNames: Object.keys(entries),
  withDefaults: (news) => ({ ...defaultThresholds, ...news }),
  check: checkCfcaCertificate,
  protocol: (inputs, ports, { sources }) => {
    // Read once a run, and only when asked for: each step decides again.
    let once: CfcaDeclaration | undefined;
    const declared = (): CfcaDeclaration => ({
      ...(once ??= declaredIn(inputs, ports.now())),
      now: ports.now(),
    });
    const { pfx, password } = inputs;
    const importKey =
      pfx && password && ((certificate: Certificate) => keyIn({ pfx, password }, certificate, sources));
    return {
      view: (secret, read) => certificateView(secret, declared(), read),
      next: (view) =>
        nextCertificateStep(view, {
          merchantId: inputs.merchantId,
          issuance: "cfca",
          accepted: acceptedCfcaCertificate(declared(), view),
          thresholds: inputs,
          now: ports.now(),
          generate: noRequest,
          importKey,
        }),
    };
  },
  claimTags: () => ({}),
  blank: (secret) => ({
    status: null,
    application: null,
    codesValidUntil: null,
    lifecycle: null,
    serialNumber: servingSerialNumber(secret),
    notAfter: null,
    current: null,
    cer: null,
    publicKeySha256: null,
    platform: null,
    keyOrigin: null,
    firstIssuedAt: null,
    lastIssuedAt: null,
    unmet: [],
    nextSteps: [],
    nextStepsUntil: null,
    history: [],
    drift: [],
  }),
  state: (view, inputs, previous, now) => cfcaCertificateState(view, declaredIn(inputs, now), previous),
};

function declaredIn(inputs: Inputs, now: Date): CfcaDeclaration {
  const { certificate, platformCertificate } = inputs;
  const { merchantId, logicalName, exportName, codesIssuedAt, downloadedAt, sender } = inputs;
  const { pfx, compromised, onExpiry } = inputs;
  return {
    ...{ merchantId, logicalName, exportName, codesIssuedAt, downloadedAt, sender, compromised, onExpiry },
    issuance: "cfca",
    certificate: certificate === undefined ? undefined : readExportedCertificate(certificate),
    platform: platformCertificate === undefined ? undefined : readPlatformsCertificate(platformCertificate),
    hasPfx: pfx !== undefined,
    isImported: pfx !== undefined,
    thresholds: inputs,
    now,
  };
}

/** @throws MerchantCredentialsError as `SecretSources` and `keyFromPfx` do; VaultError. */
function keyIn(
  { pfx, password }: Required<Pick<Inputs, "pfx" | "password">>,
  certificate: Certificate,
  sources: SecretSources,
): Promise<string> {
  return sayingWhyItIsRead(certificate, async () =>
    keyFromPfx(
      { pfx: await sources.bytes(pfx, "pfx"), password: await sources.text(password, "password") },
      certificate,
    ),
  );
}

/** CFCA takes no requests, so the protocol never asks for one. */
function noRequest(): never {
  throw new MerchantCredentialsError("internal", "a certificate of CFCA comes from no request");
}
