import { certificateNextSteps, expiryConsequence } from "../../provider/domain/certificate-next-steps";
import type { PlatformAction } from "../../provider/domain/platform-actions";

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
