/** By what the merchant knows the platform's signatures: https://pay.weixin.qq.com/doc/v3/merchant/4012154180 */
export const platformModes = ["platform-certificates", "public-key", "both"] as const;
export type PlatformMode = (typeof platformModes)[number];

/** Everything that the platform keeps of a merchant, as it is on disk; holds secrets. Dates are ISO 8601. */
export interface AccountRecord {
  readonly merchantId: string;
  readonly merchantName: string;
  readonly loginPassword: string;
  mode: PlatformMode;
  apiSecret?: string;
  apiV3Secret?: string;
  /** The merchant's, in the order in which they became known. */
  readonly certificates: CertificateRecord[];
  /** The platform's, for this merchant, oldest first. */
  platformCertificates: PlatformCertificateRecord[];
  publicKey?: { readonly id: string; readonly privateKey: string };
}

export interface CertificateRecord {
  readonly pem: string;
  revokedAt?: string;
}

export interface PlatformCertificateRecord {
  readonly pem: string;
  /** PKCS#8 PEM. */
  readonly privateKey: string;
  readonly effectiveTime: string;
  expireTime: string;
  /** No longer signs, though it is offered until it expires. */
  replaced?: true;
}
