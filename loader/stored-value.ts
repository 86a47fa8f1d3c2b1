import { CredentialError } from "./errors";
import { readValue, type CredentialValue } from "./format";
import { firstSteps, schemas, schemaTitles, type StoredKind } from "./kinds";
import type { StoredVersion } from "./secrets-manager";

export type ValueOf<K extends StoredKind> = Extract<CredentialValue, { schema: (typeof schemas)[K] }>;

/**
 * The value of a version, if it is what the secret is for.
 *
 * @throws CredentialError `not-ready`, `another-kind`, `unreadable`
 */
export function valueOf<K extends StoredKind>(kind: K, { secretId, text }: StoredVersion): ValueOf<K> {
  const read = readValue(text);
  if ("found" in read) {
    const known = "it must hold a value that the provider has written";
    throw new CredentialError("unreadable", `${secretId} holds ${read.found}: ${known}.`);
  }
  const { value } = read;
  if (value.schema === schemas[kind]) return value as ValueOf<K>;
  const { schema } = value;
  if (schema === "merchant-credentials/empty/v1")
    throw new CredentialError("not-ready", `${secretId} holds the placeholder: ${firstSteps[kind]}.`);
  throw new CredentialError(
    "another-kind",
    `${secretId} holds ${schemaTitles[schema]}, and ${mistake(kind, schema, secretId)}.`,
  );
}

/** What has probably happened where a secret holds a value of another kind. */
function mistake(kind: StoredKind, schema: CredentialValue["schema"], secretId: string): string {
  const isByArn = secretId.startsWith("arn:");
  const wanted = schemaTitles[schemas[kind]];
  const isSwap =
    (kind === "apiSecret" && schema === schemas.apiV3Secret) ||
    (kind === "apiV3Secret" && schema === schemas.apiSecret);
  if (isSwap)
    return isByArn
      ? `not ${wanted}: arns.apiSecret and arns.apiV3Secret are swapped`
      : `not ${wanted}: the values of the secrets apiSecret and apiV3Secret are swapped`;
  const other = otherPlatformKind(kind, schema);
  if (other)
    return isByArn
      ? `not ${wanted}: give its ARN as arns.${other}`
      : `not ${wanted}: its place is the secret ${other}`;
  if (kind.startsWith("platform") && schema === schemas.certificate)
    return `not ${wanted}: what the merchant signs with never verifies what WeChat Pay has signed`;
  return `not ${wanted}: check the ARN or the name given for ${kind}`;
}

function otherPlatformKind(kind: StoredKind, schema: CredentialValue["schema"]): StoredKind | undefined {
  if (kind === "platformCertificates" && schema === schemas.platformPublicKey) return "platformPublicKey";
  if (kind === "platformPublicKey" && schema === schemas.platformCertificates) return "platformCertificates";
  return undefined;
}
