import type { Merchant } from "./simulation-cast";
import type { Night } from "./simulation-engine";
import type { Verdict } from "./simulation-judge";
import type { Outage } from "./simulation-outages";
import type { SimulatedVault } from "./simulation-vault";

type Counts = Record<string, number>;

/** One run beside what the judge says of it. */
export interface JudgedNight {
  run: Night;
  verdict: Verdict;
  /** Nothing was to be done. */
  quiet: boolean;
  /** Nothing but the words of the next steps changed, by the clock. */
  wordsChange: boolean;
  refresh: boolean;
  calls: readonly string[];
}

/** What is counted over the life of one merchant, or of many. */
export class Figures {
  merchants: Counts = {};
  nights: Counts = {};
  /** Nights that have to be red, nights that are, and those of them with a refresh first. */
  red: Counts = {};
  /** By the judge's reasons; a night can have several. */
  because: Counts = {};
  did: Counts = {};
  vaultCalls: Counts = {};
  /** Minutes without a valid credential, once there was a first: avoidable ones, and by the person's mood. */
  minutes: Counts = {};
  /** What the steps have people do and the platform does not offer. */
  misled: Counts = {};
  mostLabels = 0;
  /** Whatever is not as the rules have it. */
  wrong: string[] = [];

  night({ run, verdict, quiet, wordsChange, refresh, calls }: JudgedNight): void {
    increase(this.nights, "all");
    if (refresh) increase(this.nights, "after refresh");
    if (quiet) increase(this.nights, "with nothing to do");
    increase(this.nights, "with other words for open steps", wordsChange ? 1 : 0);
    if (verdict.reasons.length > 0) increase(this.red, "expected");
    if (run.reasons.length > 0) increase(this.red, "found");
    if (run.reasons.length > 0 && refresh) increase(this.red, "found after refresh");
    for (const reason of verdict.reasons) increase(this.because, reason);
    increase(this.vaultCalls, "all", calls.length);
    if (quiet) increase(this.vaultCalls, "quiet nights, without refresh", refresh ? 0 : calls.length);
    if (quiet) increase(this.vaultCalls, "quiet nights, refresh", refresh ? calls.length : 0);
  }

  life({ rules, beginning, people, account }: Merchant, vault: SimulatedVault, outages: readonly Outage[]) {
    increase(this.merchants, "all");
    increase(this.merchants, `${rules} rules`);
    increase(this.merchants, `beginning by ${beginning}`);
    increase(this.did, "requests", vault.requestsMade);
    increase(this.did, "certificates issued", account.certificates.length);
    increase(this.did, "replacements declared", people.answers.length);
    for (const [what, count] of Object.entries(people.did)) increase(this.did, what, count);
    increase(this.misled, "renewals", people.misled);
    for (const none of ["avoidable", "by people: early", "by people: usual"]) increase(this.minutes, none, 0);
    for (const { minutes, people: theirs, mood = "absent beyond the end" } of outages) {
      increase(this.minutes, "avoidable", minutes - theirs);
      increase(this.minutes, "by people", theirs);
      increase(this.minutes, `by people: ${mood}`, theirs);
    }
    this.mostLabels = Math.max(this.mostLabels, vault.mostLabels);
  }

  add(other: Figures): void {
    for (const name of [
      "merchants",
      "nights",
      "red",
      "because",
      "did",
      "misled",
      "vaultCalls",
      "minutes",
    ] as const) {
      for (const [what, count] of Object.entries(other[name])) increase(this[name], what, count);
    }
    this.mostLabels = Math.max(this.mostLabels, other.mostLabels);
    this.wrong.push(...other.wrong);
  }

  toString(): string {
    const line = (title: string, counts: Counts): string =>
      `${title}: ${Object.entries(counts)
        .map(([what, count]) => `${what} ${Math.round(count * 10) / 10}`)
        .join(", ")}`;
    return [
      line("merchants", this.merchants),
      line("nights", this.nights),
      line("red nights", this.red),
      line("why red", this.because),
      line("people and platform", this.did),
      line("minutes without a valid credential", this.minutes),
      line("vault calls", this.vaultCalls),
      line("offered by the steps and not by the platform", this.misled),
      `most labels on a secret: ${this.mostLabels}`,
    ].join("\n");
  }
}

function increase(counts: Counts, what: string, by = 1): void {
  counts[what] = (counts[what] ?? 0) + by;
}
