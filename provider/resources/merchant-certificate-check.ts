import { daysBetween } from "../domain/calendar";
import { certificateViolations, violationSentence } from "../domain/certificate-acceptance";
import { certificateIssuance } from "../domain/certificate-kind";
import { readCertificateText, type CertificateText } from "../domain/certificate-text";
import { lifecycleLine, type Thresholds } from "../domain/lifecycle";
import { unknownValue } from "../domain/unknown";
import { MerchantCredentialsError } from "../errors";
import type { CheckCall, Checked } from "./credential-kind";
import type { CheckFailure, JsonObject } from "./resource-handlers";
import { failure } from "./shape";

/**
 * Rules that need neither the vault nor a person, on inputs of the right shape: they fail the preview of a pull
 * request. Adds the normal form of the certificate and the line `lifecycle`.
 */
export function checkMerchantCertificate({ inputs, now }: CheckCall): Checked {
  const { renewBeforeDays, failBeforeDays, certificate, merchantId } = inputs;
  const names = [renewBeforeDays, failBeforeDays, certificate, merchantId];
  const lifecycle = (line: () => string): JsonObject => ({
    ...inputs,
    lifecycle: names.includes(unknownValue) ? unknownValue : line(),
  });
  const thresholds = { renewBeforeDays, failBeforeDays } as Thresholds;
  const failures = thresholdFailures(thresholds);
  if (inputs.import !== undefined && certificate === undefined) {
    const reason =
      "import: expected `certificate` beside it, found none. Declare the certificate in use; it is public.";
    return { inputs, failures: [...failures, { property: "", reason }] };
  }
  if (typeof certificate !== "string" || certificate === unknownValue) {
    return { inputs: lifecycle(() => lifecycleLine(undefined, thresholds, now)), failures };
  }

  const declared = readable(certificate);
  if (!("certificate" in declared)) return { inputs, failures: [...failures, declared] };
  failures.push(...certificateFailures(declared, merchantId, thresholds));
  const pem = [declared.certificate.pem, ...declared.chain].join("");
  return {
    inputs: { ...lifecycle(() => lifecycleLine(declared.certificate, thresholds, now)), certificate: pem },
    failures,
  };
}

function thresholdFailures({ renewBeforeDays, failBeforeDays }: Thresholds): CheckFailure[] {
  if (!(renewBeforeDays < failBeforeDays)) return [];
  const reason = `expected at least failBeforeDays (${failBeforeDays}), found ${renewBeforeDays}. Renewal must begin before runs fail.`;
  return [failure(["renewBeforeDays"], renewBeforeDays, reason)];
}

function readable(text: string): CertificateText | CheckFailure {
  try {
    const declared = readCertificateText(text);
    certificateIssuance(declared.certificate);
    return declared;
  } catch (error) {
    // Never on the property's name: the engine would print the value, and it could be a private key.
    if (error instanceof MerchantCredentialsError) return { property: "", reason: error.message };
    throw error;
  }
}

function certificateFailures(
  { certificate }: CertificateText,
  merchantId: unknown,
  { renewBeforeDays }: Thresholds,
): CheckFailure[] {
  if (typeof merchantId !== "string" || merchantId === unknownValue) return [];
  const violations = certificateViolations(certificate, { merchantId });
  const validity = Math.floor(daysBetween(certificate.notBefore, certificate.notAfter));
  if (violations.length === 0 && renewBeforeDays >= validity) {
    const reason = `renewBeforeDays: expected less than the certificate's validity of ${validity} days, found ${renewBeforeDays} (60 unless set). Set it lower.`;
    return [{ property: "", reason }];
  }
  return violations.map((violation) => ({ property: "", reason: violationSentence(violation) }));
}
