import type { SchemaName } from "./format";

/** The credentials of a merchant; the words are those of the secrets' names. */
export const credentialKinds = [
  "certificate",
  "apiSecret",
  "apiV3Secret",
  "platformCertificates",
  "platformPublicKey",
] as const;

export type CredentialKind = (typeof credentialKinds)[number];

/** The credentials of a merchant of the Geoswift open platform. */
export const geoswiftKinds = ["merchantKey", "cfcaCertificate"] as const;

export type GeoswiftKind = (typeof geoswiftKinds)[number];

/** Whatever has a secret of its own. */
export type StoredKind = CredentialKind | GeoswiftKind;

export const schemas = {
  certificate: "merchant-credentials/certificate/v1",
  apiSecret: "merchant-credentials/api-secret/v1",
  apiV3Secret: "merchant-credentials/apiv3-secret/v1",
  platformCertificates: "merchant-credentials/platform-certificates/v1",
  platformPublicKey: "merchant-credentials/platform-public-key/v1",
  merchantKey: "merchant-credentials/merchant-key/v1",
  cfcaCertificate: "merchant-credentials/cfca-certificate/v1",
} as const satisfies Record<StoredKind, SchemaName>;

/** What a value is, in the words of a sentence. */
export const schemaTitles: Readonly<Record<SchemaName, string>> = {
  "merchant-credentials/empty/v1": "the placeholder",
  "merchant-credentials/certificate-request/v1": "a certificate request",
  "merchant-credentials/certificate/v1": "a merchant's certificate with its key",
  "merchant-credentials/api-secret/v1": "an API secret (v2)",
  "merchant-credentials/apiv3-secret/v1": "an APIv3 secret",
  "merchant-credentials/platform-certificates/v1": "the platform's certificates",
  "merchant-credentials/platform-public-key/v1": "the platform's public key",
  "merchant-credentials/merchant-key/v1": "a merchant key",
  "merchant-credentials/cfca-certificate/v1": "a CFCA certificate with its key",
};

/** Why a secret holds the placeholder: what the person who runs the program has to do. */
export const firstSteps: Readonly<Record<StoredKind, string>> = {
  certificate:
    "there is no certificate yet: paste output `certificateRequest` on the Merchant Platform, put the certificate into the program and run `pulumi up`",
  apiSecret: "no API secret is active yet: set it on the Merchant Platform and activate it",
  apiV3Secret: "no APIv3 secret is active yet: set it on the Merchant Platform and activate it",
  platformCertificates: "the platform's certificates have not been downloaded yet: run `pulumi up`",
  platformPublicKey: "the platform's public key has not been stored yet: run `pulumi up`",
  merchantKey:
    "no merchant key is active yet: give the public key in output `pending` to the partner, then activate it",
  cfcaCertificate:
    "there is no CFCA certificate yet: follow output `nextSteps`, declare `certificate` and `pfx`, and run `pulumi up`",
};
