import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  certificateAuthority,
  createAuthorityMaterial,
  type AuthorityMaterial,
  type CertificateAuthority,
} from "./certificate-authority";

/**
 * The authority kept in `folder`, made on first use, so that several commands and processes issue from the same one.
 * The file holds a private key (of the sandbox, good for nothing else): mode 0600.
 */
export function loadOrCreateCertificateAuthority(options: {
  folder: string;
  now?: () => Date;
}): CertificateAuthority {
  const file = join(options.folder, "certificate-authority.json");
  return certificateAuthority(read(file) ?? create(options.folder, file), options);
}

function read(file: string): AuthorityMaterial | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return parse(text) ?? refuse(file);
}

/** Linking fails if the file is there, so of two processes that start at once both use the first one's. */
function create(folder: string, file: string): AuthorityMaterial {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `.${randomUUID()}`);
  try {
    const material = createAuthorityMaterial();
    writeFileSync(draft, `${JSON.stringify(material, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    linkSync(draft, file);
    return material;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return read(file) ?? refuse(file);
  } finally {
    rmSync(draft, { force: true });
  }
}

function parse(text: string): AuthorityMaterial | undefined {
  try {
    const found = JSON.parse(text) as Partial<Record<keyof AuthorityMaterial, unknown>> | null;
    const { rootCertificate, issuerCertificate, issuerPrivateKey } = found ?? {};
    return typeof rootCertificate === "string" &&
      typeof issuerCertificate === "string" &&
      typeof issuerPrivateKey === "string"
      ? { rootCertificate, issuerCertificate, issuerPrivateKey }
      : undefined;
  } catch {
    return undefined;
  }
}

function refuse(file: string): never {
  throw new Error(`${file} does not hold a certificate authority; delete it, and a new one is made.`);
}
