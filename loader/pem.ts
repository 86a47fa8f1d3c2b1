import { createPrivateKey, createPublicKey, X509Certificate, type KeyObject } from "node:crypto";

/** A thing read from PEM, or what the text is instead: words that quote nothing of it. */
export type Read<T> = { value: T } | { found: string };

/** RSA of 2048 bits at least, as WeChat Pay's own are. Node 20 leaves an error behind where it compares keys of two types. */
export function readCertificatePem(text: string): Read<X509Certificate> {
  const read = attempt("CERTIFICATE", text, () => new X509Certificate(text));
  const problem = "value" in read ? keyProblem(() => read.value.publicKey) : undefined;
  return problem ? { found: `a certificate whose key is ${problem}` } : read;
}

export function readPrivateKeyPem(text: string): Read<KeyObject> {
  return rsa(attempt("PRIVATE KEY", text, () => createPrivateKey(text)));
}

export function readPublicKeyPem(text: string): Read<KeyObject> {
  return rsa(attempt("PUBLIC KEY", text, () => createPublicKey(text)));
}

function attempt<T>(label: string, text: string, read: () => T): Read<T> {
  const found = notThisPem(label, text);
  if (found) return { found };
  try {
    return { value: read() };
  } catch {
    return { found: `a damaged PEM of ${label}` };
  }
}

function rsa(read: Read<KeyObject>): Read<KeyObject> {
  const problem = "value" in read ? keyProblem(() => read.value) : undefined;
  return problem ? { found: `a key that is ${problem}` } : read;
}

function keyProblem(key: () => KeyObject): string | undefined {
  try {
    const { asymmetricKeyType: type, asymmetricKeyDetails: { modulusLength = 0 } = {} } = key();
    if (type !== "rsa") return "not RSA";
    return modulusLength < 2048 ? `RSA of ${modulusLength} bits, and not of 2048 at least` : undefined;
  } catch {
    // A certificate's key of a kind that Node does not know.
    return "not RSA";
  }
}

/** What is usually there in place of a PEM. */
function notThisPem(label: string, text: string): string | undefined {
  const header = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(text);
  if (!header) {
    // DER in Base64, and so a PKCS#12 file too, starts with a SEQUENCE.
    return /^\s*MI[A-Za-z0-9+/]/.test(text)
      ? "Base64 without the lines of a PEM, perhaps a PKCS#12 file (.p12)"
      : "text that is not PEM";
  }
  if (header[1]!.startsWith("ENCRYPTED")) return "an encrypted private key";
  if (!header[1]!.endsWith(label)) return `a PEM of ${header[1]}`;
  if (/-----BEGIN [A-Z0-9 ]+-----(?!\r?\n)/.test(text)) return "a PEM that has lost its line ends";
  return undefined;
}
