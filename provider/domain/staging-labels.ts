import { sha256Hex } from "./digest";

/** Secrets Manager's own labels. */
export const awsCurrent = "AWSCURRENT";
export const awsPending = "AWSPENDING";
export const awsPrevious = "AWSPREVIOUS";

const prefixes = {
  request: "MC_REQUEST_",
  certificate: "MC_CERT_",
  compromised: "MC_COMPROMISED_",
  abandoned: "MC_ABANDONED_",
  import: "MC_IMPORT_",
  verification: "MC_VERIFY_",
} as const;

export type LabelKind = keyof typeof prefixes;

/** A label of ours, taken apart: `MC_CERT_<serial>`, `MC_REQUEST_<fingerprint>`, … */
export interface MerchantLabel {
  kind: LabelKind;
  /** A serial number (40 hex digits) or a fingerprint (16 hex digits). */
  of: string;
}

export function labelName(kind: LabelKind, of: string): string {
  return prefixes[kind] + of;
}

/** Our label; undefined for AWS's and other people's. */
export function readLabel(label: string): MerchantLabel | undefined {
  for (const kind of Object.keys(prefixes) as LabelKind[]) {
    if (label.startsWith(prefixes[kind])) return { kind, of: label.slice(prefixes[kind].length) };
  }
  return undefined;
}

/** The 16 hex digits that name a request: the start of the SHA-256 of its public key, or of a secret's version id. */
export function requestFingerprint(sha256: string): string {
  return sha256.slice(0, 16);
}

/**
 * Client request tokens. A token names the version it creates, so the same step of the protocol, taken twice
 * or by two runs at once, makes one version. Secrets Manager wants 32 to 64 characters: SHA-256 in hex.
 */
export const tokens = {
  create: (secretName: string): string => token("create", secretName),
  request: (arn: string, kind: string, currentVersionId: string, n: number): string =>
    token("request", arn, kind, currentVersionId, String(n)),
  certificate: (keyVersionId: string, certificateSha256: string, chain: readonly string[]): string =>
    token("certificate", keyVersionId, certificateSha256, ...chain),
  import: (arn: string, kind: string, currentVersionId: string, source: string, n: number): string =>
    token("import", arn, kind, currentVersionId, source, String(n)),
  published: (arn: string, kind: string, value: string): string => token("published", arn, kind, value),
};

function token(...parts: string[]): string {
  return sha256Hex(parts.join("|"));
}
