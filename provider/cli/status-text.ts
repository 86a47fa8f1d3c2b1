import { bothZones } from "../domain/calendar";
import { numbered } from "../domain/next-steps";
import { statusExitCodes, type CredentialStatus } from "./exit-codes";
import type { CredentialReport } from "./inspection";
import { columnsOf } from "./printable";

/** SGR codes of ECMA-48: red, yellow, green. */
const colours: Readonly<Record<CredentialStatus, number>> = {
  expired: 31,
  overdue: 31,
  due: 33,
  unknown: 33,
  healthy: 32,
};

/** What `status` prints for people: a table, the open steps of each credential, and one line to close. */
export function statusText(
  reports: readonly CredentialReport[],
  now: Date,
  { isColoured }: { isColoured: boolean },
): string {
  const paint = (text: string, status: CredentialStatus): string =>
    isColoured ? `\u001b[${colours[status]}m${text}\u001b[0m` : text;
  return [table(reports, now, paint), ...reports.flatMap(details), summary(reports)].join("\n");
}

function table(
  reports: readonly CredentialReport[],
  now: Date,
  paint: (text: string, status: CredentialStatus) => string,
): string {
  const rows = reports.map((report) => ({
    cells: [report.merchantId ?? "(unknown)", report.kind, report.name, report.status],
    status: report.status,
    next: nextOf(report, now),
  }));
  const headings = ["merchant", "kind", "name", "status"];
  const widths = headings.map((heading, index) =>
    Math.max(...[heading, ...rows.map(({ cells }) => cells[index]!)].map(columnsOf)),
  );
  const padded = (cells: readonly string[]): string[] =>
    cells.map((cell, index) => cell + " ".repeat(widths[index]! - columnsOf(cell)));
  const lines = rows.map(({ cells, status, next }) => {
    const [merchant, kind, name, word] = padded(cells) as [string, string, string, string];
    const painted = word.replace(status, paint(status, status));
    return `${[merchant, kind, name, painted, next].join("  ").trimEnd()}\n`;
  });
  return `${[...padded(headings), "next"].join("  ")}\n${lines.join("")}`;
}

function nextOf({ who, what, deadline, status }: CredentialReport, now: Date): string {
  if (!who || !what) return "";
  if (deadline === null) return `${who}: ${what}`;
  const time = new Date(deadline);
  const when = time > now ? "by" : status === "expired" ? "expired" : "late since";
  return `${who}: ${what}; ${when} ${bothZones(time)}`;
}

function details({ name, merchantId, kind, reasons, nextSteps }: CredentialReport): string[] {
  if (reasons.length === 0 && nextSteps.length === 0) return [];
  const whose = merchantId === null ? "" : ` of merchant ${merchantId}`;
  const steps = nextSteps.length > 0 ? [numbered(nextSteps)] : [];
  return [
    [`${kind} "${name}"${whose}:`, ...reasons.map((reason) => `  - ${reason}`), ...steps, ""].join("\n"),
  ];
}

function summary(reports: readonly CredentialReport[]): string {
  const words = (Object.keys(statusExitCodes) as CredentialStatus[]).reverse();
  const counts = words.flatMap((word) => {
    const count = reports.filter(({ status }) => status === word).length;
    return count > 0 ? `${count} ${word}` : [];
  });
  return `${reports.length} ${reports.length === 1 ? "credential" : "credentials"}: ${counts.join(", ")}\n`;
}
