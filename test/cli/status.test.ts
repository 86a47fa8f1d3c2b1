import {
  apiSecret,
  apiV3Secret,
  certificate,
  others,
  requested,
  stackExport,
  waiting,
  type ExportedResource,
} from "./exported-stacks";
import { StagedWorld, type Transcript } from "./staged-world";

/** What status says of a stack that comes in by standard input. */
function statusOf(
  resources: ExportedResource[],
  { now = "2026-12-02T00:00:00Z", args = [] as string[], world = new StagedWorld() } = {},
): Promise<Transcript> {
  world.clock.set(now);
  world.isTerminal = { ...world.isTerminal, stdin: false };
  world.input = Buffer.from(stackExport(...resources));
  return world.run("status", "--file", "-", ...args);
}

const plain = (): StagedWorld => {
  const world = new StagedWorld();
  world.isTerminal.stdout = false;
  return world;
};

describe("status, for people,", () => {
  it("is one line for a credential that is healthy", async () => {
    expect(await statusOf([apiSecret()], { world: plain() })).toEqual({
      stdout: `merchant    kind       name             status   next
1900000109  apiSecret  shop-api-secret  healthy

1 credential: 1 healthy
`,
      stderr: "",
      exitCode: 0,
    });
  });

  it("says who has to do what until when, then the steps of each, then how many there are", async () => {
    const now = "2027-01-22T12:00:00Z";
    expect(await statusOf([requested, waiting, apiV3Secret()], { now, world: plain() })).toEqual({
      stdout: `merchant    kind         name                status   next
1900000109  certificate  shop-certificate    expired  super administrator: have the open request issued, then declare the certificate; expired 2027-01-22 12:00 UTC (2027-01-22 20:00 +08:00)
1900000109  apiSecret    shop-api-secret     overdue  super administrator: set the pending value on the platform, then promote it; late since 2026-12-15 00:00 UTC (2026-12-15 08:00 +08:00)
1900000109  apiV3Secret  shop-api-v3-secret  healthy

certificate "shop-certificate" of merchant 1900000109:
  1. By 2027-01-22 12:00 UTC (2027-01-22 20:00 +08:00): sign in at pay.weixin.qq.com as super administrator of merchant 1900000109.
  2. Open Account Center > Account Setting > API Security (账户中心 > 账户设置 > API安全): Apply (申请证书).
  3. Paste the output certificateRequest (key 182463370c4d207d); confirm with SMS code and login password (操作密码).
  4. Set the certificate string that comes back as \`certificate\` of "shop-certificate" (it is public); run pulumi up.

apiSecret "shop-api-secret" of merchant 1900000109:
${(waiting.outputs.nextSteps as string[]).map((step, index) => `  ${index + 1}. ${step}\n`).join("")}
3 credentials: 1 expired, 1 overdue, 1 healthy
`,
      stderr: "",
      exitCode: 12,
    });
  });

  it("says why the last run failed and what was changed by hand", async () => {
    const failed = certificate({
      unmet: ["certificate: matches no key.\n  1. Sign in"],
      drift: ["tag team is gone"],
    });
    expect(await statusOf([failed], { now: "2026-11-22T13:00:00Z", world: plain() })).toEqual({
      stdout: `merchant    kind         name              status   next
1900000109  certificate  shop-certificate  overdue  operator: correct what failed, then run pulumi up --refresh

certificate "shop-certificate" of merchant 1900000109:
  - certificate: matches no key.
  - tag team is gone

1 credential: 1 overdue
`,
      stderr: "",
      exitCode: 11,
    });
  });

  it("keeps its columns under a Chinese name and a merchant id that is encrypted", async () => {
    const secret = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      ciphertext: "v1:x",
    };
    const { stdout } = await statusOf(
      [apiSecret({ logicalName: "商店", merchantId: secret }), apiV3Secret()],
      {
        world: plain(),
      },
    );
    expect(stdout).toBe(`merchant    kind         name                status   next
(unknown)   apiSecret    商店                healthy
1900000109  apiV3Secret  shop-api-v3-secret  healthy

2 credentials: 2 healthy
`);
  });

  it.each<[string, Partial<{ TERM: string; NO_COLOR: string }>, boolean, boolean]>([
    ["a terminal", { TERM: "xterm" }, true, true],
    ["a pipe", { TERM: "xterm" }, false, false],
    ["a terminal with NO_COLOR", { TERM: "xterm", NO_COLOR: "1" }, true, false],
    ["a terminal that knows none", { TERM: "dumb" }, true, false],
  ])("has colour as it should on %s", async (_, environment, isTerminal, isColoured) => {
    const world = new StagedWorld();
    world.environment = environment;
    world.isTerminal.stdout = isTerminal;
    const { stdout } = await statusOf([waiting], { world });
    expect(stdout.includes("\u001b[33mdue\u001b[0m")).toBe(isColoured);
    expect(stdout.includes("\u001b")).toBe(isColoured);
  });

  it("shows no more of a state's texts than may be shown", async () => {
    const evil = "\r\n::error::\u001b[2Jshop\u202e";
    const type = "pulumi-nodejs:dynamic/merchantCredentials:::error::x";
    const texts = { merchantId: evil, logicalName: evil, unmet: [evil], drift: [evil], nextSteps: [evil] };
    const { stdout } = await statusOf([apiSecret(texts), { ...apiSecret(texts), type }], { world: plain() });
    expect(stdout).toContain("::error::[2Jshop");
    expect(stdout.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(stdout).not.toMatch(/^\s*::/m);
  });
});

describe("the exit code of status", () => {
  const due = apiV3Secret({ status: "awaiting-activation", pending: { versionId: "p1" }, current: null });
  const overdue = apiSecret({ unmet: ["replicaRegions: the replica in eu-west-1 failed."] });
  const expired = certificate();
  const unknown = apiSecret({ status: undefined });
  const ended = "2027-01-22T12:00:00Z";
  it.each<[string, ExportedResource[], number]>([
    ["healthy", [apiSecret(), apiV3Secret()], 0],
    ["one due", [apiSecret(), due], 10],
    ["one overdue", [due, overdue, apiSecret()], 11],
    ["one expired", [due, expired, overdue], 12],
    ["one of which nothing is known", [apiSecret(), unknown], 1],
    ["one due and one of which nothing is known", [due, unknown], 10],
  ])("is that of the worst: %s", async (_, resources, exitCode) => {
    expect(await statusOf(resources, { now: ended })).toMatchObject({ exitCode, stderr: "" });
    expect(await statusOf(resources, { now: ended, args: ["--json"] })).toMatchObject({
      exitCode,
      stderr: "",
    });
  });
});

describe("status --json", () => {
  it("is one object, documented in docs/command-line.md", async () => {
    const { stdout, stderr, exitCode } = await statusOf([waiting], { args: ["--json"] });
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 10 });
    expect(JSON.parse(stdout)).toEqual({
      version: 1,
      checkedAt: "2026-12-02T00:00:00Z",
      worst: "due",
      credentials: [
        {
          urn: waiting.urn,
          merchantId: "1900000109",
          kind: "apiSecret",
          name: "shop-api-secret",
          status: "due",
          recordedStatus: "rotation-pending",
          secretArn:
            "arn:aws:secretsmanager:eu-central-1:123456789012:secret:merchants/1900000109/apiSecret-AbCdEf",
          issuedBy: null,
          who: "super administrator",
          what: "set the pending value on the platform, then promote it",
          deadline: "2026-12-15T00:00:00Z",
          reasons: [],
          nextSteps: waiting.outputs.nextSteps,
        },
      ],
    });
  });

  it("sends to pulumi up where the program has WeChat Pay asked", async () => {
    const live = { ...waiting, outputs: { ...waiting.outputs, activation: "live" } };
    const { stdout } = await statusOf([live], { args: ["--json"] });
    expect((JSON.parse(stdout) as { credentials: object[] }).credentials[0]).toMatchObject({
      status: "due",
      what: "set the pending value on the platform, then run pulumi up, which asks WeChat Pay",
    });
  });

  it("has the same members for every credential, null where there is nothing", async () => {
    const { stdout } = await statusOf(
      [certificate(), apiSecret({ secretArn: null, status: undefined }), waiting],
      {
        args: ["--json"],
      },
    );
    const { credentials } = JSON.parse(stdout) as { credentials: Record<string, unknown>[] };
    expect(new Set(credentials.map((each) => Object.keys(each).join(" "))).size).toBe(1);
    expect(credentials[1]).toMatchObject({
      secretArn: null,
      issuedBy: null,
      recordedStatus: null,
      deadline: null,
    });
  });

  it("has no colour on a terminal, and nothing on standard output where it fails", async () => {
    const world = new StagedWorld();
    expect((await statusOf([waiting], { args: ["--json"], world })).stdout).not.toContain("\u001b");
    expect(await statusOf([], { args: ["--json"] })).toMatchObject({ stdout: "", exitCode: 1 });
  });
});

describe("status of another project", () => {
  it.each<[string, ExportedResource[]]>([
    ["with nothing of ours", others],
    ["that only looks a credential up", [{ ...certificate(), external: true }]],
  ])("%s says so", async (_, resources) => {
    expect(await statusOf(resources)).toEqual({
      stdout: "",
      stderr:
        "error: there is no merchant credential in this state (expected the stack of a program that declares one). " +
        "Is it the export of another stack?\n",
      exitCode: 1,
    });
  });
});
