import { open } from "node:fs/promises";

/** There is more than was allowed; none of it is kept. */
export class TooLarge extends Error {}

/**
 * Everything that a stream gives.
 *
 * @throws TooLarge
 */
export async function readAll(stream: AsyncIterable<Buffer | string>, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > limit) throw new TooLarge();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/**
 * A file, a pipe or a device. The size is looked at before anything is read, and counted while reading.
 *
 * @throws TooLarge
 */
export async function readFile(path: string, limit: number): Promise<Buffer> {
  const file = await open(path);
  try {
    if ((await file.stat()).size > limit) throw new TooLarge();
    return await readAll(file.createReadStream({ autoClose: false }), limit);
  } finally {
    await file.close();
  }
}
