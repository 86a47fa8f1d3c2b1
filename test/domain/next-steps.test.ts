import type { PlatformAction } from "../../provider/domain/lifecycle";
import {
  certificateNextSteps,
  expiryConsequence,
  numbered,
  secretNextSteps,
  type SecretStepContext,
} from "../../provider/domain/next-steps";

const steps = (action: PlatformAction, deadline?: Date) =>
  certificateNextSteps({
    logicalName: "shop",
    merchantId: "1900000109",
    fingerprint: "0123456789abcdef",
    action,
    deadline,
  });

it.each([
  ["apply", "Apply (申请证书)"],
  ["renew", "Renew Certificate (续期证书)"],
  ["upgrade", "Upgrade Certificate (升级证书)"],
  ["change", "Change Certificate (更换证书)"],
  ["replace", "Apply (申请证书)"],
] as const)("names the place and the button of each action: %s", (action, button) => {
  const place = steps(action).filter((step) =>
    step.includes("Account Center > Account Setting > API Security"),
  );
  expect(place).toHaveLength(1);
  expect(place[0]).toContain(`: ${button}.`);
});

it("says who, where, what to paste and what to bring back, in this order", () => {
  const [who, place, paste, back] = steps("apply");
  expect(who).toMatch(/pay\.weixin\.qq\.com as (the )?super administrator of merchant 1900000109/);
  expect(place).toContain("API Security");
  expect(paste).toMatch(/output certificateRequest.*key 0123456789abcdef/);
  expect(paste).toMatch(/SMS code and (the )?login password/);
  expect(back).toMatch(/`certificate` of "shop" \(it is public\)[;,]? (and )?run pulumi up/);
});

it.each(["apply", "upgrade", "change", "replace"] as const)(
  "asks for an operating certificate for a renewal, and not for: %s",
  (action) => {
    expect(steps("renew").join("\n")).toContain("operating certificate");
    expect(steps(action).join("\n")).not.toContain("operating certificate");
  },
);

it("says the deadline in both zones, where there is one", () => {
  const [who] = steps("replace", new Date("2031-01-15T20:30:00Z"));
  expect(who).toContain("2031-01-15 20:30 UTC (2031-01-16 04:30 +08:00)");
  expect(steps("apply")[0]).not.toContain("UTC");
});

it("keeps each step under the 150 bytes at which the engine cuts texts in its list of outputs", () => {
  const longest = steps("renew", new Date("2031-01-15T20:30:00Z")).map((step) => Buffer.byteLength(step));
  expect(Math.max(...longest)).toBeLessThanOrEqual(150);
});

it("says what stops when a certificate has expired", () => {
  expect(expiryConsequence).toContain("APIv3 payments and queries, Refund, Red Packet and Company Payment");
});

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

  it.each(["apiSecret", "apiV3Secret"] as const)("keep under the 150 bytes, too: %s", (kind) => {
    const region = "ap-southeast-1";
    const secretName = `merchants/1900000109/${kind}`;
    const lengths = secretSteps({ kind, region, secretName, deadline }).map((step) =>
      Buffer.byteLength(step),
    );
    expect(Math.max(...lengths)).toBeLessThanOrEqual(150);
  });
});
