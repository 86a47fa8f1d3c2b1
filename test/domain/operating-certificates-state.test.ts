import { operatingCertificateNextSteps } from "../../provider/domain/operating-certificate-steps";
import {
  operatingCertificatesState,
  type DeclaredOperatingCertificates,
} from "../../provider/domain/operating-certificates-state";
import type { Installation } from "../../provider/domain/operating-certificates";

const shanghai = (text: string) => new Date(`${text}+08:00`);
const installation = (changes: Partial<Installation> = {}): Installation => ({
  operator: "zhang",
  computer: "finance-1",
  installed: "2025-05-02",
  expires: "2027-05-01",
  verifiedAt: "2026-11-22",
  verifiedBy: "Li Lei",
  ...changes,
});
const other = installation({ operator: "wang", computer: "front desk", expires: "2029-01-01" });

function stateAt(now: string, changes: Partial<DeclaredOperatingCertificates> = {}) {
  const declared: DeclaredOperatingCertificates = {
    logicalName: "shop-operating",
    merchantId: "1900000109",
    installations: [installation()],
    staleAfterDays: 90,
    expiringBeforeDays: 30,
    onExpiry: "fail",
    ...changes,
  };
  return operatingCertificatesState(declared, shanghai(now));
}

const signIn =
  "Sign in at pay.weixin.qq.com for merchant 1900000109: to install, on the computer itself; to delete, as administrator.";
const open =
  "Open Account Center > Account Setting > Operating Certificate (账户中心 > 账户设置 > 操作证书).";
const installing = [
  "Is Install (申请安装) grey? Install the security controls (安全控件) first; they are above it.",
  "At most 10 computers at once and 20 certificates an account: at the limit an administrator deletes one first.",
  "Install (申请安装): choose the device, OK (确定); the SMS code goes to the phone bound to the merchant account.",
  "Is that phone no longer in use? Mail the change letter (变更函), as Word file and as stamped scan, to your contact at WeChat Pay.",
];
const deleting =
  "To delete: as administrator, on a computer that has one itself: Manage (管理证书) > Delete (删除).";
const bring =
  'Bring `installations` of "shop-operating" up to date, with verifiedAt and verifiedBy; run pulumi up.';

it("all is well: nothing is open", () => {
  expect(stateAt("2027-02-19T23:59:59")).toEqual({
    status: "healthy",
    staleFrom: "2027-02-19T16:00:00Z",
    unmet: [],
    nextSteps: [],
  });
});

it("none is installed: green, with the steps to install one, security controls first", () => {
  expect(stateAt("2027-01-01T00:00:00", { installations: [] })).toEqual({
    status: "none",
    staleFrom: null,
    unmet: [],
    nextSteps: [signIn, open, ...installing, bring],
  });
});

it("one is about to end: green, with the steps to renew it", () => {
  const installations = [other, installation({ verifiedAt: "2027-03-15" })];
  const state = stateAt("2027-04-02T00:00:00", { installations, staleAfterDays: 365 });
  expect(state).toMatchObject({ status: "expiring", unmet: [] });
  expect(state.nextSteps).toEqual([
    signIn,
    open,
    'installations.1: "zhang" on "finance-1" ends with 2027-05-01 (Asia/Shanghai): install it anew there, or delete it.',
    ...installing,
    bring,
  ]);
});

it("one has ended while another is valid: green, with the steps to renew or to delete it", () => {
  const state = stateAt("2027-05-02T00:00:00", {
    installations: [installation(), other],
    staleAfterDays: 365,
  });
  expect(state).toMatchObject({ status: "expiring", unmet: [] });
  expect(state.nextSteps).toEqual([
    signIn,
    open,
    'installations.0: "zhang" on "finance-1" ended with 2027-05-01 (Asia/Shanghai): install it anew there, or delete it.',
    ...installing,
    deleting,
    bring,
  ]);
});

describe("an attestation that is stale", () => {
  const steps = [
    signIn,
    open,
    'installations.0: look whether "zhang" on "finance-1" is still listed; if nobody knows it, delete it.',
    deleting,
    bring,
  ];
  const listed = (all: string[]) => all.map((step, index) => `  ${index + 1}. ${step}`).join("\n");

  it("is red, and says who should look where", () => {
    expect(stateAt("2027-02-20T00:00:00")).toEqual({
      status: "stale",
      staleFrom: "2027-02-19T16:00:00Z",
      unmet: [
        'installations.0.verifiedAt: expected a day of the last 90, found 2026-11-22 (by "Li Lei"). An administrator looks at ' +
          'Account Center > Account Setting > Operating Certificate for "zhang" on "finance-1".\n' +
          listed(steps),
      ],
      nextSteps: steps,
    });
  });

  it("is named by itself where several are; the steps are told once", () => {
    const { unmet } = stateAt("2027-02-20T00:00:00", { installations: [installation(), other] });
    expect(unmet.map((reason) => reason.split(":")[0])).toEqual([
      "installations.0.verifiedAt",
      "installations.1.verifiedAt",
    ]);
    expect(unmet.map((reason) => reason.includes("Sign in"))).toEqual([false, true]);
  });

  it("is green with a warning where the program says so", () => {
    const { status, unmet, nextSteps } = stateAt("2027-02-20T00:00:00", { onExpiry: "warn" });
    expect({ status, unmet, nextSteps }).toEqual({ status: "stale", unmet: [], nextSteps: steps });
  });
});

describe("all have ended", () => {
  it("is red, and says what stops", () => {
    const { status, unmet, nextSteps } = stateAt("2027-05-02T00:00:00", {
      installations: [installation(), installation({ computer: "front desk", expires: "2027-04-30" })],
    });
    expect(status).toBe("expired");
    expect(unmet).toHaveLength(1);
    expect(unmet[0]!.split("\n")[0]).toBe(
      "installations: expected an operating certificate that is valid, found that all 2 have ended, the last with 2027-05-01 (Asia/Shanghai). " +
        "Without one the platform refuses top-up, withdrawal, red packets, changes of passwords, and the renewal of the API certificate.",
    );
    expect(nextSteps).toEqual(expect.arrayContaining([...installing, deleting]));
  });

  it("is green with a warning where the program says so", () => {
    const { status, unmet, nextSteps } = stateAt("2027-05-02T00:00:00", { onExpiry: "warn" });
    expect([status, unmet, nextSteps.length]).toEqual(["expired", [], 9]);
  });
});

describe("a day that is still to come", () => {
  const future = (property: string, day: string) =>
    `installations.0.${property}: expected a day that has come in Asia/Shanghai, found ${day}. Correct it.`;

  it.each<[string, string, Partial<Installation>, string[]]>([
    ["seen today, the first second of that day", "2026-11-22T00:00:00", {}, []],
    ["seen tomorrow", "2026-11-21T23:59:59", {}, [future("verifiedAt", "2026-11-22")]],
    [
      "installed tomorrow",
      "2026-11-21T23:59:59",
      { installed: "2026-11-22" },
      [future("installed", "2026-11-22"), future("verifiedAt", "2026-11-22")],
    ],
  ])("%s", (_name, now, changes, unmet) => {
    for (const onExpiry of ["fail", "warn"] as const)
      expect(stateAt(now, { installations: [installation(changes)], onExpiry }).unmet).toEqual(unmet);
  });
});

it("has steps that the engine's list of outputs shows whole", () => {
  const installations = (["healthy", "expiring", "stale", "expired"] as const).map((stage) => ({
    installation: installation(),
    stage,
  }));
  const steps = operatingCertificateNextSteps({
    logicalName: "shop-operating-certificates",
    merchantId: "1900000109",
    installations,
  });
  expect(steps).toHaveLength(11);
  for (const step of steps) expect(Buffer.byteLength(step)).toBeLessThanOrEqual(150);
});
