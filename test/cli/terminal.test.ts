import { EventEmitter } from "node:events";
import { hold, type Keyboard } from "../../provider/cli/terminal";

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
