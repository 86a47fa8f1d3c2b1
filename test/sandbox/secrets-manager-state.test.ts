import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { runCommand } from "../../sandbox/secrets-manager/command";
import { type SecretsManagerSandbox, startSecretsManager } from "../../sandbox/secrets-manager";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const canary = "canary-0d1f7a";
const A = "a".repeat(32);
let folder: string;
let opened: SecretsManagerSandbox[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "secrets-manager-"));
  opened = [];
});

afterEach(async () => {
  for (const sandbox of opened) await sandbox.close();
  rmSync(folder, { recursive: true });
});

async function start() {
  const sandbox = await startSecretsManager({ folder, now: () => new Date(Date.UTC(2030, 0, 1)) });
  opened.push(sandbox);
  const clientIn = (region: string) =>
    new SecretsManager({
      endpoint: sandbox.endpoint,
      region,
      credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" },
      maxAttempts: 1,
    });
  return { sandbox, aws: clientIn("eu-west-1"), replica: clientIn("eu-west-2") };
}

const stateFiles = () => readdirSync(join(folder, "secrets"));

async function secretOnDisk() {
  const { sandbox, aws } = await start();
  await aws.createSecret({
    Name: "shop/key",
    ClientRequestToken: A,
    SecretString: canary,
    Tags: [{ Key: "owner", Value: "shop" }],
    AddReplicaRegions: [{ Region: "eu-west-2" }],
  });
  await aws.putSecretValue({ SecretId: "shop/key", SecretBinary: Buffer.from([1, 2]), VersionStages: ["L"] });
  return sandbox;
}

describe("state on disk", () => {
  it("survives a restart, journal, labels, binaries and replicas included", async () => {
    const first = await secretOnDisk();
    const second = await start();
    expect(second.sandbox.secrets()).toEqual(first.secrets());
    expect(second.sandbox.journal.count("writes")).toBe(2);
    expect(await second.replica.getSecretValue({ SecretId: "shop/key" })).toMatchObject({
      SecretString: canary,
    });
  });

  it("is one file per secret that only its owner may read", async () => {
    await secretOnDisk();
    expect(stateFiles()).toHaveLength(1);
    for (const file of [join("secrets", stateFiles()[0]!), "journal.jsonl"]) {
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    }
  });

  it("goes with the secret, and with a reset", async () => {
    const { aws, sandbox } = await start();
    await aws.createSecret({ Name: "one" });
    await aws.createSecret({ Name: "two" });
    await aws.deleteSecret({ SecretId: "one", ForceDeleteWithoutRecovery: true });
    expect(stateFiles()).toHaveLength(1);
    sandbox.reset();
    expect(stateFiles()).toEqual([]);
  });

  it("is the old one after a kill in the middle of a write", async () => {
    const first = await secretOnDisk();
    writeFileSync(join(folder, "secrets", `${stateFiles()[0]}.tmp`), '{"region":"eu-w');
    writeFileSync(join(folder, "journal.jsonl"), '{"at":"2030', { flag: "a" });
    const second = await start();
    expect(second.sandbox.secrets()).toEqual(first.secrets());
    expect(second.sandbox.journal.entries()).toHaveLength(2);
    expect(stateFiles()).toHaveLength(1);
  });

  it("is refused if it cannot be read, without a word of it", async () => {
    await secretOnDisk();
    writeFileSync(join(folder, "secrets", stateFiles()[0]!), `{"value":"${canary}`);
    const message = await start().then(String, (error: Error) => error.message);
    expect(message).toMatch(/^The sandbox cannot read its state file [0-9a-f]+\.json/);
    expect(message).not.toContain(canary);
  });

  it("keeps no value in the journal's file", async () => {
    await secretOnDisk();
    expect(readFileSync(join(folder, "journal.jsonl"), "utf8")).not.toContain(canary);
  });
});

describe("the command", () => {
  async function run(...args: string[]) {
    let out = "";
    let err = "";
    let answer: unknown;
    const status = await runCommand(args, {
      out: (text) => void (out += text),
      err: (text) => void (err += text),
      stopped: async () => {
        const { endpoint } = JSON.parse(out) as { endpoint: string };
        answer = await (await fetch(`${endpoint}/sandbox/journal`)).json();
      },
    });
    return { status, out, err, answer };
  }

  it("prints its endpoint in one line and serves until it is stopped", async () => {
    const { status, out, err, answer } = await run(
      "--port",
      "0",
      "--region",
      "cn-north-1",
      "--folder",
      folder,
    );
    expect(out).toMatch(/^\{"endpoint":"http:\/\/127\.0\.0\.1:\d+"\}\n$/);
    expect([status, err, answer]).toEqual([0, "", []]);
  });

  it("prints its help and does not start", async () => {
    const { status, out, err } = await run("--help");
    expect([status, err]).toEqual([0, ""]);
    expect(out).toContain("--latency-ms N");
  });

  it.each([
    ["an unknown option", ["--prot", "1"], "Unknown option '--prot'"],
    ["a word", ["serve"], "Unexpected argument 'serve'"],
    ["a port that is none", ["--port", "65536"], "--port must be a whole number from 0 to 65535."],
    ["a port without a number", ["--port"], "argument missing"],
    [
      "a latency that is none",
      ["--latency-ms", "fast"],
      "--latency-ms must be a whole number from 0 to 600000.",
    ],
    ["a region that is none", ["--region", "Europe"], "--region must be a region, such as us-east-1."],
    ["an empty folder", ["--folder", ""], "--folder must name a folder."],
  ])("refuses %s with status 2", async (_name, args, message) => {
    const { status, out, err } = await run(...args);
    expect([status, out]).toEqual([2, ""]);
    expect(err).toContain(message);
    expect(err).toMatch(/Try --help\.\n$/);
  });

  it("says why it cannot start, with status 1", async () => {
    const { sandbox } = await start();
    const { status, out, err } = await run("--port", new URL(sandbox.endpoint).port);
    expect([status, out]).toEqual([1, ""]);
    expect(err).toContain("EADDRINUSE");
  });
});
