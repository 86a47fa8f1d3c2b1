import type * as pulumi from "@pulumi/pulumi";
import type {
  PlatformPublicKeyHistoryEntry,
  PlatformPublicKeyStatus,
  ServingPublicKey,
} from "../domain/platform-public-key-state";
import { CredentialResource, credentialArgNames, type PublishedCredentialArgs } from "./credential-resource";
import type { KnownArguments } from "./literals";

/** Arguments of {@link PlatformPublicKey}. */
export interface PlatformPublicKeyArgs extends PublishedCredentialArgs {
  /** `PUB_KEY_ID_` and digits, as the Merchant Platform shows it. */
  publicKeyId: pulumi.Input<string>;
  /** The key as downloaded (`pub_key.pem`), in PEM: RSA of at least 2048 bits. It is public. */
  publicKey: pulumi.Input<string>;
  /**
   * Default `none`: the key serves as it is declared. `live`: `pulumi up` asks WeChat Pay first, signed by the
   * merchant's certificate; a key that it does not sign with never serves.
   */
  verification?: pulumi.Input<"none" | "live"> | undefined;
  /** ARN of the secret of the merchant's certificate; output `secretArn` of it. Required with `live`. */
  certificateSecretArn?: pulumi.Input<string> | undefined;
}

/** The names of {@link PlatformPublicKeyArgs}. */
export const platformPublicKeyArgNames = {
  ...credentialArgNames,
  publicKeyId: true,
  publicKey: true,
  verification: true,
  certificateSecretArn: true,
} as const satisfies Record<keyof PlatformPublicKeyArgs, KnownArguments | true>;

const outputNames = ["publicKeyId", "status", "current", "publicKeySha256", "askFrom", "history"] as const;

/**
 * The public key (微信支付公钥) with which WeChat Pay signs its answers and callbacks for a merchant, in the mode that
 * takes the place of platform certificates. Beside PlatformCertificates while the merchant changes over. All of it is
 * public.
 *
 * @throws MerchantCredentialsError `invalid-input` for secret material in an argument, an unknown argument, or a
 *   second resource for the same merchant.
 */
export class PlatformPublicKey extends CredentialResource {
  /** As declared; what serves is `current`. */
  declare readonly publicKeyId: pulumi.Output<string | null>;
  /** `active` or `awaiting-verification`. */
  declare readonly status: pulumi.Output<PlatformPublicKeyStatus | null>;
  /** The key that serves; null before the first. */
  declare readonly current: pulumi.Output<ServingPublicKey | null>;
  /** SHA-256 of the key that serves, lower-case hex. */
  declare readonly publicKeySha256: pulumi.Output<string | null>;
  /** From when the next `pulumi up` asks WeChat Pay again: ISO 8601, UTC; null where nothing is open. */
  declare readonly askFrom: pulumi.Output<string | null>;
  /** The last ten keys that served, and why. */
  declare readonly history: pulumi.Output<PlatformPublicKeyHistoryEntry[]>;

  constructor(name: string, args: PlatformPublicKeyArgs, opts: pulumi.CustomResourceOptions = {}) {
    const description = {
      type: "PlatformPublicKey",
      credentialKind: "platformPublicKey",
      argNames: platformPublicKeyArgNames,
      outputNames,
    } as const;
    super(description, name, args, opts);
  }

  /**
   * Looks up the key that another stack manages, by the ARN of its secret. Changes nothing and reads no value, so only
   * `secretArn`, `secretName`, `region`, `owner`, `merchantId` and `currentVersionId` are known; the rest is null or
   * empty. Fails with `secret-gone` where there is no such secret.
   */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    opts: pulumi.CustomResourceOptions = {},
  ): PlatformPublicKey {
    return new PlatformPublicKey(name, undefined as never, { ...opts, id });
  }
}
