import type { Answer, Mood } from "./simulation-people";
import type { MerchantAccount } from "./simulation-platform";
import type { Tenure } from "./simulation-vault";

/** A time in which the credential that applications read was not valid any more. */
export interface Outage {
  minutes: number;
  /** As many as passed until the first run after the person's answer: nobody could have avoided them but people. */
  people: number;
  /** Whose answer ended it; undefined where none has come. */
  mood: Mood | undefined;
}

const minute = 60 * 1000;

/** The outages of a merchant, from what the vault held and from when people answered. */
export function outages(
  tenures: readonly Tenure[],
  answers: readonly Answer[],
  { account, runAfter, until }: { account: MerchantAccount; runAfter: (at: number) => number; until: number },
): Outage[] {
  return tenures.flatMap(({ from, pem }, index) => {
    const next = tenures[index + 1];
    const certificate = account.certificates.find((each) => each.pem === pem)!;
    const end = Math.max(account.endOf(certificate), from);
    const answer = next && answers.find((each) => each.certificate.pem === next.pem);
    // What was answered and never served would be a difference that the judge finds.
    const ended = answer ? runAfter(answer.at) : next ? from : until;
    const lasted = Math.max(0, (next?.from ?? until) - end) / minute;
    const people = Math.max(0, ended - end) / minute;
    return lasted > 0 || people > 0 ? [{ minutes: lasted, people, mood: answer?.mood }] : [];
  });
}
