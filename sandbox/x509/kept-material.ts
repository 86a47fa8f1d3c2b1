import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

type Read<Material> = (json: unknown) => Material | undefined;

/**
 * What a file keeps as JSON, made on first use. It may hold private keys (of the sandbox, good for nothing else): mode
 * 0600. `read` returns undefined for what is something else.
 */
export function keptIn<Material>(file: string, make: () => Material, read: Read<Material>): Material {
  return readFrom(file, read) ?? create(file, make, read);
}

function readFrom<Material>(file: string, read: Read<Material>): Material | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return read(parsed(text)) ?? refuse(file);
}

/** Linking fails if the file is there, so of two processes that start at once both use the first one's. */
function create<Material>(file: string, make: () => Material, read: Read<Material>): Material {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `.${randomUUID()}`);
  try {
    const material = make();
    writeFileSync(draft, `${JSON.stringify(material, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    linkSync(draft, file);
    return material;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return readFrom(file, read) ?? refuse(file);
  } finally {
    rmSync(draft, { force: true });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuse(file: string): never {
  throw new Error(`${file} does not hold a certificate authority; delete it, and a new one is made.`);
}
