import { setTimeout as wait } from "node:timers/promises";
import { callerIdentity, isForSts, requestedAction, stsError } from "./caller-identity";
import type { FaultRule } from "./fault-rule";
import { Faults } from "./faults";
import type { Journal } from "./journal";
import { operations } from "./operations";
import { answerFacts, requestFacts } from "./request-facts";
import type { SecretStore } from "./secret-store";
import { ServiceError } from "./service-error";
import {
  assertSigned,
  jsonAnswer,
  jsonError,
  parseBody,
  signedRegion,
  targetedOperation,
  type WireAnswer,
  type WireRequest,
} from "./wire";

/** Called around the effect of each request; the request waits for it. */
export type RequestHook = (
  phase: "before" | "after",
  operation: string,
  body: Record<string, unknown>,
) => void | Promise<void>;

export interface ServiceOptions {
  readonly region: string;
  readonly accountId: string;
  readonly latencyMs: number;
  readonly now: () => Date;
  readonly store: SecretStore;
  readonly journal: Journal;
}

export type Outcome = WireAnswer | "drop" | "hang";

/** Takes a request through journal, hooks and faults to its operation. */
export class Service {
  readonly faults = new Faults();
  readonly hooks = new Set<RequestHook>();
  readonly #options: ServiceOptions;

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  async outcome(request: WireRequest): Promise<Outcome> {
    const sts = isForSts(request);
    const operation = sts ? requestedAction(request) : targetedOperation(request);
    const region = signedRegion(request) ?? this.#options.region;
    const { body, unreadable } = sts ? { body: {} } : readBody(request.text);
    const facts = requestFacts(body);
    const fault = this.faults.next(operation, facts.secretId);
    const settle = this.#options.journal.open({
      at: this.#options.now().toISOString(),
      operation,
      region,
      ...facts,
      fault: fault?.kind,
    });

    const perform = (): WireAnswer => {
      assertSigned(request);
      if (unreadable) throw unreadable;
      if (sts) return callerIdentity(operation, region, this.#options.accountId);
      const answer = this.#run(operation, region, body, fault?.kind === "stale-read");
      Object.assign(facts, answerFacts(answer as Record<string, unknown>));
      return jsonAnswer(200, answer);
    };
    const refuse = (error: ServiceError) => {
      settle({ status: error.status, errorType: error.type });
      return sts ? stsError(error) : jsonError(error);
    };

    await this.#callHooks("before", operation, body);
    if (this.#options.latencyMs > 0) await wait(this.#options.latencyMs);
    if (fault?.kind === "latency") await wait(fault.latencyMs);
    const without = fault && outcomeWithoutEffect(fault);
    if (without instanceof ServiceError) return refuse(without);
    if (without) {
      settle({ status: 0 });
      return without;
    }

    let result: WireAnswer | ServiceError;
    try {
      result = perform();
    } catch (error) {
      result = error instanceof ServiceError ? error : internalError(error);
    }
    await this.#callHooks("after", operation, body);
    if (fault?.kind === "drop-after") {
      settle({ ...facts, status: 0 });
      return "drop";
    }
    if (fault?.kind === "error") return refuse(faultError(fault));
    if (result instanceof ServiceError) return refuse(result);
    settle({ ...facts, status: result.status });
    return result;
  }

  #run(name: string, region: string, body: Record<string, unknown>, stale: boolean): object {
    const operation = operations.get(name);
    if (!operation) throw new ServiceError("UnknownOperationException", `Unknown operation ${name}.`);
    const { store, accountId, now } = this.#options;
    return operation.run(body, {
      operation: name,
      region,
      accountId,
      now: now().getTime(),
      secrets: stale ? store.stale : store,
      replace: (before, after) => store.replace(before, after),
      noteAccess: (accessed) => (stale ? undefined : store.noteAccess(accessed)),
    });
  }

  async #callHooks(phase: "before" | "after", operation: string, body: Record<string, unknown>) {
    for (const hook of this.hooks) await hook(phase, operation, body);
  }
}

function readBody(text: string): { body: Record<string, unknown>; unreadable?: ServiceError } {
  try {
    return { body: parseBody(text) };
  } catch (error) {
    return { body: {}, unreadable: error as ServiceError };
  }
}

function outcomeWithoutEffect(fault: FaultRule): ServiceError | "drop" | "hang" | undefined {
  if (fault.kind === "throttle") return new ServiceError("ThrottlingException", "Rate exceeded");
  if (fault.kind === "drop-before") return "drop";
  if (fault.kind === "hang") return "hang";
  return fault.kind === "error" && !fault.after ? faultError(fault) : undefined;
}

function faultError({ errorType = "InternalServiceError", message, status }: FaultRule): ServiceError {
  return new ServiceError(errorType, message ?? "The sandbox was told to answer with this error.", status);
}

/** A mistake of the sandbox, said on standard error; the answer does not repeat it. */
function internalError(error: unknown): ServiceError {
  console.error(error);
  return new ServiceError("InternalServiceError", "An error occurred on the server side.");
}
