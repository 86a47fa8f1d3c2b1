/** One block of a PEM text (RFC 7468). */
export interface PemBlock {
  /** The words after BEGIN, e.g. `CERTIFICATE`. */
  label: string;
  der: Buffer;
}

const block = /-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----/g;

/**
 * The PEM blocks of a text, in order. Line ends do not matter: CRLF, none at all, and the two characters
 * `\n` (a PEM that went through an environment variable) are all read. A damaged block is left out.
 */
export function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  for (const [, label, body] of text.replaceAll("\\r", "").replaceAll("\\n", "\n").matchAll(block)) {
    const base64 = body!.replace(/\s+/g, "");
    if (/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
      blocks.push({ label: label!, der: Buffer.from(base64, "base64") });
    }
  }
  return blocks;
}

/** A block as canonical PEM: lines of 64 characters, each ended by a single line feed. */
export function toPem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/** Whether a text holds a private key in PEM, whole or cut off, encrypted or not. */
export function holdsPrivateKeyPem(text: string): boolean {
  return /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text);
}
