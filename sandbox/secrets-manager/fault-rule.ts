import { operations } from "./operations";
import { flag, type Input, optional, required, structure, text, wholeNumber } from "./shape";

export const faultKinds = [
  /** Answers with an error, without effect, or after the effect with `after`. */
  "error",
  /** Closes the connection without effect. */
  "drop-before",
  /** Takes effect, then closes the connection without an answer. */
  "drop-after",
  /** HTTP 400 ThrottlingException, without effect. */
  "throttle",
  /** Waits `latencyMs`, then goes on as usual. */
  "latency",
  /** Answers a Describe or Get from the state before the last write to that secret. */
  "stale-read",
  /** Never answers, without effect. */
  "hang",
] as const;

export type FaultKind = (typeof faultKinds)[number];

export interface FaultRule {
  kind: FaultKind;
  /** The operation to disturb; default any of Secrets Manager (STS only by name). */
  operation?: string;
  /** Disturbs only requests whose SecretId, or Name, contains this. */
  secretId?: string;
  /** The first matching request to disturb, counted from 1 since the rule was added; default 1, the next. */
  nth?: number;
  /** How many matching requests to disturb, in a row; default 1. */
  times?: number;
  /** For `error`: default InternalServiceError. */
  errorType?: string;
  /** For `error`: default a text that names the fault. */
  message?: string;
  /** For `error`: the HTTP status; default 500 for InternalServiceError, 503 for ServiceUnavailable, else 400. */
  status?: number;
  /** For `error`: answer with it after the effect; default false. */
  after?: boolean;
  /** For `latency`, in milliseconds. */
  latencyMs?: number;
}

const shape = structure({
  kind: required(text({ max: 20 })),
  operation: optional(text({ min: 1, max: 100 })),
  secretId: optional(text({ min: 1, max: 2048 })),
  nth: optional(wholeNumber({ min: 1 })),
  times: optional(wholeNumber({ min: 1 })),
  errorType: optional(text({ min: 1, max: 100 })),
  message: optional(text({ max: 2048 })),
  status: optional(wholeNumber({ min: 400, max: 599 })),
  after: optional(flag),
  latencyMs: optional(wholeNumber({ min: 0 })),
});

/** Reads a rule; a misspelled one is refused, because a fault that never fires makes a test pass for nothing. */
export function readFaultRule(source: unknown): FaultRule {
  const rule: Input<typeof shape> = shape.read(source, "");
  const { kind, operation } = rule;
  const unknown = Object.keys(source as object).find((key) => !(key in rule));
  if (unknown) throw new Error(`A fault rule has no member ${unknown}.`);
  if (!isFaultKind(kind)) throw new Error(`No fault kind ${kind}: one of ${faultKinds.join(", ")}.`);
  if (operation && operation !== "GetCallerIdentity" && !operations.has(operation)) {
    throw new Error(`No operation ${operation} to disturb.`);
  }
  if (kind === "latency" && rule.latencyMs === undefined) throw new Error("A latency fault needs latencyMs.");
  return { ...rule, kind };
}

function isFaultKind(kind: string): kind is FaultKind {
  return (faultKinds as readonly string[]).includes(kind);
}
