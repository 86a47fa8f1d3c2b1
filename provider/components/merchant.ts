import * as pulumi from "@pulumi/pulumi";
import { MerchantCredentialsError } from "../errors";
import { ApiSecret, type ApiSecretArgs } from "../resources/api-secret";
import { ApiV3Secret, apiV3SecretArgNames, type ApiV3SecretArgs } from "../resources/api-v3-secret";
import type { CredentialArgs } from "../resources/credential-resource";
import type { DynamicResource } from "../resources/dynamic-resource";
import { apiSecretArgNames } from "../resources/api-secret-resource";
import { assertKnownArguments, assertNoSecretLiterals, type KnownArguments } from "../resources/literals";
import {
  MerchantCertificate,
  merchantCertificateArgNames,
  type MerchantCertificateArgs,
} from "../resources/merchant-certificate";
import {
  OperatingCertificates,
  operatingCertificatesArgNames,
  type OperatingCertificatesArgs,
} from "../resources/operating-certificates";

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
  /** What {@link OperatingCertificates} takes. Default: none are declared. */
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
  apiV3Secret: without(apiV3SecretArgNames, "merchantId"),
  operatingCertificates: without(operatingCertificatesArgNames, "merchantId"),
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
 * they share; where they are declared, its operating certificates too. The children are `<name>-certificate`,
 * `<name>-api-secret`, `<name>-api-v3-secret` and `<name>-operating-certificates`.
 *
 * @throws MerchantCredentialsError `invalid-input`, as each of the children.
 */
export class Merchant extends pulumi.ComponentResource {
  readonly certificate: MerchantCertificate;
  /** Undefined where `apiSecret` is false. */
  readonly apiSecret: ApiSecret | undefined;
  /** Undefined where `apiV3Secret` is false. */
  readonly apiV3Secret: ApiV3Secret | undefined;
  /** Undefined where `operatingCertificates` is left out. */
  readonly operatingCertificates: OperatingCertificates | undefined;
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
    const { onExpiry } = shared;
    this.operatingCertificates =
      args.operatingCertificates &&
      new OperatingCertificates(
        `${name}-operating-certificates`,
        { ...(onExpiry !== undefined && { onExpiry }), ...args.operatingCertificates, merchantId },
        child,
      );
    this.certificate = new MerchantCertificate(
      `${name}-certificate`,
      {
        ...shared,
        ...certificateSettings,
        tags: mergedTags(shared.tags, certificateSettings?.tags),
        operatingCertificates: certificateSettings?.operatingCertificates ?? this.operatingCertificates,
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
            {
              ...shared,
              // Unlike other outputs, an id stays known in the preview of an update.
              ...(mayBeLive(apiV3Secret?.activation) && { certificateSecretArn: this.certificate.id }),
              ...apiV3Secret,
              tags: mergedTags(shared.tags, apiV3Secret?.tags),
              merchantId,
            },
            child,
          );

    this.certificateRequest = this.certificate.certificateRequest;
    this.nextSteps = stepsOf({
      operatingCertificates: this.operatingCertificates,
      certificate: this.certificate,
      apiSecret: this.apiSecret,
      apiV3Secret: this.apiV3Secret,
    });
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

/** The arguments of children, and whether `false` leaves the child out. */
const settings = [
  ["certificateSettings", false],
  ["apiSecret", true],
  ["apiV3Secret", true],
  ["operatingCertificates", false],
] as const satisfies readonly (readonly [keyof MerchantArgs, boolean])[];

function assertMerchantArguments(name: string, args: MerchantArgs | undefined): void {
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
}

/** Whether WeChat Pay is asked about a value; what is known only later may say so. */
function mayBeLive(activation: ApiV3SecretArgs["activation"]): boolean {
  return activation === "live" || pulumi.Output.isInstance(activation) || activation instanceof Promise;
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

/** The steps of all children that there are, each with the kind that it is for. */
function stepsOf(children: Record<string, DynamicResource | undefined>): pulumi.Output<string[]> {
  const lists = Object.entries(children).flatMap(([kind, child]) =>
    child ? child.nextSteps.apply((steps) => steps.map((step) => `${kind}: ${step}`)) : [],
  );
  return pulumi.all(lists).apply((steps) => steps.flat());
}

/** A credential's own tags stand beside the shared ones, and win. */
function mergedTags(shared: SharedArgs["tags"], own: SharedArgs["tags"]): SharedArgs["tags"] {
  if (!shared || !own) return own ?? shared;
  return pulumi.all([shared, own]).apply(([all, ones]) => ({ ...all, ...ones }));
}
