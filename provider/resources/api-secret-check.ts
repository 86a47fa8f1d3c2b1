import { isLoopbackEndpoint } from "../domain/connection-rules";
import type { SecretKind } from "../domain/secret-kind";
import { unknownValue } from "../domain/unknown";
import { wechatPayEndpoint } from "../domain/wechatpay-endpoint";
import type { CheckCall, Checked } from "./credential-kind";
import type { CheckFailure, JsonObject } from "./resource-handlers";
import { withRotationPeriod } from "./rotation-arguments";

type ActivationRule = (kind: SecretKind, inputs: JsonObject, config: JsonObject) => CheckFailure | undefined;

/** Rules that need neither the vault nor a person, on inputs of the right shape; adds the period that the clock asks for. */
export function checkApiSecret(kind: SecretKind, call: CheckCall): Checked {
  return {
    inputs: withRotationPeriod(call),
    failures: activationRules.flatMap((rule) => rule(kind, call.inputs, call.config) ?? []),
  };
}

const activationRules: readonly ActivationRule[] = [
  /** Without a platform that could refuse it, a value may be current before a person has set it; nowhere else. */
  (_kind, { activation }, { endpoint }) => {
    if (activation !== "immediate" || endpoint === unknownValue) return undefined;
    if (typeof endpoint === "string" && isLoopbackEndpoint(endpoint)) return undefined;
    const reason =
      'activation: expected "manual", { version } or "live", found "immediate". It would break live payments: only a person can ' +
      "set a value on the Merchant Platform; it is for a Provider whose endpoint is on loopback.";
    return { property: "activation", reason };
  },
  (kind, { activation, certificateSecretArn }) => {
    if (activation !== "live" || kind !== "apiV3Secret" || certificateSecretArn !== undefined)
      return undefined;
    const reason =
      'certificateSecretArn: expected the ARN of the certificate\'s secret beside `activation: "live"`, found nothing. ' +
      "Its key signs the request: give the output `secretArn` of the MerchantCertificate.";
    return { property: "certificateSecretArn", reason };
  },
  (kind, { activation }, { wechatPayEndpoint: setting }) => {
    if (activation !== "live" || kind !== "apiSecret") return undefined;
    if (typeof setting !== "string" || setting === unknownValue) return undefined;
    if (wechatPayEndpoint(setting).flavour === "mainland") return undefined;
    const reason =
      'activation: expected "manual" or { version }, found "live". WeChat Pay\'s global endpoint does not tell whether an ' +
      "API secret is right: set it on the platform, and promote it in the same minute.";
    return { property: "activation", reason };
  },
];
