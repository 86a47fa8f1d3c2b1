import * as pulumi from "@pulumi/pulumi";
import {
  MerchantCredentialsError,
  OperatingCertificates,
  Provider,
  type OperatingCertificatesArgs,
  type OperatingCertificatesStatus,
} from "../../provider/index";
import { der, privateKey, privateKeyPem } from "../support/certificates";

interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  provider: string | undefined;
}

let registered: Registered[];

beforeEach(async () => {
  // Of this test alone: what one leaves under way registers during the next.
  const own: Registered[] = (registered = []);
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, provider }) => {
        own.push({ type, name, inputs: inputs as Record<string, unknown>, provider });
        const nextSteps = name === "busy" ? ["first", "second"] : [];
        return { id: `${name}-id`, state: { ...(inputs as object), validUntil: "none", nextSteps } };
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

/** Runs a program as `pulumi up` does: in a stack of its own, until all is registered. */
async function program(declare: () => OperatingCertificates | OperatingCertificates[]): Promise<void> {
  const refused: unknown[] = [];
  await pulumi.runtime.runInPulumiStack(async () => {
    try {
      const steps = [declare()].flat().map(({ nextSteps }) => nextSteps);
      await new Promise<void>((resolve) => pulumi.all(steps).apply(() => resolve()));
    } catch (error) {
      // An error that leaves the program ends the process.
      refused.push(error);
    }
    return {};
  });
  if (refused.length > 0) throw refused[0];
}

async function refusal(
  declare: () => OperatingCertificates | OperatingCertificates[],
): Promise<MerchantCredentialsError> {
  try {
    await program(declare);
  } catch (error) {
    expect(error).toBeInstanceOf(MerchantCredentialsError);
    return error as MerchantCredentialsError;
  }
  throw new Error("the program went through");
}

const installation = {
  operator: "zhang",
  computer: "finance-1",
  installed: "2025-05-02",
  expires: "2027-05-01",
  verifiedAt: "2026-11-22",
  verifiedBy: "Li Lei",
};
const shop = { merchantId: "1900000109", installations: [installation] };
const declare = (args: object = {}, name = "shop", opts?: pulumi.CustomResourceOptions) =>
  new OperatingCertificates(name, { ...shop, ...args }, opts);
const declared = () => registered.filter(({ type }) => type.endsWith(":OperatingCertificates"));

it("registers the resource through a Provider of ours, with a text that never changes and no closure", async () => {
  await program(() => declare());
  expect(declared()).toEqual([
    {
      type: "pulumi-nodejs:dynamic/merchantCredentials:OperatingCertificates",
      name: "shop",
      provider: expect.stringContaining("merchant-credentials-default") as string,
      inputs: {
        ...shop,
        owner: "shop/prod",
        logicalName: "shop",
        __provider:
          'exports.handler = () => require("pulumi-merchant-credentials/handlers").operatingCertificates;',
      },
    },
  ]);
});

it("needs no region: it makes no call to AWS", async () => {
  pulumi.runtime.setAllConfig({});
  await program(() => declare());
  expect(declared()).toHaveLength(1);
});

it("takes what other resources put out, at every depth", async () => {
  const operator = pulumi.output("zhang");
  await program(() => declare({ installations: [pulumi.output({ ...installation, operator })] }));
  expect(declared()[0]!.inputs.installations).toEqual([installation]);
});

it("has outputs of the types that it says", async () => {
  let made!: OperatingCertificates;
  await program(() => (made = declare()));
  const status: pulumi.Output<OperatingCertificatesStatus> = made.status;
  const validUntil: { readonly validUntil: pulumi.Output<string> } = made;
  const staleFrom: pulumi.Output<string | null> = made.staleFrom;
  const outputs = [status, validUntil.validUntil, staleFrom, made.lifecycle, made.unmet, made.owner];
  expect(outputs.every((each) => pulumi.Output.isInstance(each))).toBe(true);
  // @ts-expect-error -- an installation without its attestation
  const bare: OperatingCertificatesArgs["installations"] = [{ ...installation, verifiedAt: undefined }];
  expect(bare).toHaveLength(1);
});

it("says its next steps under its own name", async () => {
  const warned = jest.spyOn(console, "warn").mockImplementation();
  await program(() => declare({}, "busy"));
  expect(warned.mock.calls.flat().join()).toContain("Next steps:\n  1. first\n  2. second");
  warned.mockRestore();
});

describe("two for one merchant are refused, both named", () => {
  it("in one program", async () => {
    const { message, details } = await refusal(() => [declare(), declare({}, "again")]);
    expect(details.property).toBe("merchantId");
    expect(message).toBe(
      'OperatingCertificates "again", merchantId: OperatingCertificates "shop" already stands for this merchant. ' +
        'Remove "again" or "shop"; one of them lists all installations of the account.',
    );
  });

  it("in two regions as well: the account is one", async () => {
    const there = { provider: new Provider("there", { region: "eu-west-1" }) };
    const { details } = await refusal(() => [declare(), declare({}, "again", there)]);
    expect(details.property).toBe("merchantId");
  });

  it("but not those of two merchants", async () => {
    await program(() => [declare(), declare({ merchantId: "1900000110" }, "other")]);
    expect(declared()).toHaveLength(2);
  });
});

it.each([[undefined], [null]])("missing arguments are refused: %s", async (args) => {
  const { message } = await refusal(() => new OperatingCertificates("shop", args as never));
  expect(message).toBe('OperatingCertificates "shop": the arguments are missing.');
  expect(declared()).toEqual([]);
});

it.each<[string, object, string]>([
  ["staleAfterDay", { staleAfterDay: 30 }, "Did you mean `staleAfterDays`?"],
  ["secretName", { secretName: "x" }, "Known are: merchantId, installations, staleAfterDays"],
])("an argument that does not exist is refused, the nearest named: %s", async (property, args, hint) => {
  const { message, details } = await refusal(() => declare(args));
  expect(details.property).toBe(property);
  expect(message).toContain(hint);
  expect(declared()).toEqual([]);
});

describe("a private key written into the program is refused before the engine sees it:", () => {
  const pem = privateKeyPem(privateKey("leaked"));
  const base64 = der(pem).toString("base64");
  it.each<[string, string, object]>([
    ["as id", "merchantId", { merchantId: pem }],
    ["as operator", "installations.0.operator", { installations: [{ ...installation, operator: pem }] }],
    [
      "in Base64, as serial number",
      "installations.1.serialNumber",
      { installations: [installation, { ...installation, serialNumber: base64 }] },
    ],
    ["as the list", "installations", { installations: pem }],
  ])("%s", async (_name, property, args) => {
    const { message, details, stack } = await refusal(() => declare(args));
    expect(details.property).toBe(property);
    expect(message).toContain("this holds a private key");
    const said = `${message}${stack}${JSON.stringify(details)}${JSON.stringify(registered)}`;
    for (const part of [pem.split("\n")[5]!, base64.slice(200, 240)]) expect(said).not.toContain(part);
    expect(declared()).toEqual([]);
  });
});
