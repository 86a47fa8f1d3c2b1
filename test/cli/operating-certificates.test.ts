import { inspect, type CredentialReport } from "../../provider/cli/inspection";
import { exportedCredentials } from "../../provider/cli/stack-export";
import { operatingCertificatesHandlers } from "../../provider/resources/operating-certificates-handlers";
import { Clock } from "../support/merchant";
import { certificate, stackExport, type ExportedResource } from "./exported-stacks";

const installation = (changes: object = {}): object => ({
  ...{ operator: "zhang", computer: "finance-1", installed: "2025-05-02", expires: "2027-05-01" },
  ...{ verifiedAt: "2026-11-22", verifiedBy: "Li Lei" },
  ...changes,
});
const name = "shop-operating-certificates";
const type = "pulumi-nodejs:dynamic/merchantCredentials:OperatingCertificates";

function operatingCertificates(outputs: Record<string, unknown> = {}): ExportedResource {
  const inputs = { merchantId: "1900000109", logicalName: name };
  const state = { status: "healthy", installations: [installation()], unmet: [], nextSteps: [], ...outputs };
  return {
    ...certificate(),
    type,
    urn: `urn:pulumi:prod::shop::${type}::${name}`,
    inputs,
    outputs: { ...inputs, ...state },
  };
}

const reportOf = (now: string, outputs?: Record<string, unknown>): CredentialReport =>
  inspect(exportedCredentials(Buffer.from(stackExport(operatingCertificates(outputs)))), new Date(now))[0]!;
const lineOf = ({ status, who, deadline }: CredentialReport): string =>
  [status, who, deadline].filter(Boolean).join(", ");

/** Seen so late that it only ends. */
const ending = { installations: [installation({ verifiedAt: "2027-03-15" })] };
const end = "2027-05-01T16:00:00Z";
const staleFrom = "2027-02-19T16:00:00Z";

it("is told of by its kind and name, without a secret", () => {
  expect(reportOf("2026-12-01T00:00:00Z")).toMatchObject({
    kind: "operatingCertificates",
    name,
    merchantId: "1900000109",
    status: "healthy",
    recordedStatus: "healthy",
    secretArn: null,
    who: null,
    what: null,
  });
});

it.each<[string, string, Record<string, unknown>, string]>([
  ["none", "2026-12-01T00:00:00Z", { installations: [], status: "none" }, "due, super administrator"],
  ["a second before the attestation is stale", "2027-02-19T15:59:59Z", {}, "healthy"],
  ["stale, though the state calls it healthy", staleFrom, {}, `overdue, super administrator, ${staleFrom}`],
  [
    "stale, where runs only warn",
    staleFrom,
    { onExpiry: "warn" },
    `overdue, super administrator, ${staleFrom}`,
  ],
  [
    "stale, and the last run has said so",
    staleFrom,
    { unmet: ["installations.0.verifiedAt: x"] },
    `overdue, super administrator, ${staleFrom}`,
  ],
  ["a second before its own time is over", "2026-12-01T15:59:59Z", { staleAfterDays: 10 }, "healthy"],
  [
    "once its own time is over",
    "2026-12-01T16:00:00Z",
    { staleAfterDays: 10 },
    "overdue, super administrator, 2026-12-01T16:00:00Z",
  ],
  ["a second before it is to be renewed", "2027-04-01T15:59:59Z", ending, "healthy"],
  ["30 days before its end", "2027-04-01T16:00:00Z", ending, `due, super administrator, ${end}`],
  [
    "a day before its end, as asked for",
    "2027-04-30T16:00:00Z",
    { ...ending, expiringBeforeDays: 1 },
    `due, super administrator, ${end}`,
  ],
  ["the second before that", "2027-04-30T15:59:59Z", { ...ending, expiringBeforeDays: 1 }, "healthy"],
  ["the last second of its last day", "2027-05-01T15:59:59Z", ending, `due, super administrator, ${end}`],
  ["ended", end, ending, `overdue, super administrator, ${end}`],
  [
    "ended, beside one that is well",
    end,
    { installations: [installation(), installation({ expires: "2029-01-01", verifiedAt: "2027-04-01" })] },
    "due, super administrator",
  ],
  [
    "two about to end: by the first",
    "2027-04-30T00:00:00Z",
    {
      installations: [
        installation({ expires: "2027-05-02", verifiedAt: "2027-04-01" }),
        ...ending.installations,
      ],
    },
    `due, super administrator, ${end}`,
  ],
  [
    "whose last run failed",
    "2026-12-01T00:00:00Z",
    { unmet: ["installations.0.installed: x"] },
    "overdue, operator",
  ],
  ["of which nothing is recorded", "2026-12-01T00:00:00Z", { installations: undefined }, "unknown, operator"],
  [
    "whose list is encrypted",
    "2026-12-01T00:00:00Z",
    { installations: { ciphertext: "v1:x" } },
    "unknown, operator",
  ],
  [
    "with a day that is none",
    "2026-12-01T00:00:00Z",
    { installations: [installation({ expires: "soon" })] },
    "unknown, operator",
  ],
  [
    "with an installation of another form",
    "2026-12-01T00:00:00Z",
    { installations: [null] },
    "unknown, operator",
  ],
  [
    "with a day out of every calendar",
    "2026-12-01T00:00:00Z",
    { installations: [installation({ verifiedAt: "9999-12-31" })] },
    "unknown, operator",
  ],
])("%s", (_name, now, outputs, line) => {
  expect(lineOf(reportOf(now, outputs))).toBe(line);
});

it("says what to do", () => {
  const whats = [
    reportOf("2026-12-01T00:00:00Z", { installations: [] }),
    reportOf(staleFrom),
    reportOf("2027-04-01T16:00:00Z", ending),
    reportOf(end, ending),
  ].map(({ what }) => what);
  expect(whats).toEqual([
    "install an operating certificate, then list it in the program",
    "look at the operating certificates on the platform, then attest them",
    "renew or delete the operating certificates that end",
    "install an operating certificate, then list it in the program",
  ]);
});

it("is told of by what the handlers themselves put into state", async () => {
  const clock = new Clock(new Date("2026-11-22T12:00:00Z"));
  const handlers = operatingCertificatesHandlers(clock);
  const news = {
    merchantId: "1900000109",
    installations: [installation()],
    owner: "shop/prod",
    logicalName: name,
  };
  const { inputs } = handlers.check({ olds: {}, news: news as never, config: {} });
  const { outputs } = await handlers.create({ inputs, config: {}, signal: new AbortController().signal });
  const now = () => lineOf(reportOf(clock.now().toISOString(), outputs));
  expect(now()).toBe("healthy");
  clock.set(staleFrom);
  expect(now()).toBe(`overdue, super administrator, ${staleFrom}`);
  clock.set(end);
  expect(now()).toBe(`overdue, super administrator, ${end}`);
});
