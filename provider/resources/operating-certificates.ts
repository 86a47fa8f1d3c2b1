import type * as pulumi from "@pulumi/pulumi";
import type { OperatingCertificatesStatus } from "../domain/operating-certificates";
import { DynamicResource, type Description } from "./dynamic-resource";
import type { KnownArguments } from "./literals";

/** Arguments of {@link OperatingCertificates}. */
export interface OperatingCertificatesArgs {
  /** The merchant's id: 8 to 10 digits, as text. Cannot change later. */
  merchantId: pulumi.Input<string>;
  /** Every operating certificate of the account: at most 20, on at most 10 computers. Empty while there is none. */
  installations: pulumi.Input<pulumi.Input<OperatingCertificateInstallation>[]>;
  /** Days for which an attestation holds, the day of `verifiedAt` included: 1 to 3650. Default 90. */
  staleAfterDays?: pulumi.Input<number> | undefined;
  /** Days before the end of an installation from which it is to be renewed: 0 to 3650. Default 30. */
  expiringBeforeDays?: pulumi.Input<number> | undefined;
  /** Whether expired certificates and stale attestations fail the run. Default: the Provider's, else `fail`. */
  onExpiry?: pulumi.Input<"fail" | "warn"> | undefined;
}

/**
 * An operating certificate on a computer, as somebody has seen it on the Merchant Platform. Texts have 1 to 64
 * characters; days are `YYYY-MM-DD` in Asia/Shanghai. All of it is public, in state and in messages.
 */
export interface OperatingCertificateInstallation {
  /** Whose it is; once on a computer. */
  operator: pulumi.Input<string>;
  computer: pulumi.Input<string>;
  /** Where it can be seen; the documents of the platform do not say that it is shown. */
  serialNumber?: pulumi.Input<string> | undefined;
  installed: pulumi.Input<string>;
  /** The last day, after `installed`: it is valid through the last second of that day. */
  expires: pulumi.Input<string>;
  /** The attestation: when somebody has seen it on the platform, not before `installed`. */
  verifiedAt: pulumi.Input<string>;
  /** Who has seen it. */
  verifiedBy: pulumi.Input<string>;
}

/** The names of {@link OperatingCertificatesArgs}; those of an installation are looked at by check. */
export const operatingCertificatesArgNames = {
  merchantId: true,
  installations: true,
  staleAfterDays: true,
  expiringBeforeDays: true,
  onExpiry: true,
} as const satisfies Record<keyof OperatingCertificatesArgs, KnownArguments | true>;

const description: Description<OperatingCertificatesArgs> = {
  type: "OperatingCertificates",
  argNames: operatingCertificatesArgNames,
  outputNames: ["status", "lifecycle", "validUntil", "staleFrom"],
  // The account is one, wherever the secrets are.
  apartBy: () => ({ scope: "" }),
  insteadOfTwo: "one of them lists all installations of the account",
};

/**
 * The operating certificates (操作证书) of a WeChat Pay merchant: which operator has one on which computer, and who has
 * last looked. The platform cannot be asked, so people attest it in the program; expired certificates and attestations
 * that nobody has renewed fail the run. Makes no call to AWS and keeps nothing outside of state.
 *
 * @throws MerchantCredentialsError `invalid-input` for secret material in an argument, an unknown argument, or a
 *   second resource for the same merchant.
 */
export class OperatingCertificates extends DynamicResource {
  /** `none`, `healthy`, `expiring`, `stale` or `expired`. */
  declare readonly status: pulumi.Output<OperatingCertificatesStatus>;
  /** The same with counts and the days of the next stages; changes only when a stage does. */
  declare readonly lifecycle: pulumi.Output<string>;
  /**
   * Until when the account has an operating certificate: the end of the last day of the one that ends last, ISO 8601 in
   * UTC; `none` for an empty list. Known in previews.
   */
  declare readonly validUntil: pulumi.Output<string>;
  /** When the first attestation goes stale: ISO 8601, UTC; null where each certificate ends before. */
  declare readonly staleFrom: pulumi.Output<string | null>;

  constructor(name: string, args: OperatingCertificatesArgs, opts: pulumi.CustomResourceOptions = {}) {
    super(description, name, args, opts);
  }
}
