import {
  certificateNextSteps,
  expiryConsequence,
  revocationSteps,
  type StepContext,
} from "../../provider/domain/certificate-next-steps";

const merchant = { logicalName: "shop", merchantId: "1900000109" };
const serialNumber = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1";
/** 04:30 of the next day in Shanghai. */
const deadline = new Date("2031-01-15T20:30:00Z");
const request = { fingerprint: "0123456789abcdef" };

const signIn = "Sign in at pay.weixin.qq.com as super administrator of merchant 1900000109.";
const signInBy =
  "By 2031-01-15 20:30 UTC (2031-01-16 04:30 +08:00): sign in at pay.weixin.qq.com as super administrator of merchant 1900000109.";
const place = "Open Account Center > Account Setting > API Security (账户中心 > 账户设置 > API安全)";
const paste =
  "Paste the output certificateRequest (key 0123456789abcdef); confirm with SMS code and login password (操作密码).";
const pasteUnnamed =
  "Paste the output certificateRequest; confirm with SMS code and login password (操作密码).";
const back =
  'Set the certificate string that comes back as `certificate` of "shop" (it is public); run pulumi up.';
const makeRequest = "Run pulumi up: it makes the request to hand in.";
const setIssuance =
  'Set `issuance: "request"` of "shop", and run pulumi up: it makes the request to hand in.';
const install =
  "First install an operating certificate, none is valid: Account Setting > Operating Certificate (操作证书) > Install.";
const ownComputer = "Use a computer on which an operating certificate is installed.";
const full =
  "At most 3 can be valid: unless one is revoked already, first revoke one that signs nothing (管理证书 > 作废).";
const revoke = [
  `Revoke (作废) certificate ${serialNumber}; confirm with SMS code and login password (操作密码).`,
  "In the same place a revoked one can be restored (恢复) for 7 days.",
];
const fails = "Refund, Red Packet, Company Payment and all APIv3 requests fail.";
const failsUpgrade =
  "From 2031-01-15 20:30 UTC (2031-01-16 04:30 +08:00) on, Refund, Red Packet, Company Payment fail.";
const failsLater = `From 2031-01-15 20:30 UTC (2031-01-16 04:30 +08:00) on, ${fails}`;
const failsNow = `Until the new one is current, ${fails}`;

type Case = [name: string, context: Omit<StepContext, "logicalName" | "merchantId">, steps: string[]];

const cases: Case[] = [
  [
    "apply for the first",
    { action: "apply", ...request },
    [signIn, `${place}: Apply (申请证书).`, paste, back],
  ],
  [
    "apply for the first, whatever the operating certificates",
    { action: "apply", ...request, operatingCertificate: "none" },
    [signIn, `${place}: Apply (申请证书).`, paste, back],
  ],
  [
    "download the first, which WeChat Pay issues with its key",
    { action: "download", isDownloaded: true },
    [
      signIn,
      `${place}: Download Certificate (下载证书).`,
      "Unpack the zip; confirm with SMS code and login password (操作密码) where the platform asks for them.",
      'Set apiclient_cert.pem as `certificate` and `import: { zip }` of "shop"; run pulumi up.',
    ],
  ],
  [
    "download it, whatever the operating certificates",
    { action: "download", isDownloaded: true, operatingCertificate: "none" },
    [
      signIn,
      `${place}: Download Certificate (下载证书).`,
      "Unpack the zip; confirm with SMS code and login password (操作密码) where the platform asks for them.",
      'Set apiclient_cert.pem as `certificate` and `import: { zip }` of "shop"; run pulumi up.',
    ],
  ],
  [
    "renew, where the program tells nothing of operating certificates",
    { action: "renew", ...request, deadline },
    [signInBy, ownComputer, `${place}: Renew Certificate (续期证书).`, paste, back],
  ],
  [
    "renew with an operating certificate",
    { action: "renew", ...request, deadline, operatingCertificate: "valid" },
    [signInBy, ownComputer, `${place}: Renew Certificate (续期证书).`, paste, back],
  ],
  [
    "renew without an operating certificate: that comes first",
    { action: "renew", ...request, deadline, operatingCertificate: "none" },
    [install, signInBy, `${place}: Renew Certificate (续期证书).`, paste, back],
  ],
  [
    "renew before the platform shows the button",
    { action: "renew", ...request, deadline, offeredFrom: new Date("2030-11-16T20:30:00Z") },
    [
      signInBy,
      ownComputer,
      `${place}: Renew Certificate (续期证书).`,
      "The platform shows that button from 2030-11-16 20:30 UTC (2030-11-17 04:30 +08:00).",
      paste,
      back,
    ],
  ],
  [
    "upgrade with the open request",
    { action: "upgrade", ...request, deadline },
    [signInBy, `${place}: Upgrade Certificate (升级证书).`, paste, back],
  ],
  [
    "upgrade without a request, which the next run makes",
    { action: "upgrade", deadline },
    [makeRequest, signInBy, `${place}: Upgrade Certificate (升级证书).`, pasteUnnamed, back],
  ],
  [
    "upgrade what the program has downloaded: it has to say so first",
    { action: "upgrade", isDownloaded: true, deadline },
    [setIssuance, signInBy, `${place}: Upgrade Certificate (升级证书).`, pasteUnnamed, back],
  ],
  [
    "upgrade it with the request that is open already",
    { action: "upgrade", isDownloaded: true, ...request, deadline },
    [signInBy, `${place}: Upgrade Certificate (升级证书).`, paste, back],
  ],
  [
    "upgrade without an operating certificate",
    { action: "upgrade", isDownloaded: true, deadline, operatingCertificate: "none" },
    [install, setIssuance, signInBy, `${place}: Upgrade Certificate (升级证书).`, pasteUnnamed, back],
  ],
  [
    "upgrade one that has just expired",
    { action: "upgrade-expired", ...request, isLate: true },
    [signIn, `${place}: Upgrade Certificate (升级证书; or 续期证书).`, paste, back, failsNow],
  ],
  [
    "upgrade one that has just expired, while the platform offers that",
    { action: "upgrade-expired", ...request, offeredUntil: new Date("2031-02-15T20:30:00Z") },
    [
      signIn,
      `${place}: Upgrade Certificate (升级证书; or 续期证书).`,
      "The platform shows that button until 2031-02-15 20:30 UTC (2031-02-16 04:30 +08:00).",
      paste,
      back,
    ],
  ],
  [
    "upgrade in the last days: what WeChat Pay has issued is not for APIv3",
    { action: "upgrade", ...request, deadline, isLate: true },
    [signInBy, `${place}: Upgrade Certificate (升级证书).`, paste, back, failsUpgrade],
  ],
  [
    "change",
    { action: "change", ...request, deadline },
    [signInBy, `${place}: Change Certificate (更换证书).`, paste, back],
  ],
  [
    "change without an operating certificate",
    { action: "change", ...request, deadline, operatingCertificate: "none" },
    [install, signInBy, `${place}: Change Certificate (更换证书).`, paste, back],
  ],
  [
    "replace",
    { action: "replace", ...request, deadline },
    [signInBy, `${place}: Apply (申请证书).`, paste, back],
  ],
  [
    "replace, with an operating certificate as without",
    { action: "replace", ...request, deadline, operatingCertificate: "valid" },
    [signInBy, `${place}: Apply (申请证书).`, paste, back],
  ],
  [
    "replace while three are valid: one has to go first",
    { action: "replace", ...request, deadline, isFull: true },
    [signInBy, full, `${place}: Apply (申请证书).`, paste, back],
  ],
  [
    "replace a compromised one, then revoke it",
    { action: "replace", ...request, deadline, compromised: serialNumber },
    [signIn, `${place}: Apply (申请证书).`, paste, back, ...revoke],
  ],
  [
    "change a compromised one before its request is there",
    { action: "change", deadline, compromised: serialNumber },
    [makeRequest, signIn, `${place}: Change Certificate (更换证书).`, pasteUnnamed, back, ...revoke],
  ],
  [
    "upgrade a compromised one",
    { action: "upgrade", isDownloaded: true, deadline, compromised: serialNumber },
    [setIssuance, signIn, `${place}: Upgrade Certificate (升级证书).`, pasteUnnamed, back, ...revoke],
  ],
  [
    "replace in the last days",
    { action: "replace", ...request, deadline, isLate: true },
    [signInBy, `${place}: Apply (申请证书).`, paste, back, failsLater],
  ],
  [
    "renew in the last days",
    { action: "renew", ...request, deadline, isLate: true, operatingCertificate: "none" },
    [install, signInBy, `${place}: Renew Certificate (续期证书).`, paste, back, failsLater],
  ],
  [
    "replace after the end",
    { action: "replace", ...request, isLate: true },
    [signIn, `${place}: Apply (申请证书).`, paste, back, failsNow],
  ],
  [
    "change after the end",
    { action: "change", ...request, isLate: true },
    [signIn, `${place}: Change Certificate (更换证书).`, paste, back, failsNow],
  ],
  [
    "do everything at once",
    {
      action: "replace",
      deadline,
      isLate: true,
      isFull: true,
      compromised: serialNumber,
      operatingCertificate: "none",
    },
    [
      install,
      makeRequest,
      signIn,
      full,
      `${place}: Apply (申请证书).`,
      pasteUnnamed,
      back,
      ...revoke,
      failsLater,
    ],
  ],
];

const revocation = [
  signIn,
  `${place} > 管理证书.`,
  ...revoke,
  'Remove `compromised` from "shop": the vault keeps the mark and never lets it come back.',
];

it.each(cases)("the steps are all there and in their order: %s", (_name, context, steps) => {
  expect(certificateNextSteps({ ...merchant, ...context })).toEqual(steps);
});

it("the steps to revoke one that serves no more end with the program", () => {
  expect(revocationSteps({ ...merchant, serialNumbers: [serialNumber], isLast: true })).toEqual(revocation);
});

it("the steps to revoke one leave the program as it is while other steps follow", () => {
  const steps = revocationSteps({ ...merchant, serialNumbers: [serialNumber], isLast: false });
  expect(steps).toEqual(revocation.slice(0, -1));
});

it("the steps to revoke several are one list", () => {
  const serialNumbers = [serialNumber, "B".repeat(40)];
  const both = `Revoke (作废) certificate ${serialNumbers[1]}; confirm with SMS code and login password (操作密码).`;
  const steps = revocation.flatMap((step) => (step === revoke[0] ? [step, both] : [step]));
  expect(revocationSteps({ ...merchant, serialNumbers, isLast: true })).toEqual(steps);
});

const lists: [string, string[]][] = [
  ...cases.map(([name, context]): [string, string[]] => [
    name,
    certificateNextSteps({ ...merchant, ...context }),
  ]),
  ["revoke", revocationSteps({ ...merchant, serialNumbers: [serialNumber], isLast: true })],
];

it.each(lists)("who, and what the platform asks for, is in every list: %s", (_name, steps) => {
  const text = steps.join("\n");
  expect(text).toMatch(/super administrator of merchant 1900000109/);
  expect(text).toMatch(/SMS code and login password \(操作密码\)/);
  expect(text).toContain("Account Center > Account Setting > API Security");
});

it.each(lists)(
  "each step is under the 150 bytes at which the engine cuts texts in outputs: %s",
  (_name, steps) => {
    const longest = Math.max(...steps.map((step) => Buffer.byteLength(step)));
    expect(longest).toBeLessThanOrEqual(150);
  },
);

it("what stops is named in the lists of late ones and in no other", () => {
  for (const [name, context, steps] of cases)
    expect([name, steps.join("\n").includes("Refund")]).toEqual([name, context.isLate === true]);
});

it("names what stops when a certificate has expired", () => {
  expect(expiryConsequence).toContain("APIv3 payments and queries, Refund, Red Packet and Company Payment");
});
