import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pulumiCli } from "../../sandbox/engine/cli";
import { Engine, type StateResource } from "../../sandbox/engine/engine";
import { projectRoot } from "../../sandbox/engine/project-root";
import { createCertificateAuthority } from "../../sandbox/merchant-platform";
import { startSecretsManager, type SecretsManagerSandbox } from "../../sandbox/secrets-manager";

jest.setTimeout(120_000);

let aws: SecretsManagerSandbox;
let engine: Engine;
beforeAll(async () => {
  aws = await startSecretsManager();
});
beforeEach(() => aws.journal.clear());
afterAll(() => aws.close());

type Settings = Record<string, unknown>;

/** What every program below starts with. `source` stands for any other resource whose outputs come late. */
const prelude = `
const pulumi = require("@pulumi/pulumi");
const merchant = require("pulumi-merchant-credentials");
const endpoint = new pulumi.Config("merchant-credentials").get("endpoint");
const certificate = (name, merchantId, opts, args) =>
  new merchant.MerchantCertificate(name, { merchantId, merchantName: "Example Shop Ltd", ...args }, opts);
const source = (name, props) => new (class extends pulumi.dynamic.Resource {
  constructor() {
    const made = Object.fromEntries(Object.keys(props).map((key) => [key, undefined]));
    super({
      create: async ({ props }) => ({ id: "1", outs: { ...props, props } }),
      update: async (id, olds, { props }) => ({ outs: { ...props, props } }),
    }, name, { ...made, props });
  }
})();
`;

/** A stack whose program and configuration are as given; the configuration goes straight into its file. */
async function stackOf(program: string, settings: Settings, env?: Record<string, string>): Promise<Engine> {
  const config = { "merchant-credentials:endpoint": aws.endpoint, ...settings };
  return Engine.forProgram({
    files: {
      "package.json": `{ "name": "program", "private": true }`,
      "index.js": prelude + program,
      "Pulumi.dev.yaml": JSON.stringify({ config }),
    },
    env,
  });
}

const nameOf = ({ urn }: Pick<StateResource, "urn">): string => urn.split("::").at(-1)!;
const isProvider = ({ type }: StateResource): boolean => type.startsWith("pulumi:providers:");

async function resources(): Promise<Record<string, StateResource>> {
  const { deployment } = await engine.state();
  return Object.fromEntries((deployment.resources ?? []).map((resource) => [nameOf(resource), resource]));
}

/** What a preview would do: by resource, the operation and the inputs. */
async function previewed(env?: Record<string, string>) {
  const { stdout } = await engine.preview(["--json"], { env });
  const { steps } = JSON.parse(stdout) as {
    steps: { op: string; urn: string; newState?: { inputs?: Settings } }[];
  };
  return Object.fromEntries(
    steps.map(({ op, urn, newState }) => [nameOf({ urn }), { op, inputs: newState?.inputs ?? {} }]),
  );
}

/** A plugin on PATH that answers for package `aws` and does nothing. */
function writeAwsPlugin(folder: string): void {
  const file = path.join(folder, "pulumi-resource-aws");
  const sdk = JSON.stringify(path.join(projectRoot, "node_modules/@pulumi/pulumi/provider"));
  fs.writeFileSync(
    file,
    `#!/usr/bin/env node\nrequire(${sdk}).main({ version: "7.0.0" }, process.argv.slice(2));\n`,
    { mode: 0o755 },
  );
}

describe("which Provider a certificate gets", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "aws-plugin-"));
  let state: Record<string, StateResource>;
  let printed: string;

  beforeAll(async () => {
    writeAwsPlugin(folder);
    engine = await stackOf(
      `
const eu = new merchant.Provider("eu", {
  region: "eu-west-1", endpoint, secretPrefix: "eu", tags: { team: "eu", stage: "live" },
  kmsKeyId: "alias/eu", replicaRegions: ["eu-central-1"], recoveryWindowInDays: 7, deletionProtection: false,
  onExpiry: "warn",
});
const aws = new (class extends pulumi.ProviderResource {
  constructor() { super("aws", "aws", { region: "ap-east-1" }); }
})();
class Shop extends pulumi.ComponentResource {
  constructor(name, merchantId, opts) {
    super("test:index:Shop", name, {}, opts);
    certificate(name + "-certificate", merchantId, { parent: this });
  }
}
class Mall extends pulumi.ComponentResource {
  constructor(name, merchantId, opts) {
    super("test:index:Mall", name, {}, opts);
    new Shop(name + "-shop", merchantId, { parent: this });
  }
}
certificate("default", "1900000101", {}, { tags: { own: "yes" } });
certificate("second", "1900000102", {}, { tags: { team: "own" }, secretName: "elsewhere/one", deletionProtection: false });
certificate("explicit", "1900000103", { provider: eu },
  { tags: { stage: "test" }, replicaRegions: [], recoveryWindowInDays: 14, kmsKeyId: "alias/own", onExpiry: "fail" });
new Shop("by-provider", "1900000104", { provider: eu });
new Shop("by-list", "1900000105", { providers: [aws, eu] });
new Shop("by-map", "1900000106", { providers: { "pulumi-nodejs": eu, aws } });
new Mall("nested", "1900000107", { providers: [eu, aws] });
new Shop("by-other", "1900000108", { providers: [aws] });
try {
  certificate("refused", "1900000109", { provider: aws });
} catch (error) {
  console.log("REFUSED: " + error.message);
}
`,
      {
        "aws:region": "us-west-2",
        "merchant-credentials:tags": { team: "platform", cost: "42" },
        "merchant-credentials:secretPrefix": "pay",
        "program:unrelated": "unrelated text",
      },
      { PATH: [folder, ...pulumiCli().path, process.env.PATH].join(path.delimiter) },
    );
    await engine.setConfig("password", "hunter-22-canary", { secret: true });
    printed = (await engine.up()).output;
    state = await resources();
  });
  afterAll(() => {
    engine.dispose();
    fs.rmSync(folder, { recursive: true });
  });

  const providerOf = (name: string): string => state[name]!.provider!.split("::").at(-2)!;
  const secretOf = (merchantId: string) =>
    aws.secrets().find(({ tags }) => tags["merchant-credentials:merchant-id"] === merchantId)!;

  it.each([
    ["default", "merchant-credentials-default"],
    ["second", "merchant-credentials-default"],
    ["explicit", "eu"],
    ["by-provider-certificate", "eu"],
    ["by-list-certificate", "eu"],
    ["by-map-certificate", "eu"],
    ["nested-shop-certificate", "eu"],
    ["by-other-certificate", "merchant-credentials-default"],
  ])("%s: %s", (name, provider) => expect(providerOf(name)).toBe(provider));

  it("makes one default Provider, which holds what was configured for it and nothing else", () => {
    const providers = Object.values(state).filter(isProvider);
    expect(providers.map(nameOf).sort()).toEqual(["aws", "eu", "merchant-credentials-default"]);
    const inputs = state["merchant-credentials-default"]!.inputs;
    expect(inputs).toEqual({
      "merchant-credentials:endpoint": aws.endpoint,
      "merchant-credentials:region": "us-west-2",
      "merchant-credentials:secretPrefix": "pay",
      "merchant-credentials:tags": { team: "platform", cost: "42" },
    });
    expect(state["merchant-credentials-default"]!.outputs).toEqual(inputs);
  });

  it("keeps the stack's other configuration out of the state", () => {
    expect(JSON.stringify(state)).not.toMatch(/unrelated text|hunter-22|ciphertext/);
  });

  it("refuses a provider of another package and says what to give", () => {
    expect(printed).toContain(
      "REFUSED: provider: is not a Provider of pulumi-merchant-credentials. Give `new merchant.Provider(…)`",
    );
    expect(state).not.toHaveProperty("refused");
  });

  it("shows the package's defaults in the inputs of a resource", () => {
    const { inputs } = state["by-other-certificate"]!;
    expect(inputs).toMatchObject({
      region: "us-west-2",
      secretName: "pay/1900000108/certificate",
      tags: { team: "platform", cost: "42" },
      replicaRegions: [],
      recoveryWindowInDays: 30,
      deletionProtection: true,
      adopt: false,
      onExpiry: "fail",
      renewBeforeDays: 60,
      failBeforeDays: 7,
    });
    expect(inputs).not.toHaveProperty("kmsKeyId");
  });

  it("shows the Provider's defaults in the inputs of a resource", () => {
    expect(state["by-list-certificate"]!.inputs).toMatchObject({
      region: "eu-west-1",
      secretName: "eu/1900000105/certificate",
      tags: { team: "eu", stage: "live" },
      kmsKeyId: "alias/eu",
      replicaRegions: ["eu-central-1"],
      recoveryWindowInDays: 7,
      deletionProtection: false,
      onExpiry: "warn",
    });
  });

  it("lets a resource's own arguments win, tag by tag", () => {
    expect(state.default!.inputs).toMatchObject({ tags: { team: "platform", cost: "42", own: "yes" } });
    expect(state.second!.inputs).toMatchObject({
      tags: { team: "own", cost: "42" },
      secretName: "elsewhere/one",
      deletionProtection: false,
    });
    expect(state.explicit!.inputs).toMatchObject({
      tags: { team: "eu", stage: "test" },
      kmsKeyId: "alias/own",
      replicaRegions: [],
      recoveryWindowInDays: 14,
      deletionProtection: false,
      onExpiry: "fail",
    });
  });

  it("brings settings and region to the secret itself", () => {
    expect(secretOf("1900000101")).toMatchObject({
      name: "pay/1900000101/certificate",
      region: "us-west-2",
      tags: { team: "platform", cost: "42", own: "yes", "merchant-credentials:owner": "program/dev" },
      replicaRegions: [],
    });
    expect(secretOf("1900000107")).toMatchObject({
      name: "eu/1900000107/certificate",
      region: "eu-west-1",
      kmsKeyId: "alias/eu",
      tags: { team: "eu", stage: "live" },
      replicaRegions: ["eu-central-1"],
    });
  });

  it("finds nothing to do afterwards, without a call to AWS", async () => {
    await engine.up(["--expect-no-changes"]);
    expect(aws.journal.entries()).toEqual([]);
  });

  it("says how to move when the region of the stack changes, in preview", async () => {
    await engine.setConfig("aws:region", "eu-north-1");
    const { output } = await engine.preview([], { expectFailure: true });
    expect(output.replace(/\s+/g, " ")).toMatch(
      /region: cannot change in place, because a replacement would retire a live credential \(expected us-west-2, found eu-north-1\)\. To move it, declare a second resource/,
    );
    expect(aws.journal.entries()).toEqual([]);
  });
});

describe("the default Provider's connection", () => {
  beforeAll(async () => {
    engine = await stackOf(`certificate("shop", "1900000109");`, {});
  });
  afterAll(() => engine.dispose());

  const role = { roleArn: "arn:aws:iam::123456789012:role/payments", externalId: "x-1" };

  it.each<[string, Settings, Record<string, string>, Settings]>([
    [
      "comes from the stack's settings for AWS, before the environment",
      { "aws:region": "us-west-2", "aws:profile": "pay" },
      { AWS_REGION: "ap-east-1" },
      { region: "us-west-2", profile: "pay" },
    ],
    [
      "comes from merchant-credentials:* before aws:*, and a role needs no profile",
      {
        "merchant-credentials:region": "eu-west-1",
        "merchant-credentials:assumeRole": role,
        "aws:region": "us-west-2",
        "aws:profile": "pay",
      },
      {},
      { region: "eu-west-1", assumeRole: role },
    ],
    [
      "takes the region of the environment last",
      {
        "merchant-credentials:replicaRegions": ["eu-west-2"],
        "merchant-credentials:recoveryWindowInDays": 9,
      },
      { AWS_REGION: "eu-central-1" },
      { region: "eu-central-1", replicaRegions: ["eu-west-2"], recoveryWindowInDays: 9 },
    ],
  ])("%s", async (_, settings, env, expected) => {
    const config = { "merchant-credentials:endpoint": aws.endpoint, ...settings };
    engine.write({ "Pulumi.dev.yaml": JSON.stringify({ config }) });
    const steps = await previewed(env);
    const all = { endpoint: aws.endpoint, ...expected };
    expect(steps["merchant-credentials-default"]!.inputs).toEqual(
      Object.fromEntries(Object.entries(all).map(([key, value]) => [`merchant-credentials:${key}`, value])),
    );
    expect(steps.shop!.inputs).toMatchObject({ region: expected.region });
    expect(aws.journal.entries()).toEqual([]);
  });
});

describe("arguments that another resource brings", () => {
  const platform = createCertificateAuthority();
  const program = (certificates: string, made: Settings): string => `${prelude}
const made = source("made", ${JSON.stringify(made)});
const provider = new merchant.Provider("late", { region: made.region, endpoint: made.endpoint, tags: { stage: made.stage } });
${certificates}
exports.request = late.certificateRequest;
`;
  const late = `
const late = certificate("late", made.merchantId, { provider }, {
  secretName: pulumi.interpolate\`shops/\${made.merchantId}\`,
  certificate: made.certificate.apply((text) => text || undefined),
  tags: { team: made.team },
  replicaRegions: [made.replica],
  subject: { organization: made.organization },
  recoveryWindowInDays: made.days,
});
certificate("early", "1900000202", {}, { tags: made.tags, certificate: made.other.apply((text) => text || undefined) });
`;
  const made = {
    region: "eu-west-1",
    endpoint: "",
    stage: "live",
    merchantId: "1900000201",
    certificate: "",
    other: "",
    team: "shop",
    replica: "eu-west-2",
    organization: "Example",
    days: 8,
    tags: { a: "b" },
  };

  beforeAll(async () => {
    made.endpoint = aws.endpoint;
    engine = await stackOf("", { "aws:region": "us-east-1" });
    engine.write({ "index.js": program(late, made) });
  });
  afterAll(() => engine.dispose());

  it("may be unknown at every depth while nothing exists yet", async () => {
    const steps = await previewed();
    expect(steps).toMatchObject({ late: { op: "create" }, early: { op: "create" } });
    await engine.up();
    const { late: state } = await resources();
    expect(state!.inputs).toMatchObject({
      merchantId: "1900000201",
      secretName: "shops/1900000201",
      region: "eu-west-1",
      tags: { team: "shop", stage: "live" },
      replicaRegions: ["eu-west-2"],
      subject: { organization: "Example" },
      recoveryWindowInDays: 8,
    });
  });

  it("may be unknown again while it changes: a certificate that arrives this way becomes current", async () => {
    made.certificate = platform.issue(String((await engine.outputs()).request), {
      merchantId: "1900000201",
      merchantName: "Example Shop Ltd",
    });
    engine.write({ "index.js": program(late, made) });
    aws.journal.clear();
    const steps = await previewed();
    expect(steps).toMatchObject({ late: { op: "update" }, made: { op: "update" } });
    expect(aws.journal.entries()).toEqual([]);
    await engine.up();
    expect((await resources()).late!.outputs).toMatchObject({ status: "active" });
  });
});

describe("the engine's resource options", () => {
  const program = (body: string): string => `${prelude}
pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
  type.endsWith(":MerchantCertificate") ? { props: { ...props, tags: { ...props.tags, stage: "live" } }, opts } : undefined);
const first = source("first", { at: "now" });
${body}`;
  const options = `
dependsOn: [first], protect: true, additionalSecretOutputs: ["certificateRequest"],
transformations: [({ props, opts }) => ({ props: { ...props, recoveryWindowInDays: 14 }, opts })]`;

  beforeAll(async () => {
    engine = await stackOf("", { "aws:region": "us-east-1" });
    engine.write({
      "index.js": program(`certificate("shop", "1900000301", { ${options} }, { tags: { team: "a" } });`),
    });
    await engine.up();
  });
  afterAll(() => engine.dispose());

  const secret = () => aws.secrets().find(({ name }) => name.includes("1900000301"))!;

  it("transformations change arguments before they are checked", async () => {
    expect((await resources()).shop!.inputs).toMatchObject({
      tags: { team: "a", stage: "live" },
      recoveryWindowInDays: 14,
    });
    expect(secret().tags).toMatchObject({ team: "a", stage: "live" });
  });

  it("additionalSecretOutputs encrypts what it names, and nothing else", async () => {
    const { outputs } = (await resources()).shop!;
    expect(outputs).toMatchObject({
      certificateRequest: { ciphertext: expect.any(String) as string },
      status: "awaiting-certificate",
      nextSteps: expect.any(Array) as string[],
    });
  });

  it("protect keeps the resource from being destroyed", async () => {
    const { output } = await engine.destroy([], { expectFailure: true });
    expect(output).toMatch(/shop.*cannot be deleted|protected/);
    expect(secret().deletionDate).toBeUndefined();
  });

  it("aliases rename it and ignoreChanges keeps its tags; the secret stays as it is", async () => {
    const before = secret();
    const renamed = `
const store = certificate("store", "1900000301", { ${options}, aliases: [{ name: "shop" }], ignoreChanges: ["tags"] }, { tags: { team: "b" } });
const copy = merchant.MerchantCertificate.get("copy", store.id);
exports.copied = [copy.secretArn, copy.pendingVersionId];
exports.original = [store.secretArn, store.pendingVersionId];
`;
    engine.write({ "index.js": program(renamed) });
    await engine.up();
    const { store, shop } = await resources();
    expect(shop).toBeUndefined();
    expect(store!.inputs).toMatchObject({ logicalName: "store", tags: { team: "a", stage: "live" } });
    expect(secret()).toEqual(before);
  });

  it("get looks a certificate up, and changes nothing", async () => {
    const { copied, original } = await engine.outputs();
    expect(copied).toEqual(original);
    await engine.up(["--expect-no-changes"]);
    expect(aws.journal.entries().map(({ operation }) => operation)).toEqual(["DescribeSecret"]);
  });
});
