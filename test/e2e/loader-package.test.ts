import fs from "node:fs";
import path from "node:path";
import { projectRoot } from "../../sandbox/engine/project-root";
import { PublishedPackages } from "../support/published";

jest.setTimeout(60_000);

const packageName = "merchant-credentials-loader";
const packages = new PublishedPackages();

/** The package as an application gets it, beside its dependency and, for the types, the two SDKs. */
beforeAll(() => {
  packages.install(packageName);
  packages.linkAll((name) => name.startsWith("@pulumi") || name.startsWith("pulumi"));
});
afterAll(() => packages.remove());

describe("the loader's published package", () => {
  it("holds what was compiled from today's sources, its licence and how to use it", () => {
    const rest = packages.filesOf(packageName).filter((file) => !file.startsWith("dist/"));
    expect([...rest].sort()).toEqual(["LICENSE", "README.md", "package.json"]);
    expect(packages.strangersIn(packageName)).toEqual([]);
  });

  it("holds everything it exports, with types", () => {
    const { exports } = packages.manifestOf(packageName);
    expect(Object.keys(exports)).toEqual([".", "./format", "./wechatpay", "./package.json"]);
    for (const file of Object.values(exports).map((name) => path.normalize(name))) {
      expect(packages.filesOf(packageName)).toContain(file);
      if (file.endsWith(".js"))
        expect(packages.filesOf(packageName)).toContain(file.replace(/\.js$/, ".d.ts"));
    }
  });

  it("needs the AWS SDK's client of Secrets Manager, and nothing else: no Pulumi", () => {
    const { dependencies, peerDependencies } = packages.manifestOf(packageName);
    expect(Object.keys({ ...dependencies, ...peerDependencies })).toEqual([
      "@aws-sdk/client-secrets-manager",
    ]);
    expect(packages.namedBy(packageName)).toEqual(["@aws-sdk/client-secrets-manager"]);
    const foreign = packages.loadedBy(packageName).filter((name) => !/^@(aws-sdk|smithy)\//.test(name));
    expect(foreign).toContain(packageName);
    expect(foreign.filter((name) => /pulumi/.test(name))).toEqual([]);
  });

  it.each(["format", "wechatpay"])("loads nothing at all beside its subpath %s", (subpath) => {
    expect(packages.loadedBy(`${packageName}/${subpath}`)).toEqual([packageName]);
  });

  it("is imported as an ES module too, by name", () => {
    const script = `
import("${packageName}").then(({ loadMerchant, CredentialError }) =>
  loadMerchant({}).catch((error) => console.log(error instanceof CredentialError, error.code)));`;
    expect(packages.node(script)).toBe("true invalid-options\n");
  });

  const program = `
import Pay from "wechatpay-node-v3";
import { Wechatpay } from "wechatpay-axios-plugin";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { CredentialError, loadMerchant, type MerchantCredentials, type Notification } from "${packageName}";
import { readValue } from "${packageName}/format";
import { v2Signature } from "${packageName}/wechatpay";

export async function clients(secretArns: { certificate: string; apiSecret?: string }) {
  const shop: MerchantCredentials = await loadMerchant({ arns: secretArns, client: new SecretsManagerClient({}) });
  const pay = new Pay(await shop.wechatpayNodeV3({ appid: "wx8888888888888888", userAgent: "shop" }));
  const wechatpay = shop.renewing(async () => ({ client: new Wechatpay(await shop.wechatpayAxiosPlugin()) }));
  const { resource }: Notification<{ trade_state: string }> = await shop.readNotification({ headers: {}, body: "" });
  const { serialNumber, privateKey } = await shop.certificate();
  const keys: Record<string, string> = await shop.platformKeys();
  return { pay, wechatpay, state: resource.trade_state, serialNumber, privateKey, keys };
}
export const code = (error: unknown) => error instanceof CredentialError && error.code === "not-found";
export const signature: string = v2Signature({}, "");
export const read = readValue("{}");
// @ts-expect-error -- an option that does not exist
void loadMerchant({ merchantID: "1900000109" });
// @ts-expect-error -- wechatpay-node-v3 needs it
void loadMerchant({ merchantId: "1900000109" }).then((shop) => shop.wechatpayNodeV3({}));
`;

  it.each([
    ["node16", ["--module", "node16"]],
    [
      "an older resolution",
      ["--module", "commonjs", "--moduleResolution", "node10", "--ignoreDeprecations", "5.0"],
    ],
  ])("type-checks a strict TypeScript program under %s", (_name, options) => {
    expect(packages.typeCheck({ "program.ts": program }, "--esModuleInterop", ...options)).toBe("");
  });

  it("type-checks the programs in docs/loader.md, as ES modules", () => {
    const guide = fs.readFileSync(path.join(projectRoot, "docs", "loader.md"), "utf8");
    const programs = [...guide.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code!);
    expect(programs.length).toBeGreaterThan(3);
    const files = Object.fromEntries(programs.map((code, index) => [`guide-${index}.mts`, code]));
    expect(packages.typeCheck(files, "--module", "node16")).toBe("");
  });
});
