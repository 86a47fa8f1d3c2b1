import * as pulumi from "@pulumi/pulumi";
import { numbered } from "../domain/next-steps";
import { MerchantCredentialsError } from "../errors";
import { assertKnownArguments, assertNoSecretLiterals, type KnownArguments } from "./literals";
import { perStack } from "./per-stack";
import { providerFor, type Provider } from "./provider";

/** Arguments that every resource takes. */
interface MerchantArgs {
  merchantId: pulumi.Input<string>;
}

export interface Description<Args> {
  /** As in the resource type, e.g. `MerchantCertificate`; the handler's name is the same with a small first letter. */
  type: string;
  argNames: KnownArguments;
  /** Outputs that are not always inputs too. */
  outputNames: readonly string[];
  /** What makes a second resource of the type for one merchant another thing. */
  apartBy: (args: Args, provider: Provider) => Apart;
  /** How a program gets along without the second one, as the end of `Remove "a" or "b"; …`. */
  insteadOfTwo: string;
}

interface Apart {
  /** Where it is; resources in different places do not meet. */
  scope: string;
  /** What it is called there. */
  name?: pulumi.Input<string> | undefined;
}

/** Outputs of every resource that are not always inputs too. */
const sharedOutputNames = ["merchantId", "owner", "nextSteps", "unmet"] as const;

/** What all resources have in common; each is served by the handlers of its name through one of our Providers. */
export abstract class DynamicResource extends pulumi.CustomResource {
  declare readonly merchantId: pulumi.Output<string>;
  /** `project/stack` of the program that declares it. */
  declare readonly owner: pulumi.Output<string>;
  /** What only a person can do now, click by click; empty when nothing is open. */
  declare readonly nextSteps: pulumi.Output<string[]>;
  /** Why things are short of what is declared; a run is red while there is a reason. */
  declare readonly unmet: pulumi.Output<string[]>;

  protected constructor(
    description: Description<never>,
    name: string,
    args: MerchantArgs | undefined,
    opts: pulumi.CustomResourceOptions,
  ) {
    const { type: className, argNames, outputNames } = description;
    const type = `pulumi-nodejs:dynamic/merchantCredentials:${className}`;
    const handler = className[0]!.toLowerCase() + className.slice(1);
    if (!args && !opts.id) {
      throw new MerchantCredentialsError("invalid-input", "the arguments are missing", {
        resource: `${className} "${name}"`,
      });
    }
    if (args) {
      const resource = `${className} "${name}"`;
      assertKnownArguments(args, argNames, resource);
      assertNoSecretLiterals(args, resource);
    }
    const provider = providerFor(type, opts);
    const outputs = Object.fromEntries(
      [...sharedOutputNames, ...outputNames].map((output) => [output, undefined]),
    );
    const inputs = args && {
      ...args,
      merchantId: claimed(description, name, args, provider),
      owner: `${pulumi.getProject()}/${pulumi.getStack()}`,
      logicalName: name,
    };
    // The text never changes between releases: no closure is serialized, and upgrades never touch state.
    const text = `exports.handler = () => require("pulumi-merchant-credentials/handlers").${handler};`;
    super(type, name, { ...outputs, ...inputs, __provider: text }, pulumi.mergeOptions(opts, { provider }));
    this.nextSteps.apply((steps) => {
      if (steps?.length) void pulumi.log.warn(`Next steps:\n${numbered(steps)}`, this);
    });
  }
}

/** Which resource stands for which merchant. */
const claims = perStack("claims", () => new Map<string, string>());

/** The merchant id, once no other resource of this type has it: two would fight over one thing. */
function claimed(
  { type, apartBy, insteadOfTwo }: Description<never>,
  name: string,
  args: MerchantArgs,
  provider: Provider,
): pulumi.Input<string> {
  const { merchantId } = args;
  const apart = apartBy(args as never, provider);
  const taken = claims();
  const claim = (id: string, called: string | undefined): string => {
    const key = JSON.stringify([apart.scope, type, id, called]);
    const holder = taken.get(key);
    if (holder === undefined) {
      taken.set(key, name);
      return id;
    }
    throw new MerchantCredentialsError(
      "invalid-input",
      `${type} "${holder}" already stands for this merchant`,
      {
        resource: `${type} "${name}"`,
        property: "merchantId",
        hint: `Remove "${name}" or "${holder}"; ${insteadOfTwo}`,
      },
    );
  };
  if (typeof merchantId === "string" && (apart.name === undefined || typeof apart.name === "string")) {
    return claim(merchantId, apart.name);
  }
  return pulumi.all([merchantId, apart.name]).apply(([id, called]) => claim(id, called));
}
