import { spawnSync } from "node:child_process";
import path from "node:path";

const root = path.join(__dirname, "..", "..");

/** Runs a program against the package as it is built; its standard output and error. */
function run(code: string): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ["-e", code], { cwd: root, encoding: "utf8" });
}

/** Folders of @pulumi/aws of which a module is loaded once the program has required this. */
function loadedParts(required: string): string[] {
  const { stdout, stderr } = run(`
    require(${JSON.stringify(required)});
    const files = Object.keys(require.cache).map((file) => file.replaceAll("\\\\", "/"));
    const parts = files.map((file) => /@pulumi\\/aws\\/([^/]+)/.exec(file)?.[1]).filter(Boolean);
    console.log(JSON.stringify([files.length, ...new Set(parts)]));
  `);
  expect(stderr).toBe("");
  const [modules, ...parts] = JSON.parse(stdout) as [number, ...string[]];
  expect(modules).toBeGreaterThan(50);
  return parts.sort();
}

describe("the built package", () => {
  it("loads nothing of @pulumi/aws, which need not be installed", () => {
    expect(loadedParts("pulumi-merchant-credentials")).toEqual([]);
  });

  it("loads nothing of it into the provider's process", () => {
    expect(loadedParts("pulumi-merchant-credentials/handlers")).toEqual([]);
  });

  it("loads only IAM of it for ./aws", () => {
    const folders = loadedParts("pulumi-merchant-credentials/aws").filter((part) => !part.includes("."));
    expect(folders).toEqual(["iam", "types"]);
  });
});

describe("a reader in a program", () => {
  const arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:merchants/1900000109/certificate-AbCdEf";

  /** What a program with a reader of these arguments, which are code, says and registers. */
  const outcome = (args: string) =>
    run(`
      const pulumi = require("@pulumi/pulumi");
      const { CredentialReader } = require("pulumi-merchant-credentials/aws");
      const newResource = ({ name, type, inputs }) => {
        console.log(type);
        return { id: name, state: { ...inputs, arn: "arn:aws:iam::123456789012:policy/" + name } };
      };
      const mocks = { newResource, call: ({ inputs }) => inputs };
      pulumi.runtime.setMocks(mocks, "shop", "prod").then(() => new CredentialReader("app", ${args}));
    `);

  const cases: [string, string, string, string][] = [
    [
      "an ARN",
      `{ credentials: [{ secretArn: pulumi.output("merchants/*") }] }`,
      "credentials.0.secretArn: cannot be used (expected the full ARN of one secret",
      "aws:iam/policy:Policy",
    ],
    [
      "an empty list",
      `{ credentials: pulumi.output([]) }`,
      "credentials: cannot be used (expected a list of at least one credential, found a list of 0)",
      "aws:iam/policy:Policy",
    ],
    [
      "a stage",
      `{ credentials: [{ secretArn: "${arn}" }], stages: Promise.resolve(["CURRENT"]) }`,
      'stages.0: cannot be used (expected "AWSCURRENT" or "AWSPENDING" or "AWSPREVIOUS"',
      "aws:iam/policy:Policy",
    ],
    [
      "a role",
      `{ credentials: [{ secretArn: "${arn}" }], role: pulumi.output("arn:aws:iam::123456789012:role/x") }`,
      "role: cannot be used (expected the name of a role",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    ],
  ];

  it.each(cases)("that arrives later and is wrong: %s", (_what, args, says, notRegistered) => {
    const { status, stdout, stderr } = outcome(args);
    expect(status).toBe(1);
    expect(stderr).toContain(`CredentialReader "app", ${says}`);
    expect(stdout).toContain("merchantCredentials:aws:CredentialReader");
    expect(stdout).not.toContain(notRegistered);
  });

  it("that arrives later and is right registers both", () => {
    const args = `{ credentials: pulumi.output([{ secretArn: "${arn}" }]), role: pulumi.output("application") }`;
    const { status, stdout, stderr } = outcome(args);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout.trim().split("\n").sort()).toEqual([
      "aws:iam/policy:Policy",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      "merchantCredentials:aws:CredentialReader",
    ]);
  });
});
