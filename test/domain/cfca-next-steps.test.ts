import fc from "fast-check";
import { applicationStage, openCodes } from "../../provider/domain/cfca-application";
import { cfcaNextSteps, type CfcaStepContext } from "../../provider/domain/cfca-next-steps";
import { cfcaStepsUntil, cfcaUnmet, type CfcaTaskContext } from "../../provider/domain/cfca-tasks";
import { defaultThresholds } from "../../provider/domain/lifecycle";

const date = (text: string) => new Date(text);
const before = (time: Date) => new Date(time.getTime() - 1);

const serving = {
  serialNumber: "00000000000000000000000000000000001234ABCD".slice(-40),
  notBefore: date("2026-11-25T03:00:00Z"),
  notAfter: date("2027-11-25T03:00:00Z"),
  isCompromised: false,
};
const platform = { serialNumber: "P1", notAfter: date("2027-06-30T00:00:00Z") };

interface Given {
  codesIssuedAt?: string;
  downloadedAt?: string;
  hasUnstoredCertificate?: boolean;
  hasPfx?: boolean;
  serving?: typeof serving;
  platform?: typeof platform;
  onExpiry?: "fail" | "warn";
  toRevoke?: string[];
}

/** As the resource makes it of what is declared and what serves. */
function context(given: Given, now: Date): CfcaTaskContext {
  const { codesIssuedAt, downloadedAt, hasUnstoredCertificate = false, serving: current } = given;
  const newestNotBefore = current?.notBefore;
  const isDue = current !== undefined && (current.isCompromised || now >= date("2027-09-26T03:00:00Z"));
  const isWanted = !current || isDue;
  return {
    merchantId: "G90000001",
    logicalName: "shop-cfca",
    exportName: "ShopCertificate",
    hasPfx: given.hasPfx ?? false,
    codesIssuedAt,
    openCodes: openCodes({ codesIssuedAt, newestNotBefore }),
    stage: applicationStage(
      { codesIssuedAt, downloadedAt, newestNotBefore, hasUnstoredCertificate, isWanted },
      now,
    ),
    serving: current,
    platform: given.platform,
    toRevoke: given.toRevoke ?? [],
    thresholds: defaultThresholds,
    onExpiry: given.onExpiry ?? "fail",
    now,
  };
}

const steps = (given: Given, now: string) => cfcaNextSteps(context(given, date(now))).join("\n");
const unmet = (given: Given, now: Date) => cfcaUnmet(context(given, now));

describe("the steps", () => {
  it("of the beginning: portal, business manager, two letters, their sender, the day and never the codes", () => {
    const text = steps({}, "2026-11-01T00:00:00Z");
    for (const words of [
      "Activate the merchant backend portal of G90000001 by the link in the activation mail.",
      "The link expires",
      "business manager",
      "Two letters",
      "check the sender",
      "two codes, valid for 14 days; the other is the manual",
      "`codesIssuedAt`",
      "never the codes",
    ])
      expect(text).toContain(words);
  });

  it("name the sender that the program knows", () => {
    const text = cfcaNextSteps({
      ...context({}, date("2026-11-01T00:00:00Z")),
      sender: "ca@example.com",
    }).join("\n");
    expect(text).toContain("from ca@example.com: check the sender");
  });

  it("of the download: the deadline in both zones and the CSP in the page's words", () => {
    const text = steps({ codesIssuedAt: "2026-11-20" }, "2026-11-26T00:00:00Z");
    expect(text).toContain("The two codes are valid until 2026-12-04 16:00 UTC (2026-12-05 00:00 +08:00).");
    expect(text).toContain("soft certificate (Microsoft Enhanced Cryptographic Provider V1.0)");
    expect(text).toContain("`downloadedAt`");
  });

  it("warn from three days before the codes end, and not earlier", () => {
    const edge = date("2026-12-01T16:00:00Z");
    expect(cfcaNextSteps(context({ codesIssuedAt: "2026-11-20" }, before(edge)))[0]).toMatch(
      /^The two codes are valid/,
    );
    expect(cfcaNextSteps(context({ codesIssuedAt: "2026-11-20" }, edge))[0]).toMatch(
      /^Only until 2026-12-04 16:00 UTC/,
    );
  });

  it("after the end of the codes: technical support, a new letter, or the download that was in time", () => {
    const text = steps({ codesIssuedAt: "2026-11-20" }, "2026-12-04T16:00:00Z");
    expect(text).toContain("technical support");
    expect(text).toContain("set `codesIssuedAt`");
    expect(text).toContain("set `downloadedAt` instead");
    expect(text).toContain("remove `codesIssuedAt`");
  });

  it("of the export: public key in Base64, private key with a password first, letters only, upload, delete", () => {
    const text = steps({ codesIssuedAt: "2026-11-20", downloadedAt: "2026-11-25" }, "2026-11-26T00:00:00Z");
    for (const words of [
      "Base64 encoded X.509 (.CER), the second option",
      "letters only in its name: ShopCertificate.cer",
      "Export the private key: set a password first",
      "ShopCertificate.pfx",
      "Upload ShopCertificate.cer in the merchant backend portal",
      "delete the .pfx",
    ])
      expect(text).toContain(words);
  });

  it("of a certificate whose key is nowhere yet: by reference; none once it is given", () => {
    const declared = { codesIssuedAt: "2026-11-20", hasUnstoredCertificate: true };
    expect(steps(declared, "2026-11-26T00:00:00Z")).toContain("`pfx: { file:");
    expect(steps({ ...declared, hasPfx: true }, "2026-11-26T00:00:00Z")).toBe("");
  });

  it("of a renewal begin with the end of the one that serves", () => {
    expect(steps({ serving }, "2027-09-26T02:59:59Z")).toBe("");
    expect(steps({ serving }, "2027-09-26T03:00:00Z")).toMatch(
      /^The certificate that serves ends 2027-11-25 03:00 UTC .*; before that:\nApply for the CFCA certificate/,
    );
  });

  it("of a leaked key: revoke it, and apply for another", () => {
    const leaked = { ...serving, isCompromised: true };
    const text = steps({ serving: leaked }, "2026-12-20T00:00:00Z");
    expect(text).toContain(`revoke certificate ${serving.serialNumber}`);
    expect(text).toContain("Apply for the CFCA certificate");
    expect(steps({ serving, toRevoke: ["AB"] }, "2026-12-20T00:00:00Z")).toContain(
      "Then remove `compromised`",
    );
  });

  it("of the platform's certificate begin 60 days before its end", () => {
    const edge = date("2027-05-01T00:00:00Z");
    expect(cfcaNextSteps(context({ serving, platform }, before(edge)))).toEqual([]);
    expect(cfcaNextSteps(context({ serving, platform }, edge))[0]).toBe(
      "The platform's certificate P1 ends 2027-06-30 00:00 UTC (2027-06-30 08:00 +08:00).",
    );
  });

  it("are short: the engine cuts what is over 150 bytes", () => {
    const each: Given[] = [
      {},
      { codesIssuedAt: "2026-11-20" },
      { codesIssuedAt: "2026-11-20", downloadedAt: "2026-11-25" },
      { hasUnstoredCertificate: true },
      { serving: { ...serving, isCompromised: true } },
      { serving, platform },
    ];
    for (const given of each)
      for (const now of ["2026-11-26T00:00:00Z", "2027-06-15T00:00:00Z", "2027-10-10T00:00:00Z"])
        for (const step of cfcaNextSteps(context(given, date(now))))
          expect(Buffer.byteLength(step)).toBeLessThanOrEqual(150);
  });
});

describe("a run is red", () => {
  it.each<[string, Given, string, RegExp]>([
    [
      "the codes have ended",
      { codesIssuedAt: "2026-11-20" },
      "2026-12-04T16:00:00Z",
      /^codesIssuedAt: the two codes were valid until 2026-12-04 16:00 UTC.*\n {2}1\. .*technical support/,
    ],
    [
      "the certificate has 7 days left",
      { serving },
      "2027-11-18T03:00:00Z",
      /^certificate: .* expires on 2027-11-25/,
    ],
    [
      "it has expired",
      { serving },
      "2027-11-25T03:00:00Z",
      /^certificate: .* expired on 2027-11-25.*takes no request/,
    ],
    [
      "the platform's has 7 days left",
      { platform },
      "2027-06-23T00:00:00Z",
      /^platformCertificate: P1 expires on/,
    ],
    [
      "it has expired",
      { platform },
      "2027-06-30T00:00:00Z",
      /^platformCertificate: P1 expired on .*no request can be encrypted/,
    ],
  ])("from the moment, and not before: %s", (_case, given, edge, reason) => {
    expect(unmet(given, before(date(edge))).join()).not.toMatch(reason);
    expect(unmet(given, date(edge)).join()).toMatch(reason);
    expect(unmet({ ...given, onExpiry: "warn" }, date(edge))).toEqual([]);
  });

  it("while the day of the letter has not come, whatever onExpiry says", () => {
    const given: Given = { codesIssuedAt: "2026-11-20", onExpiry: "warn" };
    const start = date("2026-11-19T16:00:00Z");
    expect(unmet(given, before(start))).toEqual([
      "codesIssuedAt: expected a day that has come, found one that begins 2026-11-19 16:00 UTC (2026-11-20 00:00 +08:00). Correct it.",
    ]);
    expect(unmet(given, start)).toEqual([]);
  });

  it("while a leaked key serves, whatever onExpiry says", () => {
    const leaked = { ...serving, isCompromised: true };
    expect(unmet({ serving: leaked, onExpiry: "warn" }, date("2026-12-20T00:00:00Z")).join()).toMatch(
      /^compromised: certificate .* still serves/,
    );
  });

  it("on none of the 14 days, with the codes in time", () => {
    for (let day = 0; day < 14; day++)
      expect(
        unmet(
          { codesIssuedAt: "2026-11-20" },
          new Date(date("2026-11-20T04:00:00Z").getTime() + day * 86_400_000),
        ),
      ).toEqual([]);
  });
});

it("tells when words or redness change by the clock alone: not before, and then", () => {
  const day = fc
    .integer({ min: 0, max: 800 })
    .map((n) => new Date(date("2026-06-01").getTime() + n * 86_400_000).toISOString().slice(0, 10));
  const given = fc.record(
    {
      codesIssuedAt: day,
      downloadedAt: day,
      hasUnstoredCertificate: fc.boolean(),
      serving: fc.constant(serving),
      platform: fc.constant(platform),
    },
    { requiredKeys: [] },
  );
  const time = fc.date({ min: date("2026-06-01"), max: date("2028-06-01"), noInvalidDate: true });
  const told = (of: Given, now: Date): [CfcaStepContext["stage"], string[], string[]] => [
    context(of, now).stage,
    cfcaNextSteps(context(of, now)),
    cfcaUnmet(context(of, now)),
  ];
  fc.assert(
    fc.property(given, time, time, (of, now, later) => {
      const until = cfcaStepsUntil(context(of, now));
      if (later >= now && (until === undefined || later < until))
        expect(told(of, later)).toEqual(told(of, now));
    }),
    { numRuns: 500 },
  );
});
