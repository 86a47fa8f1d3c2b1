import { tamperings } from "./api/tampering";

const simple = [
  /** Never answers, without effect. */
  "hang",
  /** Closes the connection without effect. */
  "drop",
  /** Status 200, signed, and not JSON. */
  "garbage-body",
  /** Status 200, signed, and nothing in it. */
  "empty-body",
  /** A good answer with 2 MB of white space after it, signed with that. */
  "oversized-body",
  ...tamperings,
] as const;

/** How a request is answered other than well. */
export type Fault =
  | (typeof simple)[number]
  /** This HTTP status (400 to 599), without effect. */
  | { status: number }
  /** Waits, then goes on as usual. */
  | { latencyMs: number }
  /** The platform's clock is so far ahead (or behind, if negative): `Date`, signatures and checks. */
  | { clockMinutes: number };

export interface FaultRule {
  /** Only requests whose path begins with this. Default: every request to the API. */
  on?: string;
  do: Fault;
}

/** Faults on request. A request meets one at most: the first `next` that matches, else the first `always`. */
export class Faults {
  #next: FaultRule[] = [];
  #always: FaultRule[] = [];

  /** For one request. Throws an Error if there is no such fault. */
  next(rule: FaultRule): void {
    this.#next.push(checked(rule));
  }

  /** Until `clear`. Throws an Error if there is no such fault. */
  always(rule: FaultRule): void {
    this.#always.push(checked(rule));
  }

  clear(): void {
    this.#next = [];
    this.#always = [];
  }

  /** The `next` rules that no request has met: a test that ends with some proved nothing. */
  pending(): FaultRule[] {
    return [...this.#next];
  }

  /** For the platform: what the arriving request meets. */
  meet(path: string): Fault | undefined {
    const matches = ({ on = "" }: FaultRule) => path.startsWith(on);
    const due = this.#next.find(matches);
    this.#next = this.#next.filter((rule) => rule !== due);
    return (due ?? this.#always.find(matches))?.do;
  }
}

/** A fault that never fires makes a test pass for nothing. */
function checked(rule: FaultRule): FaultRule {
  const fault = rule.do;
  const known =
    typeof fault === "string"
      ? (simple as readonly string[]).includes(fault)
      : Object.keys(fault).length === 1 && isMeasured(Object.entries(fault)[0]!);
  if (!known) throw new Error(`The platform has no fault ${JSON.stringify(fault)}.`);
  return rule;
}

function isMeasured([name, value]: [string, unknown]): boolean {
  if (typeof value !== "number" || !Number.isFinite(value)) return false;
  if (name === "status") return Number.isInteger(value) && value >= 400 && value <= 599;
  return name === "clockMinutes" || (name === "latencyMs" && value >= 0);
}

/** Of a fault with a number. */
export function measure(fault: Fault | undefined, name: "status" | "latencyMs" | "clockMinutes") {
  return typeof fault === "object" ? (fault as Record<string, number>)[name] : undefined;
}
