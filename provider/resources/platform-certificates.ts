import type * as pulumi from "@pulumi/pulumi";
import type { PlatformCertificateFacts } from "../domain/platform-certificates";
import type {
  PlatformCertificatesHistoryEntry,
  PlatformCertificatesStatus,
} from "../domain/platform-certificates-state";
import { CredentialResource, credentialArgNames, type PublishedCredentialArgs } from "./credential-resource";
import type { KnownArguments } from "./literals";

/** Arguments of {@link PlatformCertificates}. */
export interface PlatformCertificatesArgs extends PublishedCredentialArgs {
  /** ARN of the secret of the merchant's certificate, which signs the question; output `secretArn` of it. */
  certificateSecretArn: pulumi.Input<string>;
  /** ARN of the secret of the APIv3 secret, which decrypts the answer; output `secretArn` of it. */
  apiV3SecretArn: pulumi.Input<string>;
  /** Hours after which the next `pulumi up` asks WeChat Pay again: 1 to 168. Default 12; it lists a certificate 24 hours before it uses it. */
  checkEveryHours?: pulumi.Input<number> | undefined;
  /** Days before the last certificate ends from which the next steps say so: 0 to 1825. Default 30. */
  warnBeforeDays?: pulumi.Input<number> | undefined;
}

/** The names of {@link PlatformCertificatesArgs}. */
export const platformCertificatesArgNames = {
  ...credentialArgNames,
  certificateSecretArn: true,
  apiV3SecretArn: true,
  checkEveryHours: true,
  warnBeforeDays: true,
} as const satisfies Record<keyof PlatformCertificatesArgs, KnownArguments | true>;

const outputNames = ["status", "certificates", "serialNumbers", "validUntil", "askFrom", "history"] as const;

/**
 * The certificates (平台证书) with which WeChat Pay signs its answers and callbacks for a merchant. `pulumi up` asks
 * WeChat Pay for them, verifies and decrypts the answer, and keeps them in AWS Secrets Manager; a new one stands beside
 * the old one until that has ended. All of it is public.
 *
 * @throws MerchantCredentialsError `invalid-input` for secret material in an argument, an unknown argument, or a
 *   second resource for the same merchant.
 */
export class PlatformCertificates extends CredentialResource {
  /** `active`, `expiring`, `expired`, `public-key-mode`, `awaiting-credentials` or `unavailable`. */
  declare readonly status: pulumi.Output<PlatformCertificatesStatus | null>;
  /** The certificates that serve, the one that ends last first. */
  declare readonly certificates: pulumi.Output<PlatformCertificateFacts[]>;
  /** Their serial numbers, in the same order. */
  declare readonly serialNumbers: pulumi.Output<string[]>;
  /** When the last of them ends: ISO 8601, UTC; null before the first. */
  declare readonly validUntil: pulumi.Output<string | null>;
  /** From when the next `pulumi up` asks WeChat Pay again: ISO 8601, UTC. */
  declare readonly askFrom: pulumi.Output<string | null>;
  /** The last ten values that served, and why. */
  declare readonly history: pulumi.Output<PlatformCertificatesHistoryEntry[]>;

  constructor(name: string, args: PlatformCertificatesArgs, opts: pulumi.CustomResourceOptions = {}) {
    const description = {
      type: "PlatformCertificates",
      credentialKind: "platformCertificates",
      argNames: platformCertificatesArgNames,
      outputNames,
    } as const;
    super(description, name, args, opts);
  }

  /**
   * Looks up the certificates that another stack manages, by the ARN of their secret. Changes nothing and reads no
   * value, so only `secretArn`, `secretName`, `region`, `owner`, `merchantId` and `currentVersionId` are known; the
   * rest is null or empty. Fails with `secret-gone` where there is no such secret.
   */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    opts: pulumi.CustomResourceOptions = {},
  ): PlatformCertificates {
    return new PlatformCertificates(name, undefined as never, { ...opts, id });
  }
}
