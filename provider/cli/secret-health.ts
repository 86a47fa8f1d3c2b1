import { addDays } from "../domain/calendar";
import { rotationFailsAfterDays } from "../domain/secret-state";
import { firstFinding, runPulumi, type Finding, type HealthRule } from "./finding";
import type { Recorded } from "./recorded";

/** What the state says of an API secret or a merchant's key, and what the clock makes of it. */
interface SecretFacts {
  /** Whether a value waits to be set on the platform. */
  isPending: boolean;
  /** Whether the next run asks WeChat Pay about it, and activates it. */
  isAsked: boolean;
  /** Whether no value has come about yet. */
  isUnbegun: boolean;
  /** From when runs fail while one waits. */
  failsFrom: Date | undefined;
  /** When age asks for the next value. */
  dueFrom: Date | undefined;
  /** Whether the value that waited does so no more, as far as a refresh has seen. */
  isOvertaken: boolean;
  unmet: readonly string[];
  drift: readonly string[];
}

const activation = ({ failsFrom, isAsked }: SecretFacts): Omit<Finding, "status"> => ({
  who: "super administrator",
  what: `set the pending value on the platform, then ${isAsked ? "run pulumi up, which asks WeChat Pay" : "promote it"}`,
  deadline: failsFrom ?? null,
});

const operator = (what: string) => (): Omit<Finding, "status"> => ({
  who: "operator",
  what,
  deadline: null,
});

/** The operator hands a key over; a partner's platform has no super administrator of ours. */
const handOver = ({ failsFrom }: SecretFacts): Omit<Finding, "status"> => ({
  who: "operator",
  what: "hand the public key to the partner, then promote the pending key",
  deadline: failsFrom ?? null,
});

/** Worst first: the first rule that applies decides. */
const rulesFor = (
  activation: HealthRule<SecretFacts>["next"],
  noun: "value" | "key",
): readonly HealthRule<SecretFacts>[] => [
  {
    status: "due",
    when: ({ isOvertaken, unmet }) => isOvertaken && unmet.length === 0,
    next: operator(`${runPulumi}, which takes in what has been promoted`),
  },
  {
    status: "overdue",
    when: ({ isPending, failsFrom }, now) => isPending && failsFrom !== undefined && failsFrom <= now,
    next: activation,
  },
  {
    status: "overdue",
    when: ({ unmet }) => unmet.length > 0,
    next: operator(`correct what failed, then ${runPulumi}`),
  },
  { status: "due", when: ({ isPending }) => isPending, next: activation },
  {
    status: "due",
    when: ({ isUnbegun }) => isUnbegun,
    next: operator(`${runPulumi}, which makes the ${noun}`),
  },
  {
    status: "due",
    when: ({ dueFrom }, now) => dueFrom !== undefined && dueFrom <= now,
    next: operator(`${runPulumi}, which begins the rotation`),
  },
  {
    status: "due",
    when: ({ drift }) => drift.length > 0,
    next: operator(`${runPulumi}, which takes it in or puts it back`),
  },
];

const secretRules = rulesFor(activation, "value");
const keyRules = rulesFor(handOver, "key");

/** How an API secret stands at a time; undefined where the state does not tell. */
export function secretHealth(recorded: Recorded, now: Date): Finding | undefined {
  return healthBy(secretRules, recorded, now);
}

/** How a merchant's key stands at a time; an overlap asks nobody for anything. */
export function merchantKeyHealth(recorded: Recorded, now: Date): Finding | undefined {
  return healthBy(keyRules, recorded, now);
}

function healthBy(
  rules: readonly HealthRule<SecretFacts>[],
  recorded: Recorded,
  now: Date,
): Finding | undefined {
  const status = recorded.text("status");
  const unmet = recorded.firstLines("unmet");
  if (status === undefined && unmet.length === 0) return undefined;
  return firstFinding(
    rules,
    {
      isPending: recorded.has("pending") === true,
      isAsked: recorded.text("activation") === "live",
      isUnbegun: status !== "active",
      failsFrom: recorded.time("failsFrom") ?? failsFromInSpiteOf(recorded),
      dueFrom: recorded.time("dueFrom"),
      isOvertaken: recorded.firstLines("drift").some((line) => line.startsWith("the open request is gone")),
      unmet,
      drift: recorded.firstLines("drift"),
    },
    now,
  );
}

/** With `onExpiry: "warn"` runs never fail, so the state has no time for it; a value that waits is late all the same. */
function failsFromInSpiteOf(recorded: Recorded): Date | undefined {
  const since = recorded.memberTime("pending", "since");
  if (!since || recorded.text("onExpiry") !== "warn") return undefined;
  const days =
    recorded.days("failAfterDays") ?? (recorded.has("current") ? rotationFailsAfterDays : undefined);
  const held = overlapEnd(recorded);
  return days === undefined ? undefined : addDays(held && held > since ? held : since, days);
}

/** Until when no other key could be activated; undefined where there was no overlap. */
function overlapEnd(recorded: Recorded): Date | undefined {
  const since = recorded.memberTime("current", "since");
  const days = recorded.days("overlapDays");
  return since && days !== undefined && recorded.has("previousVersionId") ? addDays(since, days) : undefined;
}
