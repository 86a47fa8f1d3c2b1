import { MerchantCredentialsError } from "../errors";
import { jsonObject } from "./json-object";

/**
 * What a secret holds: JSON with a `schema` field. The text is canonical (fixed order of keys, no
 * timestamps), so that writing the same credential twice is the same write.
 */
export type CredentialValue =
  EmptyValue | CertificateRequestValue | CertificateValue | ApiSecretValue | ApiV3SecretValue;

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

type SchemaName = CredentialValue["schema"];

type FieldType = "text" | "texts";

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
};

/** The canonical text of a value. */
export function serializeValue(value: CredentialValue): string {
  const record = value as unknown as Record<string, unknown>;
  return JSON.stringify(record, ["schema", ...Object.keys(fields[value.schema])]);
}

/** The placeholder's text, the same for every secret. */
export const emptyValue = serializeValue({ schema: "merchant-credentials/empty/v1" });

/**
 * Reads a stored value.
 *
 * @throws MerchantCredentialsError `unreadable-value`; it names what is missing and never quotes the text.
 */
export function parseValue(text: string): CredentialValue {
  const record = jsonObject(text);
  if (!record) throw unreadable("text that is not a JSON object");
  const { schema } = record;
  if (typeof schema !== "string") throw unreadable("JSON without a schema");
  if (!isSchemaName(schema)) throw unreadable("a schema that this release does not know");
  const wrong = Object.entries(fields[schema]).filter(([name, type]) => !hasType(record[name], type));
  if (wrong.length > 0)
    throw unreadable(`${schema} with ${wrong.map(([name]) => name).join(", ")} missing or not text`);
  return record as unknown as CredentialValue;
}

/** Whether an error says that a stored value is none of ours. */
export function isUnreadable(error: unknown): boolean {
  return error instanceof MerchantCredentialsError && error.code === "unreadable-value";
}

function isSchemaName(schema: string): schema is SchemaName {
  return Object.hasOwn(fields, schema);
}

function hasType(value: unknown, type: FieldType): boolean {
  return type === "text"
    ? typeof value === "string"
    : Array.isArray(value) && value.every((item) => typeof item === "string");
}

function unreadable(actual: string): MerchantCredentialsError {
  return new MerchantCredentialsError("unreadable-value", "the secret's value is not a merchant credential", {
    expected: "a value of schema merchant-credentials/…",
    actual,
    hint:
      "If it has been overwritten, move AWSCURRENT back (update-secret-version-stage): for a certificate to the version " +
      "labelled MC_CERT_<serial number>, for a secret to the one labelled AWSPREVIOUS; if it never was a credential, " +
      "use another `secretName`",
  });
}
