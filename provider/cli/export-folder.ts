import { dirname, join, resolve } from "node:path";
import { MerchantCredentialsError } from "../errors";
import { printable } from "./printable";
import { UsageError } from "./usage-error";
import type { World } from "./world";

const property = "--to";

/**
 * The folder that files of these names can be written into, as an absolute path without symbolic links. Nothing is
 * made.
 *
 * @param given relative to the current folder; default: that one
 * @throws MerchantCredentialsError where it is not a folder, is in a git work tree, may not be written to, or has such
 *   a file
 */
export async function exportFolder(
  given: string | undefined,
  names: readonly string[],
  world: World,
): Promise<string> {
  if (given === "") throw new UsageError("the value is empty", { property });
  const path = resolve(world.folder(), given ?? ".");
  const folder = await realFolder(path, given, world);
  await assertOutsideGit(folder, world);
  await world.disk.assertWritable(folder).catch((error: unknown) => {
    throw cannot(folder, folderProblems[codeOf(error)] ?? unknownProblem(error), "Give another with --to");
  });
  for (const name of names)
    if (await world.disk.look(join(folder, name))) throw fileExists(join(folder, name));
  return folder;
}

/**
 * Why others could change what is written there, if they can. They cannot read it, so it is worth a warning and no
 * more. In a folder such as /tmp, with the sticky bit, only who owns a file can replace it.
 */
export async function folderWarning(folder: string, world: World): Promise<string | undefined> {
  const { mode = 0 } = (await world.disk.look(folder)) ?? {};
  const [others, sticky] = [(mode & 0o022) !== 0, (mode & 0o1000) !== 0];
  if (!others || sticky) return undefined;
  return (
    `other users may write to ${printable(folder)} (mode ${mode.toString(8)}): they cannot read the two files, but can ` +
    "put others in their place. Better is a folder of mode 700"
  );
}

export function fileExists(path: string): MerchantCredentialsError {
  return new MerchantCredentialsError("invalid-input", "there is a file of this name already", {
    actual: printable(path),
    hint: "It is left as it is. Give another --name or --to, or delete it",
  });
}

async function realFolder(path: string, given: string | undefined, { disk }: World): Promise<string> {
  try {
    const folder = await disk.realPath(path);
    if ((await disk.look(folder))?.isFolder) return folder;
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT")
      throw cannot(
        path,
        "there is no such folder, and none is made",
        given?.startsWith("~")
          ? "~ is not expanded here: write the path out"
          : "Make it first, for yourself alone: mkdir -m 700 FOLDER",
      );
    if (code !== "ENOTDIR")
      throw cannot(path, folderProblems[code] ?? unknownProblem(error), "Give another with --to");
  }
  throw cannot(path, "this is not a folder", "Give the folder that the two files go into");
}

/** A folder, or the file that `git worktree` and submodules have instead. */
async function assertOutsideGit(folder: string, { disk }: World): Promise<void> {
  for (let at = folder; ; at = dirname(at)) {
    if (await disk.look(join(at, ".git"))) {
      throw new MerchantCredentialsError("invalid-input", "a private key does not go into a git work tree", {
        property,
        expected: "a folder outside of any",
        actual: `${printable(folder)}, in the work tree that begins at ${printable(at)}`,
        hint: "Name a folder outside of it with --to",
      });
    }
    if (dirname(at) === at) return;
  }
}

const folderProblems: Readonly<Record<string, string>> = {
  EACCES: "there is no permission to write into it",
  EPERM: "there is no permission to write into it",
  EROFS: "it is on a disk that is read-only",
  ELOOP: "its symbolic links lead in a circle",
};

function unknownProblem(error: unknown): string {
  return `it cannot be used (${codeOf(error)})`;
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? "unknown";
}

function cannot(path: string, problem: string, hint: string): MerchantCredentialsError {
  return new MerchantCredentialsError("invalid-input", problem, { property, actual: printable(path), hint });
}
