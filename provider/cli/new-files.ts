import { constants } from "node:fs";
import { open, unlink } from "node:fs/promises";
import { dirname } from "node:path";

export interface NewFile {
  path: string;
  content: Uint8Array;
}

/** The part of Node's `FileHandle` that is needed. */
export interface NewFileHandle {
  chmod(mode: number): Promise<void>;
  writeFile(content: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Only this user may read and write it. */
const ownersOnly = 0o600;

/** What stopped the writing, by the code of Node.js. */
export class NotWritten extends Error {
  constructor(
    readonly path: string,
    readonly code: string,
    /** Files of this call that could not be taken away again. */
    readonly left: readonly string[],
  ) {
    super(code);
  }
}

/**
 * Makes files, all or none: what was made before a failure is taken away again. None replaces a file or follows a link,
 * and nobody else can read one at any time, whatever the umask. They are on the disk when it returns.
 *
 * @throws NotWritten
 */
export async function createFiles(
  files: readonly NewFile[],
  openNew: (path: string) => Promise<NewFileHandle> = openNewFile,
): Promise<void> {
  const made: { path: string; handle: NewFileHandle }[] = [];
  let path = "";
  try {
    // All names are taken before anything is written into the first.
    for (const file of files) {
      path = file.path;
      made.push({ path, handle: await openNew(path) });
    }
    for (const [index, { content }] of files.entries()) {
      path = made[index]!.path;
      await write(made[index]!.handle, content);
    }
    await Promise.all([...new Set(files.map((file) => dirname(file.path)))].map(syncFolder));
  } catch (error) {
    const left = await takenAway(made);
    throw new NotWritten(path, (error as { code?: string }).code ?? "unknown", left);
  }
}

/** Made for this user alone from the first moment on: a umask only takes bits away. */
export function openNewFile(path: string): Promise<NewFileHandle> {
  // O_EXCL fails on a link too, wherever it leads.
  return open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, ownersOnly);
}

async function write(handle: NewFileHandle, content: Uint8Array): Promise<void> {
  // What a umask took away from the owner.
  await handle.chmod(ownersOnly);
  await handle.writeFile(content);
  await handle.sync();
  await handle.close();
}

/** The names are on the disk as well. Some systems, Windows among them, do not open folders. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY).catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

async function takenAway(made: readonly { path: string; handle: NewFileHandle }[]): Promise<string[]> {
  const left: string[] = [];
  for (const { path, handle } of made) {
    await handle.close().catch(() => undefined);
    await unlink(path).catch(() => left.push(path));
  }
  return left;
}
