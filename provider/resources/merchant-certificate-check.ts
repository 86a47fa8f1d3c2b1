import { certificateViolations, violationSentence, type Issuance } from "../domain/certificate-acceptance";
import { certificateIssuance, isIssuedByWeChatPay } from "../domain/certificate-kind";
import { readCertificateText, type CertificateText } from "../domain/certificate-text";
import { lifecycleLine, type Thresholds } from "../domain/lifecycle";
import { serialNumbersMeant } from "../domain/serial-number";
import type { Trust } from "../domain/trust-path";
import { trustProblems } from "../domain/trust-problems";
import { unknownValue } from "../domain/unknown";
import { MerchantCredentialsError } from "../errors";
import { thresholdFailures, validityFailures } from "./certificate-thresholds";
import { isTrustKnown, readTrust } from "./certificate-trust";
import type { CheckCall, Checked } from "./credential-kind";
import type { CheckFailure, JsonObject } from "./resource-handlers";

/**
 * Rules that need neither the vault nor a person, on inputs of the right shape: they fail the preview of a pull
 * request. Adds the normal form of the certificate and the line `lifecycle`.
 */
export function checkMerchantCertificate({ inputs, now }: CheckCall): Checked {
  const { renewBeforeDays, failBeforeDays, certificate, compromised } = inputs;
  const thresholds = { renewBeforeDays, failBeforeDays } as Thresholds;
  const { trust, failures: trustFailures } = readTrust(inputs);
  const names = [renewBeforeDays, failBeforeDays, certificate, compromised];
  const lifecycle = (line: () => string): JsonObject => ({
    ...inputs,
    ...normalForms(inputs, trust),
    lifecycle: names.includes(unknownValue) ? unknownValue : line(),
  });
  const failures = [...thresholdFailures(thresholds), ...trustFailures, ...verificationFailures(inputs)];
  if (inputs.import !== undefined && certificate === undefined) {
    const reason =
      "import: expected `certificate` beside it, found none. Declare the certificate in use; it is public.";
    return { inputs, failures: [...failures, { property: "", reason }] };
  }
  if (typeof certificate !== "string" || certificate === unknownValue) {
    return { inputs: lifecycle(() => lifecycleLine(undefined, thresholds, now)), failures };
  }

  const declared = readable(certificate, trust);
  if (!("certificate" in declared)) return { inputs, failures: [...failures, declared] };
  const pem = [declared.certificate.pem, ...declared.chain].join("");
  // One that WeChat Pay has issued may serve while it is upgraded; whether it does, only the vault knows.
  const issuance = inputs.issuance === "request" ? ownIssuance(declared) : inputs.issuance;
  failures.push(...certificateFailures(declared, { ...inputs, issuance }, thresholds));
  if (trustFailures.length === 0 && isTrustKnown(inputs)) {
    failures.push(...trustProblems(declared, trust).map((reason) => ({ property: "", reason })));
  }
  const { serialNumber } = declared.certificate;
  const isCompromised =
    typeof compromised === "string" && serialNumbersMeant(compromised).includes(serialNumber);
  return {
    inputs: {
      ...lifecycle(() => lifecycleLine(declared.certificate, thresholds, now, isCompromised)),
      certificate: pem,
    },
    failures,
  };
}

/** Line ends and spellings make no difference, and nothing but certificates and serial numbers goes into state. */
function normalForms({ compromised }: JsonObject, { chain, anchors }: Trust): JsonObject {
  const meant = typeof compromised === "string" ? serialNumbersMeant(compromised) : [];
  return {
    ...(chain && { trustChain: chain.text }),
    ...(anchors && { trustAnchors: anchors.text }),
    ...(meant.length === 1 && { compromised: meant[0] }),
  };
}

/** Source: WeChat Pay, "API certificate": APIv3 takes certificates of the CA only. */
function verificationFailures({ verification, issuance }: JsonObject): CheckFailure[] {
  if (verification !== "live" || issuance !== "download") return [];
  const reason =
    'verification: expected "none" beside `issuance: "download"`, found "live". WeChat Pay takes no APIv3 request signed with ' +
    "a certificate that it has issued itself, so it cannot be asked.";
  return [{ property: "verification", reason }];
}

function readable(text: string, { chain }: Trust): CertificateText | CheckFailure {
  try {
    const declared = readCertificateText(text);
    certificateIssuance(declared.certificate, chain?.issuance);
    return declared;
  } catch (error) {
    // Never on the property's name: the engine would print the value, and it could be a private key.
    if (error instanceof MerchantCredentialsError) return { property: "", reason: error.message };
    throw error;
  }
}

function ownIssuance({ certificate }: CertificateText): Issuance {
  return isIssuedByWeChatPay(certificate) ? "download" : "request";
}

function certificateFailures(
  { certificate }: CertificateText,
  { merchantId, issuance }: JsonObject,
  thresholds: Thresholds,
): CheckFailure[] {
  if (typeof merchantId !== "string" || merchantId === unknownValue || issuance === unknownValue) return [];
  const violations = certificateViolations(certificate, { merchantId, issuance: issuance as Issuance });
  if (violations.length === 0) return validityFailures(certificate, thresholds);
  return violations.map((violation) => ({ property: "", reason: violationSentence(violation) }));
}
