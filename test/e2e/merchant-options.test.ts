import { Engine, type StateResource } from "../../sandbox/engine/engine";
import { startSecretsManager, type SecretsManagerSandbox } from "../../sandbox/secrets-manager";

jest.setTimeout(120_000);

/** What the engine keeps of a resource beside what every test looks at. */
type Kept = StateResource & { parent?: string; protect?: boolean };

let aws: SecretsManagerSandbox;
let engine: Engine;

/** A program of one Merchant with these options. */
const program = (name: string, options: string): string => `
const pulumi = require("@pulumi/pulumi");
const merchant = require("pulumi-merchant-credentials");
const endpoint = new pulumi.Config("merchant-credentials").get("endpoint");
const shop = new merchant.Merchant("${name}", {
  merchantId: "1900000109", merchantName: "Example Shop Ltd", tags: { team: "payments" },
}, ${options});
exports.nextSteps = shop.nextSteps;
exports.secretArns = shop.secretArns;
exports.request = shop.certificateRequest;
`;

beforeAll(async () => {
  aws = await startSecretsManager();
  const config = { "merchant-credentials:endpoint": aws.endpoint, "aws:region": "us-east-1" };
  engine = await Engine.forProgram({
    name: "shop",
    files: {
      "package.json": `{ "name": "program", "private": true }`,
      "index.js": program("shop", "{}"),
      "Pulumi.dev.yaml": JSON.stringify({ config }),
    },
  });
});
afterAll(async () => {
  engine.dispose();
  await aws.close();
});

async function resources(): Promise<Record<string, Kept>> {
  const { deployment } = await engine.state();
  const named = ((deployment.resources ?? []) as Kept[]).map(
    (resource) => [resource.urn.split("::").at(-1)!, resource] as const,
  );
  return Object.fromEntries(named);
}

const childrenOf = (name: string) => [`${name}-certificate`, `${name}-api-secret`, `${name}-api-v3-secret`];

/** What the vault holds, without what a change of a tag would touch. */
const held = () => aws.secrets().map(({ arn, versions }) => ({ arn, versions }));

it("a first preview knows the children, and not yet what they will put out", async () => {
  const { stdout } = await engine.preview(["--json"]);
  const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string }[] };
  const names = steps.map(({ urn }) => urn.split("::").at(-1));
  expect(names).toEqual(expect.arrayContaining(["shop", ...childrenOf("shop")]));
  expect(aws.secrets()).toEqual([]);
});

it("provider, protect and transforms of the component reach the children", async () => {
  engine.write({
    "index.js": program(
      "shop",
      `{
        provider: new merchant.Provider("own", { region: "eu-west-1", endpoint }),
        protect: true,
        transforms: [({ custom, props, opts }) =>
          custom ? { props: { ...props, recoveryWindowInDays: 7 }, opts } : undefined],
      }`,
    ),
  });
  await engine.up();
  const state = await resources();
  expect(state.shop).toMatchObject({ type: "merchantCredentials:index:Merchant", protect: true });
  for (const name of childrenOf("shop")) {
    expect(state[name]).toMatchObject({
      parent: state.shop!.urn,
      protect: true,
      provider: expect.stringContaining("::own::") as string,
      outputs: { region: "eu-west-1", tags: { team: "payments" }, recoveryWindowInDays: 7 },
    });
  }
  expect(aws.secrets().map(({ name }) => name)).toEqual(
    expect.arrayContaining(
      ["certificate", "apiSecret", "apiV3Secret"].map((kind) => `merchants/1900000109/${kind}`),
    ),
  );
  expect(aws.secrets().every(({ region }) => region === "eu-west-1")).toBe(true);
});

it("a second run changes nothing and asks the vault nothing", async () => {
  aws.journal.clear();
  await engine.up(["--expect-no-changes"]);
  expect(aws.journal.entries()).toEqual([]);
});

it("an alias of the component lets the children be renamed with it, and the vault does not notice", async () => {
  const before = held();
  const ids = Object.values(await resources()).flatMap(({ id }) => id ?? []);
  engine.write({
    "index.js": program(
      "store",
      `{
        provider: new merchant.Provider("own", { region: "eu-west-1", endpoint }),
        protect: true,
        aliases: [{ name: "shop" }],
      }`,
    ),
  });
  const { stdout } = await engine.preview(["--json"]);
  const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string }[] };
  const changed = steps.map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);
  for (const name of childrenOf("store")) expect(changed).toContain(`update ${name}`);
  expect(changed.filter((each) => /^(create|delete|replace)/.test(each))).toEqual([]);

  await engine.up();
  const state = await resources();
  for (const name of childrenOf("store")) expect(state[name]).toMatchObject({ parent: state.store!.urn });
  for (const name of ["shop", ...childrenOf("shop")]) expect(state).not.toHaveProperty([name]);
  expect(Object.values(state).flatMap(({ id }) => id ?? [])).toEqual(expect.arrayContaining(ids));
  expect(held()).toEqual(before);
});

it("a protected merchant is not destroyed", async () => {
  const { output } = await engine.destroy([], { expectFailure: true });
  expect(output).toContain("protected");
  expect(aws.secrets()).toHaveLength(3);
});

it("a program that writes a secret where a reference belongs ends before the engine sees it", async () => {
  const secret = "c4n4ryAbcdefghijklmnopqrstuvwx01";
  const before = held();
  engine.write({
    "index.js": `
const merchant = require("pulumi-merchant-credentials");
new merchant.Merchant("store", {
  merchantId: "1900000109", merchantName: "Example Shop Ltd", apiSecret: { import: { env: "${secret}" } },
}, { aliases: [{ name: "shop" }] });
`,
  });
  const { output } = await engine.preview(["--logtostderr", "-v=9"], { expectFailure: true });
  expect(output).toContain("apiSecret.import.env: this looks like the secret itself");
  expect(output).not.toContain(secret);
  expect(held()).toEqual(before);
});
