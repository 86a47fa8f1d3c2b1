import { parseCertificate } from "./certificate";
import { holdsPrivateKeyPem, pemBlocks } from "./pem";
import { certificatesInPkcs7 } from "./pkcs7";
import { holdsPrivateKey, isPkcs12 } from "./private-key";

/** The text of an argument, and the file that it stands for. */
export interface TrustText {
  text: string;
  /** Of the file: Base64 is decoded, anything else is taken as it stands. */
  bytes: Buffer;
  /** The file's text, where it is PEM. */
  pem: string | undefined;
  isBase64: boolean;
}

export function trustText(text: string): TrustText {
  const isBase64 = /^\s*[A-Za-z0-9+/][A-Za-z0-9+/\s]*={0,2}\s*$/.test(text) && text.trim().length >= 48;
  const bytes = Buffer.from(text, isBase64 ? "base64" : "latin1");
  const file = isBase64 ? bytes.toString("latin1") : text;
  return { text, bytes, pem: file.includes("-----BEGIN ") ? file : undefined, isBase64 };
}

interface Mistake {
  is: (source: TrustText) => boolean;
  found: string;
  hint: (property: string) => string;
}

const whatToGive = () =>
  'Give the PEM text from -----BEGIN CERTIFICATE----- on, or readFileSync(FILE, "base64") of a .p7b file';
const leaked = () =>
  "Remove it from the program and treat it as leaked: a private key belongs in the vault only";
const holds = (label: RegExp) => (source: TrustText) =>
  new RegExp(`-----BEGIN (${label.source})-----`).test(source.pem ?? "");
const readable = /^(CERTIFICATE|PKCS7|CMS)$/;
const labels = ({ pem = "" }: TrustText) =>
  [...pem.matchAll(/-----BEGIN ([^-]*)-----/g)].map(([, label]) => label!);

/** Ordered: the first that applies names the text. No row quotes it, not even a PEM label. */
const mistakes: readonly Mistake[] = [
  {
    is: ({ text }) => text.trim() === "",
    found: "an empty text",
    hint: (property) => `Leave \`${property}\` out where there is nothing to give`,
  },
  {
    is: ({ bytes, pem }) => pem === undefined && isPkcs12(bytes),
    found: "a PKCS#12 file, which holds a private key",
    hint: leaked,
  },
  {
    is: ({ text, pem = "" }) => holdsPrivateKey(text) || holdsPrivateKeyPem(pem),
    found: "a private key",
    hint: leaked,
  },
  { is: holds(/(NEW )?CERTIFICATE REQUEST/), found: "a certificate request", hint: whatToGive },
  { is: holds(/(RSA )?PUBLIC KEY/), found: "a public key", hint: whatToGive },
  {
    is: (source) => labels(source).some((label) => !readable.test(label)),
    found: "a PEM block of another kind",
    hint: whatToGive,
  },
  {
    is: (source) =>
      source.pem !== undefined &&
      (labels(source).length > pemBlocks(source.pem).length || labels(source).length === 0),
    found: "a damaged or truncated certificate",
    hint: () => "Copy it again, each certificate whole",
  },
  {
    // A key without its PEM lines looks like this, and so does one as JSON, in hex or in PuTTY's form.
    is: ({ pem }) => pem !== undefined && /[A-Za-z0-9+/=_-]{40}/.test(betweenBlocks(pem)),
    found: "something else between the certificates",
    hint: () => "Remove it; if it is a private key, treat it as leaked",
  },
  {
    is: ({ bytes, pem }) => pem === undefined && parseCertificate(bytes) !== undefined,
    found: "a certificate without its PEM lines",
    hint: () => "Convert it with: openssl x509 -inform der -in FILE (after base64 -d, if it is Base64 text)",
  },
  {
    // The lengths of a file's first two structures, or what UTF-8 makes of bytes that are none.
    is: ({ text, isBase64 }) => !isBase64 && /^0[\u0080-\u0084\ufffd]/.test(text),
    found: "binary data (DER) read as text",
    hint: () => 'Read the file with readFileSync(FILE, "base64")',
  },
  {
    is: ({ bytes, pem, isBase64 }) => pem === undefined && isBase64 && isDamagedPkcs7(bytes),
    found: "a damaged or truncated .p7b file",
    hint: () => "Copy it again, or take the file from its source",
  },
  {
    is: ({ bytes, pem, isBase64 }) => pem === undefined && isBase64 && !certificatesInPkcs7(bytes),
    found: "Base64 of something other than a .p7b file",
    hint: whatToGive,
  },
  {
    is: ({ pem, isBase64 }) => pem === undefined && !isBase64,
    found: "text without -----BEGIN CERTIFICATE-----",
    hint: whatToGive,
  },
];

/** Names what a text is, as far as it is something else than certificates in PEM or a .p7b file in Base64. */
export function otherThanTrustChain(
  source: TrustText,
  property: string,
): { found: string; hint: string } | undefined {
  const mistake = mistakes.find(({ is }) => is(source));
  return mistake && { found: mistake.found, hint: mistake.hint(property) };
}

function betweenBlocks(pem: string): string {
  return pem.replace(/-----BEGIN ([^-]*)-----[^-]*-----END \1-----/g, "");
}

/** Starts as signed data does (1.2.840.113549.1.7.2), and does not go on so. */
function isDamagedPkcs7(bytes: Buffer): boolean {
  const signedData = Buffer.from("06092a864886f70d010702", "hex");
  return bytes.subarray(0, 20).includes(signedData) && !certificatesInPkcs7(bytes);
}
