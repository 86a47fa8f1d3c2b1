import * as pulumi from "@pulumi/pulumi";
import { MerchantCredentialsError } from "../errors";
import type { ApiSecretArgs } from "../resources/api-secret";
import { apiSecretArgNames } from "../resources/api-secret-resource";
import type { ApiV3SecretArgs } from "../resources/api-v3-secret";
import type { CredentialArgs } from "../resources/credential-resource";
import { assertKnownArguments, assertNoSecretLiterals, type KnownArguments } from "../resources/literals";
import {
  merchantCertificateArgNames,
  type MerchantCertificateArgs,
} from "../resources/merchant-certificate-args";
import {
  operatingCertificatesArgNames,
  type OperatingCertificatesArgs,
} from "../resources/operating-certificates";
import {
  platformCertificatesArgNames,
  type PlatformCertificatesArgs,
} from "../resources/platform-certificates";
import { platformPublicKeyArgNames, type PlatformPublicKeyArgs } from "../resources/platform-public-key";

/** Settings that all credentials of a merchant share; what one of them says for itself wins. */
export type SharedArgs = Pick<
  CredentialArgs,
  "kmsKeyId" | "tags" | "replicaRegions" | "recoveryWindowInDays" | "deletionProtection" | "onExpiry"
>;

/** Arguments of a Merchant. */
export interface MerchantArgs extends SharedArgs {
  /** The merchant's id: 8 to 10 digits, as text. Cannot change later. */
  merchantId: pulumi.Input<string>;
  /** The merchant's name as on the Merchant Platform, 1 to 64 characters. */
  merchantName: pulumi.Input<string>;
  /** The certificate that the platform issued from `certificateRequest`, in PEM; public. Leave it out until there is one. */
  certificate?: pulumi.Input<string | undefined>;
  /** What else a MerchantCertificate takes. */
  certificateSettings?:
    Omit<MerchantCertificateArgs, "merchantId" | "merchantName" | "certificate"> | undefined;
  /** What an ApiSecret takes; `false` for a merchant that has none. Default: one with the package's defaults. */
  apiSecret?: Omit<ApiSecretArgs, "merchantId"> | false | undefined;
  /** What an ApiV3Secret takes; `false` for a merchant that has none. Default: one with the package's defaults. */
  apiV3Secret?: Omit<ApiV3SecretArgs, "merchantId"> | false | undefined;
  /**
   * What PlatformCertificates takes; it asks WeChat Pay with this merchant's certificate and APIv3 secret. Default: none
   * are declared.
   */
  platformCertificates?:
    Omit<PlatformCertificatesArgs, "merchantId" | "certificateSecretArn" | "apiV3SecretArn"> | undefined;
  /** What PlatformPublicKey takes; `live` asks with this merchant's certificate. Default: none is declared. */
  platformPublicKey?: Omit<PlatformPublicKeyArgs, "merchantId" | "certificateSecretArn"> | undefined;
  /** What OperatingCertificates takes. Default: none are declared. */
  operatingCertificates?: Omit<OperatingCertificatesArgs, "merchantId"> | undefined;
}

const sharedArgNames = [
  "kmsKeyId",
  "tags",
  "replicaRegions",
  "recoveryWindowInDays",
  "deletionProtection",
  "onExpiry",
] as const satisfies readonly (keyof SharedArgs)[];

const argNames: KnownArguments = {
  merchantId: true,
  merchantName: true,
  certificate: true,
  ...Object.fromEntries(sharedArgNames.map((name) => [name, true as const])),
  certificateSettings: without(merchantCertificateArgNames, "merchantId", "merchantName", "certificate"),
  apiSecret: without(apiSecretArgNames, "merchantId"),
  apiV3Secret: without(apiSecretArgNames, "merchantId"),
  platformCertificates: without(
    platformCertificatesArgNames,
    "merchantId",
    "certificateSecretArn",
    "apiV3SecretArn",
  ),
  platformPublicKey: without(platformPublicKeyArgNames, "merchantId", "certificateSecretArn"),
  operatingCertificates: without(operatingCertificatesArgNames, "merchantId"),
} satisfies Record<Exclude<keyof MerchantArgs, keyof SharedArgs>, KnownArguments | true>;

function without(known: KnownArguments, ...names: string[]): KnownArguments {
  return Object.fromEntries(Object.entries(known).filter(([name]) => !names.includes(name)));
}

/** The arguments of children, and whether `false` leaves the child out. */
const settings = [
  ["certificateSettings", false],
  ["apiSecret", true],
  ["apiV3Secret", true],
  ["platformCertificates", false],
  ["platformPublicKey", false],
  ["operatingCertificates", false],
] as const satisfies readonly (readonly [keyof MerchantArgs, boolean])[];

/** @throws MerchantCredentialsError `invalid-input`, before the first child is registered. */
export function assertMerchantArguments(name: string, args: MerchantArgs | undefined): void {
  const resource = `Merchant "${name}"`;
  if (!args) throw new MerchantCredentialsError("invalid-input", "the arguments are missing", { resource });
  // All of it before the first child is registered: a refused program has changed nothing.
  assertKnownArguments(args, argNames, resource);
  assertNoSecretLiterals(args, resource);
  for (const [property, mayBeFalse] of settings) {
    const given: unknown = args[property];
    const isLeftOut = given === undefined || (given === false && mayBeFalse);
    if (isLeftOut || isPlainObject(given)) continue;
    const expected = `an object of settings${mayBeFalse ? ", or false" : ""}`;
    throw new MerchantCredentialsError("invalid-input", "cannot be used", {
      resource,
      property,
      expected,
      actual: Array.isArray(given) ? "a list" : `a ${typeof given} of another kind`,
      hint: "Its members may be outputs; a secret in use comes in by `import`",
    });
  }
  if (args.platformCertificates && args.apiV3Secret === false) {
    throw new MerchantCredentialsError("invalid-input", "cannot be had without the APIv3 secret", {
      resource,
      property: "platformCertificates",
      expected: "`apiV3Secret` beside it, which decrypts them",
      actual: "`apiV3Secret: false`",
      hint: "Declare `apiV3Secret`, or take `platformPublicKey`",
    });
  }
}

/** Whether WeChat Pay is asked; what is known only later may say so. */
export function mayBeLive(mode: pulumi.Input<unknown>): boolean {
  return mode === "live" || pulumi.Output.isInstance(mode) || mode instanceof Promise;
}

function isPlainObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** The settings that were given; an absent one leaves the Provider's default. */
export function sharedArgs(args: MerchantArgs): SharedArgs {
  return Object.fromEntries(
    sharedArgNames.flatMap((name) => (args[name] === undefined ? [] : [[name, args[name]]])),
  );
}

/** A credential's own tags stand beside the shared ones, and win. */
export function mergedTags(shared: SharedArgs["tags"], own: SharedArgs["tags"]): SharedArgs["tags"] {
  if (!shared || !own) return own ?? shared;
  return pulumi.all([shared, own]).apply(([all, ones]) => ({ ...all, ...ones }));
}
