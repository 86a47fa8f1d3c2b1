import type { EventEmitter } from "node:events";
import { signals, type Signal } from "./signals";
import type { Leaving, Question, Scene } from "./world";

/** The part of `process.stdin` that is needed; in raw mode keys are neither echoed nor turned into signals. */
export interface Keyboard extends EventEmitter {
  setRawMode(isRaw: boolean): unknown;
  resume(): unknown;
  pause(): unknown;
}

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
  return atKeyboard<Leaving>(keyboard, processSignals, {
    begin: show,
    onKeys: (pressed) => keys.find(([character]) => String(pressed).includes(character))?.[1],
    finish: hide,
    limit: { milliseconds, result: "time" },
  });
}

/**
 * Asks a person at the terminal one question after the other, and shows nothing of the answers. Backspace takes the last
 * character back and Ctrl-U all of them; Enter and Ctrl-D end an answer. Other keys are part of it, those that show as
 * nothing too: whoever checks the answer sees them.
 *
 * @param write to the terminal
 * @returns the answers, or the signal that came instead. Secret.
 */
export function ask(
  questions: readonly Question[],
  keyboard: Keyboard,
  processSignals: EventEmitter,
  write: (text: string) => void,
): Promise<Buffer[] | Signal> {
  const answers: Buffer[] = [];
  let line = new HiddenLine();
  const onKey = (key: number): Buffer[] | Signal | undefined => {
    if (key === 0x03) return "SIGINT";
    if (key !== 0x0d && key !== 0x0a && key !== 0x04) return line.take(key);
    const answer = line.end();
    answers.push(answer);
    write("\n");
    questions[answers.length - 1]!.check?.(answer);
    line = new HiddenLine();
    if (answers.length === questions.length) return answers;
    write(questions[answers.length]!.prompt);
    return undefined;
  };
  return atKeyboard<Buffer[] | Signal>(keyboard, processSignals, {
    begin: () => write(questions[0]!.prompt),
    onKeys: (pressed) => {
      try {
        for (const key of pressed) {
          const result = onKey(key);
          if (result !== undefined) return result;
        }
        return undefined;
      } finally {
        pressed.fill(0);
      }
    },
    finish: (result) => {
      if (Array.isArray(result)) return;
      line.end().fill(0);
      for (const answer of answers) answer.fill(0);
      if (result !== undefined) write("\n");
    },
  });
}

/** What is typed where nobody sees it. */
class HiddenLine {
  /** Far more than any answer may have; what is longer is too long with or without its end. */
  private readonly bytes = Buffer.alloc(1024);
  private length = 0;

  take(key: number): undefined {
    if (key === 0x15) this.length = 0;
    else if (key === 0x08 || key === 0x7f) this.eraseCharacter();
    else if (this.length < this.bytes.length) this.bytes[this.length++] = key;
  }
  /** The line; nothing of it stays here. */
  end(): Buffer {
    const line = Buffer.from(this.bytes.subarray(0, this.length));
    this.bytes.fill(0);
    return line;
  }
  /** A character beyond ASCII has several bytes in UTF-8; all but the first begin with the bits 10. */
  private eraseCharacter(): void {
    while (this.length > 0 && (this.bytes[--this.length]! & 0xc0) === 0x80);
  }
}

interface Session<Result> {
  begin: () => void;
  /** Undefined while it goes on. */
  onKeys: (pressed: Buffer) => Result | undefined;
  /** Called exactly once, first of all whatever has ended it; without a result where that was an error. */
  finish: (result?: Result) => void;
  limit?: { milliseconds: number; result: Result };
}

/** Keys in raw mode until something ends it; then the terminal is as it was. */
function atKeyboard<Result>(
  keyboard: Keyboard,
  processSignals: EventEmitter,
  { begin, onKeys, finish, limit }: Session<Result | Signal>,
): Promise<Result | Signal> {
  return new Promise((resolve, reject) => {
    let isLeft = false;
    const listeners: [EventEmitter, string, (data: unknown) => void][] = [
      [keyboard, "data", (data) => pressed(Buffer.isBuffer(data) ? data : Buffer.from(String(data)))],
      [keyboard, "end", () => leave("SIGHUP")],
      [keyboard, "error", () => leave("SIGHUP")],
      ...signals.map((signal): [EventEmitter, string, () => void] => [
        processSignals,
        signal,
        () => leave(signal),
      ]),
      // A stopped process would leave the screen, and the keys, as they are.
      [processSignals, "SIGTSTP", () => undefined],
    ];
    const timer = limit && setTimeout(() => leave(limit.result), limit.milliseconds);

    function pressed(data: Buffer): void {
      if (isLeft) return;
      try {
        const result = onKeys(data);
        if (result !== undefined) leave(result);
      } catch (error) {
        fail(error as Error);
      }
    }
    function leave(result: Result | Signal): void {
      if (isLeft) return;
      try {
        end(result);
        resolve(result);
      } catch (error) {
        fail(error as Error);
      }
    }
    function fail(error: Error): void {
      if (!isLeft) end();
      reject(error);
    }
    function end(result?: Result | Signal): void {
      isLeft = true;
      try {
        finish(result);
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
      begin();
    } catch (error) {
      fail(error as Error);
    }
  });
}
