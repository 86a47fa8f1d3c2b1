import { inspect } from "../../provider/cli/inspection";

const urn = "urn:pulumi:prod::shop::pulumi-nodejs:dynamic/merchantCredentials:CfcaCertificate::geoswift";

/** A certificate of CFCA that serves, as its last run has recorded it. */
const recorded = {
  merchantId: "G90000001",
  logicalName: "geoswift",
  status: "active",
  application: null,
  codesValidUntil: null,
  current: { notBefore: "2026-12-01T08:00:00Z", notAfter: "2029-12-01T08:00:00Z", versionId: "c1" },
  platform: { notAfter: "2032-06-01T00:00:00Z" },
  unmet: [],
  drift: [],
  nextSteps: [],
};

const reportOf = (now: string, outputs: Record<string, unknown>) => {
  const [report] = inspect(
    [{ urn, className: "CfcaCertificate", inputs: {}, outputs: { ...recorded, ...outputs } }],
    new Date(now),
  );
  return report!;
};

const stage = (application: string, more: object = {}) => ({ application, nextSteps: ["…"], ...more });
const first = (application: string, more: object = {}) => ({
  ...stage(application, more),
  ...{ status: application, current: null, platform: null },
});
const letter = { codesValidUntil: "2026-12-01T16:00:00Z" };
const renewing = { codesValidUntil: "2029-11-04T16:00:00Z" };
const support = "ask technical support of the open platform for new codes";
const apply = "apply for the certificate with the business manager";
const withCodes = "download the certificate with the two codes";

it.each<[string, string, Record<string, unknown>, string]>([
  ["nothing yet", "2026-11-10T00:00:00Z", first("requested"), `due, ${apply}`],
  [
    "the letter",
    "2026-11-20T00:00:00Z",
    first("letters-received", letter),
    `due, ${withCodes}, 2026-12-01T16:00:00Z`,
  ],
  [
    "a second before the codes end",
    "2026-12-01T15:59:59Z",
    first("letters-received", letter),
    `due, ${withCodes}, 2026-12-01T16:00:00Z`,
  ],
  [
    "the end of the codes, though the state calls them open",
    "2026-12-01T16:00:00Z",
    first("letters-received", letter),
    `overdue, ${support}, 2026-12-01T16:00:00Z`,
  ],
  [
    "codes that ended long ago",
    "2027-12-01T16:00:00Z",
    first("codes-expired", { ...letter, unmet: ["codesIssuedAt: the two codes were valid until …"] }),
    `overdue, ${support}, 2026-12-01T16:00:00Z`,
  ],
  [
    "the download",
    "2026-12-02T00:00:00Z",
    first("downloaded", letter),
    "due, export the certificate and its key, then declare both",
  ],
  [
    "the export",
    "2026-12-02T00:00:00Z",
    first("exported"),
    "due, give the key of the declared certificate: pfx and password, by reference",
  ],
  [
    "a key that did not come in",
    "2026-12-02T00:00:00Z",
    first("exported", { unmet: ["password: the PKCS#12 file does not open."] }),
    "overdue, correct what failed, then run pulumi up --refresh",
  ],
  ["what serves", "2029-10-02T07:59:59Z", {}, "healthy"],
  [
    "60 days before its end, though the state calls it active",
    "2029-10-02T08:00:00Z",
    {},
    `due, ${apply}, 2029-12-01T08:00:00Z`,
  ],
  [
    "a letter for the next one, whose codes end first",
    "2029-10-25T00:00:00Z",
    stage("letters-received", renewing),
    `due, ${withCodes}, 2029-11-04T16:00:00Z`,
  ],
  [
    "a letter for the next one, long before it is due",
    "2028-01-01T00:00:00Z",
    stage("letters-received", renewing),
    `due, ${withCodes}, 2029-11-04T16:00:00Z`,
  ],
  [
    "a letter for the next one that nobody used",
    "2029-11-05T00:00:00Z",
    stage("letters-received", renewing),
    `overdue, ${support}, 2029-11-04T16:00:00Z`,
  ],
  ["a second before the last 7 days", "2029-11-24T07:59:59Z", {}, `due, ${apply}, 2029-12-01T08:00:00Z`],
  ["the last 7 days", "2029-11-24T08:00:00Z", {}, `overdue, ${apply}, 2029-12-01T08:00:00Z`],
  ["its end", "2029-12-01T08:00:00Z", {}, `expired, ${apply}, 2029-12-01T08:00:00Z`],
  [
    "a later threshold",
    "2029-09-01T00:00:00Z",
    { renewBeforeDays: 200, failBeforeDays: 100 },
    `overdue, ${apply}, 2029-12-01T08:00:00Z`,
  ],
  [
    "a compromised one",
    "2027-01-01T00:00:00Z",
    stage("requested", { status: "compromised", unmet: ["compromised: …"] }),
    `overdue, ${apply}, and have the one revoked that is compromised`,
  ],
  [
    "a compromised one that serves no more",
    "2027-01-01T00:00:00Z",
    { nextSteps: ["Have …"] },
    "due, have what is compromised revoked",
  ],
  [
    "what was changed by others",
    "2027-01-01T00:00:00Z",
    { drift: ["tags differ"] },
    "due, run pulumi up --refresh, which puts back what changed",
  ],
])("%s", (_name, now, outputs, line) => {
  const { status, who, what, deadline, kind } = reportOf(now, outputs);
  expect([status, what, deadline].filter(Boolean).join(", ")).toBe(line);
  expect([kind, who]).toEqual(["cfcaCertificate", status === "healthy" ? null : "operator"]);
});

describe("the platform's certificate", () => {
  const ofPlatform = { platform: { notAfter: "2027-03-02T00:00:00Z" } };
  const ask =
    "ask technical support of the open platform for its new certificate, then declare it, 2027-03-02T00:00:00Z";

  it.each([
    ["2026-12-31T23:59:59Z", "healthy"],
    ["2027-01-01T00:00:00Z", `due, ${ask}`],
    ["2027-02-22T23:59:59Z", `due, ${ask}`],
    ["2027-02-23T00:00:00Z", `overdue, ${ask}`],
    ["2027-03-02T00:00:00Z", `expired, ${ask}`],
  ])("at %s", (now, line) => {
    const { status, what, deadline } = reportOf(now, ofPlatform);
    expect([status, what, deadline].filter(Boolean).join(", ")).toBe(line);
  });
});

it("a state that does not tell is unknown, and one that failed at once is overdue", () => {
  expect(reportOf("2027-01-01T00:00:00Z", { current: undefined }).status).toBe("unknown");
  const failed = { current: undefined, status: undefined, unmet: ["no answer"] };
  expect(reportOf("2027-01-01T00:00:00Z", failed).status).toBe("overdue");
  expect(reportOf("2027-01-01T00:00:00Z", { application: "somewhere", nextSteps: [] }).status).toBe(
    "healthy",
  );
});
