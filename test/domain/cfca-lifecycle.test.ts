import { cfcaLifecycleLine, type CfcaLifecycle } from "../../provider/domain/cfca-lifecycle";
import { defaultThresholds } from "../../provider/domain/lifecycle";

const date = (text: string) => new Date(text);
const certificate = { notBefore: date("2026-11-25T03:00:00Z"), notAfter: date("2027-11-25T03:00:00Z") };
const base: CfcaLifecycle = { certificate: undefined, thresholds: defaultThresholds };
const letter: CfcaLifecycle = { ...base, codesIssuedAt: "2026-11-20" };
const serving: CfcaLifecycle = { ...letter, downloadedAt: "2026-11-25", certificate };
const renewing: CfcaLifecycle = { ...base, certificate, codesIssuedAt: "2027-10-08" };

const healthy = "healthy (next request from 2027-09-26T03:00:00Z)";
const due = "renewal-due (since 2027-09-26T03:00:00Z; runs fail from 2027-11-18T03:00:00Z)";
const late = "late (since 2027-11-18T03:00:00Z; expires 2027-11-25T03:00:00Z)";

it.each<[string, CfcaLifecycle, string, string]>([
  ["nothing declared", base, "2026-11-26T00:00:00Z", "requested"],
  ["the letter", letter, "2026-11-26T00:00:00Z", "letters-received (codes end 2026-12-04T16:00:00Z)"],
  [
    "not yet three days before the end",
    letter,
    "2026-12-01T15:59:59Z",
    "letters-received (codes end 2026-12-04T16:00:00Z)",
  ],
  [
    "three days before",
    letter,
    "2026-12-01T16:00:00Z",
    "codes-ending (since 2026-12-01T16:00:00Z; codes end 2026-12-04T16:00:00Z)",
  ],
  [
    "not yet the end",
    letter,
    "2026-12-04T15:59:59Z",
    "codes-ending (since 2026-12-01T16:00:00Z; codes end 2026-12-04T16:00:00Z)",
  ],
  ["the end", letter, "2026-12-04T16:00:00Z", "codes-expired (since 2026-12-04T16:00:00Z)"],
  [
    "downloaded in time",
    { ...letter, downloadedAt: "2026-12-04" },
    "2026-12-20T00:00:00Z",
    "downloaded (to be exported)",
  ],
  ["serving; letter and download are its own", serving, "2026-11-26T00:00:00Z", healthy],
  ["not yet due", serving, "2027-09-26T02:59:59Z", healthy],
  ["due", serving, "2027-09-26T03:00:00Z", due],
  [
    "due, and the next letter is there",
    renewing,
    "2027-10-10T00:00:00Z",
    `${due}; next: letters-received (codes end 2027-10-22T16:00:00Z)`,
  ],
  [
    "due, and the next letter has ended",
    renewing,
    "2027-10-22T16:00:00Z",
    `${due}; next: codes-expired (since 2027-10-22T16:00:00Z)`,
  ],
  ["late", serving, "2027-11-18T03:00:00Z", late],
  ["expired", serving, "2027-11-25T03:00:00Z", "expired (since 2027-11-25T03:00:00Z)"],
  [
    "compromised",
    { ...serving, isCompromised: true },
    "2026-12-01T00:00:00Z",
    "compromised (to be replaced at once)",
  ],
])("says in the preview: %s", (_case, declared, now, line) => {
  expect(cfcaLifecycleLine(declared, date(now))).toBe(line);
});
