import type { Certificate } from "../domain/certificate";
import { certificateViolations, violationSentence } from "../domain/certificate-acceptance";
import type { CertificateText } from "../domain/certificate-text";
import { openCodes } from "../domain/cfca-application";
import { cfcaLifecycleLine } from "../domain/cfca-lifecycle";
import { platformCertificateProblems } from "../domain/cfca-platform-certificate";
import { readExportedCertificate, readPlatformsCertificate } from "../domain/cfca-texts";
import type { Thresholds } from "../domain/lifecycle";
import { serialNumbersMeant } from "../domain/serial-number";
import { unknownValue } from "../domain/unknown";
import { MerchantCredentialsError } from "../errors";
import { thresholdFailures, validityFailures } from "./certificate-thresholds";
import type { CheckCall, Checked } from "./credential-kind";
import type { CheckFailure, Json, JsonObject } from "./resource-handlers";

/**
 * Rules that need neither the vault nor a person, on inputs of the right shape: they fail the preview of a pull request.
 * Adds the normal forms of the certificates and the line `lifecycle`.
 */
export function checkCfcaCertificate({ inputs, olds, now }: CheckCall): Checked {
  const { renewBeforeDays, failBeforeDays, merchantId } = inputs;
  const thresholds = { renewBeforeDays, failBeforeDays } as Thresholds;
  const declared = readText(inputs.certificate, readExportedCertificate);
  const platform = readText(inputs.platformCertificate, readPlatformsCertificate);
  const failures = [
    ...thresholdFailures(thresholds),
    ...orderFailures(inputs),
    ...pfxFailures(inputs),
    ...declared.failures,
    ...platform.failures,
  ];
  const certificate = declared.read?.certificate;
  if (certificate) {
    const context = {
      merchantId: typeof merchantId === "string" ? merchantId : "",
      issuance: "cfca" as const,
    };
    const violations = certificateViolations(certificate, context);
    failures.push(...violations.map((violation) => reported(violationSentence(violation))));
    if (violations.length === 0) failures.push(...validityFailures(certificate, thresholds));
  }
  if (platform.read) failures.push(...platformCertificateProblems(platform.read, certificate).map(reported));
  if (failures.length > 0) return { inputs, failures };
  return {
    inputs: {
      ...inputs,
      ...normalForms(inputs, declared.read, platform.read),
      lifecycle: lifecycle(inputs, olds, certificate, now),
    },
    failures,
  };
}

interface ReadText<Read> {
  read?: Read;
  failures: CheckFailure[];
}

function readText<Read>(text: Json | undefined, read: (text: string) => Read): ReadText<Read> {
  if (typeof text !== "string" || text === unknownValue) return { failures: [] };
  try {
    return { read: read(text), failures: [] };
  } catch (error) {
    if (error instanceof MerchantCredentialsError) return { failures: [reported(error.message)] };
    throw error;
  }
}

/** Never on the property's name: the engine would print the value, and it could be secret. */
function reported(reason: string): CheckFailure {
  return { property: "", reason };
}

/** Line ends and spellings make no difference, and nothing but certificates and serial numbers goes into state. */
function normalForms(
  { compromised }: JsonObject,
  declared: CertificateText | undefined,
  platform: Certificate | undefined,
): JsonObject {
  const meant = typeof compromised === "string" ? serialNumbersMeant(compromised) : [];
  return {
    ...(declared && { certificate: [declared.certificate.pem, ...declared.chain].join("") }),
    ...(platform && { platformCertificate: platform.pem }),
    ...(meant.length === 1 && { compromised: meant[0] }),
  };
}

/** Days as text sort as days. */
function orderFailures({ codesIssuedAt, downloadedAt }: JsonObject): CheckFailure[] {
  const isKnown = (day: Json | undefined): day is string => typeof day === "string" && day !== unknownValue;
  return isKnown(codesIssuedAt) && isKnown(downloadedAt) && downloadedAt < codesIssuedAt
    ? [
        reported(
          "downloadedAt: expected the day of `codesIssuedAt` or a later one, found an earlier one. Correct the one that is wrong; for a new letter remove the old `downloadedAt`.",
        ),
      ]
    : [];
}

function pfxFailures({ certificate, pfx, password }: JsonObject): CheckFailure[] {
  if (pfx === undefined && password === undefined) return [];
  if (password === undefined)
    return [
      reported(
        'password: expected a reference beside `pfx`, found none. The file was exported under a password: refer to it, as in { env: "PFX_PASSWORD" }.',
      ),
    ];
  if (pfx === undefined)
    return [
      reported(
        "pfx: expected a reference beside `password`, found none. Give both, or neither once the certificate serves.",
      ),
    ];
  return certificate === undefined
    ? [
        reported(
          "certificate: expected the exported .cer beside `pfx`, found none. Declare it first: it is public, and code review then sees which one comes.",
        ),
      ]
    : [];
}

function lifecycle(
  inputs: JsonObject,
  olds: JsonObject,
  certificate: Certificate | undefined,
  now: Date,
): Json {
  const { codesIssuedAt, downloadedAt, compromised, renewBeforeDays, failBeforeDays } = inputs;
  const names = [
    codesIssuedAt,
    downloadedAt,
    compromised,
    renewBeforeDays,
    failBeforeDays,
    inputs.certificate,
  ];
  if (names.includes(unknownValue)) return unknownValue;
  const days = { codesIssuedAt, downloadedAt } as { codesIssuedAt?: string; downloadedAt?: string };
  const serialNumber = certificate?.serialNumber;
  return cfcaLifecycleLine(
    {
      ...(isLetterOpen(days, olds, certificate) && days),
      certificate,
      thresholds: { renewBeforeDays, failBeforeDays } as Thresholds,
      isCompromised:
        typeof compromised === "string" &&
        serialNumber !== undefined &&
        serialNumbersMeant(compromised).includes(serialNumber),
    },
    now,
  );
}

/** After a roll back only the vault knows of the certificate that a letter led to. */
function isLetterOpen(
  { codesIssuedAt, downloadedAt }: { codesIssuedAt?: string; downloadedAt?: string },
  { lastIssuedAt }: JsonObject,
  certificate: Certificate | undefined,
): boolean {
  const known = typeof lastIssuedAt === "string" ? new Date(lastIssuedAt) : undefined;
  const declared = certificate?.notBefore;
  const newestNotBefore = known && (!declared || declared < known) ? known : declared;
  return openCodes({ codesIssuedAt: codesIssuedAt ?? downloadedAt, newestNotBefore }) !== undefined;
}
