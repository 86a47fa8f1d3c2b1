import { EventEmitter } from "node:events";
import { ask, hold, type Keyboard } from "../../provider/cli/terminal";
import type { Question } from "../../provider/cli/world";

/** A keyboard that remembers what was asked of it. */
class StagedKeyboard extends EventEmitter implements Keyboard {
  readonly done: string[] = [];
  setRawMode(isRaw: boolean): void {
    this.done.push(isRaw ? "raw" : "cooked");
  }
  resume(): void {
    this.done.push("resume");
  }
  pause(): void {
    this.done.push("pause");
  }
}

let keyboard: StagedKeyboard;
let processSignals: EventEmitter;
beforeEach(() => {
  jest.useFakeTimers();
  keyboard = new StagedKeyboard();
  processSignals = new EventEmitter();
});
afterEach(() => jest.useRealTimers());

const start = () => {
  const { done } = keyboard;
  const scene = { show: () => void done.push("show"), hide: () => void done.push("hide") };
  return hold(scene, 120_000, keyboard, processSignals);
};
const listeners = (): number =>
  [keyboard, processSignals].flatMap((source) =>
    source.eventNames().map((name) => source.listenerCount(name)),
  ).length;

describe("what is shown to a person at a terminal", () => {
  it.each<[string, () => void, string]>([
    ["Enter", () => keyboard.emit("data", Buffer.from("\r")), "enter"],
    ["a line feed", () => keyboard.emit("data", Buffer.from("\n")), "enter"],
    ["letters and Enter", () => keyboard.emit("data", Buffer.from("abc\r")), "enter"],
    ["Ctrl-D", () => keyboard.emit("data", Buffer.from("\u0004")), "enter"],
    ["Ctrl-C", () => keyboard.emit("data", Buffer.from("\u0003")), "SIGINT"],
    ["SIGINT", () => processSignals.emit("SIGINT"), "SIGINT"],
    ["SIGTERM", () => processSignals.emit("SIGTERM"), "SIGTERM"],
    ["SIGHUP", () => processSignals.emit("SIGHUP"), "SIGHUP"],
    ["SIGQUIT", () => processSignals.emit("SIGQUIT"), "SIGQUIT"],
    ["a terminal that is closed", () => keyboard.emit("end"), "SIGHUP"],
    ["a terminal that fails", () => keyboard.emit("error", new Error("EIO")), "SIGHUP"],
    ["two minutes", () => jest.advanceTimersByTime(120_000), "time"],
  ])("goes at once with %s", async (_, happen, how) => {
    const leaving = start();
    expect(keyboard.done).toEqual(["raw", "resume", "show"]);
    happen();
    expect(keyboard.done.slice(3)).toEqual(["hide", "pause", "cooked"]);
    expect(await leaving).toBe(how);
    expect(listeners()).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each<[string, () => void]>([
    ["other keys", () => keyboard.emit("data", Buffer.from("abc \u001b[A"))],
    ["Ctrl-Z, which would leave it on the screen", () => keyboard.emit("data", Buffer.from("\u001a"))],
    ["SIGTSTP, which would too", () => processSignals.emit("SIGTSTP")],
    ["a second less than two minutes", () => jest.advanceTimersByTime(119_000)],
  ])("stays in spite of %s", (_, happen) => {
    void start();
    happen();
    expect(keyboard.done).toEqual(["raw", "resume", "show"]);
  });

  it("goes once, whatever comes after", () => {
    void start();
    processSignals.emit("SIGTERM");
    keyboard.emit("data", Buffer.from("\r"));
    jest.advanceTimersByTime(120_000);
    expect(keyboard.done.filter((each) => each === "hide")).toHaveLength(1);
  });

  it("goes even if the terminal cannot be set back", async () => {
    const leaving = start();
    keyboard.setRawMode = () => {
      throw new Error("EIO");
    };
    processSignals.emit("SIGHUP");
    expect(await leaving).toBe("SIGHUP");
  });

  it("goes if it could not be shown whole", async () => {
    const { done } = keyboard;
    const scene = {
      show: () => {
        throw new Error("half of it");
      },
      hide: () => void done.push("hide"),
    };
    await expect(hold(scene, 1, keyboard, processSignals)).rejects.toThrow("half of it");
    expect(done).toEqual(["raw", "resume", "hide", "pause", "cooked"]);
    expect(listeners()).toBe(0);
  });
});

describe("an answer that nobody sees", () => {
  const [enter, backspace, erase, ctrlC, ctrlD, ctrlU] = ["\r", "\u007f", "\b", "\u0003", "\u0004", "\u0015"];
  let written: string;
  beforeEach(() => (written = ""));

  const question = (...questions: Question[]) =>
    ask(questions, keyboard, processSignals, (text) => void (written += text));
  const type = (text: string): void => void keyboard.emit("data", Buffer.from(text));
  const texts = async (answers: ReturnType<typeof question>): Promise<string[]> =>
    ((await answers) as Buffer[]).map((each) => each.toString());

  it.each<[string, string[], string]>([
    ["typed at once", [`hunter2${enter}`], "hunter2"],
    ["typed key by key", [..."hunter2", enter], "hunter2"],
    ["ended by a line feed", ["hunter2\n"], "hunter2"],
    ["ended by Ctrl-D", [`hunter2${ctrlD}`], "hunter2"],
    ["of nothing", [enter], ""],
    ["with the last character taken back", [`hunter3${backspace}2${enter}`], "hunter2"],
    ["with it taken back by the other key", [`hunter3${erase}2${enter}`], "hunter2"],
    ["with more taken back than there was", [`ab${backspace.repeat(5)}hunter2${enter}`], "hunter2"],
    ["with a character of three bytes taken back", [`hunter密${backspace}2${enter}`], "hunter2"],
    ["with a character taken back that came in pieces", ["hunter", `密${backspace}`, `2${enter}`], "hunter2"],
    ["begun anew by Ctrl-U", [`password${ctrlU}hunter2${enter}`], "hunter2"],
    ["with a key that shows as nothing", [`a\u001b[Ab${enter}`], "a\u001b[Ab"],
    ["with Ctrl-Z", [`a\u001ab${enter}`], "a\u001ab"],
    ["longer than any can be", [`${"x".repeat(5000)}${enter}`], "x".repeat(1024)],
  ])("%s", async (_, typed, answer) => {
    const answers = question({ prompt: "Word: " });
    expect(keyboard.done).toEqual(["raw", "resume"]);
    expect(written).toBe("Word: ");
    typed.forEach(type);
    expect(await texts(answers)).toEqual([answer]);
    expect(written).toBe("Word: \n");
    expect(keyboard.done).toEqual(["raw", "resume", "pause", "cooked"]);
    expect(listeners()).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each<[string, string[]]>([
    ["one after the other", [`first${enter}`, `second${enter}`]],
    ["in one go, as they are pasted", [`first${enter}second${enter}`]],
    ["with keys after the end, which nobody gets", [`first${enter}second${enter}third`]],
  ])("of two questions, %s, without an echo between them", async (_, typed) => {
    const answers = question({ prompt: "Word: " }, { prompt: "Again: " });
    typed.forEach(type);
    expect(await texts(answers)).toEqual(["first", "second"]);
    expect(written).toBe("Word: \nAgain: \n");
    expect(keyboard.done).toEqual(["raw", "resume", "pause", "cooked"]);
  });

  it("is checked before the next question", async () => {
    const check = (answer: Buffer): void => {
      throw new Error(`${answer.length} characters`);
    };
    const answers = question({ prompt: "Word: ", check }, { prompt: "Again: " });
    type(`first${enter}second${enter}`);
    await expect(answers).rejects.toThrow("5 characters");
    expect(written).toBe("Word: \n");
    expect(keyboard.done).toEqual(["raw", "resume", "pause", "cooked"]);
    expect(listeners()).toBe(0);
  });

  it.each<[string, () => void, string]>([
    ["Ctrl-C", () => type(`half${ctrlC}more`), "SIGINT"],
    ["SIGINT", () => processSignals.emit("SIGINT"), "SIGINT"],
    ["SIGTERM", () => processSignals.emit("SIGTERM"), "SIGTERM"],
    ["SIGHUP", () => processSignals.emit("SIGHUP"), "SIGHUP"],
    ["SIGQUIT", () => processSignals.emit("SIGQUIT"), "SIGQUIT"],
    ["a terminal that is closed", () => keyboard.emit("end"), "SIGHUP"],
    ["a terminal that fails", () => keyboard.emit("error", new Error("EIO")), "SIGHUP"],
  ])("is given up by %s, and the terminal is as before", async (_, happen, how) => {
    const answers = question({ prompt: "Word: " }, { prompt: "Again: " });
    type(`first${enter}sec`);
    happen();
    expect(await answers).toBe(how);
    expect(written).toBe("Word: \nAgain: \n");
    expect(keyboard.done).toEqual(["raw", "resume", "pause", "cooked"]);
    expect(listeners()).toBe(0);
  });

  it("waits for as long as it takes, and is not stopped meanwhile", () => {
    void question({ prompt: "Word: " });
    processSignals.emit("SIGTSTP");
    jest.advanceTimersByTime(24 * 60 * 60 * 1000);
    expect(keyboard.done).toEqual(["raw", "resume"]);
  });

  it("leaves nothing of it in what the keyboard has sent, nor in what is given up", async () => {
    const kept: Buffer[] = [];
    const check = (answer: Buffer): void => void kept.push(answer);
    const answers = question({ prompt: "Word: ", check }, { prompt: "Again: " });
    const sent = Buffer.from(`first${enter}half`);
    keyboard.emit("data", sent);
    expect(sent.every((byte) => byte === 0)).toBe(true);
    type(ctrlC);
    await answers;
    expect(kept).toEqual([Buffer.alloc(5)]);
  });
});
