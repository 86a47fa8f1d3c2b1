import { asn1 } from "node-forge";
import { members } from "./asn1-members";

/** Content types of PKCS#7 (RFC 2315, section 14). */
const signedData = "1.2.840.113549.1.7.2";
const data = "1.2.840.113549.1.7.1";

const { Class, Type } = asn1;

/**
 * The certificates in a PKCS#7 or CMS SignedData (RFC 2315, section 9.1; RFC 5652, section 5.1), each as DER, in the
 * order of the file, which means nothing: it is a SET. Undefined where the bytes are not SignedData.
 *
 * node-forge's own reader of PKCS#7 is not used, because it refuses certificates with other keys than RSA.
 *
 * @param bytes DER, or BER with indefinite lengths.
 */
export function certificatesInPkcs7(bytes: Buffer): Buffer[] | undefined {
  try {
    const [type, content] = members(asn1.fromDer(bytes.toString("latin1"), true));
    if (asn1.derToOid(type!.value as string) !== signedData) return undefined;
    const fields = members(members(content!)[0]!);
    const certificates = fields.find(
      ({ tagClass, type }) => tagClass === Class.CONTEXT_SPECIFIC && +type === 0,
    );
    // Other members of the set, e.g. attribute certificates, carry a tag of their own (RFC 5652, section 10.2.2).
    return (certificates ? members(certificates) : [])
      .filter(({ tagClass, type }) => tagClass === Class.UNIVERSAL && type === Type.SEQUENCE)
      .map(derOf);
  } catch {
    // The error of node-forge may quote its input.
    return undefined;
  }
}

/**
 * A SignedData that holds these certificates (DER) in this order and nothing else, byte for byte as
 * `openssl crl2pkcs7 -nocrl` writes it.
 */
export function pkcs7OfCertificates(certificates: readonly Buffer[]): Buffer {
  const version = encoded(0x02, Buffer.of(1));
  const none = encoded(0x31);
  const content = encoded(0x30, objectIdentifier(data));
  const fields = encoded(0x30, version, none, content, encoded(0xa0, ...certificates), none);
  return encoded(0x30, objectIdentifier(signedData), encoded(0xa0, fields));
}

function derOf(source: asn1.Asn1): Buffer {
  return Buffer.from(asn1.toDer(source).getBytes(), "latin1");
}

function objectIdentifier(oid: string): Buffer {
  return encoded(0x06, Buffer.from(asn1.oidToDer(oid).getBytes(), "latin1"));
}

/** Tag, length and value (X.690, section 8.1). The certificates pass as they are, whatever node-forge thinks of them. */
function encoded(tag: number, ...parts: Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const octets = Buffer.from(value.length.toString(16).padStart(8, "0"), "hex");
  const long = octets.subarray(octets.findIndex((octet) => octet !== 0));
  const length = value.length < 0x80 ? Buffer.of(value.length) : Buffer.of(0x80 | long.length, ...long);
  return Buffer.concat([Buffer.of(tag), length, value]);
}
