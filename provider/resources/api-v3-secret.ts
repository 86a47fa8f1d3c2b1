import type * as pulumi from "@pulumi/pulumi";
import { ApiSecretResource, type ApiSecretResourceArgs } from "./api-secret-resource";

/** Arguments of an {@link ApiV3Secret}. */
export type ApiV3SecretArgs = ApiSecretResourceArgs<"apiV3Secret">;

/**
 * The APIv3 secret of a WeChat Pay merchant: the 32 characters that decrypt callbacks and platform certificates. It
 * comes about and rotates as an API secret does. The platform drops the old value at once: receivers have to try the
 * current value, then the pending one, then the previous one.
 *
 * Outputs that have no value yet are null.
 *
 * @throws MerchantCredentialsError `invalid-input` for secret material in an argument, an unknown argument, or a
 *   second resource for the same merchant.
 */
export class ApiV3Secret extends ApiSecretResource {
  constructor(name: string, args: ApiV3SecretArgs, opts: pulumi.CustomResourceOptions = {}) {
    super("ApiV3Secret", name, args, opts);
  }

  /**
   * Looks up a secret that another stack manages, by its ARN. Changes nothing and reads no secret value, so only
   * `secretArn`, `secretName`, `region`, `owner`, `merchantId`, `currentVersionId` and `pendingVersionId` are
   * known; the rest is null. Fails with `secret-gone` where there is no such secret.
   */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    opts: pulumi.CustomResourceOptions = {},
  ): ApiV3Secret {
    return new ApiV3Secret(name, undefined as never, { ...opts, id });
  }
}
