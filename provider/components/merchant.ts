import * as pulumi from "@pulumi/pulumi";
import { ApiSecret } from "../resources/api-secret";
import { ApiV3Secret } from "../resources/api-v3-secret";
import type { ApiSecretResourceArgs } from "../resources/api-secret-resource";
import type { DynamicResource } from "../resources/dynamic-resource";
import { MerchantCertificate } from "../resources/merchant-certificate";
import { OperatingCertificates } from "../resources/operating-certificates";
import { PlatformCertificates } from "../resources/platform-certificates";
import { PlatformPublicKey } from "../resources/platform-public-key";
import {
  assertMerchantArguments,
  mayBeLive,
  mergedTags,
  sharedArgs,
  type MerchantArgs,
  type SharedArgs,
} from "./merchant-arguments";

export type { MerchantArgs };

type SecretSettings<Kind extends string> = Omit<ApiSecretResourceArgs<Kind>, "merchantId">;

/** ARN of each secret; undefined where the merchant has none of the kind. */
export interface MerchantSecretArns {
  certificate: string;
  apiSecret?: string;
  apiV3Secret?: string;
  platformCertificates?: string;
  platformPublicKey?: string;
}

/**
 * Everything that one WeChat Pay merchant needs: API certificate, API secret and APIv3 secret, with the settings that
 * they share; where they are declared, WeChat Pay's own certificates and public key for it, and its operating
 * certificates. The children are `<name>-certificate`, `<name>-api-secret`, `<name>-api-v3-secret`,
 * `<name>-platform-certificates`, `<name>-platform-public-key` and `<name>-operating-certificates`.
 *
 * @throws MerchantCredentialsError `invalid-input`, as each of the children.
 */
export class Merchant extends pulumi.ComponentResource {
  readonly certificate: MerchantCertificate;
  /** Undefined where `apiSecret` is false. */
  readonly apiSecret: ApiSecret | undefined;
  /** Undefined where `apiV3Secret` is false. */
  readonly apiV3Secret: ApiV3Secret | undefined;
  /** Undefined where `platformCertificates` is left out. */
  readonly platformCertificates: PlatformCertificates | undefined;
  /** Undefined where `platformPublicKey` is left out. */
  readonly platformPublicKey: PlatformPublicKey | undefined;
  /** Undefined where `operatingCertificates` is left out. */
  readonly operatingCertificates: OperatingCertificates | undefined;
  /** The request string for the Merchant Platform (PKCS#10 PEM); null while none is open. */
  readonly certificateRequest: pulumi.Output<string | null>;
  /** What only a person can do now, click by click, for all credentials; empty when nothing is open. */
  readonly nextSteps: pulumi.Output<string[]>;
  /** ARN of each secret. */
  readonly secretArns: pulumi.Output<MerchantSecretArns>;

  constructor(name: string, args: MerchantArgs, opts: pulumi.ComponentResourceOptions = {}) {
    assertMerchantArguments(name, args);
    super("merchantCredentials:index:Merchant", name, {}, opts);
    const { merchantId, merchantName, certificate, certificateSettings } = args;
    const shared = sharedArgs(args);
    const own = <Settings extends Pick<SharedArgs, "tags">>(settings: Settings | undefined) => ({
      ...shared,
      ...settings!,
      tags: mergedTags(shared.tags, settings?.tags),
      merchantId,
    });
    const child = { parent: this };
    const { onExpiry } = shared;
    this.operatingCertificates =
      args.operatingCertificates &&
      new OperatingCertificates(
        `${name}-operating-certificates`,
        { ...(onExpiry !== undefined && { onExpiry }), ...args.operatingCertificates, merchantId },
        child,
      );
    const publicKey = (asks: { certificateSecretArn?: pulumi.Output<string> }) =>
      args.platformPublicKey &&
      new PlatformPublicKey(
        `${name}-platform-public-key`,
        { ...own(args.platformPublicKey), ...asks },
        child,
      );
    // Either the key verifies what WeChat Pay says of the certificate, or the certificate asks about the key.
    this.platformPublicKey = mayBeLive(args.platformPublicKey?.verification) ? undefined : publicKey({});
    const isVerified = this.platformPublicKey && mayBeLive(certificateSettings?.verification);
    this.certificate = new MerchantCertificate(
      `${name}-certificate`,
      {
        ...(isVerified && { platformSecretArn: this.platformPublicKey.id }),
        ...own(certificateSettings),
        operatingCertificates: certificateSettings?.operatingCertificates ?? this.operatingCertificates,
        merchantName,
        certificate,
      },
      child,
    );
    // Unlike other outputs, an id stays known in the preview of an update.
    const certificateSecretArn = this.certificate.id;
    const secret = <Kind extends string>(settings: SecretSettings<Kind> | undefined) => ({
      ...(mayBeLive(settings?.activation) && { certificateSecretArn }),
      ...own(settings),
    });
    this.apiSecret =
      args.apiSecret === false
        ? undefined
        : new ApiSecret(`${name}-api-secret`, secret(args.apiSecret), child);
    this.apiV3Secret =
      args.apiV3Secret === false
        ? undefined
        : new ApiV3Secret(`${name}-api-v3-secret`, secret(args.apiV3Secret), child);
    this.platformCertificates =
      args.platformCertificates &&
      new PlatformCertificates(
        `${name}-platform-certificates`,
        { ...own(args.platformCertificates), certificateSecretArn, apiV3SecretArn: this.apiV3Secret!.id },
        child,
      );
    this.platformPublicKey ??= publicKey({ certificateSecretArn });

    this.certificateRequest = this.certificate.certificateRequest;
    this.nextSteps = stepsOf({
      operatingCertificates: this.operatingCertificates,
      certificate: this.certificate,
      apiSecret: this.apiSecret,
      apiV3Secret: this.apiV3Secret,
      platformCertificates: this.platformCertificates,
      platformPublicKey: this.platformPublicKey,
    });
    this.secretArns = pulumi.output({
      certificate: this.certificate.secretArn,
      ...(this.apiSecret && { apiSecret: this.apiSecret.secretArn }),
      ...(this.apiV3Secret && { apiV3Secret: this.apiV3Secret.secretArn }),
      ...(this.platformCertificates && { platformCertificates: this.platformCertificates.secretArn }),
      ...(this.platformPublicKey && { platformPublicKey: this.platformPublicKey.secretArn }),
    });
    this.registerOutputs({
      certificateRequest: this.certificateRequest,
      nextSteps: this.nextSteps,
      secretArns: this.secretArns,
    });
  }
}

/** The steps of all children that there are, each with the kind that it is for. */
function stepsOf(children: Record<string, DynamicResource | undefined>): pulumi.Output<string[]> {
  const lists = Object.entries(children).flatMap(([kind, child]) =>
    child ? child.nextSteps.apply((steps) => steps.map((step) => `${kind}: ${step}`)) : [],
  );
  return pulumi.all(lists).apply((steps) => steps.flat());
}
