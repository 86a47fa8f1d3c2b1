import * as pulumi from "@pulumi/pulumi";
import { MerchantCredentialsError } from "../errors";
import { ApiSecret, type ApiSecretArgs } from "../resources/api-secret";
import { ApiV3Secret, type ApiV3SecretArgs } from "../resources/api-v3-secret";
import type { CredentialArgs, CredentialResource } from "../resources/credential-resource";
import { apiSecretArgNames } from "../resources/api-secret-resource";
import { assertKnownArguments, assertNoSecretLiterals, type KnownArguments } from "../resources/literals";
import {
  MerchantCertificate,
  merchantCertificateArgNames,
  type MerchantCertificateArgs,
} from "../resources/merchant-certificate";

/** Settings that all credentials of a merchant share; what one of them says for itself wins. */
type SharedArgs = Pick<
  CredentialArgs,
  "kmsKeyId" | "tags" | "replicaRegions" | "recoveryWindowInDays" | "deletionProtection" | "onExpiry"
>;

/** Arguments of a {@link Merchant}. */
export interface MerchantArgs extends SharedArgs {
  /** The merchant's id: 8 to 10 digits, as text. Cannot change later. */
  merchantId: pulumi.Input<string>;
  /** The merchant's name as on the Merchant Platform, 1 to 64 characters. */
  merchantName: pulumi.Input<string>;
  /** The certificate that the platform issued from `certificateRequest`, in PEM; public. Leave it out until there is one. */
  certificate?: pulumi.Input<string | undefined>;
  /** What else a {@link MerchantCertificate} takes. */
  certificateSettings?:
    Omit<MerchantCertificateArgs, "merchantId" | "merchantName" | "certificate"> | undefined;
  /** What an {@link ApiSecret} takes; `false` for a merchant that has none. Default: one with the package's defaults. */
  apiSecret?: Omit<ApiSecretArgs, "merchantId"> | false | undefined;
  /** What an {@link ApiV3Secret} takes; `false` for a merchant that has none. Default: one with the package's defaults. */
  apiV3Secret?: Omit<ApiV3SecretArgs, "merchantId"> | false | undefined;
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
} satisfies Record<Exclude<keyof MerchantArgs, keyof SharedArgs>, KnownArguments | true>;

function without(known: KnownArguments, ...names: string[]): KnownArguments {
  return Object.fromEntries(Object.entries(known).filter(([name]) => !names.includes(name)));
}

/** ARN of each secret; undefined where the merchant has none of the kind. */
export interface MerchantSecretArns {
  certificate: string;
  apiSecret?: string;
  apiV3Secret?: string;
}

/**
 * Everything that one WeChat Pay merchant needs: API certificate, API secret and APIv3 secret, with the settings that
 * they share. The children are `<name>-certificate`, `<name>-api-secret` and `<name>-api-v3-secret`.
 *
 * @throws MerchantCredentialsError `invalid-input`, as each of the children.
 */
export class Merchant extends pulumi.ComponentResource {
  readonly certificate: MerchantCertificate;
  /** Undefined where `apiSecret` is false. */
  readonly apiSecret: ApiSecret | undefined;
  /** Undefined where `apiV3Secret` is false. */
  readonly apiV3Secret: ApiV3Secret | undefined;
  /** The request string for the Merchant Platform (PKCS#10 PEM); null while none is open. */
  readonly certificateRequest: pulumi.Output<string | null>;
  /** What only a person can do now, click by click, for all credentials; empty when nothing is open. */
  readonly nextSteps: pulumi.Output<string[]>;
  /** ARN of each secret. */
  readonly secretArns: pulumi.Output<MerchantSecretArns>;

  constructor(name: string, args: MerchantArgs, opts: pulumi.ComponentResourceOptions = {}) {
    assertMerchantArguments(name, args);
    super("merchantCredentials:index:Merchant", name, {}, opts);
    const { merchantId, merchantName, certificate, certificateSettings, apiSecret, apiV3Secret } = args;
    const shared = sharedArgs(args);
    const child = { parent: this };
    this.certificate = new MerchantCertificate(
      `${name}-certificate`,
      {
        ...shared,
        ...certificateSettings,
        tags: mergedTags(shared.tags, certificateSettings?.tags),
        merchantId,
        merchantName,
        certificate,
      },
      child,
    );
    this.apiSecret =
      apiSecret === false
        ? undefined
        : new ApiSecret(
            `${name}-api-secret`,
            { ...shared, ...apiSecret, tags: mergedTags(shared.tags, apiSecret?.tags), merchantId },
            child,
          );
    this.apiV3Secret =
      apiV3Secret === false
        ? undefined
        : new ApiV3Secret(
            `${name}-api-v3-secret`,
            { ...shared, ...apiV3Secret, tags: mergedTags(shared.tags, apiV3Secret?.tags), merchantId },
            child,
          );

    const credentials = [this.certificate, this.apiSecret, this.apiV3Secret].filter(
      (each) => each !== undefined,
    );
    this.certificateRequest = this.certificate.certificateRequest;
    this.nextSteps = pulumi.all(credentials.map(stepsOf)).apply((steps) => steps.flat());
    this.secretArns = pulumi.output({
      certificate: this.certificate.secretArn,
      ...(this.apiSecret && { apiSecret: this.apiSecret.secretArn }),
      ...(this.apiV3Secret && { apiV3Secret: this.apiV3Secret.secretArn }),
    });
    this.registerOutputs({
      certificateRequest: this.certificateRequest,
      nextSteps: this.nextSteps,
      secretArns: this.secretArns,
    });
  }
}

function assertMerchantArguments(name: string, args: MerchantArgs | undefined): void {
  const resource = `Merchant "${name}"`;
  if (!args) throw new MerchantCredentialsError("invalid-input", "the arguments are missing", { resource });
  // All of it before the first child is registered: a refused program has changed nothing.
  assertKnownArguments(args, argNames, resource);
  assertNoSecretLiterals(args, resource);
  for (const property of ["certificateSettings", "apiSecret", "apiV3Secret"] as const) {
    const given: unknown = args[property];
    const isLeftOut = given === undefined || (given === false && property !== "certificateSettings");
    if (isLeftOut || isPlainObject(given)) continue;
    const expected = `an object of settings${property === "certificateSettings" ? "" : ", or false"}`;
    throw new MerchantCredentialsError("invalid-input", "cannot be used", {
      resource,
      property,
      expected,
      actual: Array.isArray(given) ? "a list" : `a ${typeof given} of another kind`,
      hint: "Its members may be outputs; a secret in use comes in by `import`",
    });
  }
}

function isPlainObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** The settings that were given; an absent one leaves the Provider's default. */
function sharedArgs(args: MerchantArgs): SharedArgs {
  return Object.fromEntries(
    sharedArgNames.flatMap((name) => (args[name] === undefined ? [] : [[name, args[name]]])),
  );
}

/** The steps of one credential among others. */
function stepsOf({ credentialKind, nextSteps }: CredentialResource): pulumi.Output<string[]> {
  return nextSteps.apply((steps) => steps.map((step) => `${credentialKind}: ${step}`));
}

/** A credential's own tags stand beside the shared ones, and win. */
function mergedTags(shared: SharedArgs["tags"], own: SharedArgs["tags"]): SharedArgs["tags"] {
  if (!shared || !own) return own ?? shared;
  return pulumi.all([shared, own]).apply(([all, ones]) => ({ ...all, ...ones }));
}
