import { secretValue } from "../../provider/domain/secret-kind";
import { SecretStage } from "./secret-stage";
import type { StagedWorld, Transcript } from "./staged-world";

const enter = "\u001b[?1049h\u001b[H\u001b[J";
const leave = "\u001b[H\u001b[J\u001b[?1049l";

const name = "merchants/1900000109/apiSecret";
const reason = ["--reason", "set on the platform: OPS-1"];

let stage: SecretStage;
beforeAll(async () => {
  stage = await SecretStage.open();
});
beforeEach(() => stage.begin());
afterAll(() => stage.scene.close());

const reveal = (...more: string[]) => stage.world.run("reveal", name, ...stage.place, ...reason, ...more);

describe("reveal", () => {
  it("shows the pending value on a screen of its own, with what to do with it", async () => {
    const promote = `merchant-credentials promote ${name} --region us-east-1 --endpoint ${stage.endpoint} --version ${stage.pendingId.slice(0, 16)}`;
    const since = "2026-11-22 12:00 UTC (2026-11-22 20:00 +08:00)";
    expect(await reveal()).toEqual({
      stdout: `${enter}API secret of merchant 1900000109, not in use yet. It waits since ${since}.
Version ${stage.pendingId}

  1. Sign in at pay.weixin.qq.com as super administrator of merchant 1900000109.
  2. Open Account Center > Account Setting > API Security (账户中心 > 账户设置 > API安全): Set API Secret (APIv2密钥).
  3. Paste the value below; confirm with SMS code and login password (操作密码).
  4. In the same minute: ${promote}

    ${stage.secretOf(stage.pendingId)}

Enter takes it off the screen; so does waiting for 120 seconds. Keep it nowhere else.
${leave}The API secret of merchant 1900000109 was shown. Once the platform has it:
  ${promote}
`,
      stderr: "",
      exitCode: 0,
    });
    expect(stage.world.shownFor).toEqual([120_000]);
  });

  it("shows the value that is to come, never the one in use", async () => {
    await stage.scene.up({ activation: "immediate" });
    const current = stage.scene.state!.outputs.currentVersionId as string;
    await stage.scene.up({ activation: "manual", triggers: ["first"] });
    await stage.scene.up({ triggers: ["second"] });
    expect(stage.pendingId).not.toBe(current);
    const { stdout } = await reveal("--version", stage.pendingId);
    expect(stdout).toContain(`\n    ${stage.secretOf(stage.pendingId)}\n`);
    const read = stage.scene.sandbox.journal
      .entries()
      .slice(-2)
      .map(({ operation }) => operation);
    expect(read).toEqual(["DescribeSecret", "GetSecretValue"]);
  });

  it("reads once and writes nothing", async () => {
    const before = stage.scene.sandbox.secrets();
    const count = stage.calls().length;
    await reveal();
    expect(stage.calls(count)).toEqual(["DescribeSecret", "GetSecretValue"]);
    expect(stage.scene.sandbox.secrets().map(({ versions, tags }) => ({ versions, tags }))).toEqual(
      before.map(({ versions, tags }) => ({ versions, tags })),
    );
  });

  it("gives CloudTrail the reason", async () => {
    await reveal();
    expect(stage.world.connections).toMatchObject([
      { region: "us-east-1", userAgent: "merchant-credentials/reveal/set on the platform: OPS-1" },
    ]);
  });

  it.each<["enter" | "time" | "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGQUIT", number]>([
    ["enter", 0],
    ["time", 0],
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
    ["SIGQUIT", 131],
  ])("takes the value off the screen after %s, exit code %i", async (leaving, exitCode) => {
    stage.world.leaving = leaving;
    const found = await reveal();
    expect(found).toMatchObject({ stderr: "", exitCode });
    const [, shown] = found.stdout.split(enter);
    expect(shown!.split(leave)).toHaveLength(2);
    expect(shown!.split(leave)[1]).not.toContain(stage.secretOf(stage.pendingId));
  });
});

describe("reveal refuses, before any call to AWS,", () => {
  const toTerminal = "Run it in a terminal, without a pipe or a redirection.";
  const ofYourOwn = "Run it in a terminal of your own.";
  it.each<[string, (staged: StagedWorld) => void, string]>([
    [
      "a pipe",
      (staged) => (staged.isTerminal.stdout = false),
      `standard output is not a terminal, so the secret would land in a file, a pipe or a log. ${toTerminal}`,
    ],
    [
      "input from a pipe",
      (staged) => (staged.isTerminal.stdin = false),
      `standard input is not a terminal, so the secret would land in a file, a pipe or a log. ${toTerminal}`,
    ],
    [
      "a CI job",
      (staged) => (staged.environment.CI = "true"),
      `CI is set, so this is a CI job, and its output is kept and read by many. ${ofYourOwn}`,
    ],
    [
      "a CI job that says 1",
      (staged) => (staged.environment.CI = "1"),
      `CI is set, so this is a CI job, and its output is kept and read by many. ${ofYourOwn}`,
    ],
    [
      "GitHub Actions",
      (staged) => (staged.environment.GITHUB_ACTIONS = "true"),
      `GITHUB_ACTIONS is set, so this is a CI job, and its output is kept and read by many. ${ofYourOwn}`,
    ],
    [
      "Jenkins",
      (staged) => (staged.environment.JENKINS_URL = "https://ci.example.com"),
      `JENKINS_URL is set, so this is a CI job, and its output is kept and read by many. ${ofYourOwn}`,
    ],
    [
      "CodeBuild",
      (staged) => (staged.environment.CODEBUILD_BUILD_ID = "shop:1"),
      `CODEBUILD_BUILD_ID is set, so this is a CI job, and its output is kept and read by many. ${ofYourOwn}`,
    ],
    [
      "a terminal that cannot erase",
      (staged) => (staged.environment.TERM = "dumb"),
      "TERM is dumb: this terminal cannot take back what it has shown. Run it in another terminal.",
    ],
  ])("%s", async (_, arrange, message) => {
    arrange(stage.world);
    expect(await reveal()).toEqual({ stdout: "", stderr: `error: ${message}\n`, exitCode: 1 });
    expect(stage.world.connections).toEqual([]);
  });

  it.each(["", "0", "false"])("but not where CI is %j", async (CI) => {
    stage.world.environment.CI = CI;
    expect(await reveal()).toMatchObject({ exitCode: 0 });
  });

  const expectedReason = "3 to 100 letters, digits, spaces and _.:/=+-@";
  it.each<[string, string, string]>([
    [
      "a reason of two characters",
      "ab",
      `the reason is not one that CloudTrail can keep (expected ${expectedReason}, found 2 characters).`,
    ],
    [
      "a reason of spaces",
      "      ",
      `the reason is not one that CloudTrail can keep (expected ${expectedReason}, found 6 characters).`,
    ],
    [
      "a reason of 101 characters",
      "ab ".repeat(34).slice(0, 101),
      `the reason is not one that CloudTrail can keep (expected ${expectedReason}, found 101 characters).`,
    ],
    [
      "a reason over two lines",
      "one\ntwo",
      `the reason is not one that CloudTrail can keep (expected ${expectedReason}, found 7 characters).`,
    ],
    [
      "a reason in Chinese",
      "设置密钥",
      `the reason is not one that CloudTrail can keep (expected ${expectedReason}, found 4 characters).`,
    ],
    [
      "a secret in the reason",
      "key/0123456789abcdefghijABCDEFGHIJ45",
      "32 letters and digits in a row look like a secret. CloudTrail would keep it; if it was one, treat it as leaked and replace it.",
    ],
  ])("%s", async (_, text, message) => {
    expect(await stage.world.run("reveal", name, ...stage.place, "--reason", text)).toEqual({
      stdout: "",
      stderr: `error: --reason: ${message}\n`,
      exitCode: 2,
    });
    expect(stage.world.connections).toEqual([]);
  });

  it("to go without a reason", async () => {
    expect(await stage.world.run("reveal", name, ...stage.place)).toEqual({
      stdout: "",
      stderr:
        "error: required option '--reason <text>' not specified\nTry: merchant-credentials reveal --help\n",
      exitCode: 2,
    });
  });
});

describe("reveal says what is there instead of", () => {
  it("a pending value, where all is done", async () => {
    await stage.scene.up({ activation: "immediate" });
    expect(await reveal()).toEqual({
      stdout: "",
      stderr: `error: no value waits to be set on the platform (found ${name}). A value that is in use is not shown. Run pulumi up: where one is due, it makes the next.\n`,
      exitCode: 1,
    });
  });

  it("the version that was asked for", async () => {
    const other = "0".repeat(64);
    expect(await reveal("--version", other)).toEqual({
      stdout: "",
      stderr: `error: --version: another version is pending (expected ${stage.pendingId}, found ${other}).\n`,
      exitCode: 1,
    });
  });

  it("one open request, where there are two", async () => {
    const { vault } = stage;
    const token = "1".repeat(64);
    await vault.put(name, {
      token,
      value: secretValue("apiSecret", "1900000109", "x"),
      labels: ["MC_REQUEST_1111111111111111"],
    });
    const { stderr, exitCode } = await reveal();
    expect(exitCode).toBe(1);
    expect(stderr).toContain("the secret has more than one open API secret");
  });

  it.each<[string, string]>([
    ["a value of another form", "\u001b[2J"],
    ["a value of 31 characters", secretValue("apiSecret", "1900000109", "x".repeat(31))],
    ["a value that moves the cursor", secretValue("apiSecret", "1900000109", "\u001b[2J".repeat(8))],
    ["the other secret's value", secretValue("apiV3Secret", "1900000109", "x".repeat(32))],
    ["another merchant's value", secretValue("apiSecret", "1900000110", "x".repeat(32))],
  ])("a value that can be shown: %s", async (_, stored) => {
    const { vault } = stage;
    const token = "1".repeat(64);
    await vault.moveLabel(name, `MC_REQUEST_${stage.pendingId.slice(0, 16)}`, { from: stage.pendingId });
    await vault.put(name, { token, value: stored, labels: ["MC_REQUEST_1111111111111111"] });
    const found = await reveal();
    expect(found).toMatchObject({ stdout: "", exitCode: 1 });
    expect(found.stderr).toMatch(/^error: [^\u001b]+\n$/);
    expect(found.stderr).not.toContain("xxx");
  });
});

describe("reveal of another kind", () => {
  it.each<["apiV3Secret" | "certificate", (other: SecretStage) => [Partial<Transcript>, string]]>([
    [
      "apiV3Secret",
      (other) => [
        { stderr: "", exitCode: 0 },
        `: Set APIv3 Secret (APIv3密钥).\n  3. Paste the value below; confirm with SMS code and login password (操作密码).\n  4. In the same minute: merchant-credentials promote ${other.arn} --endpoint ${other.endpoint} --version ${other.pendingId.slice(0, 16)}\n\n    ${other.secretOf(other.pendingId)}\n`,
      ],
    ],
    [
      "certificate",
      () => [
        {
          stderr:
            "error: this is a certificate (found merchants/1900000109/certificate). Its key never leaves the vault, so there is nothing to reveal. Paste the output certificateRequest instead.\n",
          exitCode: 1,
        },
        "",
      ],
    ],
  ])("%s, by its ARN", async (kind, expected) => {
    const other = await SecretStage.open(kind);
    try {
      await other.begin();
      const found = await other.world.run("reveal", other.arn, "--endpoint", other.endpoint, ...reason);
      const [ending, shown] = expected(other);
      expect(found).toMatchObject(ending);
      expect(found.stdout).toContain(shown);
    } finally {
      await other.scene.close();
    }
  });
});
