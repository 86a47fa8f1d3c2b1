import { type FaultRule, readFaultRule } from "./fault-rule";
import { operations } from "./operations";

interface ActiveRule {
  readonly rule: FaultRule;
  seen: number;
  fired: number;
}

/**
 * Faults on request. Each rule counts the requests that match it from the moment it was added. A request
 * meets one fault at most, that of the first rule that is due; a rule that was due too meets the next one.
 */
export class Faults {
  #rules: ActiveRule[] = [];

  /** @throws Error if a rule has an unknown kind, operation or member. */
  add(...rules: FaultRule[]): void {
    this.#rules.push(...rules.map(readFaultRule).map((rule) => ({ rule, seen: 0, fired: 0 })));
  }

  clear(): void {
    this.#rules = [];
  }

  /** The rules that have not fired as often as they should: a test that ends with some proved nothing. */
  pending(): FaultRule[] {
    return this.#rules.map(({ rule }) => rule);
  }

  /** The fault that the arriving request meets, if any. */
  next(operation: string, secretId: string | undefined): FaultRule | undefined {
    const matching = this.#rules.filter(({ rule }) => matches(rule, operation, secretId));
    for (const active of matching) active.seen += 1;
    const due = matching.find(({ rule, seen }) => seen >= (rule.nth ?? 1));
    if (!due) return undefined;
    due.fired += 1;
    if (due.fired >= (due.rule.times ?? 1)) this.#rules = this.#rules.filter((active) => active !== due);
    return due.rule;
  }
}

function matches(rule: FaultRule, operation: string, secretId = ""): boolean {
  if (rule.operation ? rule.operation !== operation : !operations.has(operation)) return false;
  if (rule.kind === "stale-read" && operations.get(operation)?.kind !== "read") return false;
  return !rule.secretId || secretId.includes(rule.secretId);
}
