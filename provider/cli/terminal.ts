import type { EventEmitter } from "node:events";
import type { Leaving, Scene } from "./world";

/** The part of `process.stdin` that is needed; in raw mode keys are neither echoed nor turned into signals. */
export interface Keyboard extends EventEmitter {
  setRawMode(isRaw: boolean): unknown;
  resume(): unknown;
  pause(): unknown;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

const keys: readonly (readonly [string, Leaving])[] = [
  ["\r", "enter"],
  ["\n", "enter"],
  ["\u0003", "SIGINT"],
  ["\u0004", "enter"],
];

/**
 * Shows a scene until a person presses Enter, a signal comes, the terminal goes away or the time is up. Whatever
 * it is, `hide` runs first of all: nothing else may come between.
 *
 * @param processSignals `process`
 */
export function hold(
  { show, hide }: Scene,
  milliseconds: number,
  keyboard: Keyboard,
  processSignals: EventEmitter,
): Promise<Leaving> {
  return new Promise((resolve) => {
    let isLeft = false;
    const listeners: [EventEmitter, string, (data: unknown) => void][] = [
      [keyboard, "data", (data) => onKeys(String(data))],
      [keyboard, "end", () => leave("SIGHUP")],
      [keyboard, "error", () => leave("SIGHUP")],
      ...signals.map((signal): [EventEmitter, string, () => void] => [
        processSignals,
        signal,
        () => leave(signal),
      ]),
      // A stopped process would leave the screen as it is.
      [processSignals, "SIGTSTP", () => undefined],
    ];
    const timer = setTimeout(() => leave("time"), milliseconds);

    function onKeys(pressed: string): void {
      const key = keys.find(([character]) => pressed.includes(character));
      if (key) leave(key[1]);
    }
    function leave(how: Leaving): void {
      if (isLeft) return;
      end();
      resolve(how);
    }
    function end(): void {
      isLeft = true;
      try {
        hide();
      } finally {
        release();
      }
    }
    function release(): void {
      clearTimeout(timer);
      for (const [source, event, listener] of listeners) source.off(event, listener);
      keyboard.pause();
      try {
        keyboard.setRawMode(false);
      } catch {
        // The terminal has gone away.
      }
    }

    try {
      for (const [source, event, listener] of listeners) source.on(event, listener);
      keyboard.setRawMode(true);
      keyboard.resume();
      show();
    } catch (error) {
      end();
      throw error;
    }
  });
}
