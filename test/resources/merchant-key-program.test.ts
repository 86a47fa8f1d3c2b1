import * as pulumi from "@pulumi/pulumi";
import * as handlers from "../../provider/resources/handlers";
import { MerchantCredentialsError, MerchantKey } from "../../provider/index";

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

/** Runs a program as `pulumi up` does, and returns why it was refused. */
async function program(declare: () => MerchantKey | MerchantKey[]): Promise<string | undefined> {
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

const merchantId = "G90000001";
const declared = () => registered.filter(({ type }) => type.endsWith(":MerchantKey"));

it("is registered with its inputs, who owns it, and the handlers of its name", async () => {
  const args = { merchantId, keyBits: 3072, overlapDays: 10, partner: "Geoswift" } as const;
  expect(await program(() => new MerchantKey("signing", args))).toBeUndefined();
  const [{ inputs, type }] = declared() as [Registered];
  expect(type).toBe("pulumi-nodejs:dynamic/merchantCredentials:MerchantKey");
  expect(inputs).toMatchObject({ ...args, owner: "shop/prod", logicalName: "signing" });
  expect(inputs.__provider).toBe(
    'exports.handler = () => require("pulumi-merchant-credentials/handlers").merchantKey;',
  );
  expect(handlers.merchantKey).toHaveProperty("create");
});

it("can be looked up by its id alone", async () => {
  expect(await program(() => MerchantKey.get("looked-up", "arn:…"))).toBeUndefined();
});

it("two for one merchant are refused, unless one has another secret", async () => {
  const key = (name: string, more: object = {}) => new MerchantKey(name, { merchantId, ...more });
  expect(await program(() => [key("signing"), key("again")])).toContain(
    'MerchantKey "signing" already stands for this merchant',
  );
  expect(await program(() => [key("a"), key("b", { secretName: "x" })])).toBeUndefined();
});

it("without arguments is refused", async () => {
  expect(await program(() => new MerchantKey("signing", undefined as never))).toContain(
    "the arguments are missing",
  );
});
