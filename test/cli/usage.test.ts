import { generateKeyPairSync, randomBytes } from "node:crypto";
import { StagedWorld, type Transcript } from "./staged-world";

const run = (...argv: string[]): Promise<Transcript> => new StagedWorld().run(...argv);
const usage = (stderr: string): Transcript => ({ stdout: "", stderr, exitCode: 2 });

const secret = "merchants/1900000109/apiSecret";
const arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:merchants/1900000109/apiSecret-AbCdEf";
const version = "5".repeat(64);
const rightly = ["--region", "eu-central-1", "--version", version];

describe("a command line that cannot be meant", () => {
  it.each<[string, string[], string]>([
    [
      "an unknown command",
      ["statsu"],
      "error: unknown command 'statsu'\n(Did you mean status?)\nTry: merchant-credentials --help\n",
    ],
    [
      "an unknown command like none",
      ["exfiltrate"],
      "error: unknown command 'exfiltrate'\nTry: merchant-credentials --help\n",
    ],
    [
      "an unknown command that moves the cursor",
      ["\u001b[2Jx"],
      "error: unknown command '[2Jx'\nTry: merchant-credentials --help\n",
    ],
    [
      "an unknown option",
      ["status", "--fil", "x"],
      "error: unknown option '--fil'\n(Did you mean --file?)\nTry: merchant-credentials status --help\n",
    ],
    [
      "an unknown option before the command",
      ["--jsn", "status"],
      "error: unknown option '--jsn'\nTry: merchant-credentials --help\n",
    ],
    [
      "an option without its value",
      ["status", "--file"],
      "error: option '--file <path>' argument missing\nTry: merchant-credentials status --help\n",
    ],
    [
      "a file without its option",
      ["status", "state.json"],
      "error: too many arguments for 'status'. Expected 0 arguments but got 1.\nTry: merchant-credentials status --help\n",
    ],
    [
      "two sources",
      ["status", "--file", "x", "--stack", "y"],
      "error: option '--file <path>' cannot be used with option '--stack <name>'\nTry: merchant-credentials status --help\n",
    ],
    ["a file of no name", ["status", "--file="], "error: --file: the value is empty.\n"],
    ["a stack of no name", ["status", "--stack", ""], "error: --stack: the value is empty.\n"],
    [
      "no secret",
      ["promote", ...rightly],
      "error: missing required argument 'secret'\nTry: merchant-credentials promote --help\n",
    ],
    [
      "two secrets",
      ["promote", secret, secret, ...rightly],
      "error: too many arguments for 'promote'. Expected 1 argument but got 2.\nTry: merchant-credentials promote --help\n",
    ],
    [
      "promote without a version",
      ["promote", secret],
      "error: required option '--version <id>' not specified\nTry: merchant-credentials promote --help\n",
    ],
    [
      "a version that is none",
      ["promote", secret, "--version", "latest"],
      "error: --version: this is not a version of ours (expected a version id of 64 hex digits, or its first 16, found 6 characters). Copy the output pendingVersionId.\n",
    ],
    [
      "a name without a region",
      ["promote", secret, "--version", version],
      "error: --region: a name alone does not say where the secret is. Add --region, or give the ARN (output secretArn).\n",
    ],
    [
      "a region that is none",
      ["promote", secret, "--region", "Frankfurt", "--version", version],
      "error: --region: this is not a region (expected a region such as eu-central-1).\n",
    ],
    [
      "an ARN of another region",
      ["promote", arn, "--region", "eu-west-1", "--version", version],
      "error: --region: the ARN is of another region (expected eu-central-1, found eu-west-1).\n",
    ],
    [
      "half an ARN",
      ["promote", "arn:aws:secretsmanager:eu-central-1", "--version", version],
      "error: <secret>: this is not the full ARN of a secret (expected arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX, found arn:aws:secretsmanager:eu-central-1).\n",
    ],
    [
      "an ARN of something else",
      ["promote", "arn:aws:iam::123456789012:role/x", "--version", version],
      "error: <secret>: this is not the full ARN of a secret (expected arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX, found arn:aws:iam::123456789012:role/x).\n",
    ],
    [
      "a name with a space",
      ["promote", "my secret", ...rightly],
      "error: <secret>: this is not the name of a secret (expected an ARN, or 1 to 512 letters, digits and /_+=.@-).\n",
    ],
    [
      "no name",
      ["promote", "", ...rightly],
      "error: <secret>: this is not the name of a secret (expected an ARN, or 1 to 512 letters, digits and /_+=.@-).\n",
    ],
    [
      "a profile of no name",
      ["promote", secret, ...rightly, "--profile="],
      "error: --profile: the value is empty.\n",
    ],
    [
      "an endpoint over http on another machine",
      ["promote", secret, ...rightly, "--endpoint", "http://10.0.0.1"],
      "error: --endpoint: secret values do not go there (expected https, or http on loopback, found http to another machine).\n",
    ],
    [
      "an endpoint with a password",
      ["promote", secret, ...rightly, "--endpoint", "https://u:hunter2@x"],
      "error: --endpoint: secret values do not go there (expected https, or http on loopback, found a URL with credentials in it).\n",
    ],
    [
      "an endpoint that is none",
      ["promote", secret, ...rightly, "--endpoint", "sandbox"],
      "error: --endpoint: secret values do not go there (expected https, or http on loopback, found not a URL).\n",
    ],
  ])("%s", async (_, argv, stderr) => {
    expect(await run(...argv)).toEqual(usage(stderr));
  });

  it("nothing at all: the help, on standard error", async () => {
    const { stdout } = await run("--help");
    expect(await run()).toEqual(usage(stdout));
  });
});

describe("help", () => {
  const commands = ["status", "reveal", "promote", "export"];

  it.each([[["--help"]], [["-h"]], [["help"]]])("%j names every command and exit code", async (argv) => {
    const { stdout, stderr, exitCode } = await run(...argv);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    for (const word of [...commands, "Exit codes:", "Examples:"]) expect(stdout).toContain(word);
  });

  it.each(commands)(
    "of %s has an example and its exit codes, whichever way it is asked for",
    async (command) => {
      const { stdout, stderr, exitCode } = await run(command, "--help");
      expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
      expect(stdout).toMatch(/^Usage: merchant-credentials /);
      expect(stdout).toMatch(new RegExp(`^Examples?:\n  merchant-credentials ${command} ?`, "m"));
      expect(stdout).toContain("Exit codes:");
      expect((await run("help", command)).stdout).toBe(stdout);
    },
  );

  it("is no wider than a page, but for its examples", async () => {
    for (const command of [[], ...commands.map((each) => [each])]) {
      const { stdout } = await run(...command, "--help");
      const lines = stdout.split("\n").filter((line) => !line.startsWith("  merchant-credentials "));
      expect(lines.filter((line) => line.length > 105)).toEqual([]);
    }
  });
});

describe("--version", () => {
  it.each(["--version", "-V"])("%s prints the package's", async (option) => {
    expect(await run(option)).toEqual({ stdout: "1.2.3\n", stderr: "", exitCode: 0 });
  });
});

describe("secret material among the arguments", () => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  const base64 = privateKey.export({ type: "pkcs8", format: "der" }).toString("base64");
  const apiSecret = randomBytes(16).toString("hex");

  const hint =
    "Nothing was done, and no command takes a secret here. Arguments are visible to the whole machine and stay in " +
    "the shell's history: if it was one, treat it as leaked and replace it.";
  const ofKey = `error: an argument looks like a private key. ${hint}\n`;
  const ofSecret = `error: an argument looks like an API secret: 32 letters and digits. ${hint}\n`;

  it.each<[string, string[], string]>([
    ["an API secret as the secret's name", ["reveal", apiSecret], ofSecret],
    ["an API secret as a command", [apiSecret], ofSecret],
    ["an API secret as a version", ["promote", secret, "--version", apiSecret], ofSecret],
    ["an API secret joined to an option", ["promote", secret, `--version=${apiSecret}`], ofSecret],
    ["an API secret as an unknown option", [`--secret=${apiSecret}`], ofSecret],
    ["an API secret within a reason", ["reveal", secret, "--reason", `set ${apiSecret} today`], ofSecret],
    ["an API secret after a colon", ["reveal", secret, "--reason", `key:${apiSecret}`], ofSecret],
    ["an API secret next to --help", ["--help", apiSecret], ofSecret],
    ["an API secret with spaces around", ["status", "--file", ` ${apiSecret}\n`], ofSecret],
    ["a key in PEM", ["status", "--file", pem], ofKey],
    ["a key in PEM joined to an option", ["status", `--file=${pem}`], ofKey],
    ["a key in PEM cut at its spaces", ["status", ...pem.trim().split(/\s+/)], ofKey],
    ["a key in Base64", ["promote", base64], ofKey],
    ["a key in Base64 joined to an option", ["promote", `--version=${base64}`], ofKey],
  ])("is refused and not repeated: %s", async (_, argv, stderr) => {
    expect(await run(...argv)).toEqual(usage(stderr));
  });

  it.each<[string, string[]]>([
    ["a version id", ["promote", secret, "--version", version]],
    ["31 letters", ["status", "--stack", "a".repeat(31), "--file", "x"]],
    ["33 letters", ["status", "--stack", "a".repeat(33), "--file", "x"]],
    ["a folder of 32 digits on the way to a file", ["status", "--file", `/tmp/${apiSecret}/state.json`]],
  ])("is not %s", async (_, argv) => {
    const { stderr } = await run(...argv);
    expect(stderr).toMatch(/^error: /);
    expect(stderr).not.toContain("looks like");
  });
});

describe("an error that nobody foresaw", () => {
  it("is shown by its name alone", async () => {
    const world = new StagedWorld();
    world.makeVault = () => {
      throw new TypeError("the secret is hunter2");
    };
    expect(await world.run("promote", secret, ...rightly)).toEqual({
      stdout: "",
      stderr: "error: unexpected TypeError; nothing of it is shown because it could hold a secret.\n",
      exitCode: 1,
    });
  });
});
