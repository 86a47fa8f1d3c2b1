import * as pulumi from "@pulumi/pulumi";
import { Provider as AwsProvider } from "@pulumi/aws/provider";
import { CredentialReader, type CredentialReaderArgs } from "../../provider/aws/index";
import { assertReading } from "../../provider/aws/reader-arguments";
import { policyText, readerPolicy } from "../../provider/aws/reader-policy";
import { ApiV3Secret, Merchant, MerchantCertificate, MerchantCredentialsError } from "../../provider/index";

const arnOf = (name: string) =>
  `arn:aws:secretsmanager:us-east-1:123456789012:secret:merchants/1900000109/${name}-AbCdEf`;
const key = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}
/** What the engine is told of a resource beside its inputs. */
interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProvider(): string;
  getProtect(): boolean;
  getAliasesList(): { getSpec(): { getName(): string } | undefined }[];
}

let defaultKey: string | undefined;
let registered: Registered[];
let requests: Request[];

async function start({ preview = false } = {}): Promise<void> {
  defaultKey = undefined;
  // Of this test alone: what one leaves under way registers during the next.
  const ownRegistered: Registered[] = (registered = []);
  const ownRequests: Request[] = (requests = []);
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, id }) => {
        const given = inputs as Record<string, unknown>;
        ownRegistered.push({ type, name, inputs: given });
        if (type === "aws:iam/policy:Policy") {
          return { id: name, state: { ...given, arn: `arn:aws:iam::123456789012:policy/${name}` } };
        }
        const found = { secretArn: id, region: "us-east-1", kmsKeyId: null };
        const made = preview
          ? {}
          : { secretArn: arnOf(name), kmsKeyId: given.kmsKeyId ?? defaultKey, nextSteps: [] };
        return { id: id ?? name, state: { ...given, ...(id ? found : made) } };
      },
      call: ({ inputs }) => inputs as object,
    },
    "shop",
    "prod",
    preview,
  );
  pulumi.runtime.setAllConfig({ "aws:region": "us-east-1" });
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource: (request: Request, answer: unknown) => Promise<void>;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, answer) => {
    ownRequests.push(request);
    return register(request, answer);
  };
}

beforeEach(() => start());

/** Runs a program as `pulumi up` does: in a stack of its own, until all that it declares is registered. */
async function program<T>(declare: () => T): Promise<T> {
  const refused: unknown[] = [];
  let declared: T | undefined;
  await pulumi.runtime.runInPulumiStack(async () => {
    try {
      declared = declare();
    } catch (error) {
      // An error that leaves the program ends the process.
      refused.push(error);
    }
    return {};
  });
  if (refused.length > 0) throw refused[0];
  await pulumi.runtime.disconnect();
  return declared!;
}

const valueOf = <T>(output: pulumi.Output<T>): Promise<T> =>
  new Promise((resolve) => void output.apply(resolve));
const named = (name: string): Registered => registered.find((each) => each.name === name)!;
const requested = (name: string): Request => requests.find((each) => each.getName() === name)!;
const certificate = (args: object = {}, opts?: pulumi.CustomResourceOptions) =>
  new MerchantCertificate(
    "shop",
    { merchantId: "1900000109", merchantName: "Example Shop Ltd", ...args },
    opts,
  );
const known = { secretArn: arnOf("certificate") };

/** The whole document that a reader of these credentials registers. */
async function documentOf(declare: () => CredentialReaderArgs["credentials"]): Promise<unknown> {
  await program(() => new CredentialReader("app", { credentials: declare() }));
  return JSON.parse(named("app-policy").inputs.policy as string);
}

const currentOf = (...arns: string[]) => ({
  Effect: "Allow",
  Action: "secretsmanager:GetSecretValue",
  Resource: arns,
  Condition: { "ForAnyValue:StringEquals": { "secretsmanager:VersionStage": ["AWSCURRENT"] } },
});
const anyStageOf = (...arns: string[]) => ({
  ...currentOf(...arns),
  Condition: {
    "ForAnyValue:StringEquals": {
      "secretsmanager:VersionStage": ["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"],
    },
  },
});
const keyFor = (...arns: string[]) => ({
  Effect: "Allow",
  Action: "kms:Decrypt",
  Resource: [key],
  Condition: {
    StringEquals: {
      "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com",
      "kms:EncryptionContext:SecretARN": arns,
    },
  },
});
const document = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });

describe("a reader's policy, for", () => {
  it("a certificate of the program", async () => {
    expect(await documentOf(() => [certificate()])).toEqual(document(currentOf(arnOf("shop"))));
  });

  it("a certificate with a key of its own", async () => {
    const given = await documentOf(() => [certificate({ kmsKeyId: key })]);
    expect(given).toEqual(document(currentOf(arnOf("shop")), keyFor(arnOf("shop"))));
  });

  it("a certificate whose key is the Provider's default, which only the engine's answer tells", async () => {
    defaultKey = key;
    expect(await documentOf(() => [certificate()])).toEqual(
      document(currentOf(arnOf("shop")), keyFor(arnOf("shop"))),
    );
  });

  it("a whole merchant: each secret at the stages of its kind", async () => {
    const given = await documentOf(() => {
      const merchant = new Merchant("shop", {
        merchantId: "1900000109",
        merchantName: "Example Shop Ltd",
        kmsKeyId: key,
      });
      return [merchant.certificate, merchant.apiSecret!, merchant.apiV3Secret!];
    });
    const [current, v3] = [["shop-certificate", "shop-api-secret"].map(arnOf), arnOf("shop-api-v3-secret")];
    expect(given).toEqual(document(currentOf(...current), anyStageOf(v3), keyFor(...current, v3)));
  });

  it("a certificate of another stack, looked up", async () => {
    const given = await documentOf(() => [MerchantCertificate.get("shop", arnOf("certificate"))]);
    expect(given).toEqual(document(currentOf(arnOf("certificate"))));
  });

  it("values that arrive later, at every depth", async () => {
    const given = await documentOf(() =>
      pulumi.output([
        Promise.resolve({ secretArn: pulumi.output(arnOf("a")), kmsKeyId: pulumi.output(key) }),
        pulumi.output({ secretArn: arnOf("b"), kmsKeyId: Promise.resolve(undefined) }),
      ]),
    );
    expect(given).toEqual(document(currentOf(arnOf("a"), arnOf("b")), keyFor(arnOf("a"))));
  });

  it("an APIv3 secret of another stack, by its ARN alone and by a look-up", async () => {
    const byArn = await documentOf(() => [{ ...known, credentialKind: "apiV3Secret" }]);
    expect(byArn).toEqual(document(anyStageOf(known.secretArn)));
    const lookedUp = await documentOf(() => [ApiV3Secret.get("shop", known.secretArn)]);
    expect(lookedUp).toEqual(byArn);
  });

  it("stages and replicas that arrive later", async () => {
    await program(
      () =>
        new CredentialReader("app", {
          credentials: [known],
          stages: pulumi.output(["AWSPREVIOUS" as const]),
          replicaRegions: [pulumi.output("eu-west-1")],
        }),
    );
    expect(JSON.parse(named("app-policy").inputs.policy as string)).toMatchObject({
      Statement: [
        {
          Resource: [known.secretArn, known.secretArn.replace("us-east-1", "eu-west-1")],
          Condition: { "ForAnyValue:StringEquals": { "secretsmanager:VersionStage": ["AWSPREVIOUS"] } },
        },
      ],
    });
  });
});

describe("a reader", () => {
  it("puts out the policy's ARN and its document", async () => {
    const reader = await program(() => new CredentialReader("app", { credentials: [known] }));
    expect(await valueOf(reader.policyArn)).toBe("arn:aws:iam::123456789012:policy/app-policy");
    expect(await valueOf(reader.policyJson)).toBe(named("app-policy").inputs.policy);
  });

  it("registers one policy and, without a role, nothing else", async () => {
    await program(() => new CredentialReader("app", { credentials: [known] }));
    expect(registered.map(({ type, name }) => [type, name])).toEqual([
      ["pulumi:pulumi:Stack", "shop-prod"],
      ["merchantCredentials:aws:CredentialReader", "app"],
      ["aws:iam/policy:Policy", "app-policy"],
    ]);
    expect(named("app-policy").inputs).toEqual({
      description: "Reads merchant credentials",
      policy: expect.any(String) as string,
    });
  });

  it.each([
    ["a name", "application"],
    ["a name that arrives later", pulumi.output("application")],
  ])("attaches the policy to a role by %s", async (_what, role) => {
    await program(() => new CredentialReader("app", { credentials: [known], role }));
    expect(named("app-attachment")).toEqual({
      type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      name: "app-attachment",
      inputs: { role: "application", policyArn: "arn:aws:iam::123456789012:policy/app-policy" },
    });
  });

  it("does not know its policy in a preview in which the secret is still to be made, and says nothing wrong", async () => {
    await start({ preview: true });
    await program(
      () => new CredentialReader("app", { credentials: [certificate()], role: "application" }).urn,
    );
    const given = requested("app-policy") as unknown as {
      getObject(): { toJavaScript(): Record<string, unknown> };
    };
    expect(given.getObject().toJavaScript().policy).toBe(pulumi.runtime.unknownValue);
    expect(named("app-attachment").inputs.role).toBe("application");
  });

  it("knows its policy in a preview in which the secret exists", async () => {
    await start({ preview: true });
    expect(await documentOf(() => [known])).toEqual(document(currentOf(known.secretArn)));
  });

  it("is the parent of what it makes; protection and provider reach it, aliases are its own", async () => {
    await program(() => {
      const providers = { aws: new AwsProvider("eu", { region: "eu-west-1" }) };
      const opts = { providers, protect: true, aliases: [{ name: "earlier" }] };
      return new CredentialReader("app", { credentials: [known], role: "application" }, opts);
    });
    for (const child of ["app-policy", "app-attachment"]) {
      expect(requested(child).getParent()).toMatch(/merchantCredentials:aws:CredentialReader::app$/);
      expect(requested(child).getProtect()).toBe(true);
      expect(requested(child).getProvider()).toContain("pulumi:providers:aws::eu");
    }
    expect(requested("app").getProtect()).toBe(true);
    expect(
      requested("app")
        .getAliasesList()
        .map((alias) => alias.getSpec()?.getName()),
    ).toEqual(["earlier"]);
  });

  it("takes one provider as well as a map of them", async () => {
    await program(() => {
      const provider = new AwsProvider("eu", { region: "eu-west-1" });
      return new CredentialReader("app", { credentials: [known] }, { provider });
    });
    expect(requested("app-policy").getProvider()).toContain("pulumi:providers:aws::eu");
  });
});

/** The error of a program, with nothing registered but its stack, unless told. */
async function refusal(args: unknown): Promise<MerchantCredentialsError> {
  const error: unknown = await program(() => new CredentialReader("app", args as CredentialReaderArgs)).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MerchantCredentialsError);
  return error as MerchantCredentialsError;
}

const secret = "Qm7vRk2LxT9bNc4WdY8sHf3PzGj6Ea1U";
const wrong: { what: string; args: unknown; property: string | undefined; says: RegExp }[] = [
  { what: "no arguments", args: undefined, property: undefined, says: /the arguments are missing/ },
  {
    what: "no credentials",
    args: {},
    property: "credentials",
    says: /at least one credential, found nothing/,
  },
  { what: "an empty list", args: { credentials: [] }, property: "credentials", says: /found a list of 0/ },
  {
    what: "one credential without a list around it",
    args: { credentials: known },
    property: "credentials",
    says: /a list of at least one credential, found an object of 1/,
  },
  {
    what: "a credential that is not there",
    args: { credentials: [known, undefined] },
    property: "credentials.1",
    says: /with its `secretArn`, found nothing/,
  },
  {
    what: "an ARN alone",
    args: { credentials: [known.secretArn] },
    property: "credentials.0",
    says: /an object with its `secretArn`, found a text of/,
  },
  {
    what: "an object without an ARN, a whole merchant say",
    args: { credentials: [{ certificate: {} }] },
    property: "credentials.0.secretArn",
    says: /full ARN of one secret.*found nothing/,
  },
  ...[
    ["a name", "merchants/1900000109/certificate"],
    ["an ARN without its end", known.secretArn.slice(0, -7)],
    ["an ARN with a pattern at its end", `${known.secretArn.slice(0, -6)}??????`],
    ["an ARN with a star in its name", known.secretArn.replace("certificate", "*")],
    ["an ARN with a variable of policies", known.secretArn.replace("certificate", "${aws:username}")],
    ["the ARN of something else", "arn:aws:s3:::merchants-AbCdEf"],
    ["all secrets", "*"],
    ["an empty text", ""],
    ["the secret itself", secret],
  ].map(([what, secretArn]) => ({
    what: `${what} as secretArn`,
    args: { credentials: [{ secretArn }] },
    property: "credentials.0.secretArn",
    says: /full ARN of one secret/,
  })),
  ...[
    ["an empty text", ""],
    ["a key of another region", key.replace("us-east-1", "eu-west-1")],
    ["all keys", key.replace(/[^/]+$/, "*")],
    ["a word", "merchants"],
    ["an alias with a star", "alias/*"],
    ["a number", 7],
    ["the secret itself", secret],
  ].map(([what, kmsKeyId]) => ({
    what: `${what} as kmsKeyId`,
    args: { credentials: [{ ...known, kmsKeyId }] },
    property: "credentials.0.kmsKeyId",
    says: /KMS key of the secret's region.*aws\/secretsmanager key/,
  })),
  {
    what: "a kind that does not exist",
    args: { credentials: [{ ...known, credentialKind: "apiv3Secret" }] },
    property: "credentials.0.credentialKind",
    says: /"certificate" or "apiSecret" or "apiV3Secret"/,
  },
  {
    what: "no stage",
    args: { credentials: [known], stages: [] },
    property: "stages",
    says: /a list of "AWS/,
  },
  {
    what: "one stage without a list around it",
    args: { credentials: [known], stages: "AWSCURRENT" },
    property: "stages",
    says: /a list of "AWSCURRENT"/,
  },
  {
    what: "a stage in lower case",
    args: { credentials: [known], stages: ["AWSCURRENT", "awspending"] },
    property: "stages.1",
    says: /"AWSCURRENT" or "AWSPENDING" or "AWSPREVIOUS"/,
  },
  {
    what: "a label of a request, which is nobody's to read",
    args: { credentials: [known], stages: ["MC_REQUEST_182463370c4d207d"] },
    property: "stages.0",
    says: /"AWSCURRENT" or/,
  },
  {
    what: "a replica region without a list around it",
    args: { credentials: [known], replicaRegions: "eu-west-1" },
    property: "replicaRegions",
    says: /a list of regions/,
  },
  {
    what: "all regions",
    args: { credentials: [known], replicaRegions: ["*"] },
    property: "replicaRegions.0",
    says: /an AWS region such as eu-west-1/,
  },
  {
    what: "the ARN of a role",
    args: { credentials: [known], role: "arn:aws:iam::123456789012:role/application" },
    property: "role",
    says: /the name of a role.*without arn:aws:iam/,
  },
  {
    what: "a role without a name",
    args: { credentials: [known], role: "" },
    property: "role",
    says: /found an empty text/,
  },
  {
    what: "a misspelt argument",
    args: { credentials: [known], roles: "application" },
    property: "roles",
    says: /Did you mean `role`\?/,
  },
];

describe("a reader refuses", () => {
  it.each(wrong.map(({ what, ...rest }) => [what, rest] as const))(
    "%s, before anything is registered",
    async (_what, { args, property, says }) => {
      const error = await refusal(args);
      expect([error.details.resource, error.details.property]).toEqual(['CredentialReader "app"', property]);
      expect(error.message).toMatch(says);
      expect(error.message).not.toContain(secret);
      expect(registered.map(({ type }) => type)).toEqual(["pulumi:pulumi:Stack"]);
    },
  );

  // Inside `apply` an error ends the process: test/e2e/aws-package.test.ts lets it.
  const late = wrong.filter(({ args, property }) => args && !["role", "roles"].includes(property!));
  it.each(late.map(({ what, ...rest }) => [what, rest] as const))(
    "%s, of values that have arrived",
    (_what, { args, property, says }) => {
      const refused = () => assertReading(args as object, 'CredentialReader "app"');
      expect(refused).toThrow(says);
      expect(refused).toThrow(new RegExp(`^CredentialReader "app", ${property}: `));
      expect(refused).not.toThrow(secret);
    },
  );

  it("more secrets than a policy has room for, and says how many characters", () => {
    const credentials = Array.from({ length: 80 }, (_, index) => ({
      secretArn: arnOf(`certificate${index}`),
    }));
    expect(() => policyText(readerPolicy({ credentials }), 'CredentialReader "app"')).toThrow(
      /expected at most 6144 characters, found \d{4}\)\. Spread the credentials over two readers\./,
    );
  });
});
