import { jsonObject } from "./json-object";

/**
 * What a secret holds: JSON with a `schema` field. The text is canonical (fixed order of keys, no
 * timestamps of its own), so that writing the same credential twice is the same write.
 */
export type CredentialValue =
  | EmptyValue
  | CertificateRequestValue
  | CertificateValue
  | ApiSecretValue
  | ApiV3SecretValue
  | PlatformCertificatesValue
  | PlatformPublicKeyValue
  | MerchantKeyValue
  | CfcaCertificateValue;

/** Placeholder from the secret's creation until the first credential is complete. */
export interface EmptyValue {
  schema: "merchant-credentials/empty/v1";
}

/** A key whose certificate is still to come. */
export interface CertificateRequestValue {
  schema: "merchant-credentials/certificate-request/v1";
  merchantId: string;
  /** PKCS#8 PEM. */
  privateKey: string;
  /** PKCS#10 PEM. */
  certificateRequest: string;
}

/** A certificate with its key, complete: what an application loads. */
export interface CertificateValue {
  schema: "merchant-credentials/certificate/v1";
  merchantId: string;
  /** 40 upper-case hex digits. */
  serialNumber: string;
  /** PKCS#8 PEM. */
  privateKey: string;
  /** PEM. */
  certificate: string;
  /** PEM of the issuers, in the order in which they were declared; may be empty. */
  chain: string[];
}

/** The secret that signs v2 requests. */
export interface ApiSecretValue {
  schema: "merchant-credentials/api-secret/v1";
  merchantId: string;
  /** 32 characters of [0-9A-Za-z]. */
  apiSecret: string;
}

/** The secret that decrypts APIv3 callbacks and platform certificates. */
export interface ApiV3SecretValue {
  schema: "merchant-credentials/apiv3-secret/v1";
  merchantId: string;
  /** 32 characters of [0-9A-Za-z]. */
  apiV3Secret: string;
}

/** The certificates with which WeChat Pay signs for this merchant. Public. */
export interface PlatformCertificatesValue {
  schema: "merchant-credentials/platform-certificates/v1";
  merchantId: string;
  /** The one that ends last comes first. */
  certificates: PlatformCertificate[];
}

export interface PlatformCertificate {
  /** 40 upper-case hex digits: what the header `Wechatpay-Serial` names. */
  serialNumber: string;
  /** PEM. */
  certificate: string;
  /** From when WeChat Pay uses it: ISO 8601, UTC. */
  effectiveTime: string;
  /** Until when WeChat Pay uses it: ISO 8601, UTC. May be earlier than the certificate's own end. */
  expireTime: string;
}

/** The public key with which WeChat Pay signs for this merchant, in the newer mode. Public. */
export interface PlatformPublicKeyValue {
  schema: "merchant-credentials/platform-public-key/v1";
  merchantId: string;
  /** `PUB_KEY_ID_` and digits: what the header `Wechatpay-Serial` names. */
  publicKeyId: string;
  /** SPKI PEM. */
  publicKey: string;
}

/** A key whose public half the merchant gives to its partner. */
export interface MerchantKeyValue {
  schema: "merchant-credentials/merchant-key/v1";
  merchantId: string;
  /** PKCS#8 PEM. */
  privateKey: string;
  /** SPKI PEM. Public. */
  publicKey: string;
}

/** A certificate that CFCA has issued, with the key that was exported with it. */
export interface CfcaCertificateValue {
  schema: "merchant-credentials/cfca-certificate/v1";
  merchantId: string;
  /** Upper-case hex digits, padded to 40. */
  serialNumber: string;
  /** PKCS#8 PEM. */
  privateKey: string;
  /** PEM. */
  certificate: string;
  /** PEM of the issuers, in the order in which they were declared; may be empty. */
  chain: string[];
  /** PEM: what the partner's platform decrypts with the key of. Absent where none is declared. */
  platformCertificate?: string;
}

export type SchemaName = CredentialValue["schema"];

type FieldType = "text" | "optional text" | "texts" | "platform certificates";

/** The fields of each schema, in the order in which they are written. */
const fields: Readonly<Record<SchemaName, Readonly<Record<string, FieldType>>>> = {
  "merchant-credentials/empty/v1": {},
  "merchant-credentials/certificate-request/v1": {
    merchantId: "text",
    privateKey: "text",
    certificateRequest: "text",
  },
  "merchant-credentials/certificate/v1": {
    merchantId: "text",
    serialNumber: "text",
    privateKey: "text",
    certificate: "text",
    chain: "texts",
  },
  "merchant-credentials/api-secret/v1": { merchantId: "text", apiSecret: "text" },
  "merchant-credentials/apiv3-secret/v1": { merchantId: "text", apiV3Secret: "text" },
  "merchant-credentials/platform-certificates/v1": {
    merchantId: "text",
    certificates: "platform certificates",
  },
  "merchant-credentials/platform-public-key/v1": {
    merchantId: "text",
    publicKeyId: "text",
    publicKey: "text",
  },
  "merchant-credentials/merchant-key/v1": { merchantId: "text", privateKey: "text", publicKey: "text" },
  "merchant-credentials/cfca-certificate/v1": {
    merchantId: "text",
    serialNumber: "text",
    privateKey: "text",
    certificate: "text",
    chain: "texts",
    platformCertificate: "optional text",
  },
};

const certificateFields = ["serialNumber", "certificate", "effectiveTime", "expireTime"] as const;

/** The canonical text of a value. */
export function serializeValue(value: CredentialValue): string {
  const record = value as unknown as Record<string, unknown>;
  return JSON.stringify(record, ["schema", ...Object.keys(fields[value.schema]), ...certificateFields]);
}

/** The placeholder's text, the same for every secret. */
export const emptyValue = serializeValue({ schema: "merchant-credentials/empty/v1" });

/** A value, or what a text is instead: words that quote nothing of it, because it could be a secret. */
export type ReadValue = { value: CredentialValue } | { found: string };

/** Reads a stored value. Fields that are not known are left in place. */
export function readValue(text: string): ReadValue {
  const record = jsonObject(text);
  if (!record) return { found: "text that is not a JSON object" };
  const { schema } = record;
  if (typeof schema !== "string") return { found: "JSON without a schema" };
  if (!isSchemaName(schema)) return { found: "a schema that this release does not know" };
  const wrong = Object.entries(fields[schema]).filter(([name, type]) => !hasType(record[name], type));
  return wrong.length > 0
    ? { found: `${schema} with ${wrong.map(([name]) => name).join(", ")} missing or not of the right form` }
    : { value: record as unknown as CredentialValue };
}

function isSchemaName(schema: string): schema is SchemaName {
  return Object.hasOwn(fields, schema);
}

function hasType(value: unknown, type: FieldType): boolean {
  if (type === "optional text" && value === undefined) return true;
  if (type === "text" || type === "optional text") return typeof value === "string";
  if (!Array.isArray(value)) return false;
  return value.every((item: unknown) =>
    type === "texts" ? typeof item === "string" : isPlatformCertificate(item),
  );
}

function isPlatformCertificate(item: unknown): boolean {
  return (
    typeof item === "object" &&
    item !== null &&
    certificateFields.every((name) => typeof (item as Record<string, unknown>)[name] === "string")
  );
}
