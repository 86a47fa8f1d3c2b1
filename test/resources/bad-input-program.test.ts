import * as pulumi from "@pulumi/pulumi";
import {
  ApiSecret,
  ApiV3Secret,
  MerchantCertificate,
  MerchantCredentialsError,
  Provider,
} from "../../provider/index";
import { der, pkcs12, privateKey, privateKeyPem } from "../support/certificates";

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
const { merchantId } = shop;
const apiSecret = (args: object = {}, name = "v2") => new ApiSecret(name, { merchantId, ...args });
const apiV3Secret = (args: object = {}, name = "v3") => new ApiV3Secret(name, { merchantId, ...args });

it("registers a good program: a Provider, then the certificate, with who owns it", async () => {
  const [provider, resource] = await program(() => certificate("shop"));
  expect(provider).toMatchObject({
    type: "pulumi:providers:pulumi-nodejs",
    inputs: { "merchant-credentials:region": "us-east-1" },
  });
  expect(resource).toMatchObject({
    type: "pulumi-nodejs:dynamic/merchantCredentials:MerchantCertificate",
    inputs: { ...shop, owner: "shop/prod", logicalName: "shop" },
  });
  expect(resource!.provider).toContain("merchant-credentials-default");
});

describe("two resources of one kind for one merchant", () => {
  it("are refused, both named", async () => {
    const { message, details } = await refusal(() => [certificate("shop"), certificate("again")]);
    expect(details.property).toBe("merchantId");
    expect(message).toContain('MerchantCertificate "shop" already stands for this merchant');
    expect(message).toContain('Remove "again" or "shop"');
  });

  it("are refused with the same name of the secret, too", async () => {
    const secretName = "shops/one";
    const { details } = await refusal(() => [
      certificate("a", { secretName }),
      certificate("b", { secretName }),
    ]);
    expect(details.property).toBe("merchantId");
  });

  it("are two different things where the secrets differ: that is how a credential moves", async () => {
    const all = await program(() => [certificate("old"), certificate("new", { secretName: "shops/new" })]);
    expect(all.filter(({ type }) => type.endsWith(":MerchantCertificate"))).toHaveLength(2);
  });

  it("are two different things in two stacks of one process, as the Automation API runs them", async () => {
    await program(() => certificate("shop"));
    const all = await program(() => certificate("shop"));
    expect(all.filter(({ type }) => type.endsWith(":MerchantCertificate"))).toHaveLength(2);
    expect(all.filter(({ name }) => name === "merchant-credentials-default")).toHaveLength(2);
  });

  it("and two merchants share one default Provider", async () => {
    const all = await program(() => [certificate("a"), certificate("b", { merchantId: "1900000110" })]);
    expect(all.filter(({ type }) => type.startsWith("pulumi:providers:"))).toHaveLength(1);
  });
});

describe("an unknown argument is refused before anything is registered, the nearest known one named:", () => {
  it.each<[string, string, () => pulumi.Resource]>([
    ["merchantNme", "Did you mean `merchantName`?", () => certificate("shop", { merchantNme: "x" })],
    ["certifcate", "Did you mean `certificate`?", () => certificate("shop", { certifcate: "x" })],
    ["tag", "Did you mean `tags`?", () => certificate("shop", { tag: {} })],
    ["zzzzzzzz", "Known are: merchantId, secretName", () => certificate("shop", { zzzzzzzz: 1 })],
    ["region", "Known are: ", () => certificate("shop", { region: "us-east-1" })],
    ["owner", "Known are: ", () => certificate("shop", { owner: "me" })],
    ["regoin", "Did you mean `region`?", () => new Provider("aws", { regoin: "us-east-1" } as never)],
    ["accessKey", "Remove it", () => new Provider("aws", { accessKey: "AKIA" } as never)],
  ])("%s", async (property, hint, declare) => {
    const { details, message } = await refusal(declare);
    expect(details.property).toBe(property);
    expect(message).toContain(hint);
    expect(types()).toEqual(only);
  });
});

describe("a private key written into a program is refused before the engine sees it, and never repeated:", () => {
  const key = privateKey("leaked");
  const pem = privateKeyPem(key);
  const line = pem.split("\n")[5]!;
  const p12 = pkcs12({ key }).toString("base64");

  it.each<[string, string, () => pulumi.Resource]>([
    ["as certificate", "certificate", () => certificate("shop", { certificate: pem })],
    ["as certificate, cut off", "certificate", () => certificate("shop", { certificate: pem.slice(0, 700) })],
    [
      "as certificate, out of an environment variable",
      "certificate",
      () => certificate("shop", { certificate: pem.replaceAll("\n", "\\n") }),
    ],
    [
      "as certificate, encrypted",
      "certificate",
      () => certificate("shop", { certificate: pem.replaceAll("PRIVATE KEY", "ENCRYPTED PRIVATE KEY") }),
    ],
    ["as a p12 in Base64", "certificate", () => certificate("shop", { certificate: p12 })],
    [
      "as a p12 in Base64 lines",
      "certificate",
      () => certificate("shop", { certificate: p12.replace(/.{64}/g, "$&\n") }),
    ],
    ["as another argument", "merchantName", () => certificate("shop", { merchantName: pem })],
    ["as a tag", "tags.key", () => certificate("shop", { tags: { key: pem } })],
    ["in a list", "replicaRegions.1", () => certificate("shop", { replicaRegions: ["eu-west-1", pem] })],
    ["in subject", "subject.organization", () => certificate("shop", { subject: { organization: pem } })],
    ["in a Provider's tags", "tags.key", () => new Provider("aws", { tags: { key: pem } })],
    [
      "in a Provider's role",
      "assumeRole.externalId",
      () => new Provider("aws", { assumeRole: { roleArn: "arn", externalId: pem } }),
    ],
  ])("%s", async (_name, property, declare) => {
    const { details, message, stack } = await refusal(declare);
    expect(details.property).toBe(property);
    expect(message).toContain("this holds a private key");
    expect(message).toContain("treat it as leaked");
    expect(`${stack}${JSON.stringify(details)}${JSON.stringify(registered)}`).not.toContain(line);
    expect(`${message}${JSON.stringify(registered)}`).not.toContain(p12.slice(200, 260));
    expect(types()).toEqual(only);
  });
});

describe("a secret written where a reference to it belongs is refused before the engine sees it, and never repeated:", () => {
  const secret = "c4n4ryAbcdefghijklmnopqrstuvwx01";
  const pem = privateKeyPem(privateKey("leaked"));
  const base64 = der(pem).toString("base64");
  const p12 = pkcs12({ key: privateKey("leaked") }).toString("base64");
  const good = { env: "SHOP" };
  const arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/old-AbCdEf";

  const secrets = [
    ["ApiSecret", "apiSecret", apiSecret],
    ["ApiV3Secret", "apiV3Secret", apiV3Secret],
  ] as const;
  const ofSecrets = secrets.flatMap(([kind, part, declare]): [string, string, () => pulumi.Resource][] => [
    [`${kind}: in place of the reference`, "import", () => declare({ import: secret })],
    [`${kind}: as variable`, "import.env", () => declare({ import: { env: secret } })],
    [
      `${kind}: as variable, with a line end`,
      "import.env",
      () => declare({ import: { env: `${secret}\n` } }),
    ],
    [`${kind}: as file`, "import.file", () => declare({ import: { file: secret } })],
    [`${kind}: as ARN`, "import.secretArn", () => declare({ import: { secretArn: secret } })],
    [
      `${kind}: as key of a secret`,
      "import.jsonKey",
      () => declare({ import: { secretArn: pulumi.output(arn), jsonKey: secret } }),
    ],
    [`${kind}: a private key as variable`, "import.env", () => declare({ import: { env: pem } })],
    [`${kind}: a private key as trigger`, "triggers.1", () => declare({ triggers: ["one", pem] })],
    [`${kind}: a private key in a trigger`, "triggers.0.of.0", () => declare({ triggers: [{ of: [pem] }] })],
    [
      `${kind}: a private key as version`,
      "activation.version",
      () => declare({ activation: { version: pem } }),
    ],
    [
      `${kind}: a private key as name to adopt by`,
      `adopt.${part}`,
      () => declare({ adopt: { [part]: pem } }),
    ],
    [`${kind}: a private key as day`, "rotationFrom", () => declare({ rotationFrom: pem })],
  ]);
  const ofCertificates: [string, object][] = [
    ["import", { import: pem }],
    ["import", { import: p12 }],
    ["import.p12", { import: { p12 } }],
    ["import.zip", { import: { zip: p12 } }],
    ["import.p12.env", { import: { p12: { env: p12 } } }],
    ["import.p12.file", { import: { p12: { file: p12 } } }],
    ["import.privateKey", { import: { privateKey: pem } }],
    ["import.privateKey", { import: { privateKey: base64 } }],
    ["import.privateKey.env", { import: { privateKey: { env: pem } } }],
    ["import.privateKey.env", { import: { privateKey: { env: base64 } } }],
    ["import.privateKey.file", { import: { privateKey: { file: pem.replaceAll("\n", "\\n") } } }],
    ["import.password", { import: { p12: good, password: secret } }],
    ["import.password.env", { import: { zip: good, password: { env: secret } } }],
    ["import.passphrase", { import: { privateKey: good, passphrase: secret } }],
    ["import.passphrase.file", { import: { privateKey: good, passphrase: { file: secret } } }],
    ["import.zip.secretArn", { import: { zip: { secretArn: secret } } }],
    ["import.zip.jsonKey", { import: { zip: { secretArn: arn, jsonKey: secret } } }],
    ["adopt.privateKey", { adopt: { privateKey: pem, certificate: "crt" } }],
    ["adopt.chain", { adopt: { privateKey: "key", certificate: "crt", chain: base64 } }],
  ];

  it.each([
    ...ofSecrets,
    ...ofCertificates.map(([property, args], n): [string, string, () => pulumi.Resource] => [
      `MerchantCertificate, ${n + 1}: ${property}`,
      property,
      () => certificate("shop", args),
    ]),
  ])("%s", async (_name, property, declare) => {
    const { details, message, stack } = await refusal(declare);
    expect(details.property).toBe(property);
    expect(message).toContain("treat it as leaked");
    const said = `${message}${stack}${JSON.stringify(details)}${JSON.stringify(registered)}`;
    for (const part of [secret, pem.split("\n")[5]!, base64.slice(200, 240), p12.slice(200, 240)])
      expect(said).not.toContain(part);
    expect(types()).toEqual(only);
  });

  it("but a reference is not", async () => {
    const all = await program(() => [
      apiSecret({ import: { secretArn: pulumi.output(arn), jsonKey: "wechat.api-key" } }),
      apiV3Secret({ import: { env: "SHOP_API_V3_SECRET_OF_SHOP_NO_01" }, triggers: [secret.toLowerCase()] }),
      certificate("shop", { import: { p12: { file: "apiclient_cert.p12" }, password: { env: "PASSWORD" } } }),
    ]);
    expect(all.filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic/"))).toHaveLength(3);
  });
});

describe("of secrets, as of certificates,", () => {
  it.each([
    ["ApiSecret", apiSecret],
    ["ApiV3Secret", apiV3Secret],
  ])("two resources of one kind for one merchant are refused: %s", async (kind, declare) => {
    const { message, details } = await refusal(() => [declare({}, "one"), declare({}, "two")]);
    expect(details.property).toBe("merchantId");
    expect(message).toContain(`${kind} "one" already stands for this merchant`);
  });

  it("one of each kind for one merchant are three different things", async () => {
    const all = await program(() => [certificate("shop"), apiSecret(), apiV3Secret()]);
    expect(all.filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic/"))).toHaveLength(3);
  });

  it.each<[string, string, () => pulumi.Resource]>([
    ["maxAgeDay", "Did you mean `maxAgeDays`?", () => apiSecret({ maxAgeDay: 365 })],
    ["trigger", "Did you mean `triggers`?", () => apiV3Secret({ trigger: [] })],
    ["certificate", "Known are: merchantId", () => apiSecret({ certificate: "" })],
    ["merchantName", "Did you mean `merchantId`?", () => apiV3Secret({ merchantName: "x" })],
    ["import.evn", "Did you mean `env`?", () => apiSecret({ import: { evn: "A" } })],
    ["adopt.apiSecret", "Did you mean `apiV3Secret`?", () => apiV3Secret({ adopt: { apiSecret: "key" } })],
    ["adopt.key", "Known are: apiSecret", () => apiSecret({ adopt: { key: "key" } })],
    [
      "import.p12.fiel",
      "Did you mean `file`?",
      () => certificate("shop", { import: { p12: { fiel: "a" } } }),
    ],
    [
      "adopt.certficate",
      "Did you mean `certificate`?",
      () => certificate("shop", { adopt: { certficate: "a" } }),
    ],
  ])("an unknown argument is refused: %s", async (property, hint, declare) => {
    const { details, message } = await refusal(declare);
    expect(details.property).toBe(property);
    expect(message).toContain(hint);
    expect(types()).toEqual(only);
  });

  it.each([
    ["ApiSecret", () => new ApiSecret("v2", undefined as never)],
    ["ApiV3Secret", () => new ApiV3Secret("v3", undefined as never)],
    ["MerchantCertificate", () => new MerchantCertificate("shop", undefined as never)],
  ])("missing arguments are refused: %s", async (kind, declare) => {
    const { message } = await refusal(declare);
    expect(message).toMatch(new RegExp(`^${kind} ".*": the arguments are missing`));
    expect(types()).toEqual(only);
  });
});

describe("a Provider is refused with", () => {
  it.each<[string, object, string, string]>([
    [
      "an endpoint that is http to another machine",
      { endpoint: "http://10.0.0.7:4566" },
      "endpoint",
      "http to another machine",
    ],
    ["an endpoint that is no URL", { endpoint: "secretsmanager" }, "endpoint", "not a URL"],
    ["an endpoint that is empty", { endpoint: "" }, "endpoint", "not a URL"],
    [
      "a stand-in of WeChat Pay beside the real Secrets Manager",
      { wechatPayEndpoint: "http://127.0.0.1:8080" },
      "wechatPayEndpoint",
      "http on loopback, and an `endpoint` that is not",
    ],
    [
      "a WeChat Pay over http",
      { wechatPayEndpoint: "http://10.0.0.7" },
      "wechatPayEndpoint",
      "http to another machine",
    ],
    [
      "a password in the endpoint",
      { endpoint: "https://me:c4n4ry@example.com" },
      "endpoint",
      "a URL with credentials in it",
    ],
    ["a region that is none", { region: "Frankfurt" }, "region", "a text of 9 characters"],
    ["an empty region", { region: "" }, "region", "an empty text"],
    [
      "both a profile and a role",
      { profile: "shop", assumeRole: { roleArn: "arn:aws:iam::123456789012:role/x" } },
      "profile",
      "both",
    ],
  ])("%s", async (_name, args, property, found) => {
    const { code, details, message } = await refusal(() => new Provider("aws", args));
    expect(code).toBe("invalid-input");
    expect(details.property).toBe(property);
    expect(details.actual).toContain(found);
    expect(details.expected).toBeTruthy();
    expect(details.hint).toBeTruthy();
    expect(message).not.toContain("c4n4ry");
    expect(types()).toEqual(only);
  });

  it("but not with what only the update will tell", async () => {
    const later = pulumi.output("https://secretsmanager.us-east-1.amazonaws.com");
    await expect(
      program(() => new Provider("aws", { region: "us-east-1", endpoint: later })),
    ).resolves.toHaveLength(1);
  });
});

describe("the stack's configuration is refused like a Provider's arguments:", () => {
  it.each<[string, Record<string, string>, string]>([
    ["an endpoint over http", { "merchant-credentials:endpoint": "http://10.0.0.7" }, "endpoint"],
    ["a region that is none", { "merchant-credentials:region": "Frankfurt" }, "region"],
    [
      "a profile and a role",
      {
        "merchant-credentials:profile": "a",
        "merchant-credentials:assumeRole": '{"roleArn":"arn:aws:iam::123456789012:role/x"}',
      },
      "profile",
    ],
  ])("%s", async (_name, config, property) => {
    pulumi.runtime.setAllConfig({ "aws:region": "us-east-1", ...config });
    expect((await refusal(() => certificate("shop"))).details.property).toBe(property);
  });

  it("but the profile of aws:profile gives way to a role of ours", async () => {
    pulumi.runtime.setAllConfig({
      "aws:region": "us-east-1",
      "aws:profile": "a",
      "merchant-credentials:assumeRole": '{"roleArn":"arn:aws:iam::123456789012:role/x"}',
    });
    const [provider] = await program(() => certificate("shop"));
    expect(provider!.inputs).not.toHaveProperty(["merchant-credentials:profile"]);
  });
});

describe("the Provider of a resource", () => {
  class Other extends pulumi.ProviderResource {}

  it("may not be of another package", async () => {
    const { details, message } = await refusal(() =>
      certificate("shop", {}, { provider: new Other("aws", "theirs", {}) }),
    );
    expect(details.property).toBe("provider");
    expect(message).toContain("new merchant.Provider(…)");
  });

  it("may not be the engine's own for dynamic resources either: it would copy the stack's configuration", async () => {
    const { details } = await refusal(() =>
      certificate("shop", {}, { provider: new Other("pulumi-nodejs", "theirs", {}) }),
    );
    expect(details.property).toBe("provider");
  });

  it("is the one given, the parent's, or the stack's", async () => {
    const all = await program(() => {
      const own = new Provider("own", { region: "eu-west-1" });
      const parent = new pulumi.ComponentResource("shop:index:Parent", "parent", {}, { providers: [own] });
      return [
        certificate("given", {}, { provider: own }),
        certificate("inherited", { merchantId: "1900000110" }, { parent }),
        certificate("neither", { merchantId: "1900000111" }),
      ];
    });
    const providerOf = (name: string) => all.find((each) => each.name === name)?.provider;
    expect(providerOf("given")).toContain("::own::");
    expect(providerOf("inherited")).toContain("::own::");
    expect(providerOf("neither")).toContain("::merchant-credentials-default::");
  });
});

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
