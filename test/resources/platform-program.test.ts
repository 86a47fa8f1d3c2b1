import * as pulumi from "@pulumi/pulumi";
import * as handlers from "../../provider/resources/handlers";
import { MerchantCredentialsError, PlatformCertificates, PlatformPublicKey } from "../../provider/index";
import { privateKeyPem } from "../support/certificates";
import { canary } from "./secret-scene";

interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

let registered: Registered[];

beforeEach(async () => {
  // Of this test alone: what one leaves under way registers during the next.
  const own: Registered[] = (registered = []);
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        own.push({ type, name, inputs: inputs as Record<string, unknown> });
        return { id: `${name}-id`, state: { ...(inputs as object), nextSteps: [] } };
      },
      call: ({ inputs }) => inputs as object,
    },
    "shop",
    "prod",
  );
  pulumi.runtime.setAllConfig({ "aws:region": "us-east-1" });
});

// What a refused program has registered ends before the next test begins.
afterEach(() => pulumi.runtime.disconnect());

type Resource = PlatformCertificates | PlatformPublicKey;

/** Runs a program as `pulumi up` does, and returns why it was refused. */
async function program(declare: () => Resource | Resource[]): Promise<string | undefined> {
  let refused: string | undefined;
  await pulumi.runtime.runInPulumiStack(async () => {
    try {
      const steps = [declare()].flat().map(({ nextSteps }) => nextSteps);
      await new Promise<void>((resolve) => pulumi.all(steps).apply(() => resolve()));
    } catch (error) {
      // An error that leaves the program ends the process.
      expect(error).toBeInstanceOf(MerchantCredentialsError);
      refused = (error as Error).message;
    }
    return {};
  });
  return refused;
}

const merchantId = "1900000109";
const arns = { certificateSecretArn: "arn:…:certificate", apiV3SecretArn: "arn:…:apiV3Secret" };
const key = { publicKeyId: "PUB_KEY_ID_1", publicKey: "-----BEGIN PUBLIC KEY-----…" };

const kinds = [
  {
    type: "PlatformCertificates",
    handler: "platformCertificates",
    declare: (args: object = {}, name = "shop") =>
      new PlatformCertificates(name, { merchantId, ...arns, ...args }),
    get: () => PlatformCertificates.get("looked-up", "arn:…"),
  },
  {
    type: "PlatformPublicKey",
    handler: "platformPublicKey",
    declare: (args: object = {}, name = "shop") =>
      new PlatformPublicKey(name, { merchantId, ...key, ...args }),
    get: () => PlatformPublicKey.get("looked-up", "arn:…"),
  },
] as const;

describe.each(kinds)("$type", ({ type, handler, declare, get }) => {
  const declared = () => registered.filter((each) => each.type.endsWith(`:${type}`));

  it("is registered with its inputs, who owns it, and the handlers of its name", async () => {
    expect(await program(() => declare())).toBeUndefined();
    const [{ inputs, type: registeredType }] = declared() as [Registered];
    expect(registeredType).toBe(`pulumi-nodejs:dynamic/merchantCredentials:${type}`);
    expect(inputs).toMatchObject({ merchantId, owner: "shop/prod", logicalName: "shop" });
    expect(inputs.__provider).toBe(
      `exports.handler = () => require("pulumi-merchant-credentials/handlers").${handler};`,
    );
    expect(handlers[handler]).toHaveProperty("create");
  });

  it("can be looked up by its id alone", async () => {
    expect(await program(get)).toBeUndefined();
  });

  it.each<[string, object, string]>([
    ["an unknown argument", { checkEveryHour: 12, publicKeyid: "x" }, "is not a known argument"],
    ["a private key", { kmsKeyId: privateKeyPem() }, "this holds a private key"],
    ["a secret where its ARN belongs", { certificateSecretArn: canary("L") }, "looks like the secret itself"],
  ])("%s is refused before anything is registered", async (_name, args, message) => {
    const refused = await program(() => declare(args));
    expect(refused).toContain(message);
    expect(refused).not.toContain("c4n4ry");
    expect(declared()).toEqual([]);
  });

  it("two for one merchant are refused, unless one has another secret", async () => {
    expect(await program(() => [declare(), declare({}, "again")])).toContain(
      `${type} "shop" already stands for this merchant`,
    );
    expect(await program(() => [declare({}, "a"), declare({ secretName: "x" }, "b")])).toBeUndefined();
  });
});

it("both at once, while a merchant changes over", async () => {
  expect(await program(() => kinds.map(({ declare }) => declare()))).toBeUndefined();
  expect(registered.filter(({ name }) => name === "shop")).toHaveLength(2);
});
