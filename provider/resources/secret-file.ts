import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { mostSecretBytes } from "./secret-content";
import type { SecretFile } from "./secret-sources";

/**
 * Reads a small file. Only regular files are read: a pipe or a device could keep the run waiting, or never end.
 * Nothing is thrown: what went wrong is returned in a word.
 */
export async function readSecretFile(path: string): Promise<SecretFile> {
  try {
    // Without O_NONBLOCK the opening of a pipe waits for its other end. Windows has none.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const facts = await file.stat();
      if (facts.isDirectory()) return "directory";
      if (!facts.isFile()) return "special";
      if (facts.size > mostSecretBytes) return "too large";
      // One byte more than allowed tells a file that has grown since.
      const buffer = Buffer.alloc(mostSecretBytes + 1);
      let length = 0;
      for (let read = -1; read !== 0 && length < buffer.length; length += read) {
        read = (await file.read(buffer, length, buffer.length - length, null)).bytesRead;
      }
      return length > mostSecretBytes ? "too large" : buffer.subarray(0, length);
    } finally {
      await file.close();
    }
  } catch (error) {
    return problems[String((error as { code?: unknown }).code)] ?? "unreadable";
  }
}

const problems: Readonly<Record<string, Exclude<SecretFile, Buffer>>> = {
  ENOENT: "missing",
  ENOTDIR: "missing",
  ENAMETOOLONG: "missing",
  EISDIR: "directory",
  // A socket.
  ENXIO: "special",
};
