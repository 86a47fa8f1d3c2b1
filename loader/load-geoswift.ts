import { GeoswiftCredentials } from "./geoswift-credentials";
import { GeoswiftSecrets } from "./geoswift-secrets";
import { geoswiftKinds, type GeoswiftKind } from "./kinds";
import { readOptions, type Family, type GeoswiftOptions } from "./options";
import { versionReader } from "./secrets-manager";

const geoswift: Family<GeoswiftKind> = {
  loader: "loadGeoswift",
  kinds: geoswiftKinds,
  merchantId: { pattern: /^\w{1,31}$/, expected: "a text of 1 to 31 letters, digits and underscores" },
  demands: {
    merchantKey: { byArn: "required", byName: "if-any" },
    cfcaCertificate: { byArn: "required", byName: "if-any" },
  },
};

/**
 * The keys of one merchant of the Geoswift open platform, from AWS Secrets Manager, ready for `node:crypto`. Looks at
 * them at once, and reads them again when they are older than `cacheSeconds`.
 *
 * @throws CredentialError for an option that cannot be right, for a credential that is not what it should be, and for
 *   one that the application cannot do without: see `credentials`
 */
export async function loadGeoswift(options: GeoswiftOptions): Promise<GeoswiftCredentials> {
  const settings = readOptions(options, geoswift);
  const secrets = new GeoswiftSecrets(versionReader(settings), settings);
  await secrets.readAtStart();
  return new GeoswiftCredentials(secrets.merchantId!, secrets);
}
