import type { EventEmitter } from "node:events";
import { constants } from "node:os";

/** What ends a program from outside. */
export const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

export type Signal = (typeof signals)[number];

/** As a shell reports a command that a signal has ended. */
export function exitCodeOf(signal: Signal): number {
  return 128 + constants.signals[signal];
}

/** Does something that may not end halfway, in spite of signals; it has to be short. */
export async function inSpiteOfSignals<Result>(
  processSignals: EventEmitter,
  work: () => Promise<Result>,
): Promise<Result> {
  const ignore = (): void => undefined;
  for (const signal of signals) processSignals.on(signal, ignore);
  try {
    return await work();
  } finally {
    for (const signal of signals) processSignals.off(signal, ignore);
  }
}
