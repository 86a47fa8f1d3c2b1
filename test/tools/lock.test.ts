import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const { withLock, STALE_AFTER_MS } = jest.requireActual<{
  withLock: <T>(folder: string, work: () => Promise<T>, waiting?: () => void) => Promise<T>;
  STALE_AFTER_MS: number;
}>("../../tools/setup/lock.js");

describe("two set-ups at once", () => {
  let folder: string;
  let lock: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "lock-"));
    lock = path.join(folder, "cache", "setup.lock");
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it("work one after the other, and the second says that it waits", async () => {
    const events: string[] = [];
    const work = async (name: string) => {
      events.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      events.push(`${name} ends`);
    };
    await Promise.all([
      withLock(lock, () => work("first")),
      withLock(
        lock,
        () => work("second"),
        () => events.push("second waits"),
      ),
    ]);
    expect(events).toEqual(["first begins", "second waits", "first ends", "second begins", "second ends"]);
  });

  it("do not block each other when the first has died", async () => {
    fs.mkdirSync(lock, { recursive: true });
    const longAgo = new Date(Date.now() - STALE_AFTER_MS - 1000);
    fs.utimesSync(lock, longAgo, longAgo);
    await expect(withLock(lock, async () => "done")).resolves.toBe("done");
  });

  it("do not block each other when the first has failed", async () => {
    await expect(withLock(lock, () => Promise.reject(new Error("no network")))).rejects.toThrow("no network");
    expect(fs.existsSync(lock)).toBe(false);
  });
});
