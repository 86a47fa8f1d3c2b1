import { shanghaiDay } from "../domain/calendar";
import { isLoopbackEndpoint } from "../domain/connection-rules";
import { rotationPeriodLine, type RotationSchedule } from "../domain/rotation-period";
import type { SecretKind } from "../domain/secret-kind";
import { unknownValue } from "../domain/unknown";
import { wechatPayEndpoint } from "../domain/wechatpay-endpoint";
import type { CheckCall, Checked } from "./credential-kind";
import type { CheckFailure, Json, JsonObject } from "./resource-handlers";

type ActivationRule = (kind: SecretKind, inputs: JsonObject, config: JsonObject) => CheckFailure | undefined;

/**
 * Rules that need neither the vault nor a person, on inputs of the right shape. Adds the day from which periods
 * count, which stays as it was first, and the line `rotationPeriod`.
 */
export function checkApiSecret(kind: SecretKind, { inputs, olds, config, now }: CheckCall): Checked {
  const rotationFrom = inputs.rotationFrom ?? known(olds.rotationFrom) ?? shanghaiDay(now);
  return {
    inputs: { ...inputs, rotationFrom, rotationPeriod: periodLine({ ...inputs, rotationFrom }, now) },
    failures: activationRules.flatMap((rule) => rule(kind, inputs, config) ?? []),
  };
}

function periodLine({ rotationFrom, maxAgeDays }: JsonObject, now: Date): Json | undefined {
  if (rotationFrom === unknownValue || maxAgeDays === unknownValue) return unknownValue;
  return rotationPeriodLine({ rotationFrom, maxAgeDays } as unknown as RotationSchedule, now);
}

function known(value: Json | undefined): Json | undefined {
  return value === unknownValue ? undefined : value;
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
