import { EventEmitter } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFiles, NotWritten, openNewFile, type NewFileHandle } from "../../provider/cli/new-files";
import { inSpiteOfSignals, signals } from "../../provider/cli/signals";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "new-files-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);
const two = () => [
  { path: at("a"), content: Buffer.from("first") },
  { path: at("b"), content: Buffer.from("second") },
];
const caught = (promise: Promise<void>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Real files, one of which fails at one step. */
function failing(name: string, step: keyof NewFileHandle, done: string[] = []) {
  return async (path: string): Promise<NewFileHandle> => {
    done.push(`open ${path.at(-1)}`);
    const handle = await openNewFile(path);
    const does =
      <Rest extends unknown[]>(what: keyof NewFileHandle, act: (...rest: Rest) => Promise<void>) =>
      (...rest: Rest): Promise<void> => {
        done.push(`${what} ${path.at(-1)}`);
        const fails = path === at(name) && what === step;
        if (!fails) return act(...rest);
        const no = Object.assign(new Error("no"), { code: "EIO" });
        return what === "close" ? handle.close().then(() => Promise.reject(no)) : Promise.reject(no);
      };
    return {
      chmod: does("chmod", (mode: number) => handle.chmod(mode)),
      writeFile: does("writeFile", (content: Uint8Array) => handle.writeFile(content)),
      sync: does("sync", () => handle.sync()),
      close: does("close", () => handle.close()),
    };
  };
}

describe("new files", () => {
  it("are all there, with their content", async () => {
    await createFiles(two());
    expect(readdirSync(folder).sort()).toEqual(["a", "b"]);
    expect(readFileSync(at("a"), "utf8") + readFileSync(at("b"), "utf8")).toBe("firstsecond");
  });

  it("are nobody else's from the moment in which they are made", async () => {
    const before = process.umask(0);
    try {
      const handle = await openNewFile(at("a"));
      expect(statSync(at("a")).mode & 0o7777).toBe(0o600);
      await handle.close();
    } finally {
      process.umask(before);
    }
  });

  it("are named before anything is written, and on the disk before the next is", async () => {
    const done: string[] = [];
    await createFiles(two(), failing("", "close", done));
    expect(done).toEqual([
      ...["open a", "open b"],
      ...["chmod a", "writeFile a", "sync a", "close a"],
      ...["chmod b", "writeFile b", "sync b", "close b"],
    ]);
  });

  it.each<["a" | "b", keyof NewFileHandle]>([
    ["a", "chmod"],
    ["a", "writeFile"],
    ["a", "sync"],
    ["b", "chmod"],
    ["b", "writeFile"],
    ["b", "sync"],
    ["b", "close"],
  ])("are all gone again if %s fails at %s", async (name, step) => {
    const error = await caught(createFiles(two(), failing(name, step)));
    expect(error).toBeInstanceOf(NotWritten);
    expect(error).toMatchObject({ path: at(name), code: "EIO", left: [] });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("do not follow a link that leads nowhere", async () => {
    symlinkSync(at("target"), at("b"));
    expect(await caught(createFiles(two()))).toMatchObject({ path: at("b"), code: "EEXIST", left: [] });
    expect(readdirSync(folder)).toEqual(["b"]);
    expect(existsSync(at("target"))).toBe(false);
  });

  it("that cannot be taken away again are named", async () => {
    const open = failing("b", "sync");
    const vanishing = async (path: string): Promise<NewFileHandle> => {
      const handle = await open(path);
      if (path === at("b")) rmSync(at("a"));
      return handle;
    };
    expect(await caught(createFiles(two(), vanishing))).toMatchObject({ left: [at("a")] });
  });
});

describe("what may not end halfway", () => {
  const listening = (source: EventEmitter): number[] => signals.map((signal) => source.listenerCount(signal));

  it("goes on in spite of signals, which do as usual afterwards", async () => {
    const source = new EventEmitter();
    const result = await inSpiteOfSignals(source, () => {
      expect(listening(source)).toEqual([1, 1, 1, 1]);
      return Promise.resolve("done");
    });
    expect(result).toBe("done");
    expect(listening(source)).toEqual([0, 0, 0, 0]);
  });

  it("does so after a failure too", async () => {
    const source = new EventEmitter();
    await expect(inSpiteOfSignals(source, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(listening(source)).toEqual([0, 0, 0, 0]);
  });
});
