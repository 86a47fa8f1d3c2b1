import { parseValue, serializeValue, type CredentialValue } from "./credential-value";

/** The two secrets of 32 characters that a merchant shares with WeChat Pay; the words are those of tags and names. */
export type SecretKind = "apiSecret" | "apiV3Secret";

interface SecretKindFacts {
  schema: CredentialValue["schema"];
  /** As the Merchant Platform calls it. */
  title: string;
  /** Where it is set, below API Security. Source: docs/wechat-pay-steps.md. */
  place: string;
}

export const secretKinds: Readonly<Record<SecretKind, SecretKindFacts>> = {
  apiSecret: {
    schema: "merchant-credentials/api-secret/v1",
    title: "API secret",
    place: "Set API Secret (APIv2密钥)",
  },
  apiV3Secret: {
    schema: "merchant-credentials/apiv3-secret/v1",
    title: "APIv3 secret",
    place: "Set APIv3 Secret (APIv3密钥)",
  },
};

export function isSecretKind(kind: string | undefined): kind is SecretKind {
  return kind !== undefined && Object.hasOwn(secretKinds, kind);
}

/** What is stored for a secret. */
export function secretValue(kind: SecretKind, merchantId: string, secret: string): string {
  return kind === "apiSecret"
    ? serializeValue({ schema: "merchant-credentials/api-secret/v1", merchantId, apiSecret: secret })
    : serializeValue({ schema: "merchant-credentials/apiv3-secret/v1", merchantId, apiV3Secret: secret });
}

/**
 * The secret in a stored value, whose it is, and undefined where it is a value of another kind.
 *
 * @throws MerchantCredentialsError `unreadable-value`.
 */
export function readSecretValue(
  kind: SecretKind,
  text: string,
): { merchantId: string; secret: string } | undefined {
  const value = parseValue(text);
  if (value.schema === "merchant-credentials/api-secret/v1" && kind === "apiSecret")
    return { merchantId: value.merchantId, secret: value.apiSecret };
  if (value.schema === "merchant-credentials/apiv3-secret/v1" && kind === "apiV3Secret")
    return { merchantId: value.merchantId, secret: value.apiV3Secret };
  return undefined;
}
