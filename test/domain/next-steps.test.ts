import { numbered, secretNextSteps, type SecretStepContext } from "../../provider/domain/next-steps";

it("numbers the steps for the terminal, one a line", () => {
  expect(numbered(["Sign in.", "Copy."])).toBe("  1. Sign in.\n  2. Copy.");
});

describe("of a secret that waits", () => {
  const versionId = "0123456789abcdef".repeat(4);
  const deadline = new Date("2026-12-06T20:30:00Z");
  const secretSteps = (context: Partial<SecretStepContext> = {}) =>
    secretNextSteps({
      kind: "apiSecret",
      logicalName: "shop",
      merchantId: "1900000109",
      secretName: "merchants/1900000109/apiSecret",
      region: "us-east-1",
      versionId,
      deadline: undefined,
      ...context,
    });

  it("are these, in this order", () => {
    const secret = "merchants/1900000109/apiSecret --region us-east-1";
    expect(secretSteps()).toEqual([
      "Sign in at pay.weixin.qq.com as super administrator of merchant 1900000109.",
      `Read the new API secret in a terminal: merchant-credentials reveal ${secret} --reason "API secret"`,
      "Open Account Center > Account Setting > API Security (账户中心 > 账户设置 > API安全): Set API Secret (APIv2密钥).",
      "Paste it; confirm with SMS code and login password (操作密码).",
      `In the same minute: merchant-credentials promote ${secret} --version 0123456789abcdef`,
      'Or set `activation: { version: "<pendingVersionId>" }` of "shop" and run pulumi up.',
    ]);
  });

  it("name the APIv3 secret and its place", () => {
    const text = secretSteps({ kind: "apiV3Secret" }).join("\n");
    expect(text).toContain("Read the new APIv3 secret in a terminal");
    expect(text).toContain("API安全): Set APIv3 Secret (APIv3密钥).");
    expect(text).not.toContain("APIv2");
  });

  it("say the deadline in both zones, where there is one", () => {
    expect(secretSteps({ deadline })[0]).toBe(
      "By 2026-12-06 20:30 UTC (2026-12-07 04:30 +08:00): sign in at pay.weixin.qq.com as super administrator of merchant 1900000109.",
    );
  });

  it("ask WeChat Pay under live, or promote without", () => {
    const secret = "merchants/1900000109/apiSecret --region us-east-1";
    expect(secretSteps({ asksWeChatPay: true }).slice(4)).toEqual([
      "In the same minute: pulumi up. It asks WeChat Pay, and activates what is accepted.",
      `Or, without asking: merchant-credentials promote ${secret} --version 0123456789abcdef`,
    ]);
  });

  it("begin with a refusal, and do not promote what was refused", () => {
    const verdict = { verdict: "refused", field: "apiSecret", says: "Set it again." } as const;
    const steps = secretSteps({ asksWeChatPay: true, verdict });
    expect(steps[0]).toBe("WeChat Pay does not take version 0123456789abcdef yet (apiSecret): Set it again.");
    expect(steps.join()).not.toContain("promote");
  });

  it.each([
    ["unreachable", "In the same minute: pulumi up."],
    ["public-key-mode", "In the same minute: merchant-credentials promote"],
    ["not-offered", "In the same minute: merchant-credentials promote"],
  ] as const)("say what can still be done where nothing is known: %s", (because, next) => {
    const steps = secretSteps({
      asksWeChatPay: true,
      verdict: { verdict: "undecided", because, says: "So it is." },
    });
    expect(steps[0]).toBe(`WeChat Pay has not told of version 0123456789abcdef (${because}): So it is.`);
    expect(steps[5]!.startsWith(next)).toBe(true);
  });

  it.each(["apiSecret", "apiV3Secret"] as const)("keep under the 150 bytes, too: %s", (kind) => {
    const region = "ap-southeast-1";
    const secretName = `merchants/1900000109/${kind}`;
    const lengths = secretSteps({ kind, region, secretName, deadline }).map((step) =>
      Buffer.byteLength(step),
    );
    expect(Math.max(...lengths)).toBeLessThanOrEqual(150);
  });
});
