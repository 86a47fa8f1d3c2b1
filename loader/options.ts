import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { endpointProblem } from "./endpoint";
import { CredentialError } from "./errors";
import type { CredentialKind, GeoswiftKind, StoredKind } from "./kinds";
import { optionMistake, regionPattern } from "./option-checks";
import type { Demand } from "./start";

/** Full ARN of each secret: the output `secretArns` of a `Merchant`. */
export type SecretArns = { readonly [kind in CredentialKind]?: string | undefined };

/** Which merchant's credentials to load, and how. Either `merchantId` or `arns` is needed. */
export interface LoadOptions {
  /** 8 to 10 digits. With `arns`: the merchant that all of them must belong to. */
  merchantId?: string | undefined;
  /** Without `arns` the secrets are called `<secretPrefix>/<merchantId>/<kind>`. Default `merchants`. */
  secretPrefix?: string | undefined;
  /** The secrets by their ARNs. What is not named here is never read. */
  arns?: SecretArns | undefined;
  /**
   * What must be there at the start; the rest is read when it is first needed. Default: `certificate` and
   * `apiV3Secret`, and the rest is looked at too. With `arns` one kind of the platform's keys must be there if any is
   * named, and an API secret that is not active yet is a warning; without, the rest may be missing. What is there and
   * is not what it should be stops the start.
   */
  credentials?: readonly CredentialKind[] | undefined;
  /** AWS region. Default: that of the ARNs, else the AWS SDK's own rules (`AWS_REGION`, the profile, …). */
  region?: string | undefined;
  /** `https`, or `http` on loopback. Default: AWS. `AWS_ENDPOINT_URL` and its like are ignored. */
  endpoint?: string | undefined;
  /** Your own client of Secrets Manager, in place of `region` and `endpoint`. */
  client?: Pick<SecretsManagerClient, "send"> | undefined;
  /** Seconds for which a value is served without asking AWS again. Default 300. */
  cacheSeconds?: number | undefined;
  /** The present time. Default: the system's. */
  now?: (() => Date) | undefined;
  /** Told when a value could not be read again and the one before is served on. Default: `process.emitWarning`. */
  onWarning?: ((warning: CredentialError) => void) | undefined;
}

/** Full ARN of each secret: output `secretArn` of a `MerchantKey` and of a `CfcaCertificate`. */
export type GeoswiftSecretArns = { readonly [kind in GeoswiftKind]?: string | undefined };

/** Which merchant's credentials for the Geoswift open platform to load, and how. Either `merchantId` or `arns` is needed. */
export interface GeoswiftOptions extends Omit<LoadOptions, "merchantId" | "arns" | "credentials"> {
  /** 1 to 31 letters, digits and underscores. With `arns`: the merchant that all of them must belong to. */
  merchantId?: string | undefined;
  /** The secrets by their ARNs. What is not named here is never read. */
  arns?: GeoswiftSecretArns | undefined;
  /**
   * What must be there at the start; the rest is read when it is first needed. Default: with `arns` all that is named;
   * without, at least one of the two. What is there and is not what it should be stops the start.
   */
  credentials?: readonly GeoswiftKind[] | undefined;
}

type OptionsOf<Kind extends StoredKind> = Omit<LoadOptions, "arns" | "credentials"> & {
  arns?: { readonly [kind in Kind]?: string | undefined } | undefined;
  credentials?: readonly Kind[] | undefined;
};

/** The credentials that one function loads, and what it asks of its options. */
export interface Family<Kind extends StoredKind> {
  /** The function's name. */
  loader: string;
  kinds: readonly Kind[];
  merchantId: { pattern: RegExp; expected: string };
  /** Without `credentials`. A secret whose ARN is given exists; under a name there may be none. */
  demands: Readonly<Record<Kind, { readonly byArn: Demand; readonly byName: Demand }>>;
}

/** How to reach AWS. */
export interface Connection {
  region: string | undefined;
  endpoint: string | undefined;
  client: Pick<SecretsManagerClient, "send"> | undefined;
}

/** Options, checked and with their defaults. */
export interface Settings<Kind extends StoredKind = CredentialKind> extends Connection {
  merchantId: string | undefined;
  /** The function that was called. */
  loader: string;
  /** Name or ARN; nothing for a credential that is never read. */
  secretIds: { readonly [kind in Kind]?: string | undefined };
  atStart: ReadonlyMap<Kind, Demand>;
  cacheMs: number;
  now: () => Date;
  onWarning: (warning: CredentialError) => void;
}

const optionNames: Readonly<Record<keyof LoadOptions, true>> = {
  merchantId: true,
  secretPrefix: true,
  arns: true,
  credentials: true,
  region: true,
  endpoint: true,
  client: true,
  cacheSeconds: true,
  now: true,
  onWarning: true,
};

/** @throws CredentialError `invalid-options` */
export function readOptions<Kind extends StoredKind>(
  options: OptionsOf<Kind>,
  family: Family<Kind>,
): Settings<Kind> {
  const { loader } = family;
  const given: unknown = options;
  const invalid = invalidFor(loader);
  if (typeof given !== "object" || given === null) throw invalid("the options are missing");
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(optionNames, name));
  if (unknown !== undefined)
    throw invalid(`there is no option ${unknown}, only ${Object.keys(optionNames).join(", ")}`);
  const { merchantId, arns, secretPrefix = "merchants", cacheSeconds = 300, endpoint, client } = options;
  const mistake = optionMistake(options, family.merchantId);
  if (mistake) throw invalid(mistake);

  if (merchantId === undefined && arns === undefined) throw invalid("either merchantId or arns is needed");
  const problem = endpoint === undefined ? undefined : endpointProblem(endpoint);
  if (problem) throw invalid(`endpoint is ${problem}; it must be https, or http on this machine`);
  if (client !== undefined && (options.region ?? endpoint) !== undefined)
    throw invalid("client has a region and an endpoint of its own: leave out these two");

  const region = arns ? regionOf(arns, options.region, family) : options.region;
  const secretIds = arns ? secretArns(arns, family) : secretNames(secretPrefix, merchantId!, family);
  return {
    merchantId,
    loader,
    secretIds,
    atStart: demandsAtStart(options, secretIds, family),
    region,
    endpoint,
    client,
    cacheMs: cacheSeconds * 1000,
    now: options.now ?? (() => new Date()),
    onWarning: listener(options.onWarning),
  };
}

/** A listener that throws must not stop a payment. */
function listener(onWarning: LoadOptions["onWarning"]): Settings["onWarning"] {
  return (warning) => {
    try {
      if (onWarning) onWarning(warning);
      else process.emitWarning(warning.message, "MerchantCredentialsWarning");
    } catch {
      return;
    }
  };
}

type SecretIds<Kind extends StoredKind> = Settings<Kind>["secretIds"];
type ArnsOf<Kind extends StoredKind> = NonNullable<OptionsOf<Kind>["arns"]>;

function secretNames<Kind extends StoredKind>(
  prefix: string,
  merchantId: string,
  { kinds }: Family<Kind>,
): SecretIds<Kind> {
  return Object.fromEntries(
    kinds.map((kind) => [kind, `${prefix}/${merchantId}/${kind}`]),
  ) as SecretIds<Kind>;
}

/** Kinds of a later release are let through, because a whole `secretArns` is handed over; misspelled ones are not. */
function secretArns<Kind extends StoredKind>(
  arns: ArnsOf<Kind>,
  { kinds, loader }: Family<Kind>,
): SecretIds<Kind> {
  for (const name of Object.keys(arns)) {
    const meant = kinds.find((kind) => kind.toLowerCase() === name.toLowerCase());
    if (meant && meant !== name) throw invalidFor(loader)(`there is no arns.${name}: it is called ${meant}`);
  }
  const named = kinds.filter((kind) => arns[kind] !== undefined);
  if (named.length === 0) throw invalidFor(loader)(`arns names none of ${kinds.join(", ")}`);
  return Object.fromEntries(named.map((kind) => [kind, arns[kind]])) as SecretIds<Kind>;
}

const arnPattern = new RegExp(
  `^arn:aws[a-z-]*:secretsmanager:(${regionPattern.source}):\\d{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$`,
);

function regionOf<Kind extends StoredKind>(
  arns: ArnsOf<Kind>,
  wanted: string | undefined,
  { kinds, loader }: Family<Kind>,
): string | undefined {
  const invalid = invalidFor(loader);
  let region = wanted;
  for (const kind of kinds) {
    const arn: unknown = arns[kind];
    if (arn === undefined) continue;
    const found = typeof arn === "string" ? arnPattern.exec(arn)?.[1] : undefined;
    if (found === undefined)
      throw invalid(
        `arns.${kind} is not the full ARN of a secret, arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-SUFFIX`,
      );
    if (region !== undefined && region !== found)
      throw invalid(
        `arns.${kind} is of region ${found}, not ${region}: a replica's ARN has the replica's region in it`,
      );
    region = found;
  }
  return region;
}

function demandsAtStart<Kind extends StoredKind>(
  options: OptionsOf<Kind>,
  secretIds: SecretIds<Kind>,
  { kinds, demands, loader }: Family<Kind>,
): Settings<Kind>["atStart"] {
  const invalid = invalidFor(loader);
  const named = kinds.filter((kind) => secretIds[kind] !== undefined);
  const { credentials, arns } = options;
  if (!credentials) return new Map(named.map((kind) => [kind, demands[kind][arns ? "byArn" : "byName"]]));
  for (const kind of credentials) {
    if (!kinds.includes(kind)) throw invalid(`credentials has a word that is none of ${kinds.join(", ")}`);
    if (!named.includes(kind)) throw invalid(`credentials asks for ${kind}, and arns.${kind} is missing`);
  }
  if (credentials.length === 0 && options.merchantId === undefined)
    throw invalid("credentials is empty: then merchantId is needed");
  return new Map(credentials.map((kind) => [kind, "required"]));
}

function invalidFor(loader: string): (problem: string) => CredentialError {
  return (problem) => new CredentialError("invalid-options", `${loader}: ${problem}.`);
}
