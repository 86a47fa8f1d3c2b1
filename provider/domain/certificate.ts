import { X509Certificate } from "node:crypto";
import { asn1 } from "node-forge";
import { members } from "./asn1-members";
import { sha256Hex } from "./digest";
import { readName, type DistinguishedName } from "./distinguished-name";
import { toPem } from "./pem";
import { paddedSerialNumber } from "./serial-number";

/** A certificate, read once at the boundary. Everything in it is public. */
export interface Certificate {
  pem: string;
  /** Upper-case hex, padded to at least 40 digits; see {@link paddedSerialNumber}. */
  serialNumber: string;
  /** The serial's own hex digits, without padding: its length tells the two kinds apart. */
  rawSerialNumber: string;
  subject: DistinguishedName;
  issuer: DistinguishedName;
  notBefore: Date;
  notAfter: Date;
  isCertificateAuthority: boolean;
  /** `rsa`, `ec`, … as node:crypto names it. */
  keyType: string;
  /** Bits of an RSA modulus; 0 for other keys. */
  keyBits: number;
  /** Dotted object identifier. */
  signatureAlgorithm: string;
  /** SHA-256 of the DER, lower-case hex. */
  certificateSha256: string;
  /** SHA-256 of the SubjectPublicKeyInfo, lower-case hex. */
  publicKeySha256: string;
}

/** SHA-256 with RSA (RFC 8017, appendix C). */
export const sha256WithRsa = "1.2.840.113549.1.1.11";

const algorithmNames: Record<string, string> = {
  [sha256WithRsa]: "SHA-256 with RSA",
  "1.2.840.113549.1.1.2": "MD2 with RSA",
  "1.2.840.113549.1.1.4": "MD5 with RSA",
  "1.2.840.113549.1.1.5": "SHA-1 with RSA",
  "1.2.840.113549.1.1.10": "RSA-PSS",
  "1.2.840.113549.1.1.12": "SHA-384 with RSA",
  "1.2.840.113549.1.1.13": "SHA-512 with RSA",
  "1.2.840.10045.4.1": "ECDSA with SHA-1",
  "1.2.840.10045.4.3.2": "ECDSA with SHA-256",
};

/** A signature algorithm in words; an unknown one as its object identifier. */
export function algorithmName(oid: string): string {
  return algorithmNames[oid] ?? oid;
}

/** A certificate's key in words: `RSA, 2048 bits`. */
export function keyWords({ keyType, keyBits }: Certificate): string {
  return keyBits ? `${keyType.toUpperCase()}, ${keyBits} bits` : keyType.toUpperCase();
}

/** Reads one DER certificate; undefined where the bytes are not one. */
export function parseCertificate(der: Buffer): Certificate | undefined {
  try {
    const x509 = new X509Certificate(der);
    const { subject, issuer } = x509.toLegacyObject() as unknown as {
      subject: Record<string, string>;
      issuer: Record<string, string>;
    };
    return {
      pem: toPem("CERTIFICATE", x509.raw),
      serialNumber: paddedSerialNumber(x509.serialNumber),
      rawSerialNumber: x509.serialNumber.toUpperCase(),
      subject: readName(subject),
      issuer: readName(issuer),
      notBefore: new Date(x509.validFrom),
      notAfter: new Date(x509.validTo),
      isCertificateAuthority: x509.ca,
      keyType: x509.publicKey.asymmetricKeyType ?? "unknown",
      keyBits: x509.publicKey.asymmetricKeyDetails?.modulusLength ?? 0,
      signatureAlgorithm: signatureAlgorithm(x509.raw),
      certificateSha256: sha256Hex(x509.raw),
      publicKeySha256: sha256Hex(x509.publicKey.export({ type: "spki", format: "der" })),
    };
  } catch {
    return undefined;
  }
}

/** node:crypto tells the algorithm only from Node 24 on; it is the second member of the outer sequence. */
function signatureAlgorithm(der: Buffer): string {
  const identifier = members(members(asn1.fromDer(der.toString("binary"), false))[1]!)[0]!;
  return asn1.derToOid(identifier.value as string);
}
