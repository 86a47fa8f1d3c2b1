import { createPrivateKey, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { asn1 } from "node-forge";
import { publicKeySha256 } from "../../provider/domain/private-key";
import { MerchantCredentialsError } from "../../provider/errors";
import { merchantCertificate, merchantId, privateKey, privateKeyPem } from "./certificates";
import { opensslOutput } from "./openssl";

/** How `openssl pkcs12 -export` is told to encrypt; the last three need its legacy provider. */
export const pkcs12Forms = {
  "AES-256, as OpenSSL 3 writes it": [],
  "AES-128 with a MAC of SHA-512": ["-keypbe", "AES-128-CBC", "-certpbe", "AES-128-CBC", "-macalg", "SHA512"],
  "AES-256 without a MAC": ["-nomac"],
  "no encryption": ["-keypbe", "NONE", "-certpbe", "NONE"],
  "no encryption and no MAC": ["-keypbe", "NONE", "-certpbe", "NONE", "-nomac"],
  "3DES with a MAC of SHA-1": ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "SHA1"],
  "RC2-40 for certificates and 3DES for the key, as OpenSSL 1 wrote it": ["-legacy"],
  "RC2-40 for both": ["-legacy", "-keypbe", "PBE-SHA1-RC2-40", "-certpbe", "PBE-SHA1-RC2-40"],
  "3DES without a MAC": ["-legacy", "-descert", "-nomac"],
} as const satisfies Record<string, readonly string[]>;

export interface Pkcs12Options {
  /** PEM; default: one key of a file, `privateKey()`. */
  key?: KeyObject;
  certificate?: string;
  /** Further certificates, PEM. */
  others?: string;
  password?: string;
  args?: readonly string[];
}

/** Of 2048 rounds, as written by default, forge counts each: 0.1 s a file. */
const fewRounds = ["-iter", "10"];

/** A PKCS#12 file made by the openssl command; with few rounds unless `args` are given. */
export function pkcs12File(options: Pkcs12Options = {}): Buffer {
  const {
    key = privateKey(),
    certificate = merchantCertificate({ key }),
    others,
    password = merchantId,
  } = options;
  const args = [...(options.args ?? fewRounds), "-passout", `pass:${password}`];
  return withFile(others ?? "", (path) =>
    opensslOutput(
      ["pkcs12", "-export", ...args, ...(others ? ["-certfile", path] : [])],
      privateKeyPem(key) + certificate,
    ),
  );
}

/** The content of two files with one password and without MACs as one file; the openssl command makes none with two keys. */
export function joinedPkcs12(first: Buffer, second: Buffer): Buffer {
  const safeOf = (file: asn1.Asn1): asn1.Asn1 => members(members(members(file)[1]!)[1]!)[0]!;
  const [into, from] = [first, second].map((bytes) => asn1.fromDer(bytes.toString("latin1")));
  const [safe, more] = [into!, from!].map((file) => asn1.fromDer(safeOf(file).value as string));
  members(safe!).push(...members(more!));
  safeOf(into!).value = asn1.toDer(safe!).getBytes();
  return Buffer.from(asn1.toDer(into!).getBytes(), "latin1");
}

function members(of: asn1.Asn1): asn1.Asn1[] {
  return of.value as asn1.Asn1[];
}

/** What the openssl command finds in a PKCS#12 file: the SHA-256 of the public key of each private key. */
export function keysByOpenssl(file: Buffer, password = merchantId): string[] {
  const text = withFile(file, (path) =>
    opensslOutput(["pkcs12", "-in", path, "-legacy", "-nodes", "-nocerts", "-passin", `pass:${password}`]),
  ).toString();
  const pems = text.match(/-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n/g) ?? [];
  return pems.map((pem) => publicKeyByOpenssl(pem));
}

/** The SHA-256 of the SubjectPublicKeyInfo, by the openssl command alone. */
export function publicKeyByOpenssl(key: string | Buffer, passphrase = "none"): string {
  const spki = opensslOutput(["pkey", "-passin", `pass:${passphrase}`, "-pubout", "-outform", "DER"], key);
  return opensslOutput(["dgst", "-sha256", "-r"], spki).toString().slice(0, 64);
}

const legacy = ["-provider", "legacy", "-provider", "default"];

/** How the openssl command writes a key; encrypted ones under the passphrase. */
export const keyForms = {
  "PKCS#8 in PEM": () => ["pkcs8", "-topk8", "-nocrypt"],
  "PKCS#8 in DER": () => ["pkcs8", "-topk8", "-nocrypt", "-outform", "DER"],
  "PKCS#1 in PEM": () => ["rsa", "-traditional"],
  "PKCS#1 in DER": () => ["rsa", "-traditional", "-outform", "DER"],
  "encrypted PKCS#8 in PEM": (word: string) => ["pkcs8", "-topk8", "-passout", `pass:${word}`],
  "encrypted PKCS#8 in DER": (word: string) => [
    "pkcs8",
    "-topk8",
    "-outform",
    "DER",
    "-passout",
    `pass:${word}`,
  ],
  "PKCS#8 encrypted with 3DES": (word: string) => [
    ...["pkcs8", "-topk8", "-v1", "PBE-SHA1-3DES"],
    ...["-passout", `pass:${word}`],
  ],
  "PKCS#8 encrypted with a key of scrypt": (word: string) => [
    ...["pkcs8", "-topk8", "-scrypt", "-passout", `pass:${word}`],
  ],
  "PKCS#1 encrypted with AES-256": (word: string) => [
    "rsa",
    "-traditional",
    "-aes256",
    "-passout",
    `pass:${word}`,
  ],
  "PKCS#1 encrypted with 3DES": (word: string) => [
    "rsa",
    "-traditional",
    "-des3",
    "-passout",
    `pass:${word}`,
  ],
} as const;

/** A key in one of these forms, made by the openssl command. */
export function keyFile(form: keyof typeof keyForms, passphrase = "", key: KeyObject = privateKey()): Buffer {
  return opensslOutput([...keyForms[form](passphrase)], privateKeyPem(key));
}

/** Encrypted with ciphers that OpenSSL 3 keeps in its legacy provider. */
export const oldKeyForms = {
  "PKCS#8 with RC2": ["pkcs8", "-topk8", "-v1", "PBE-SHA1-RC2-40"],
  "PKCS#8 with MD5 and DES, as OpenSSL 0.9 wrote it": ["pkcs8", "-topk8", "-v1", "PBE-MD5-DES"],
  "PKCS#1 with single DES": ["rsa", "-traditional", "-des"],
} as const;

export function oldKeyFile(form: keyof typeof oldKeyForms, passphrase: string): Buffer {
  return opensslOutput([...oldKeyForms[form], ...legacy, "-passout", `pass:${passphrase}`], privateKeyPem());
}

/** The platform's zip as downloaded; a part that is undefined is left out. */
export function merchantZip(
  parts: Partial<
    Record<"apiclient_cert.p12" | "apiclient_cert.pem" | "apiclient_key.pem", Buffer | string>
  > = {},
  folder = "",
): Buffer {
  const all = {
    "apiclient_cert.p12": pkcs12File({ args: [...pkcs12Forms["RC2-40 for both"], ...fewRounds] }),
    "apiclient_cert.pem": merchantCertificate(),
    "apiclient_key.pem": privateKeyPem(),
    "证书使用说明.txt": "说明",
    ...parts,
  };
  const files = Object.entries(all).filter(([, content]) => content !== undefined);
  return Buffer.from(
    zipSync(Object.fromEntries(files.map(([name, content]) => [folder + name, Buffer.from(content)]))),
  );
}

/** The digest that names a key, for a comparison with what the openssl command says. */
export function digestOf(pem: string): string {
  return publicKeySha256(createPrivateKey(pem));
}

/** The error that a call throws; anything else fails the test. */
export function refusalOf(call: () => unknown): MerchantCredentialsError {
  try {
    call();
  } catch (error) {
    if (error instanceof MerchantCredentialsError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

function withFile<Result>(content: string | Buffer, use: (path: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), "import-"));
  try {
    const path = join(folder, "file");
    writeFileSync(path, content, { mode: 0o600 });
    return use(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
