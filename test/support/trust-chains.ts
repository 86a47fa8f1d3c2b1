import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signCertificate, tenpayIssuer, type DistinguishedName } from "../../sandbox/merchant-platform";
import { merchantCertificate, privateKey, privateKeyPem } from "./certificates";
import { openssl, opensslOutput } from "./openssl";

export const rootName = { CN: "Example Class 2 Root CA", O: "Example", C: "CN" } as const;
export const enterpriseName = { CN: "Example Class 2 Enterprise CA", O: "Example", C: "CN" } as const;
export const otherRootName = { CN: "Another Root CA", O: "Example", C: "CN" } as const;

export interface AuthorityOptions {
  subject: DistinguishedName;
  key: KeyObject;
  issuer: DistinguishedName;
  signedBy: KeyObject;
  hash?: "sha256" | "sha1";
  notBefore?: Date;
  notAfter?: Date;
  /** Default true. */
  certificateAuthority?: boolean;
}

let serialNumbers = 0x1000;

/** A CA certificate; every option is a possible flaw. */
export function authority({
  key,
  signedBy,
  certificateAuthority = true,
  ...options
}: AuthorityOptions): string {
  return signCertificate({
    notBefore: new Date("2013-04-18"),
    notAfter: new Date("2033-04-18"),
    hash: "sha256",
    ...options,
    certificateAuthority,
    publicKey: createPublicKey(key),
    issuerPrivateKey: signedBy,
    issuerPublicKey: createPublicKey(signedBy),
    serialNumber: (serialNumbers++).toString(16),
  });
}

type Flaw = Partial<AuthorityOptions>;

/** The three levels of the published chain: root, the CA below it, and "Tenpay.com Root CA", which issues. */
export const root = (flaw: Flaw = {}): string =>
  authority({
    subject: rootName,
    key: privateKey("root"),
    issuer: rootName,
    signedBy: privateKey("root"),
    ...flaw,
  });
export const enterprise = (flaw: Flaw = {}): string =>
  authority({
    subject: enterpriseName,
    key: privateKey("enterprise"),
    issuer: rootName,
    signedBy: privateKey("root"),
    ...flaw,
  });
export const issuer = (flaw: Flaw = {}): string =>
  authority({
    subject: tenpayIssuer,
    key: privateKey("issuer"),
    issuer: enterpriseName,
    signedBy: privateKey("enterprise"),
    ...flaw,
  });

/** The enterprise CA's name and key, certified by another root. */
export const crossCertificate = (flaw: Flaw = {}): string =>
  enterprise({ issuer: otherRootName, signedBy: privateKey("other root"), ...flaw });
export const otherRoot = (flaw: Flaw = {}): string =>
  authority({
    subject: otherRootName,
    key: privateKey("other root"),
    issuer: otherRootName,
    signedBy: privateKey("other root"),
    ...flaw,
  });

/** The issuer's name with another key: what a forger makes, who also signs the merchant's certificate with it. */
export const forgedIssuer = (flaw: Flaw = {}): string =>
  issuer({ key: privateKey("forger"), signedBy: privateKey("forger"), ...flaw });
export const certificateOfTheForger = (): string => merchantCertificate({ signedBy: privateKey("forger") });

/**
 * A CA certificate signed by the openssl command, which knows other keys, digests and extensions than the sandbox's CA:
 * by its own key where `by` has no certificate.
 */
export function signedByOpenssl(
  subject: DistinguishedName,
  key: KeyObject,
  by: { certificate?: string; key: KeyObject } = { key },
  options: { digest?: string; basicConstraints?: string; keyIdentifier?: string } = {},
): string {
  // The command certifies what is self-signed; the signature need not be good.
  const candidate = authority({ subject, key, issuer: subject, signedBy: key });
  const { digest = "sha256", basicConstraints = "critical,CA:TRUE" } = options;
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  const { keyIdentifier = createHash("sha1").update(spki).digest("hex") } = options;
  return inFolder((file) => {
    const keyFile = file("key.pem", privateKeyPem(by.key));
    const extensions = file(
      "extensions.cnf",
      `basicConstraints=${basicConstraints}\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=${keyIdentifier}\n`,
    );
    const signer = by.certificate
      ? ["-CA", file("ca.pem", by.certificate), "-CAkey", keyFile]
      : ["-signkey", keyFile];
    return opensslOutput(
      [
        ...["x509", "-preserve_dates", "-set_serial", String(serialNumbers++), `-${digest}`],
        ...["-clrext", "-extfile", extensions, ...signer],
      ],
      candidate,
    ).toString();
  });
}

/**
 * The openssl command's opinion on the same question: whether a path leads to an anchor, over strong signatures and
 * keys (112 bits of security, its level 2) and at most 7 CAs in between. An anchor need not be self-signed.
 */
export function opensslTrusts(question: {
  certificate: string;
  chain: readonly string[];
  anchors: readonly string[];
  at: Date;
}): boolean {
  return inFolder((file) => {
    const untrusted =
      question.chain.length > 0 ? ["-untrusted", file("chain.pem", question.chain.join(""))] : [];
    const { status } = openssl([
      ...["verify", "-partial_chain", "-auth_level", "2", "-verify_depth", "7", "-no-CApath", "-no-CAstore"],
      ...["-attime", String(question.at.getTime() / 1000)],
      ...["-CAfile", file("anchors.pem", question.anchors.join("")), ...untrusted],
      file("certificate.pem", question.certificate),
    ]);
    return status === 0;
  });
}

/** A .p7b file, as the openssl command makes it: DER, or PEM with a block PKCS7. */
export function p7b(pems: readonly string[], form: "DER" | "PEM" = "DER"): Buffer {
  return inFolder((file) =>
    opensslOutput([
      ...["crl2pkcs7", "-nocrl", "-outform", form],
      ...["-certfile", file("certificates.pem", pems.join(""))],
    ]),
  );
}

/** What a .p7b file prints with `openssl pkcs7 -print_certs`, names between the certificates included. */
export function printed(file: Buffer): string {
  return opensslOutput(["pkcs7", "-inform", "der", "-print_certs"], file).toString();
}

/** As `readFileSync(FILE, "base64")` gives it. */
export const base64 = (file: Buffer): string => file.toString("base64");

/** The certificates of a .p7b file in BER with indefinite lengths, as Java and Windows write it. */
export function berP7b(ders: readonly Buffer[]): Buffer {
  const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(" ", ""), "hex");
  return Buffer.concat([
    hex("3080 06092a864886f70d010702 a080 3080 020101 3100 3080 06092a864886f70d010701 0000 a080"),
    ...ders,
    hex("0000 3100 0000 0000 0000"),
  ]);
}

/** Files for a command that takes no text, gone afterwards. */
function inFolder<Result>(use: (file: (name: string, text: string) => string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), "openssl-"));
  try {
    return use((name, text) => {
      const path = join(folder, name);
      writeFileSync(path, text, { mode: 0o600 });
      return path;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
