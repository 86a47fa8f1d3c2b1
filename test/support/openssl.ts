import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Names as `C=CN,O=…` in the order of the certificate, in UTF-8. */
const nameOptions = ["-nameopt", "esc_2253,esc_ctrl,utf8,sep_comma_plus,sname"];

export interface Finished {
  status: number | null;
  stdout: Buffer;
  stderr: string;
}

const finished = new Map<string, Finished>();

/** Runs the openssl command, once in a test file for the same input; a status other than 0 is for the caller to judge. */
export function openssl(args: string[], input: string | Buffer = ""): Finished {
  const asked = JSON.stringify([args, Buffer.from(input).toString("base64")]);
  const { stdout, ...rest } = finished.get(asked) ?? run(args, input);
  finished.set(asked, { stdout, ...rest });
  // A copy, because tests damage files.
  return { stdout: Buffer.from(stdout), ...rest };
}

function run(args: string[], input: string | Buffer): Finished {
  const { status, stdout, stderr, error } = spawnSync("openssl", args, { input, maxBuffer: 1 << 24 });
  if (error) throw new Error(`the openssl command did not run: ${error.message}`);
  return { status, stdout, stderr: stderr.toString() };
}

/** As `openssl`, and fails with what the command said. */
export function opensslOutput(args: string[], input: string | Buffer = ""): Buffer {
  const { status, stdout, stderr } = openssl(args, input);
  if (status !== 0) throw new Error(`openssl ${args[0]} ended with ${status}: ${stderr.trim()}`);
  return stdout;
}

/** A request (PKCS#10) for a key, by the tool that most merchants would take; the subject as `/CN=…/O=…`. */
export function createRequest(privateKeyPem: string, subject: string, hash: "sha256" | "sha1"): string {
  const config = "[req]\ndistinguished_name = subject\n[subject]\n";
  return inFolder({ key: privateKeyPem, config }, (files) =>
    opensslOutput([
      ...["req", "-new", "-utf8", `-${hash}`, "-config", files.config],
      ...["-key", files.key, "-subj", subject],
    ]).toString(),
  );
}

export interface RequestFacts {
  /** The request's signature is by its own key. */
  ok: boolean;
  /** For example `CN=1900000109,O=微信商户系统`. */
  subject: string;
  keyBits: number;
  signatureAlgorithm: string;
}

export function verifyRequest(pem: string): RequestFacts {
  const { stdout, stderr } = openssl(["req", "-verify", "-noout", "-text", "-subject", ...nameOptions], pem);
  const text = stdout.toString();
  return {
    ok: /verify OK/i.test(`${text}${stderr}`),
    subject: field(text, /^subject=\s*(.*)$/m),
    keyBits: Number(field(text, /Public-Key: \((\d+) bit/)),
    signatureAlgorithm: field(text, /Signature Algorithm: (\S+)/),
  };
}

export interface CertificateDescription {
  subject: string;
  issuer: string;
  /** As printed: upper-case hex. */
  serialNumber: string;
  notBefore: Date;
  notAfter: Date;
  signatureAlgorithm: string;
  /** For example `rsaEncryption`, `id-ecPublicKey`. */
  keyAlgorithm: string;
  keyBits: number;
  basicConstraints: string;
  keyUsage: string[];
  /** For example `UTF8STRING` for `OU`. */
  encodings: Record<string, string>;
}

export function describeCertificate(pem: string | Buffer): CertificateDescription {
  const options = ["-noout", "-text", "-serial", "-subject", "-issuer", "-dates", ...nameOptions];
  const text = opensslOutput(["x509", ...options], pem).toString();
  const typed = opensslOutput(
    ["x509", "-noout", "-subject", "-nameopt", "multiline,show_type,utf8,sname,-esc_msb"],
    pem,
  ).toString();
  return {
    subject: field(text, /^subject=\s*(.*)$/m),
    issuer: field(text, /^issuer=\s*(.*)$/m),
    serialNumber: field(text, /^serial=(.*)$/m),
    notBefore: new Date(field(text, /^notBefore=(.*)$/m)),
    notAfter: new Date(field(text, /^notAfter=(.*)$/m)),
    signatureAlgorithm: field(text, /Signature Algorithm: (\S+)/),
    keyAlgorithm: field(text, /Public Key Algorithm: (\S+)/),
    keyBits: Number(field(text, /Public-Key: \((\d+) bit/)),
    basicConstraints: field(text, /X509v3 Basic Constraints:.*\n\s*(.*)/),
    keyUsage: field(text, /X509v3 Key Usage:.*\n\s*(.*)/).split(", "),
    encodings: Object.fromEntries(
      [...typed.matchAll(/^\s*(\w+)\s*=\s*([A-Z0-9]+):/gm)].map(([, name, type]) => [name!, type!]),
    ),
  };
}

/** Whether a signature over a text is by the private half of a public key in PEM; with SHA-1, as Geoswift signs. */
export function signatureVerifies(publicKey: string, text: string, signature: Buffer): boolean {
  return inFolder({ publicKey, signature }, (files) => {
    const args = ["dgst", "-sha1", "-verify", files.publicKey, "-signature", files.signature];
    return openssl(args, text).status === 0;
  });
}

export interface ChainVerdict {
  ok: boolean;
  /** What openssl objects to; empty if `ok`. */
  error: string;
}

/** Whether a path leads from the certificate over `untrusted` to `trusted`, by the strict rules of RFC 5280. */
export function verifyChain(chain: {
  certificate: string;
  trusted: string;
  untrusted?: string;
  at?: Date;
}): ChainVerdict {
  return inFolder({ trusted: chain.trusted, untrusted: chain.untrusted ?? "" }, (files) => {
    const untrusted = chain.untrusted === undefined ? [] : ["-untrusted", files.untrusted];
    const at = chain.at ? ["-attime", String(Math.floor(chain.at.getTime() / 1000))] : [];
    const { status, stderr, stdout } = openssl(
      ["verify", "-x509_strict", "-no-CApath", "-CAfile", files.trusted, ...untrusted, ...at],
      chain.certificate,
    );
    return { ok: status === 0, error: status === 0 ? "" : `${stderr}${stdout.toString()}`.trim() };
  });
}

/** The texts as files that are gone afterwards. */
function inFolder<Name extends string, Result>(
  contents: Record<Name, string | Buffer>,
  use: (files: Record<Name, string>) => Result,
): Result {
  const folder = mkdtempSync(join(tmpdir(), "openssl-"));
  try {
    const names = Object.keys(contents) as Name[];
    const files = names.map((name) => [name, join(folder, `${name}.pem`)] as const);
    for (const [name, path] of files) writeFileSync(path, contents[name], { mode: 0o600 });
    return use(Object.fromEntries(files) as Record<Name, string>);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function field(text: string, pattern: RegExp): string {
  return pattern.exec(text)?.[1]?.trim() ?? "";
}
