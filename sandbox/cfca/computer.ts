import { randomInt, X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Downloaded } from "./cfca";
import { pfxFile, type PfxEncryption } from "./pfx";
import { CfcaRefusal } from "./refusal";

export interface Export {
  /** Of both files, without ending; letters only. */
  name: string;
  /** A file with the password in its first line; made, with a password, where there is none. */
  passwordFile: string;
  encryption: PfxEncryption;
  /** "Include all certificates in the certification path if possible". */
  withChain: boolean;
}

/** What Windows keeps in the personal store of whoever is logged in. */
const storeIn = (computer: string): string => join(computer, "certificate-store.json");

export function installOn(computer: string, downloaded: Downloaded): void {
  const installed = [...installedOn(computer), downloaded];
  put(storeIn(computer), `${JSON.stringify(installed, null, 2)}\n`, computer);
}

/** Exports what was installed last, as the wizard does it: `<name>.cer` and `<name>.pfx`. @throws CfcaRefusal */
export function exportFrom(computer: string, folder: string, wish: Export): void {
  const last = installedOn(computer).at(-1);
  if (!last) {
    throw new CfcaRefusal("nothing-to-export", `${computer} has no certificate: download one on it first.`);
  }
  exportTo(folder, last, wish);
}

export function exportTo(folder: string, { certificate, privateKey, chain }: Downloaded, wish: Export): void {
  if (!/^[A-Za-z]{1,64}$/.test(wish.name)) {
    throw new CfcaRefusal("bad-name", "The name of an exported file has 1 to 64 letters, A-Z and a-z only.");
  }
  const password = passwordIn(wish.passwordFile);
  const certificates: [string, ...string[]] = [certificate, ...(wish.withChain ? chain : [])];
  put(join(folder, `${wish.name}.cer`), base64Cer(certificate), folder);
  const pfx = pfxFile({ privateKey, certificates, password, encryption: wish.encryption });
  put(join(folder, `${wish.name}.pfx`), pfx, folder);
}

/** "Base64 encoded X.509 (.CER)": lines of 64 characters that end as Windows ends them. */
export function base64Cer(certificate: string): string {
  return new X509Certificate(certificate).toString().trimEnd().concat("\n").replaceAll("\n", "\r\n");
}

function installedOn(computer: string): Downloaded[] {
  try {
    return JSON.parse(readFileSync(storeIn(computer), "utf8")) as Downloaded[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new Error(`${storeIn(computer)} is not readable; delete it, and ask for new codes.`);
  }
}

/** Whoever exports thinks of a password, types it in twice and writes it down. */
function passwordIn(file: string): string {
  try {
    const [line = ""] = readFileSync(file, "utf8").split(/\r?\n/);
    if (/^[\x20-\x7e]+$/.test(line)) return line;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    const alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    const password = Array.from({ length: 16 }, () => alphabet[randomInt(alphabet.length)]).join("");
    writeFileSync(file, `${password}\n`, { mode: 0o600, flag: "wx" });
    return password;
  }
  throw new CfcaRefusal("bad-order", `${file} must begin with a password of printable ASCII characters.`);
}

/** Replaces what is there, as Windows does after a question. */
function put(file: string, content: string | Buffer, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, content, { mode: 0o600 });
}
