/** The attributes of a subject or issuer that the rules look at; the order in the certificate varies. */
export interface DistinguishedName {
  CN?: string;
  O?: string;
  OU?: string;
  L?: string;
  C?: string;
}

const attributes = ["CN", "O", "OU", "L", "C"] as const;

/** One line, e.g. `CN=1900000109, O=微信商户系统`. */
export function formatName(name: DistinguishedName): string {
  const parts = attributes.filter((key) => name[key] !== undefined).map((key) => `${key}=${name[key]}`);
  return parts.join(", ") || "(empty)";
}

/** The attributes of `expected` in which `actual` differs. */
export function nameDifferences(expected: DistinguishedName, actual: DistinguishedName): string[] {
  return attributes.filter((key) => expected[key] !== undefined && expected[key] !== actual[key]);
}

/** From what node:crypto reads out of a certificate; a repeated attribute counts by its first value. */
export function readName(raw: Record<string, string | string[] | undefined>): DistinguishedName {
  const name: DistinguishedName = {};
  for (const key of attributes) {
    const value = raw[key];
    const first = Array.isArray(value) ? value[0] : value;
    // A name goes to terminals: it must not move the cursor or turn the writing direction.
    if (first !== undefined) name[key] = first.replace(/[\p{Cc}\p{Cf}]/gu, "\ufffd");
  }
  return name;
}
