import type * as pulumi from "@pulumi/pulumi";
import { ApiSecretResource, type ApiSecretResourceArgs } from "./api-secret-resource";

/** Arguments of an {@link ApiSecret}. */
export type ApiSecretArgs = ApiSecretResourceArgs<"apiSecret">;

/**
 * The API secret of a WeChat Pay merchant: the 32 characters that sign v2 requests. `pulumi up` draws a value and keeps
 * it pending in AWS Secrets Manager; the super administrator reads it (`merchant-credentials reveal`), sets it on the
 * Merchant Platform, and activates it. Rotation is the same, asked for by age or by triggers, while the current value
 * serves.
 *
 * Outputs that have no value yet are null.
 *
 * @throws MerchantCredentialsError `invalid-input` for secret material in an argument, an unknown argument, or a
 *   second resource for the same merchant.
 */
export class ApiSecret extends ApiSecretResource {
  constructor(name: string, args: ApiSecretArgs, opts: pulumi.CustomResourceOptions = {}) {
    super("ApiSecret", name, args, opts);
  }

  /**
   * Looks up a secret that another stack manages, by its ARN. Changes nothing and reads no secret value, so only
   * `secretArn`, `secretName`, `region`, `owner`, `merchantId`, `currentVersionId` and `pendingVersionId` are
   * known; the rest is null. Fails with `secret-gone` where there is no such secret.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts: pulumi.CustomResourceOptions = {}): ApiSecret {
    return new ApiSecret(name, undefined as never, { ...opts, id });
  }
}
