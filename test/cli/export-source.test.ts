import { randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { apiSecret, stackExport, stateFile } from "./exported-stacks";
import { StagedWorld } from "./staged-world";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "command-line-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const megabyte = 1024 * 1024;
const canary = randomBytes(24).toString("base64");

function file(name: string, content: string | Uint8Array): string {
  const place = path.join(folder, name);
  fs.writeFileSync(place, content);
  return place;
}

function largeFile(name: string, size: number): string {
  const place = file(name, "{");
  fs.truncateSync(place, size);
  return place;
}

const notAState =
  "this is not the state of a stack (expected what `pulumi stack export` writes, or a state file, found";

/** What a file is, and what is said of it; `{}` stands for its path. */
const badFiles: [string, () => string, string][] = [
  ["missing", () => path.join(folder, "none"), "{}: there is no such file."],
  ["below a file", () => path.join(file("plain", "x"), "none"), "{}: there is no such file."],
  ["a folder", () => folder, "{}: this is a folder, not a file."],
  [
    "of a name that no file system takes",
    () => path.join(folder, "x".repeat(5000)),
    "{}: it cannot be read (ENAMETOOLONG).",
  ],
  [
    "empty",
    () => file("empty", ""),
    `${notAState} nothing at all). Check the command that writes it: it may have failed.`,
  ],
  ["of 100 MB", () => largeFile("large", 100 * megabyte), "{}: it is larger than 64 MB."],
  ["of a byte more than 64 MB", () => largeFile("larger", 64 * megabyte + 1), "{}: it is larger than 64 MB."],
  ["without an end", () => "/dev/zero", "{}: it is larger than 64 MB."],
  [
    "binary",
    () => file("binary", randomBytes(1000).fill(0xff, 0, 9)),
    `${notAState} bytes that are not UTF-8 text). Let Pulumi write it: pulumi stack export --file FILE.`,
  ],
  [
    "text with a zero in it",
    () => file("zero", '{"version":3\0}'),
    `${notAState} bytes that are not UTF-8 text). Let Pulumi write it: pulumi stack export --file FILE.`,
  ],
  [
    "UTF-16, as an old PowerShell writes it",
    () => file("utf16", Buffer.from(`\ufeff${stackExport()}`, "utf16le")),
    `${notAState} bytes that are not UTF-8 text). Let Pulumi write it: pulumi stack export --file FILE.`,
  ],
  [
    "compressed",
    () => file("gzip", gzipSync(stackExport(apiSecret()))),
    `${notAState} compressed bytes). Unpack it: gunzip -c FILE | merchant-credentials status --file -.`,
  ],
  [
    "broken JSON",
    () => file("broken", `{"version":3,"deployment":{"resources":["${canary}"`),
    `${notAState} text that is not a JSON object).`,
  ],
  ["a list", () => file("list", `["${canary}"]`), `${notAState} text that is not a JSON object).`],
  ["a text", () => file("text", `"${canary}"`), `${notAState} text that is not a JSON object).`],
  [
    "JSON of something else",
    () => file("else", `{"secret":"${canary}"}`),
    `${notAState} JSON of another form).`,
  ],
  [
    "a version without a state",
    () => file("version", '{"version":3}'),
    `${notAState} JSON of another form).`,
  ],
  [
    "resources that are no list",
    () => file("odd", `{"version":3,"deployment":{"resources":"${canary}"}}`),
    `${notAState} JSON of another form).`,
  ],
  [
    "an export of many years ago",
    () => file("old", '{"version":2,"deployment":{"resources":[]}}'),
    `${notAState} one of version 2). Import and export it with a Pulumi of today.`,
  ],
];

describe("status --file, where the file is", () => {
  it.each(badFiles)("%s", async (_, make, message) => {
    const place = make();
    const found = await new StagedWorld().run("status", "--file", place);
    const expected = message.replace("{}", place.length > 500 ? `${place.slice(0, 500)}…` : place);
    expect(found).toEqual({ stdout: "", stderr: `error: ${expected}\n`, exitCode: 1 });
    expect(found.stderr).not.toContain(canary.slice(0, 8));
  });

  it("not for us to read", async () => {
    const world = new StagedWorld();
    world.readFile = () => Promise.reject(Object.assign(new Error("text of Node.js"), { code: "EACCES" }));
    expect(await world.run("status", "--file", "state.json")).toEqual({
      stdout: "",
      stderr: "error: state.json: there is no permission to read it.\n",
      exitCode: 1,
    });
  });

  it("of a name with an escape sequence", async () => {
    const { stderr } = await new StagedWorld().run("status", "--file", "/none/\u001b[2J\nx");
    expect(stderr).toBe("error: /none/[2Jx: there is no such file.\n");
  });

  it.each<[string, string]>([
    ["an export", stackExport(apiSecret())],
    ["a state file", stateFile(apiSecret())],
    ["an export with a byte order mark", `\ufeff${stackExport(apiSecret())}`],
    [
      "an export with encrypted secrets",
      stackExport(
        apiSecret({
          other: {
            "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
            ciphertext: "v1:abc",
          },
        }),
      ),
    ],
  ])("%s, all is well", async (_, text) => {
    expect(await new StagedWorld().run("status", "--file", file("good", text))).toMatchObject({
      stderr: "",
      exitCode: 0,
    });
  });
});

describe("status --file -", () => {
  it("does not wait for somebody to type a state", async () => {
    expect(await new StagedWorld().run("status", "--file", "-")).toEqual({
      stdout: "",
      stderr:
        "error: --file -: standard input is a terminal. Pipe a state into it: pulumi stack export | merchant-credentials status --file -.\n",
      exitCode: 2,
    });
  });
});

/** A `pulumi` that writes down its arguments and does what a line of shell says. */
function worldWithPulumi(script: string): { world: StagedWorld; args: () => string } {
  const place = fs.mkdtempSync(path.join(folder, "bin-"));
  const log = path.join(place, "args");
  fs.writeFileSync(path.join(place, "pulumi"), `#!/bin/sh\nprintf '%s|' "$@" > '${log}'\n${script}\n`, {
    mode: 0o755,
  });
  const world = new StagedWorld();
  world.environment = { PATH: `${place}:/usr/bin:/bin`, TERM: "xterm" };
  return { world, args: () => fs.readFileSync(log, "utf8") };
}

describe("status without a file", () => {
  const good = file("exported", stackExport(apiSecret()));

  it.each<[string, string[], string]>([
    ["asks for the selected stack", [], "stack|export|--non-interactive|"],
    [
      "asks for a named stack",
      ["--stack", "acme/shop/prod"],
      "stack|export|--non-interactive|--stack=acme/shop/prod|",
    ],
    ["asks in another folder", ["--cwd", "infra"], "stack|export|--non-interactive|--cwd=infra|"],
    [
      "lets no name pass for an option",
      ["--stack=--show-secrets"],
      "stack|export|--non-interactive|--stack=--show-secrets|",
    ],
  ])("%s, never for secrets", async (_, options, asked) => {
    const { world, args } = worldWithPulumi(`cat '${good}'`);
    expect(await world.run("status", ...options)).toMatchObject({ stderr: "", exitCode: 0 });
    expect(args()).toBe(asked);
  });

  it("says that pulumi is not on PATH", async () => {
    const world = new StagedWorld();
    world.environment = { PATH: folder };
    expect(await world.run("status")).toEqual({
      stdout: "",
      stderr: "error: the program `pulumi` is not on PATH. Install it, or give what it exports by --file.\n",
      exitCode: 1,
    });
  });

  it("passes on the last lines of what pulumi complains of, and nothing of its output", async () => {
    const { world } = worldWithPulumi(
      `echo '${canary}'; for n in 1 2 3 4 5 6 7 8 9; do echo "line $n" >&2; done; printf '\\033[31merror:\\033[0m no stack named x\\r\\n\\n' >&2; exit 255`,
    );
    const lines = [3, 4, 5, 6, 7, 8, 9].map((n) => `line ${n}\n`).join("");
    expect(await world.run("status", "--stack", "x")).toEqual({
      stdout: "",
      stderr: `${lines}error: no stack named x\nerror: pulumi stack export failed with exit code 255.\n`,
      exitCode: 1,
    });
  });

  it.each<[string, string, string]>([
    ["fails without a word", "exit 3", "pulumi stack export failed with exit code 3."],
    ["is killed", "kill -9 $$", "pulumi stack export was ended by a signal."],
    [
      "says nothing at all",
      "exit 0",
      `${notAState} nothing at all). Check the command that writes it: it may have failed.`,
    ],
    ["never stops", "cat /dev/zero", "pulumi stack export: it is larger than 64 MB."],
  ])("says so where pulumi %s", async (_, script, message) => {
    const { world } = worldWithPulumi(script);
    expect(await world.run("status")).toEqual({ stdout: "", stderr: `error: ${message}\n`, exitCode: 1 });
  });
});
