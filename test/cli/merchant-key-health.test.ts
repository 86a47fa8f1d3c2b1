import { inspect, type CredentialReport } from "../../provider/cli/inspection";
import { exportedCredentials } from "../../provider/cli/stack-export";
import { merchantKey, stackExport } from "./exported-stacks";

describe("status of a key", () => {
  const reportsOf = (now: string, outputs: Record<string, unknown>): CredentialReport[] =>
    inspect(exportedCredentials(Buffer.from(stackExport(merchantKey(outputs)))), new Date(now));
  const pending = { versionId: "p1", since: "2026-12-01T00:00:00Z" };
  const waits = { status: "rotation-pending", pending, failsFrom: "2026-12-15T00:00:00Z" };
  const overlap = {
    overlapUntil: "2026-12-22T12:00:00Z",
    previousVersionId: "k0",
    previous: { versionId: "k0", verifiableUntil: "2026-12-22T12:00:00Z" },
  };

  it.each<[string, string, Record<string, unknown>, string]>([
    ["in use", "2036-12-01T00:00:00Z", {}, "healthy"],
    ["in its overlap", "2026-12-21T12:00:00Z", overlap, "healthy"],
    ["in its overlap, which is over", "2026-12-23T12:00:00Z", overlap, "healthy"],
    [
      "before the first is handed over",
      "2026-12-01T00:00:00Z",
      { current: null, status: "awaiting-activation", pending },
      "due, operator",
    ],
    [
      "whose first has not come about",
      "2026-12-01T00:00:00Z",
      { current: null, status: "awaiting-activation" },
      "due, operator",
    ],
    ["a second before it is overdue", "2026-12-14T23:59:59Z", waits, "due, operator, 2026-12-15T00:00:00Z"],
    ["that is overdue", "2026-12-15T00:00:00Z", waits, "overdue, operator, 2026-12-15T00:00:00Z"],
    [
      "a second before 14 days, where runs only warn",
      "2026-12-14T23:59:59Z",
      { ...waits, failsFrom: null, onExpiry: "warn" },
      "due, operator, 2026-12-15T00:00:00Z",
    ],
    [
      "14 days after the overlap, where runs only warn",
      "2027-01-05T11:59:59Z",
      { ...waits, failsFrom: null, onExpiry: "warn", overlapDays: 30, ...overlap },
      "due, operator, 2027-01-05T12:00:00Z",
    ],
    [
      "whose last run failed",
      "2026-12-01T00:00:00Z",
      { unmet: ["activation.version: …"] },
      "overdue, operator",
    ],
    [
      "whose period has ended without a run",
      "2026-12-21T16:00:00Z",
      { dueFrom: "2026-12-21T16:00:00Z" },
      "due, operator",
    ],
    ["that somebody has changed by hand", "2026-12-01T00:00:00Z", { drift: ["another"] }, "due, operator"],
    ["of which nothing is recorded", "2026-12-01T00:00:00Z", { status: undefined }, "unknown, operator"],
  ])("%s", (_name, now, outputs, line) => {
    const lines = reportsOf(now, outputs).map(({ status, who, deadline }) =>
      [status, who, deadline].filter(Boolean).join(", "),
    );
    expect(lines).toEqual([line]);
  });

  it("is of kind merchantKey, and says what the operator does", () => {
    expect(reportsOf("2026-12-02T00:00:00Z", waits)).toMatchObject([
      {
        kind: "merchantKey",
        name: "shop-merchant-key",
        what: "hand the public key to the partner, then promote the pending key",
      },
    ]);
  });
});
