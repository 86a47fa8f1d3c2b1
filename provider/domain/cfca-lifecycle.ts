import { isoTime } from "./calendar";
import { applicationStage, codesEndingFrom, codesValidUntil, openCodes } from "./cfca-application";
import { lifecycleLine, stageOf, type Thresholds, type Validity } from "./lifecycle";

/** What the line depends on, beside the clock: inputs of the program, and nothing that only the vault knows. */
export interface CfcaLifecycle {
  codesIssuedAt?: string | undefined;
  downloadedAt?: string | undefined;
  /** Of the declared certificate. */
  certificate: Validity | undefined;
  thresholds: Thresholds;
  isCompromised?: boolean;
}

/**
 * The line that `pulumi preview` shows. It changes only when a stage of the certificate or of an open application
 * does, and holds no present date.
 */
export function cfcaLifecycleLine(declared: CfcaLifecycle, now: Date): string {
  const { certificate, thresholds, isCompromised = false } = declared;
  const application = applicationWords(declared, now);
  if (!certificate) return application ?? "requested";
  const line = lifecycleLine(certificate, thresholds, now, isCompromised);
  return application ? `${line}; next: ${application}` : line;
}

function applicationWords(
  { codesIssuedAt, downloadedAt, certificate, thresholds, isCompromised = false }: CfcaLifecycle,
  now: Date,
): string | undefined {
  const letters = { codesIssuedAt, newestNotBefore: certificate?.notBefore };
  const isDue =
    certificate !== undefined && (isCompromised || stageOf(certificate, thresholds, now) !== "healthy");
  const stage = applicationStage(
    { ...letters, downloadedAt, hasUnstoredCertificate: false, isWanted: !certificate || isDue },
    now,
  );
  const codes = openCodes(letters);
  const end = codes && isoTime(codesValidUntil(codes));
  switch (stage) {
    case "letters-received": {
      const ending = codesEndingFrom(codes!);
      return now < ending
        ? `letters-received (codes end ${end})`
        : `codes-ending (since ${isoTime(ending)}; codes end ${end})`;
    }
    case "codes-expired":
      return `codes-expired (since ${end})`;
    case "downloaded":
      return "downloaded (to be exported)";
    // That a replacement is due the certificate's own line says.
    case "requested":
    case "exported":
    case undefined:
      return undefined;
  }
}
