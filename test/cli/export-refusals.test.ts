import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createFiles, NotWritten } from "../../provider/cli/new-files";
import { CfcaStage, failed, secretName } from "./cfca-stage";
import type { StagedWorld } from "./staged-world";

let stage: CfcaStage;
beforeAll(async () => {
  stage = await CfcaStage.open();
});
beforeEach(() => stage.begin());
afterAll(() => stage.close());

const coded = (code: string): Error => Object.assign(new Error(code), { code });

describe("export refuses, before any call to AWS,", () => {
  const terminals = "Say where it is: --password-env, --password-file or --password-secret-arn.";
  const reference = (option: string, expected: string, found: string) =>
    `${option}: this is no place for a password (expected ${expected}, found ${found}).`;

  it.each<[string, string[], string]>([
    ["a digit in the name", ["--name", "Shop1"], "other characters"],
    ["an ending", ["--name", "Shop.pfx"], "other characters"],
    ["a path", ["--name", "../Shop"], "other characters"],
    ["a hyphen", ["--name", "my-shop"], "other characters"],
    ["letters of another alphabet", ["--name", "Größe"], "other characters"],
    ["a line end", ["--name", "Shop\n"], "other characters"],
    ["no letter", ["--name", ""], "0 letters"],
    ["65 letters", ["--name", "a".repeat(65)], "65 letters"],
  ])("a name with %s", async (_, argv, found) => {
    await stage.expectRefusal(
      `--name: the open platform takes file names of letters only (expected 1 to 64 letters A-Z and a-z, without an ending, found ${found}). Take the \`exportName\` of the CfcaCertificate.`,
      2,
      ...argv,
    );
    expect(stage.world.connections).toEqual([]);
  });

  it("a command line without a name", async () => {
    expect(await stage.run("export", secretName, ...stage.place)).toEqual(
      failed("required option '--name <letters>' not specified\nTry: merchant-credentials export --help", 2),
    );
  });

  it.each<[string, string[], string]>([
    ["no folder", ["--to="], "--to: the value is empty."],
    [
      "a version that is none",
      ["--version", "latest"],
      "--version: this is not a version of ours (expected a version id of 64 hex digits, or its first 16, found 6 characters). Copy the output currentVersionId, or a versionId of history.",
    ],
    [
      "two places of the password",
      ["--password-env", "X", "--password-file", "y"],
      "option '--password-env <name>' cannot be used with option '--password-file <path>'\nTry: merchant-credentials export --help",
    ],
    [
      "a key without a secret",
      ["--password-env", "X", "--password-json-key", "y"],
      "--password-json-key: only a secret in AWS Secrets Manager has keys. Give --password-secret-arn as well.",
    ],
    [
      "a variable that cannot be",
      ["--password-env", "hunter2 hunter2"],
      reference(
        "--password-env",
        "the name of an environment variable, such as SHOP_API_SECRET",
        "a text of 15 characters",
      ),
    ],
    [
      "a file of no name",
      ["--password-file="],
      reference("--password-file", "the path of a file: 1 to 1024 characters on one line", "an empty text"),
    ],
    [
      "the name of a secret",
      ["--password-secret-arn", "words/pfx"],
      reference(
        "--password-secret-arn",
        "the full ARN of a secret, as in arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-AbCdEf",
        "a text of 9 characters",
      ),
    ],
  ])("%s", async (_, argv, message) => {
    await stage.expectRefusal(message, 2, ...argv);
    expect(stage.world.connections).toEqual([]);
  });

  it.each<[string, (world: StagedWorld) => void, string]>([
    ["input from a pipe", ({ isTerminal }) => (isTerminal.stdin = false), "standard input is not a terminal"],
    [
      "questions into a pipe",
      ({ isTerminal }) => (isTerminal.stderr = false),
      "standard error is not a terminal",
    ],
    ["a CI job", ({ environment }) => (environment.CI = "1"), "CI is set, so this is a CI job"],
  ])("to ask a person through %s", async (_, arrange, why) => {
    arrange(stage.world);
    await stage.expectRefusal(`nobody can be asked for the password: ${why}. ${terminals}`, 2);
    expect(stage.world.connections).toEqual([]);
  });

  it.each<[string, string, () => void, string]>([
    [
      "a folder that is not there",
      "keys",
      () => undefined,
      "--to: there is no such folder, and none is made (found FOLDER/keys). Make it first, for yourself alone: mkdir -m 700 FOLDER.",
    ],
    [
      "a home folder that no shell has written out",
      "~/keys",
      () => undefined,
      "--to: there is no such folder, and none is made (found FOLDER/~/keys). ~ is not expanded here: write the path out.",
    ],
    [
      "a file",
      "keys",
      () => writeFileSync(join(stage.folder, "keys"), ""),
      "--to: this is not a folder (found FOLDER/keys). Give the folder that the two files go into.",
    ],
    [
      "what is below a file",
      "keys/more",
      () => writeFileSync(join(stage.folder, "keys"), ""),
      "--to: this is not a folder (found FOLDER/keys/more). Give the folder that the two files go into.",
    ],
    [
      "links that lead in a circle",
      "keys",
      () => symlinkSync("keys", join(stage.folder, "keys")),
      "--to: its symbolic links lead in a circle (found FOLDER/keys). Give another with --to.",
    ],
    [
      "a folder that may not be written to",
      ".",
      () => (stage.world.disk.assertWritable = () => Promise.reject(coded("EACCES"))),
      "--to: there is no permission to write into it (found FOLDER). Give another with --to.",
    ],
    [
      "a folder on a disk that is read-only",
      ".",
      () => (stage.world.disk.assertWritable = () => Promise.reject(coded("EROFS"))),
      "--to: it is on a disk that is read-only (found FOLDER). Give another with --to.",
    ],
    [
      "a folder of which nobody knows what is wrong",
      ".",
      () => (stage.world.disk.realPath = () => Promise.reject(coded("EIO"))),
      "--to: it cannot be used (EIO) (found FOLDER). Give another with --to.",
    ],
  ])("%s", async (_, to, arrange, message) => {
    arrange();
    // FOLDER in capitals stands in the hint as well.
    const [before, ...hint] = message.split(". Make");
    const expected = [before!.replace("FOLDER", stage.folder), ...hint].join(". Make");
    await stage.expectRefusal(expected, 1, "--to", to);
    expect(stage.world.connections).toEqual([]);
  });

  describe("a git work tree:", () => {
    const inside = (folder: string, root: string) =>
      `--to: a private key does not go into a git work tree (expected a folder outside of any, found ${folder}, in the work tree that begins at ${root}). Name a folder outside of it with --to.`;
    const folderIn = (...path: string[]): string => {
      const folder = join(stage.folder, ...path);
      mkdirSync(folder, { recursive: true });
      return folder;
    };

    it.each<[string, (root: string) => void]>([
      ["the folder .git", (root) => mkdirSync(join(root, ".git"))],
      ["the file .git, as in a further work tree", (root) => writeFileSync(join(root, ".git"), "gitdir: /x")],
      ["a link .git that leads nowhere", (root) => symlinkSync("/nowhere", join(root, ".git"))],
    ])("%s is in it", async (_, arrange) => {
      const root = folderIn("shop");
      arrange(root);
      await stage.expectRefusal(inside(root, root), 1, "--to", root);
      expect(stage.world.connections).toEqual([]);
    });

    it("begins three folders above", async () => {
      const root = folderIn("shop");
      const deep = folderIn("shop", "a", "b", "c");
      mkdirSync(join(root, ".git"));
      await stage.expectRefusal(inside(deep, root), 1, "--to", deep);
    });

    it("is the current folder", async () => {
      mkdirSync(join(stage.folder, ".git"));
      await stage.expectRefusal(inside(stage.folder, stage.folder), 1);
    });

    it("is where a link from outside leads", async () => {
      const root = folderIn("shop");
      const keys = folderIn("shop", "keys");
      mkdirSync(join(root, ".git"));
      symlinkSync(keys, join(stage.folder, "link"));
      await stage.expectRefusal(inside(keys, root), 1, "--to", "link");
    });

    it("is not where a link from inside leads", async () => {
      await stage.issue();
      const root = folderIn("shop");
      const keys = folderIn("keys");
      chmodSync(keys, 0o700);
      mkdirSync(join(root, ".git"));
      symlinkSync(keys, join(root, "link"));
      expect(await stage.exported("--to", join(root, "link"))).toMatchObject({ stderr: "", exitCode: 0 });
      expect(readdirSync(keys)).toHaveLength(2);
    });
  });

  it.each<[string, string, (path: string) => void]>([
    ["a certificate", "cer", (path) => writeFileSync(path, "mine")],
    ["a key", "pfx", (path) => writeFileSync(path, "mine")],
    ["a folder", "pfx", (path) => mkdirSync(path)],
    ["a link to elsewhere", "pfx", (path) => symlinkSync(join(dirname(path), "target"), path)],
  ])("a name that %s has", async (_, ending, arrange) => {
    const path = join(stage.folder, `ExampleShop.${ending}`);
    arrange(path);
    const before = lstatSync(path);
    await stage.expectRefusal(
      `there is a file of this name already (found ${path}). It is left as it is. Give another --name or --to, or delete it.`,
      1,
    );
    expect(lstatSync(path).ino).toBe(before.ino);
    expect(existsSync(join(stage.folder, "target"))).toBe(false);
    expect(stage.world.connections).toEqual([]);
  });

  it("a secret on its command line", async () => {
    const { stderr, exitCode } = await stage.exported("--password-env", "0123456789abcdefghijABCDEFGHIJ45");
    expect(exitCode).toBe(2);
    expect(stderr).not.toContain("0123456789");
  });
});

describe("a file that cannot be written", () => {
  it("because somebody was quicker, is theirs, and the other one is gone again", async () => {
    await stage.issue();
    const { disk } = stage.world;
    const pfx = join(stage.folder, "ExampleShop.pfx");
    stage.world.disk = {
      ...disk,
      createFiles: (wanted) => {
        writeFileSync(pfx, "theirs");
        return disk.createFiles(wanted);
      },
    };
    expect(await stage.exported()).toEqual(
      failed(
        `there is a file of this name already (found ${pfx}). It is left as it is. Give another --name or --to, or delete it.`,
      ),
    );
    expect(stage.files()).toEqual(["ExampleShop.pfx"]);
    expect(readFileSync(pfx, "utf8")).toBe("theirs");
  });

  it.each<[string, string]>([
    ["ENOSPC", "the disk is full"],
    ["EDQUOT", "the disk is full for this user"],
    ["EACCES", "there is no permission to write it"],
    ["EROFS", "the disk is read-only"],
    ["EIO", "it cannot be written (EIO)"],
  ])("because of %s, leaves no half state", async (code, says) => {
    await stage.issue();
    const { disk } = stage.world;
    stage.world.disk = { ...disk, createFiles: (wanted) => createFiles(wanted, failingSecond(code)) };
    await stage.expectRefusal(
      `${join(stage.folder, "ExampleShop.pfx")}: ${says}. Nothing of this run is left there.`,
      1,
    );
  });

  it("and cannot be taken away either, is named", async () => {
    await stage.issue();
    const pfx = join(stage.folder, "ExampleShop.pfx");
    stage.world.disk.createFiles = () => Promise.reject(new NotWritten(pfx, "EIO", [pfx]));
    await stage.expectRefusal(
      `${pfx}: it cannot be written (EIO). This run could not take away what it had begun: delete ${pfx}.`,
      1,
    );
  });

  it("because its folder has gone", async () => {
    await stage.issue();
    const { disk } = stage.world;
    const keys = join(realpathSync(stage.folder), "keys");
    mkdirSync(keys, { mode: 0o700 });
    stage.world.disk = {
      ...disk,
      createFiles: (wanted) => {
        rmSync(keys, { recursive: true });
        return disk.createFiles(wanted);
      },
    };
    const { stderr } = await stage.exported("--to", keys);
    expect(stderr).toBe(
      `error: ${join(keys, "ExampleShop.cer")}: the folder is gone. Nothing of this run is left there.\n`,
    );
  });
});

/** Real files, the second of which takes no bytes. */
function failingSecond(code: string): Parameters<typeof createFiles>[1] {
  let opened = 0;
  return async (path) => {
    const handle = await open(path, "wx", 0o600);
    if (++opened === 1) return handle;
    return {
      chmod: (mode) => handle.chmod(mode),
      sync: () => handle.sync(),
      close: () => handle.close(),
      writeFile: () => Promise.reject(coded(code)),
    };
  };
}
