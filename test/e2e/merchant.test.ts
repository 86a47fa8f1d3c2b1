import { createHash } from "node:crypto";
import { Engine, type StateResource } from "../../sandbox/engine/engine";
import { startSecretsManager, type SecretsManagerSandbox } from "../../sandbox/secrets-manager";

jest.setTimeout(240_000);

const prelude = `
const pulumi = require("@pulumi/pulumi");
const merchant = require("pulumi-merchant-credentials");
const shop = { merchantId: "1900000109", merchantName: "Example Shop Ltd" };
const far = { merchantId: "1900000110", merchantName: "Example Shop Ltd" };
const endpoint = new pulumi.Config("merchant-credentials").get("endpoint");
`;

let aws: SecretsManagerSandbox;
let engine: Engine;
beforeAll(async () => {
  aws = await startSecretsManager();
  const config = { "merchant-credentials:endpoint": aws.endpoint, "aws:region": "us-east-1" };
  engine = await Engine.forProgram({
    files: { "package.json": "{}", "index.js": prelude, "Pulumi.dev.yaml": JSON.stringify({ config }) },
  });
});
beforeEach(() => aws.journal.clear());
afterAll(async () => {
  engine.dispose();
  await aws.close();
});

const program = (text: string) => engine.write({ "index.js": prelude + text });

/** The credentials in the state, by name. */
async function credentials(): Promise<Record<string, StateResource>> {
  const { deployment } = await engine.state();
  const found = deployment.resources!.filter(({ type }) => type.includes("/merchantCredentials:"));
  return Object.fromEntries(found.map((resource) => [resource.urn.split("::").at(-1)!, resource]));
}

/** What a merchant's secrets hold, for a comparison: neither values nor labels may change unasked. */
function vault(merchantId: string) {
  const digest = (value: string | Uint8Array) => createHash("sha256").update(value).digest("hex");
  return aws
    .secrets()
    .filter(({ name }) => name.includes(merchantId))
    .map(({ name, region, versions, deletionDate }) => ({
      name,
      region,
      versions: versions.map(({ id, labels, value }) => ({ id, labels, value: digest(value) })),
      deletionDate,
    }))
    .sort((one, other) => one.name.localeCompare(other.name));
}

const children = (name: string): string[] =>
  ["certificate", "api-secret", "api-v3-secret"].map((kind) => `${name}-${kind}`);

describe("a merchant that was declared as single resources; each step goes on from the one before", () => {
  let before: ReturnType<typeof vault>;
  beforeAll(async () => {
    program(`
new merchant.MerchantCertificate("shop", shop);
new merchant.ApiSecret("shop", { merchantId: shop.merchantId });
new merchant.ApiV3Secret("callbacks", { merchantId: shop.merchantId });
`);
    await engine.up();
    before = vault("1900000109");
    expect(before.map(({ versions }) => versions.length)).toEqual([2, 2, 2]);
  });
  afterEach(() => expect(vault("1900000109")).toEqual(before));

  const elsewhere = `
const eu = new merchant.Provider("eu", { region: "eu-west-1", endpoint, secretPrefix: "eu" });
new merchant.Merchant("far", { ...far, apiSecret: false }, { provider: eu });
`;
  const moved = `${elsewhere}
exports.secretArns = new merchant.Merchant("shop", { ...shop, tags: { team: "payments" } }).secretArns;
`;

  it("is shown below the component in the preview", async () => {
    program(moved);
    const { stdout } = await engine.preview(["--json"]);
    const { steps } = JSON.parse(stdout) as {
      steps: { op: string; urn: string; newState?: { parent?: string } }[];
    };
    const component = "urn:pulumi:dev::program::merchantCredentials:index:Merchant::shop";
    const below = steps.filter(({ newState }) => newState?.parent === component);
    expect(below.map(({ op, urn }) => [op, urn.split("::").at(-1)]).sort()).toEqual(
      children("shop")
        .map((name) => ["create", name])
        .sort(),
    );
    for (const { urn } of below)
      expect(urn).toContain("::merchantCredentials:index:Merchant$pulumi-nodejs:dynamic/");
    expect(aws.journal.entries()).toEqual([]);
  });

  it("moves into the component with its secrets as they are", async () => {
    const { output } = await engine.up();
    const [, diagnostics] = output.split("Diagnostics:");
    expect(diagnostics!.match(/has been taken over since/g)).toHaveLength(3);
    expect(aws.journal.count("PutSecretValue", "1900000109")).toBe(0);
    expect(Object.keys(await credentials()).sort()).toEqual(
      [...children("shop"), "far-certificate", "far-api-v3-secret"].sort(),
    );
    const { secretArns } = await engine.outputs();
    const arnOf = (kind: string) =>
      aws.secrets().find(({ name }) => name === `merchants/1900000109/${kind}`)!.arn;
    expect(secretArns).toEqual({
      certificate: arnOf("certificate"),
      apiSecret: arnOf("apiSecret"),
      apiV3Secret: arnOf("apiV3Secret"),
    });
  });

  it("hands its Provider to its children", () => {
    expect(vault("1900000110").map(({ name, region }) => [name, region])).toEqual([
      ["eu/1900000110/apiV3Secret", "eu-west-1"],
      ["eu/1900000110/certificate", "eu-west-1"],
    ]);
  });

  const tagged = (tags: string) =>
    `(({ type, props, opts }) => type.includes("/merchantCredentials:")
      ? { props: { ...props, tags: { ...props.tags, ${tags} } }, opts } : undefined)`;
  const renamed = `
pulumi.runtime.registerStackTransformation(${tagged('stage: "live"')});
new merchant.Merchant("store", { ...shop, tags: { team: "payments" } }, {
  aliases: [{ name: "shop" }], protect: true, transforms: [${tagged('audited: "yes"')}],
});
`;

  it("is renamed with an alias: nothing is created or deleted, and the tags of transforms arrive", async () => {
    program(elsewhere + renamed);
    const { output } = await engine.up();
    expect(output).not.toMatch(/\d (created|deleted|replaced)/);
    const writes = aws.journal.entries().filter(({ operation }) => !/^(Describe|Get)/.test(operation));
    expect(new Set(writes.map(({ operation }) => operation))).toEqual(new Set(["TagResource"]));
    const found = await credentials();
    expect(Object.keys(found)).toEqual(expect.arrayContaining(children("store")));
    for (const name of children("store")) {
      expect(found[name]!.inputs).toMatchObject({
        logicalName: name,
        tags: { team: "payments", stage: "live", audited: "yes" },
      });
      expect(found[name]).toMatchObject({ protect: true });
    }
    for (const { name, tags } of aws.secrets().filter(({ region }) => region === "us-east-1"))
      expect({ name, ...tags }).toMatchObject({ name, team: "payments", stage: "live", audited: "yes" });
  });

  it("is not destroyed while it is protected", async () => {
    const { output } = await engine.destroy([], { expectFailure: true });
    expect(output.match(/::store-\S+" cannot be deleted\n\s+because it is protected/g)).toHaveLength(3);
    expect(aws.journal.count("writes", "1900000109")).toBe(0);
  });
});

describe("arguments that a Merchant refuses", () => {
  it.each<[string, string, RegExp]>([
    [
      "its own",
      `merchantNmae: "x"`,
      /error: Merchant "shop", merchantNmae: is not a known argument\. Did you mean `merchantName`\?/,
    ],
    [
      "those of a child",
      `apiV3Secret: { maxAgeDays: 0 }`,
      /ApiV3Secret resource 'shop-api-v3-secret'.*maxAgeDays: expected a whole number of days from 1 to 3650, found the number 0/,
    ],
  ])("%s: the preview says so in one sentence", async (_, argument, sentence) => {
    program(`new merchant.Merchant("shop", { ...shop, ${argument} });`);
    const { output } = await engine.preview([], { expectFailure: true });
    expect(output.replace(/\s+/g, " ")).toMatch(sentence);
    expect(aws.journal.entries()).toEqual([]);
  });
});
