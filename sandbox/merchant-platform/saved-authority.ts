import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  createAuthorityMaterial,
  createWechatPayMaterial,
  type AuthorityMaterial,
  type IssuerMaterial,
} from "./authority-material";
import { certificateAuthority, type CertificateAuthority } from "./certificate-authority";

/**
 * The authority kept in `folder`, made on first use, so that several commands and processes issue from the same one.
 * The file holds private keys (of the sandbox, good for nothing else): mode 0600. Beside one that was made before
 * WeChat Pay's own issuer was known, that issuer gets a file of its own.
 */
export function loadOrCreateCertificateAuthority(options: {
  folder: string;
  now?: () => Date;
}): CertificateAuthority {
  const file = (name: string): string => join(options.folder, name);
  const kept = keptIn(file("certificate-authority.json"), createAuthorityMaterial, authorityMaterial);
  const wechatPay =
    kept.wechatPay ?? keptIn(file("wechat-pay-issuer.json"), createWechatPayMaterial, issuerMaterial);
  return certificateAuthority({ ...kept, wechatPay }, options);
}

type Read<Material> = (json: unknown) => Material | undefined;

function keptIn<Material>(file: string, make: () => Material, read: Read<Material>): Material {
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

function authorityMaterial(
  json: unknown,
): (IssuerMaterial & Partial<Pick<AuthorityMaterial, "wechatPay">>) | undefined {
  const material = issuerMaterial(json);
  const { wechatPay } = (json ?? {}) as { wechatPay?: unknown };
  if (!material || wechatPay === undefined) return material;
  const added = issuerMaterial(wechatPay);
  return added && { ...material, wechatPay: added };
}

function issuerMaterial(json: unknown): IssuerMaterial | undefined {
  const { rootCertificate, issuerCertificate, issuerPrivateKey } = (json ?? {}) as Partial<
    Record<keyof IssuerMaterial, unknown>
  >;
  return typeof rootCertificate === "string" &&
    typeof issuerCertificate === "string" &&
    typeof issuerPrivateKey === "string"
    ? { rootCertificate, issuerCertificate, issuerPrivateKey }
    : undefined;
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
