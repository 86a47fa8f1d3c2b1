import * as pulumi from "@pulumi/pulumi";
import { MerchantCertificate, MerchantCredentialsError, Provider } from "../../provider/index";
import { der, privateKey, privateKeyPem } from "../support/certificates";

interface Registered {
  type: string;
  name: string;
  inputs: object;
  provider: string | undefined;
}

let registered: Registered[];

beforeEach(async () => {
  // Of this test alone: what one leaves under way registers during the next.
  const own: Registered[] = (registered = []);
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, provider }) => {
        own.push({ type, name, inputs: inputs as object, provider });
        return { id: `${name}-id`, state: inputs as object };
      },
      call: ({ inputs }) => inputs as object,
    },
    "shop",
    "prod",
  );
  pulumi.runtime.setAllConfig({ "aws:region": "us-east-1" });
});

/** Runs a program as `pulumi up` does: in a stack of its own, until all is registered. */
async function program(declare: () => pulumi.Resource | pulumi.Resource[]): Promise<Registered[]> {
  const refused: unknown[] = [];
  await pulumi.runtime.runInPulumiStack(async () => {
    try {
      const urns = [declare()].flat().map(({ urn }) => urn);
      await new Promise<void>((resolve) => pulumi.all(urns).apply(() => resolve()));
    } catch (error) {
      // An error that leaves the program ends the process.
      refused.push(error);
    }
    return {};
  });
  if (refused.length > 0) throw refused[0];
  return registered.filter(({ type }) => type !== "pulumi:pulumi:Stack");
}

/** The error with which a program ends; nothing but its stack has been registered then, unless told. */
async function refusal(
  declare: () => pulumi.Resource | pulumi.Resource[],
): Promise<MerchantCredentialsError> {
  try {
    await program(declare);
  } catch (error) {
    expect(error).toBeInstanceOf(MerchantCredentialsError);
    return error as MerchantCredentialsError;
  }
  throw new Error("the program went through");
}

const only = ["pulumi:pulumi:Stack"];
const types = () => registered.map(({ type }) => type);
const shop = { merchantId: "1900000109", merchantName: "Example Shop Ltd" };
const certificate = (name: string, args: object = {}, opts?: pulumi.CustomResourceOptions) =>
  new MerchantCertificate(name, { ...shop, ...args }, opts);

it("a private key in Base64 without its PEM lines is refused before anything is registered", async () => {
  const base64 = der(privateKeyPem(privateKey("leaked"))).toString("base64");
  const { details, message } = await refusal(() => certificate("shop", { certificate: base64 }));
  expect(details.property).toBe("certificate");
  expect(message).toContain("this holds a private key");
  expect(types()).toEqual(only);
});

it.each<[string, object, string]>([
  [
    "an unknown key, the nearest named",
    { roleARN: "arn:aws:iam::123456789012:role/x" },
    "Did you mean `roleArn`?",
  ],
  ["no roleArn", { sessionName: "ci" }, "roleArn"],
  ["a roleArn that is none", { roleArn: "x" }, "roleArn"],
  [
    "a duration under 900 seconds",
    { roleArn: "arn:aws:iam::123456789012:role/x", durationSeconds: 60 },
    "900",
  ],
])("a Provider's assumeRole is refused with %s", async (_name, assumeRole, said) => {
  const { message } = await refusal(() => new Provider("aws", { assumeRole } as never));
  expect(message).toContain("assumeRole.");
  expect(message).toContain(said);
});

it("a Provider's secretPrefix that no secret name may begin with is refused by its own name", async () => {
  const { details } = await refusal(() => new Provider("aws", { secretPrefix: "/merchants" }));
  expect(details.property).toBe("secretPrefix");
});

it("an unknown key in subject is refused before anything is registered", async () => {
  const { message } = await refusal(() => certificate("shop", { subject: { contry: pulumi.output("CN") } }));
  expect(message).toContain("Did you mean `country`?");
});
