import { MerchantCredentialsError } from "../errors";
import { parseCertificate } from "./certificate";
import { holdsPrivateKeyPem } from "./pem";
import { isPkcs12 } from "./private-key";
import type { FileAdvice } from "./rsa-key";

interface FileKind {
  is: (bytes: Buffer) => boolean;
  found: (bytes: Buffer) => string;
  /** What to do, or which advice of the argument says it. */
  hint?: string | { advice: keyof FileAdvice };
}

const text = (bytes: Buffer): string => bytes.toString("latin1");
const startsWith =
  (...start: number[]) =>
  (bytes: Buffer): boolean =>
    bytes.subarray(0, start.length).equals(Buffer.from(start));
const pem = (label: RegExp) => (bytes: Buffer) =>
  new RegExp(`-----BEGIN (${label.source})-----`).test(text(bytes));

/** What people hand over by mistake; the first that applies names it. */
const kinds: readonly FileKind[] = [
  { is: (bytes) => bytes.length === 0, found: () => "an empty file" },
  { is: startsWith(0x50, 0x4b, 0x03, 0x04), found: () => "a zip file", hint: { advice: "zip" } },
  {
    is: startsWith(0xfe, 0xed, 0xfe, 0xed),
    found: () => "a Java keystore",
    hint: "Convert it with: keytool -importkeystore -deststoretype PKCS12",
  },
  {
    is: (bytes) => startsWith(0xff, 0xfe)(bytes) || startsWith(0xfe, 0xff)(bytes),
    found: () => "text in UTF-16",
    hint: "Save it as UTF-8",
  },
  {
    is: isPkcs12,
    found: () => "a PKCS#12 file",
    hint: { advice: "p12" },
  },
  {
    is: pem(/OPENSSH PRIVATE KEY/),
    found: () => "a private key in the form of OpenSSH",
    hint: "Convert a copy of it with: ssh-keygen -p -m PKCS8 -f FILE",
  },
  {
    is: (bytes) => holdsPrivateKeyPem(text(bytes)),
    found: () => "a private key in PEM",
    hint: { advice: "privateKey" },
  },
  {
    is: pem(/(NEW )?CERTIFICATE REQUEST/),
    found: () => "a certificate request",
    hint: "The key that made the request is what is needed",
  },
  {
    is: pem(/CERTIFICATE/),
    found: () => "a certificate without a private key",
    hint: { advice: "certificate" },
  },
  { is: pem(/(RSA )?PUBLIC KEY/), found: () => "a public key", hint: "Its private key is what is needed" },
  { is: pem(/[A-Z0-9 ]+/), found: () => "PEM text of another kind" },
  {
    is: (bytes) => /^\s*[A-Za-z0-9+/\s]{64,}={0,2}\s*$/.test(text(bytes)),
    found: () => "Base64 text",
    hint: "Decode it with base64 -d; only an environment variable or a text secret holds Base64",
  },
  {
    is: (bytes) => parseCertificate(bytes) !== undefined,
    found: () => "a certificate without a private key",
    hint: { advice: "certificate" },
  },
  { is: () => true, found: (bytes) => `${bytes.length} bytes of another kind` },
];

/** The error for bytes that are not what a property takes: says what they are instead, and quotes nothing. */
export function otherFile(
  bytes: Buffer,
  advice: FileAdvice,
  wanted: { property: string; summary: string; expected: string },
): MerchantCredentialsError {
  const { found, hint } = kinds.find(({ is }) => is(bytes))!;
  const { property, summary, expected } = wanted;
  return new MerchantCredentialsError("invalid-input", summary, {
    property,
    expected,
    actual: found(bytes),
    hint:
      (typeof hint === "object" ? advice[hint.advice] : hint) ??
      "Check that the reference is to the right file",
  });
}
