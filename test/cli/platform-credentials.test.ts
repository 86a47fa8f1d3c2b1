import { inspect, type CredentialReport } from "../../provider/cli/inspection";
import { exportedCredentials } from "../../provider/cli/stack-export";
import {
  platformCertificates,
  platformPublicKey,
  stackExport,
  type ExportedResource,
} from "./exported-stacks";
import { StagedWorld } from "./staged-world";

const reportOf = (now: string, resource: ExportedResource): CredentialReport =>
  inspect(exportedCredentials(Buffer.from(stackExport(resource))), new Date(now))[0]!;
const lineOf = ({ status, who, deadline }: CredentialReport): string =>
  [status, who, deadline].filter(Boolean).join(", ");

const end = "2027-01-22T12:00:00Z";
const asked = { askFrom: end };

describe("platform certificates", () => {
  it("are told of by their kind and name", () => {
    expect(reportOf("2026-12-01T00:00:00Z", platformCertificates())).toMatchObject({
      kind: "platformCertificates",
      name: "shop-platform-certificates",
      merchantId: "1900000109",
      status: "healthy",
      recordedStatus: "active",
      who: null,
      what: null,
      issuedBy: null,
    });
  });

  it.each<[string, string, Record<string, unknown>, string]>([
    ["a second before a question is a day late", "2026-12-02T11:59:59Z", {}, "healthy"],
    ["when no run has asked for a day", "2026-12-02T12:00:00Z", {}, "due, operator"],
    ["a second before the last is about to end", "2026-12-23T11:59:59Z", asked, "healthy"],
    ["when the last is about to end", "2026-12-23T12:00:00Z", asked, `due, super administrator, ${end}`],
    ["as asked for, later", "2027-01-11T12:00:00Z", { ...asked, warnBeforeDays: 10 }, "healthy"],
    ["a second before the last has ended", "2027-01-22T11:59:59Z", asked, `due, super administrator, ${end}`],
    ["when the last has ended", end, asked, `expired, super administrator, ${end}`],
    ["the same where runs only warn", end, { onExpiry: "warn" }, `expired, super administrator, ${end}`],
    ["when a run was red", "2026-12-01T00:00:00Z", { unmet: ["WeChat Pay refuses"] }, "overdue, operator"],
    ["in public-key mode", "2026-12-01T00:00:00Z", { status: "public-key-mode" }, "due, super administrator"],
    [
      "in public-key mode, long after the end",
      "2029-12-01T00:00:00Z",
      { status: "public-key-mode" },
      "due, super administrator",
    ],
    [
      "while credentials are awaited",
      "2026-12-01T00:00:00Z",
      { status: "awaiting-credentials", validUntil: null },
      "due, operator",
    ],
    ["with drift", "2026-12-01T00:00:00Z", { drift: ["the current version is x, not y"] }, "due, operator"],
    ["looked up by nobody yet", "2026-12-01T00:00:00Z", { status: null }, "unknown, operator"],
  ])("%s", (_name, now, outputs, line) => {
    expect(lineOf(reportOf(now, platformCertificates(outputs)))).toBe(line);
  });
});

describe("a platform public key", () => {
  it.each<[string, Record<string, unknown>, string]>([
    ["that serves", {}, "healthy"],
    ["that WeChat Pay has yet to accept", { status: "awaiting-verification" }, "due, operator"],
    ["that serves, with a question left open", { askFrom: "2026-11-22T12:00:00Z" }, "due, operator"],
    ["that is refused", { status: "awaiting-verification", unmet: ["refused"] }, "overdue, operator"],
    ["with drift", { drift: ["the current version is x, not y"] }, "due, operator"],
    ["of which the state does not tell", { status: null }, "unknown, operator"],
  ])("%s", (_name, outputs, line) => {
    const report = reportOf("2026-12-01T00:00:00Z", platformPublicKey(outputs));
    expect([report.kind, lineOf(report)]).toEqual(["platformPublicKey", line]);
  });
});

it.each<[string, string, number]>([
  ["all well", "2026-12-01T00:00:00Z", 0],
  ["about to end", "2026-12-25T00:00:00Z", 10],
  ["ended", end, 12],
])("the exit code tells: %s", async (_name, now, code) => {
  const world = new StagedWorld();
  world.clock.set(now);
  world.isTerminal = { stdin: false, stdout: false };
  world.input = Buffer.from(stackExport(platformCertificates(asked), platformPublicKey()));
  const { exitCode, stdout } = await world.run("status", "--file", "-");
  expect(exitCode).toBe(code);
  expect(stdout).toContain("shop-platform-public-key");
});
