import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { AppServer } from "../../sandbox/demo/rotation/app-server";

let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "app-server-"))));
afterEach(() => fs.rmSync(folder, { recursive: true }));

function program(text: string): string {
  const file = path.join(folder, "server.js");
  fs.writeFileSync(file, text);
  return file;
}

describe("the application of the demonstration", () => {
  it("is waited for until it listens", async () => {
    const file = program(
      'setTimeout(() => console.log("listening on port " + process.env.START), 50); setInterval(() => {}, 1e6);',
    );
    const server = await AppServer.start({ START: "4711" }, { file });
    expect(server.endpoint).toBe("http://127.0.0.1:4711");
    await server.stop();
  });

  it("that ends is told with what it printed", async () => {
    const file = program('console.error("APP_ID is missing."); process.exitCode = 1;');
    await expect(AppServer.start({}, { file })).rejects.toThrow(
      /^The server has not started:\nAPP_ID is missing\.\n$/,
    );
  });

  it("that never listens is ended in time", async () => {
    const file = program("setInterval(() => {}, 1e6);");
    const ended = jest.spyOn(AppServer.prototype, "stop");
    await expect(AppServer.start({}, { file, milliseconds: 200 })).rejects.toThrow(
      /^The server was not listening after 0\.2 s:\n/,
    );
    await expect(ended.mock.results[0]!.value).resolves.toBeUndefined();
  });
});
