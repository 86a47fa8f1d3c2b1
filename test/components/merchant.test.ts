import * as pulumi from "@pulumi/pulumi";
import * as merchant from "../../provider/index";
import { Merchant, MerchantCredentialsError, Provider, type MerchantArgs } from "../../provider/index";
import { der, pkcs12, privateKey, privateKeyPem } from "../support/certificates";

// Pulumi takes the stack for each of its promises, and Jest maps every line of it: half of the time with 100 lines.
Error.stackTraceLimit = 10;

interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

/** What the engine is told of a resource beside its inputs. */
interface Request {
  getName(): string;
  getParent(): string;
  getProvider(): string;
  getProtect(): boolean;
  getAliasesList(): { getSpec(): { getName(): string } | undefined }[];
}

let registered: Registered[];
let requests: Request[];

const arnOf = (name: string) => `arn:aws:secretsmanager:us-east-1:123456789012:secret:${name}-AbCdEf`;

beforeEach(async () => {
  // Of this test alone: what one leaves under way registers during the next.
  const own: Registered[] = (registered = []);
  const asked: Request[] = (requests = []);
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        own.push({ type, name, inputs: inputs as Record<string, unknown> });
        const made = {
          secretArn: arnOf(name),
          certificateRequest: type.endsWith(":MerchantCertificate") ? "the request" : undefined,
          ...(type.endsWith(":OperatingCertificates") && { validUntil: "2027-05-01T16:00:00Z" }),
          nextSteps: name.startsWith("busy") ? [`first of ${name}`, `second of ${name}`] : [],
        };
        return { id: `${name}-id`, state: { ...(inputs as object), ...made } };
      },
      call: ({ inputs }) => inputs as object,
    },
    "shop",
    "prod",
  );
  pulumi.runtime.setAllConfig({ "aws:region": "us-east-1" });
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource: (request: Request, answer: unknown) => Promise<void>;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, answer) => {
    asked.push(request);
    return register(request, answer);
  };
});

// What a refused program has registered ends before the next test begins.
afterEach(() => pulumi.runtime.disconnect());

/** What an output comes to. */
const valueOf = <T>(output: pulumi.Output<T>): Promise<T> =>
  new Promise((resolve) => output.apply((value) => resolve(value)));

/** Runs a program as `pulumi up` does: in a stack of its own, until all that it declares is registered. */
async function program<T>(declare: () => T): Promise<T> {
  const refused: unknown[] = [];
  let declared: T | undefined;
  await pulumi.runtime.runInPulumiStack(async () => {
    try {
      declared = declare();
      const all = (Array.isArray(declared) ? declared : [declared]) as unknown[];
      for (const each of all) if (each instanceof Merchant) await valueOf(each.nextSteps);
    } catch (error) {
      // An error that leaves the program ends the process.
      refused.push(error);
    }
    return {};
  });
  if (refused.length > 0) throw refused[0];
  return declared!;
}

/** The error with which a program ends. */
async function refusal(declare: () => unknown): Promise<MerchantCredentialsError> {
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
const inputsOf = (name: string) => registered.find((each) => each.name === name)!.inputs;
const requestOf = (name: string) => requests.find((each) => each.getName() === name)!;

const id = { merchantId: "1900000109", merchantName: "Example Shop Ltd" };
const declare = (args: object = {}, opts?: pulumi.ComponentResourceOptions, name = "shop") =>
  new Merchant(name, { ...id, ...args }, opts);
const children = ["shop-certificate", "shop-api-secret", "shop-api-v3-secret"];

describe("the smallest program", () => {
  it("runs as it is written in the documentation", async () => {
    pulumi.runtime.setAllConfig({ "aws:region": "us-east-1", "shop:shopCertificate": "-----BEGIN …" });
    const exported = await program(() => {
      const config = new pulumi.Config();
      const shop = new merchant.Merchant("shop", {
        merchantId: "1900000109",
        merchantName: "Example Shop Ltd",
        certificate: config.get("shopCertificate"), // public; set when the platform has issued it
      });
      const request = shop.certificateRequest; // paste it on the Merchant Platform
      const nextSteps = shop.nextSteps;
      const secretArns = shop.secretArns;
      return { request, nextSteps, secretArns, shop };
    });
    expect(await valueOf(exported.request)).toBe("the request");
    expect(await valueOf(exported.nextSteps)).toEqual([]);
    expect(Object.keys(await valueOf(exported.secretArns))).toEqual([
      "certificate",
      "apiSecret",
      "apiV3Secret",
    ]);
    expect(inputsOf("shop-certificate").certificate).toBe("-----BEGIN …");
  });

  it("runs before there is a certificate", async () => {
    await program(() => declare({ certificate: new pulumi.Config().get("shopCertificate") }));
    expect(inputsOf("shop-certificate")).not.toHaveProperty("certificate");
  });

  it("has outputs of the types that it says", async () => {
    const shop = await program(() => new Merchant("shop", id));
    const request: pulumi.Output<string | null> = shop.certificateRequest;
    const nextSteps: pulumi.Output<string[]> = shop.nextSteps;
    const certificateArn: pulumi.Output<string> = shop.secretArns.certificate;
    const apiSecretArn: pulumi.Output<string | undefined> = shop.secretArns.apply(
      ({ apiSecret }) => apiSecret,
    );
    const status: pulumi.Output<merchant.CertificateStatus | null> = shop.certificate.status;
    const pending: pulumi.Output<string | null> | undefined = shop.apiV3Secret?.pendingVersionId;
    // @ts-expect-error -- there may be none
    const missing: pulumi.Output<string> = shop.apiSecret.secretArn;
    expect(
      [request, nextSteps, status, pending, missing].every((each) => pulumi.Output.isInstance(each)),
    ).toBe(true);
    expect(await valueOf(certificateArn)).toBe(arnOf("shop-certificate"));
    expect(await valueOf(apiSecretArn)).toBe(arnOf("shop-api-secret"));
  });
});

describe("the children", () => {
  it("are three resources by their names and types, with the component as their parent", async () => {
    await program(() => declare());
    const parent = expect.stringMatching(/merchantCredentials:index:Merchant::shop$/) as string;
    expect(registered.slice(1).map(({ type, name }) => [type, name, requestOf(name).getParent()])).toEqual(
      expect.arrayContaining([
        ["merchantCredentials:index:Merchant", "shop", expect.stringContaining("pulumi:pulumi:Stack")],
        ["pulumi-nodejs:dynamic/merchantCredentials:MerchantCertificate", "shop-certificate", parent],
        ["pulumi-nodejs:dynamic/merchantCredentials:ApiSecret", "shop-api-secret", parent],
        ["pulumi-nodejs:dynamic/merchantCredentials:ApiV3Secret", "shop-api-v3-secret", parent],
      ]),
    );
    expect(types()).toHaveLength(6);
  });

  it("are its properties", async () => {
    const shop = await program(() => declare());
    expect(shop.certificate).toBeInstanceOf(merchant.MerchantCertificate);
    expect(shop.apiSecret).toBeInstanceOf(merchant.ApiSecret);
    expect(shop.apiV3Secret).toBeInstanceOf(merchant.ApiV3Secret);
  });

  it("know whose they are", async () => {
    await program(() => declare());
    for (const name of children) {
      expect(inputsOf(name)).toMatchObject({
        merchantId: "1900000109",
        owner: "shop/prod",
        logicalName: name,
      });
    }
    expect(inputsOf("shop-certificate").merchantName).toBe("Example Shop Ltd");
  });

  it("tell the engine nothing by the component itself, which would be one more place in state", async () => {
    await program(() =>
      declare({ tags: { team: "a" }, certificateSettings: { import: { p12: { env: "A" } } } }),
    );
    expect(inputsOf("shop")).toEqual({});
  });

  it.each([
    ["apiSecret", "shop-api-secret", { apiV3Secret: "shop-api-v3-secret" }],
    ["apiV3Secret", "shop-api-v3-secret", { apiSecret: "shop-api-secret" }],
  ] as const)("%s is left out where the merchant has none", async (kind, name, other) => {
    const shop = await program(() => declare({ [kind]: false }));
    expect(shop[kind]).toBeUndefined();
    expect(registered.map((each) => each.name)).not.toContain(name);
    const others = Object.entries(other).map(([key, child]) => [key, arnOf(child)]);
    expect(await valueOf(shop.secretArns)).toEqual({
      certificate: arnOf("shop-certificate"),
      ...Object.fromEntries(others),
    });
    expect((await valueOf(shop.nextSteps)).join()).not.toContain(name);
  });

  it("are one certificate at the least", async () => {
    const shop = await program(() => declare({ apiSecret: false, apiV3Secret: false }));
    expect(await valueOf(shop.secretArns)).toEqual({ certificate: arnOf("shop-certificate") });
    expect(types()).toHaveLength(4);
  });

  it("may be of several merchants, with one default Provider", async () => {
    await program(() => [declare(), declare({ merchantId: "1900000110" }, {}, "other")]);
    expect(types().filter((type) => type.startsWith("pulumi:providers:"))).toHaveLength(1);
    expect(types()).toHaveLength(10);
  });
});

describe("settings", () => {
  const shared = {
    kmsKeyId: "alias/shop",
    tags: { team: "payments", cost: "1" },
    replicaRegions: ["eu-west-1"],
    recoveryWindowInDays: 7,
    deletionProtection: false,
    onExpiry: "warn",
  };

  it("that are shared reach all three", async () => {
    await program(() => declare(shared));
    for (const name of children) expect(inputsOf(name)).toMatchObject(shared);
  });

  it("that are not given stay the Provider's to say", async () => {
    await program(() => declare());
    for (const name of children)
      for (const setting of Object.keys(shared)) expect(inputsOf(name)).not.toHaveProperty(setting);
  });

  const own = {
    kmsKeyId: "alias/own",
    replicaRegions: [],
    recoveryWindowInDays: 30,
    deletionProtection: true,
    onExpiry: "fail",
  };
  it.each([
    ["certificateSettings", "shop-certificate"],
    ["apiSecret", "shop-api-secret"],
    ["apiV3Secret", "shop-api-v3-secret"],
  ])("of %s win over those that are shared, and are its alone", async (argument, name) => {
    await program(() => declare({ ...shared, [argument]: own }));
    expect(inputsOf(name)).toMatchObject(own);
    for (const other of children.filter((each) => each !== name))
      expect(inputsOf(other)).toMatchObject(shared);
  });

  it.each<[string, unknown, unknown, object | undefined]>([
    ["both, and its own win", { a: "1", b: "1" }, { b: "2", c: "2" }, { a: "1", b: "2", c: "2" }],
    ["those that are shared", { a: "1" }, undefined, { a: "1" }],
    ["its own", undefined, { c: "2" }, { c: "2" }],
    ["none", undefined, undefined, undefined],
    ["both, although one is known later", pulumi.output({ a: "1" }), { b: "2" }, { a: "1", b: "2" }],
    ["both, with a value that is known later", { a: pulumi.output("1") }, { b: "2" }, { a: "1", b: "2" }],
  ])("as tags are put together: a credential gets %s", async (_name, all, ones, expected) => {
    await program(() =>
      declare({ tags: all, certificateSettings: { tags: ones }, apiV3Secret: { tags: ones } }),
    );
    expect(inputsOf("shop-certificate").tags).toEqual(expected);
    expect(inputsOf("shop-api-v3-secret").tags).toEqual(expected);
    const sharedAlone = all === undefined ? undefined : await valueOf(pulumi.output(all));
    expect(inputsOf("shop-api-secret").tags).toEqual(sharedAlone);
  });

  it("of each kind reach their own", async () => {
    const certificateSettings = {
      ...{ policy: "annual", renewBeforeDays: 90, secretName: "shops/certificate" },
      import: { zip: { file: "shop.zip" } },
      adopt: { privateKey: "key", certificate: "crt" },
    };
    const apiSecret = { maxAgeDays: 365, triggers: ["one"], import: { env: "SHOP_API_SECRET" } };
    const apiV3Secret = { activation: "manual", failAfterDays: 3, adopt: { apiV3Secret: "v3" } };
    await program(() => declare({ certificateSettings, apiSecret, apiV3Secret }));
    expect(inputsOf("shop-certificate")).toMatchObject(certificateSettings);
    expect(inputsOf("shop-api-secret")).toMatchObject(apiSecret);
    expect(inputsOf("shop-api-v3-secret")).toMatchObject(apiV3Secret);
  });

  it("may come from other resources", async () => {
    await program(() =>
      declare({
        merchantId: pulumi.output("1900000109"),
        kmsKeyId: pulumi.output("alias/made"),
        apiSecret: { import: { secretArn: pulumi.output(arnOf("old")) } },
      }),
    );
    for (const name of children)
      expect(inputsOf(name)).toMatchObject({ merchantId: "1900000109", kmsKeyId: "alias/made" });
    expect(inputsOf("shop-api-secret").import).toEqual({ secretArn: arnOf("old") });
  });

  it("of a kind have the types of that kind, without what the merchant says for all", () => {
    const good: MerchantArgs = {
      ...id,
      certificateSettings: { renewBeforeDays: 90 },
      apiV3Secret: { maxAgeDays: 365 },
    };
    // @ts-expect-error -- said once, for all
    const again: MerchantArgs = { ...id, certificateSettings: { merchantId: "1900000110" } };
    // @ts-expect-error -- an argument of secrets
    const mixed: MerchantArgs = { ...id, certificateSettings: { maxAgeDays: 365 } };
    // @ts-expect-error -- there is always one
    const none: MerchantArgs = { ...id, certificateSettings: false };
    // @ts-expect-error -- a name would be the same for three secrets
    const named: MerchantArgs = { ...id, secretName: "shops/one" };
    expect([good, again, mixed, none, named]).toHaveLength(5);
  });
});

describe("the next steps", () => {
  it("are those of all, each with the credential that it is for", async () => {
    const warned = jest.spyOn(console, "warn").mockImplementation();
    const shop = await program(() => declare({}, {}, "busy"));
    expect(await valueOf(shop.nextSteps)).toEqual([
      ...["certificate: first of busy-certificate", "certificate: second of busy-certificate"],
      ...["apiSecret: first of busy-api-secret", "apiSecret: second of busy-api-secret"],
      ...["apiV3Secret: first of busy-api-v3-secret", "apiV3Secret: second of busy-api-v3-secret"],
    ]);
    // Each credential says its own, under its own name; the component does not say them again.
    expect(warned).toHaveBeenCalledTimes(3);
    warned.mockRestore();
  });

  it("are an empty list when nothing is open", async () => {
    const shop = await program(() => declare());
    expect(await valueOf(shop.nextSteps)).toEqual([]);
  });
});

describe("operating certificates", () => {
  const installation = {
    ...{ operator: "zhang", computer: "finance-1", installed: "2025-05-02", expires: "2027-05-01" },
    ...{ verifiedAt: "2026-11-22", verifiedBy: "Li Lei" },
  };
  const operatingCertificates = { installations: [installation], staleAfterDays: 30 };
  const child = "shop-operating-certificates";

  it("are a child of their own where they are declared, before the certificate", async () => {
    const shop = await program(() => declare({ operatingCertificates }));
    expect(shop.operatingCertificates).toBeInstanceOf(merchant.OperatingCertificates);
    expect(inputsOf(child)).toMatchObject({
      ...operatingCertificates,
      merchantId: "1900000109",
      owner: "shop/prod",
      logicalName: child,
    });
    const names = registered.map(({ name }) => name);
    expect(names.indexOf(child)).toBeLessThan(names.indexOf("shop-certificate"));
    expect(requestOf(child).getParent()).toMatch(/merchantCredentials:index:Merchant::shop$/);
    expect(requestOf(child).getProvider()).toContain("::merchant-credentials-default::");
    expect(types()).toHaveLength(7);
  });

  it("are none where they are left out, which is not an empty list", async () => {
    const shop = await program(() => declare());
    expect(shop.operatingCertificates).toBeUndefined();
    expect(types().some((type) => type.endsWith(":OperatingCertificates"))).toBe(false);
    expect(inputsOf("shop-certificate")).not.toHaveProperty("operatingCertificatesUntil");
    const none = await program(() =>
      declare({ merchantId: "1900000110", operatingCertificates: { installations: [] } }, {}, "none"),
    );
    expect(none.operatingCertificates).toBeDefined();
  });

  it("tell the certificate until when there is one", async () => {
    await program(() => declare({ operatingCertificates }));
    expect(inputsOf("shop-certificate").operatingCertificatesUntil).toBe("2027-05-01T16:00:00Z");
  });

  it("that are declared beside the Merchant may be named for its certificate", async () => {
    await program(() => {
      const beside = {
        validUntil: pulumi.output("2030-01-01T16:00:00Z"),
        merchantId: pulumi.output("1900000109"),
      };
      return declare({ certificateSettings: { operatingCertificates: beside } });
    });
    expect(inputsOf("shop-certificate").operatingCertificatesUntil).toBe("2030-01-01T16:00:00Z");
  });

  it("have no part in settings of secrets, but in onExpiry; what they say for themselves wins", async () => {
    const shared = {
      tags: { team: "a" },
      kmsKeyId: "alias/shop",
      deletionProtection: false,
      onExpiry: "warn",
    };
    await program(() => declare({ ...shared, operatingCertificates }));
    expect(Object.keys(inputsOf(child)).sort()).toEqual(
      [
        "__provider",
        "installations",
        "logicalName",
        "merchantId",
        "onExpiry",
        "owner",
        "staleAfterDays",
      ].sort(),
    );
    expect(inputsOf(child).onExpiry).toBe("warn");
    await program(() =>
      declare(
        {
          ...shared,
          merchantId: "1900000110",
          operatingCertificates: { installations: [], onExpiry: "fail" },
        },
        {},
        "other",
      ),
    );
    expect(inputsOf("other-operating-certificates").onExpiry).toBe("fail");
  });

  it("have their steps among those of all, first and by their name", async () => {
    const warned = jest.spyOn(console, "warn").mockImplementation();
    const shop = await program(() => declare({ operatingCertificates }, {}, "busy"));
    expect((await valueOf(shop.nextSteps)).slice(0, 3)).toEqual([
      "operatingCertificates: first of busy-operating-certificates",
      "operatingCertificates: second of busy-operating-certificates",
      "certificate: first of busy-certificate",
    ]);
    expect(warned).toHaveBeenCalledTimes(4);
    warned.mockRestore();
  });

  it.each<[string, unknown, string, string]>([
    ["false: there is no default to leave out", false, "operatingCertificates", "an object of settings"],
    ["the list alone", [installation], "operatingCertificates", ""],
    [
      "a misspelt argument",
      { instalations: [] },
      "operatingCertificates.instalations",
      "Did you mean `installations`?",
    ],
    ["another merchant's id", { installations: [], merchantId: "1" }, "operatingCertificates.merchantId", ""],
  ])("are refused before anything is registered: %s", async (_name, given, property, hint) => {
    const { message, details } = await refusal(() => declare({ operatingCertificates: given }));
    expect(details.property!.startsWith(property)).toBe(true);
    expect(message).toContain(hint);
    expect(types()).toEqual(only);
  });

  it("in a Merchant and beside it are two for one merchant, and refused", async () => {
    const { message } = await refusal(() => [
      declare({ operatingCertificates }),
      new merchant.OperatingCertificates("alone", { merchantId: id.merchantId, installations: [] }),
    ]);
    expect(message).toContain(`OperatingCertificates "${child}" already stands for this merchant`);
  });
});

describe("WeChat Pay's own credentials", () => {
  const publicKey = { publicKeyId: "PUB_KEY_ID_1", publicKey: "-----BEGIN PUBLIC KEY-----…" };

  it("are none where they are left out", async () => {
    const shop = await program(() => declare());
    expect([shop.platformCertificates, shop.platformPublicKey]).toEqual([undefined, undefined]);
  });

  it("are children that ask with the merchant's certificate and APIv3 secret, with the shared settings", async () => {
    const shop = await program(() =>
      declare({
        tags: { team: "payments" },
        deletionProtection: false,
        platformCertificates: { checkEveryHours: 6, tags: { use: "callbacks" } },
        platformPublicKey: { ...publicKey, verification: "live" },
      }),
    );
    expect(inputsOf("shop-platform-certificates")).toMatchObject({
      merchantId: "1900000109",
      certificateSecretArn: "shop-certificate-id",
      apiV3SecretArn: "shop-api-v3-secret-id",
      checkEveryHours: 6,
      tags: { team: "payments", use: "callbacks" },
      deletionProtection: false,
    });
    expect(inputsOf("shop-platform-public-key")).toMatchObject({
      ...publicKey,
      merchantId: "1900000109",
      verification: "live",
      certificateSecretArn: "shop-certificate-id",
      tags: { team: "payments" },
    });
    expect(requestOf("shop-platform-certificates").getParent()).toContain("::shop");
    expect(shop.platformCertificates!.credentialKind).toBe("platformCertificates");
    expect(shop.platformPublicKey!.credentialKind).toBe("platformPublicKey");
    expect(await valueOf(shop.secretArns)).toMatchObject({
      platformCertificates: arnOf("shop-platform-certificates"),
      platformPublicKey: arnOf("shop-platform-public-key"),
    });
  });

  it("a public key that nobody asks about does not wait for the certificate", async () => {
    await program(() => declare({ platformPublicKey: publicKey }));
    expect(inputsOf("shop-platform-public-key")).not.toHaveProperty("certificateSecretArn");
    expect(inputsOf("shop-certificate")).not.toHaveProperty("platformSecretArn");
  });

  it("a public key verifies what WeChat Pay says of the certificate, unless the certificate asks about the key", async () => {
    const certificateSettings = { verification: "live" } as const;
    await program(() => declare({ certificateSettings, platformPublicKey: publicKey }));
    expect(inputsOf("shop-certificate")).toMatchObject({
      verification: "live",
      platformSecretArn: "shop-platform-public-key-id",
    });
    const asked = { ...publicKey, verification: "live" } as const;
    await program(() => declare({ certificateSettings, platformPublicKey: asked }, undefined, "other"));
    expect(inputsOf("other-certificate")).not.toHaveProperty("platformSecretArn");
    expect(inputsOf("other-platform-public-key")).toMatchObject({
      certificateSecretArn: "other-certificate-id",
    });
  });

  it("both secrets ask with the certificate where they are live, and neither gets it otherwise", async () => {
    await program(() => declare({ apiSecret: { activation: "live" }, apiV3Secret: { activation: "live" } }));
    for (const name of ["shop-api-secret", "shop-api-v3-secret"])
      expect(inputsOf(name)).toMatchObject({ certificateSecretArn: "shop-certificate-id" });
    await program(() => declare({}, undefined, "manual"));
    for (const name of ["manual-api-secret", "manual-api-v3-secret"])
      expect(inputsOf(name)).not.toHaveProperty("certificateSecretArn");
  });

  it("have their steps among those of all", async () => {
    const warned = jest.spyOn(console, "warn").mockImplementation();
    const shop = await program(() =>
      declare({ platformCertificates: {}, platformPublicKey: publicKey }, undefined, "busy"),
    );
    expect((await valueOf(shop.nextSteps)).slice(-4)).toEqual([
      "platformCertificates: first of busy-platform-certificates",
      "platformCertificates: second of busy-platform-certificates",
      "platformPublicKey: first of busy-platform-public-key",
      "platformPublicKey: second of busy-platform-public-key",
    ]);
    warned.mockRestore();
  });

  it.each<[string, object, string]>([
    [
      "certificates without the APIv3 secret",
      { platformCertificates: {}, apiV3Secret: false },
      "platformCertificates: cannot be had without the APIv3 secret",
    ],
    ["no object", { platformCertificates: true }, "platformCertificates: cannot be used"],
    ["a key as text", { platformPublicKey: "PUB_KEY_ID_1" }, "platformPublicKey: cannot be used"],
    [
      "an ARN that the component gives",
      { platformCertificates: { apiV3SecretArn: "arn:…" } },
      "platformCertificates.apiV3SecretArn: is not a known argument",
    ],
    [
      "a private key as the public one",
      { platformPublicKey: { ...publicKey, publicKey: privateKeyPem() } },
      "platformPublicKey.publicKey: this holds a private key",
    ],
  ])("%s is refused before anything is registered", async (_name, args, message) => {
    expect((await refusal(() => declare(args))).message).toContain(message);
    expect(types()).toEqual(only);
  });
});

describe("options of the component", () => {
  const providers = () => children.map((name) => requestOf(name).getProvider());

  it.each<[string, (own: Provider) => pulumi.ComponentResourceOptions]>([
    ["provider", (own) => ({ provider: own })],
    ["providers, as a list", (own) => ({ providers: [own] })],
    ["providers, by their package", (own) => ({ providers: { "pulumi-nodejs": own } })],
    [
      "a parent's provider",
      (own) => ({
        parent: new pulumi.ComponentResource("shop:index:Shops", "shops", {}, { providers: [own] }),
      }),
    ],
  ])("%s is the children's", async (_name, opts) => {
    await program(() => declare({}, opts(new Provider("own", { region: "eu-west-1" }))));
    for (const provider of providers()) expect(provider).toContain("::own::");
    expect(types().filter((type) => type.startsWith("pulumi:providers:"))).toHaveLength(1);
  });

  it("without a provider they share the stack's, and one of another package does not matter", async () => {
    class Other extends pulumi.ProviderResource {}
    await program(() => declare({}, { providers: [new Other("aws", "theirs", {})] }));
    for (const provider of providers()) expect(provider).toContain("::merchant-credentials-default::");
  });

  it("an engine's own provider for dynamic resources is not taken: it would copy the stack's configuration", async () => {
    class Other extends pulumi.ProviderResource {}
    await program(() => declare({}, { providers: [new Other("pulumi-nodejs", "theirs", {})] }));
    for (const provider of providers()) expect(provider).toContain("::merchant-credentials-default::");
  });

  it.each([[true], [undefined]])("protect: %s", async (protect) => {
    await program(() => declare({}, { protect }));
    for (const name of ["shop", ...children]) expect(requestOf(name).getProtect()).toBe(protect ?? false);
  });

  it("aliases are the component's; the engine derives the children's", async () => {
    await program(() => declare({}, { aliases: [{ name: "earlier" }] }));
    const aliases = requestOf("shop").getAliasesList();
    expect(aliases.map((alias) => alias.getSpec()?.getName())).toEqual(["earlier"]);
  });

  it.each(["the component", "the stack"])(
    "transformations of %s see each child and may change it",
    async (at) => {
      const seen: string[] = [];
      const transformation: pulumi.ResourceTransformation = ({ name, type, props, opts }) => {
        seen.push(name);
        return type.startsWith("pulumi-nodejs:")
          ? { props: { ...props, onExpiry: "warn" }, opts }
          : undefined;
      };
      await program(() => {
        if (at === "the stack") pulumi.runtime.registerStackTransformation(transformation);
        return declare({}, at === "the stack" ? {} : { transformations: [transformation] });
      });
      expect(seen).toEqual(expect.arrayContaining(["shop", ...children]));
      for (const name of children) expect(inputsOf(name).onExpiry).toBe("warn");
    },
  );
});

describe("an argument that does not exist is refused before anything is registered, the nearest known one named:", () => {
  it.each<[string, object, string]>([
    ["merchantNme", { merchantNme: "x" }, "Did you mean `merchantName`?"],
    ["apiSecert", { apiSecert: {} }, "Did you mean `apiSecret`?"],
    ["apiv3Secret", { apiv3Secret: {} }, "Did you mean `apiV3Secret`?"],
    ["certificateSetting", { certificateSetting: {} }, "Did you mean `certificateSettings`?"],
    ["deletionProtecton", { deletionProtecton: true }, "Did you mean `deletionProtection`?"],
    ["import", { import: { p12: { env: "A" } } }, "Known are: merchantId, merchantName, certificate"],
    ["secretName", { secretName: "shops/one" }, "Known are: "],
  ])("%s", async (property, args, hint) => {
    const { message, details } = await refusal(() => declare(args));
    expect(details).toMatchObject({ property, resource: 'Merchant "shop"' });
    expect(message).toContain(hint);
    expect(types()).toEqual(only);
  });
});

describe("an argument of a credential that does not exist is refused as early, and by its whole name:", () => {
  it.each<[string, object, string]>([
    ["certificateSettings.renewBeforDays", { renewBeforDays: 60 }, "Did you mean `renewBeforeDays`?"],
    ["certificateSettings.maxAgeDays", { maxAgeDays: 365 }, "Known are: "],
    ["certificateSettings.merchantId", { merchantId: "1900000110" }, ""],
    ["certificateSettings.subject.contry", { subject: { contry: "CN" } }, "Did you mean `country`?"],
    ["certificateSettings.import.p12.fiel", { import: { p12: { fiel: "a" } } }, "Did you mean `file`?"],
  ])("%s", async (property, certificateSettings, hint) => {
    const { message, details } = await refusal(() => declare({ certificateSettings }));
    expect(details).toMatchObject({ property, resource: 'Merchant "shop"' });
    expect(message).toContain(hint);
    expect(types()).toEqual(only);
  });

  it.each(["apiSecret", "apiV3Secret"])("%s.maxAgeDay", async (kind) => {
    const { message } = await refusal(() => declare({ [kind]: { maxAgeDay: 365 } }));
    expect(message).toContain("Did you mean `maxAgeDays`?");
    expect(types()).toEqual(only);
  });
});

it.each([[undefined], [null]])("missing arguments are refused: %s", async (args) => {
  const { message } = await refusal(() => new Merchant("shop", args as never));
  expect(message).toContain('Merchant "shop"');
  expect(message).toContain("the arguments are missing");
  expect(types()).toEqual(only);
});

describe("two credentials of one kind for one merchant are refused, both named:", () => {
  it("in two Merchants", async () => {
    const { message, details } = await refusal(() => [declare(), declare({}, {}, "again")]);
    expect(details.property).toBe("merchantId");
    expect(message).toContain('MerchantCertificate "shop-certificate" already stands for this merchant');
    expect(message).toContain('"again-certificate"');
  });

  it.each([
    ["MerchantCertificate", "shop-certificate", () => new merchant.MerchantCertificate("alone", id)],
    ["ApiSecret", "shop-api-secret", () => new merchant.ApiSecret("alone", { merchantId: id.merchantId })],
    [
      "ApiV3Secret",
      "shop-api-v3-secret",
      () => new merchant.ApiV3Secret("alone", { merchantId: id.merchantId }),
    ],
  ])("in a Merchant and beside it: %s", async (kind, name, alone) => {
    const { message } = await refusal(() => [declare(), alone()]);
    expect(message).toContain(`${kind} "${name}" already stands for this merchant`);
  });

  it("but not beside a Merchant that leaves that kind out", async () => {
    await program(() => [
      declare({ apiSecret: false }),
      new merchant.ApiSecret("alone", { merchantId: id.merchantId }),
    ]);
    expect(types().filter((type) => type.endsWith(":ApiSecret"))).toHaveLength(1);
  });
});

describe("a secret written into the program is refused before anything is registered, and never repeated:", () => {
  const key = privateKey("leaked");
  const pem = privateKeyPem(key);
  const base64 = der(pem).toString("base64");
  const p12 = pkcs12({ key }).toString("base64");
  const secret = "c4n4ryAbcdefghijklmnopqrstuvwx01";

  it.each<[string, string, object]>([
    ["a key as certificate", "certificate", { certificate: pem }],
    ["a key in Base64 as certificate", "certificate", { certificate: base64 }],
    ["a .p12 in Base64 as certificate", "certificate", { certificate: p12 }],
    ["a key as name", "merchantName", { merchantName: pem }],
    ["a key as id", "merchantId", { merchantId: pem }],
    ["a key as a shared tag", "tags.key", { tags: { key: pem } }],
    ["a key in a shared list", "replicaRegions.0", { replicaRegions: [pem] }],
    ["a key as KMS key", "kmsKeyId", { kmsKeyId: pem }],
    [
      "a key in subject",
      "certificateSettings.subject.organization",
      { certificateSettings: { subject: { organization: pem } } },
    ],
    [
      "a key as file of an import",
      "certificateSettings.import.privateKey.file",
      { certificateSettings: { import: { privateKey: { file: pem } } } },
    ],
    [
      "a .p12 as variable",
      "certificateSettings.import.p12.env",
      { certificateSettings: { import: { p12: { env: p12 } } } },
    ],
    ["a secret as variable", "apiSecret.import.env", { apiSecret: { import: { env: secret } } }],
    ["a secret as file", "apiV3Secret.import.file", { apiV3Secret: { import: { file: secret } } }],
    [
      "a secret as key of a secret",
      "apiV3Secret.import.jsonKey",
      { apiV3Secret: { import: { secretArn: arnOf("old"), jsonKey: secret } } },
    ],
    [
      "a password of 32 characters as variable",
      "certificateSettings.import.password.env",
      { certificateSettings: { import: { p12: { env: "A" }, password: { env: secret } } } },
    ],
    ["a key as a tag of one credential", "apiSecret.tags.key", { apiSecret: { tags: { key: pem } } }],
    [
      "a key as a tag beside shared ones",
      "apiV3Secret.tags.key",
      { tags: { team: "a" }, apiV3Secret: { tags: { key: pem } } },
    ],
    ["a key as trigger", "apiSecret.triggers.0", { apiSecret: { triggers: [pem] } }],
    ["a key where settings belong", "apiSecret", { apiSecret: pem }],
    ["a secret in place of a reference", "apiSecret.import", { apiSecret: { import: secret } }],
    [
      "a password in place of a reference",
      "certificateSettings.import.password",
      { certificateSettings: { import: { zip: { file: "a.zip" }, password: secret } } },
    ],
    [
      "a key as the operator of an operating certificate",
      "operatingCertificates.installations.0.operator",
      { operatingCertificates: { installations: [{ operator: pem }] } },
    ],
    ["a secret as ARN", "apiV3Secret.import.secretArn", { apiV3Secret: { import: { secretArn: secret } } }],
  ])("%s", async (_name, property, args) => {
    const { details, message, stack } = await refusal(() => declare(args));
    expect(details).toMatchObject({ property, resource: 'Merchant "shop"' });
    expect(message).toContain("treat it as leaked");
    const said = `${stack}${JSON.stringify(details)}${JSON.stringify(registered)}`;
    for (const part of [pem.split("\n")[5]!, base64.slice(200, 240), p12.slice(200, 240), secret])
      expect(said).not.toContain(part);
    expect(types()).toEqual(only);
  });
});
