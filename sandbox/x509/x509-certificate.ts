import { createHash, sign, type KeyObject } from "node:crypto";
import { asn1, pki } from "node-forge";
import { binary, bitString, der, objectIdentifier, primitive, sequence, tagged } from "./der";

/** Attributes in the order in which they are encoded, for example `{ CN: "1900000109", C: "CN" }`; a list is one after the other. */
export type DistinguishedName = Partial<Record<keyof typeof attributeTypes, string | readonly string[]>>;

export interface CertificateFacts {
  subject: DistinguishedName;
  issuer: DistinguishedName;
  publicKey: KeyObject;
  /** The issuer's pair: the private half signs, the public half gives the authority key identifier. */
  issuerPrivateKey: KeyObject;
  issuerPublicKey: KeyObject;
  /** Hex of a positive number. */
  serialNumber: string;
  notBefore: Date;
  notAfter: Date;
  certificateAuthority?: boolean;
  /** Default sha256. */
  hash?: "sha256" | "sha1";
}

const attributeTypes = {
  C: "2.5.4.6",
  L: "2.5.4.7",
  O: "2.5.4.10",
  OU: "2.5.4.11",
  CN: "2.5.4.3",
} as const;

const extensionTypes = {
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  basicConstraints: "2.5.29.19",
  authorityKeyIdentifier: "2.5.29.35",
} as const;

/** Bit strings of RFC 5280, section 4.2.1.3; the first octet counts the unused bits. */
const keyUsages = {
  /** digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment */
  merchant: "\x04\xf0",
  /** keyCertSign, cRLSign */
  authority: "\x01\x06",
} as const;

/**
 * One signed certificate as PEM.
 *
 * The structure (RFC 5280, section 4.1) is put together here, because node-forge signs only with, and only for,
 * its own RSA keys; those are slow, and tests need certificates of other keys too.
 */
export function signCertificate(facts: CertificateFacts): string {
  const { hash = "sha256" } = facts;
  const algorithm = sequence(objectIdentifier(signatureAlgorithm(hash)), primitive(asn1.Type.NULL, ""));
  const toBeSigned = sequence(
    tagged(0, [primitive(asn1.Type.INTEGER, "\x02")]),
    primitive(asn1.Type.INTEGER, positiveInteger(facts.serialNumber)),
    algorithm,
    name(facts.issuer),
    sequence(time(facts.notBefore), time(facts.notAfter)),
    name(facts.subject),
    asn1.fromDer(binary(spki(facts.publicKey))),
    tagged(3, [sequence(...extensions(facts))]),
  );
  const signature = sign(hash, der(toBeSigned), facts.issuerPrivateKey);
  return toPem(der(sequence(toBeSigned, algorithm, bitString(`\x00${binary(signature)}`))));
}

function extensions(facts: CertificateFacts): asn1.Asn1[] {
  const authority = facts.certificateAuthority === true;
  const constraints = authority ? sequence(primitive(asn1.Type.BOOLEAN, "\xff")) : sequence();
  return [
    extension("basicConstraints", constraints, true),
    extension("keyUsage", bitString(authority ? keyUsages.authority : keyUsages.merchant), true),
    extension(
      "subjectKeyIdentifier",
      primitive(asn1.Type.OCTETSTRING, keyIdentifier(facts.publicKey)),
      false,
    ),
    extension(
      "authorityKeyIdentifier",
      sequence(asn1.create(asn1.Class.CONTEXT_SPECIFIC, 0, false, keyIdentifier(facts.issuerPublicKey))),
      false,
    ),
  ];
}

function extension(type: keyof typeof extensionTypes, value: asn1.Asn1, critical: boolean): asn1.Asn1 {
  const octets = primitive(asn1.Type.OCTETSTRING, binary(der(value)));
  const mark = critical ? [primitive(asn1.Type.BOOLEAN, "\xff")] : [];
  return sequence(objectIdentifier(extensionTypes[type]), ...mark, octets);
}

function name(distinguishedName: DistinguishedName): asn1.Asn1 {
  const attributes = Object.entries(distinguishedName).flatMap(([key, values]) =>
    [values].flat().map((value) => ({
      type: attributeTypes[key as keyof DistinguishedName],
      value,
      valueTagClass: stringType(value),
    })),
  );
  return pki.distinguishedNameToAsn1({ attributes });
}

/** PrintableString where its alphabet suffices, as the real certificates have it; UTF8String for the rest. */
function stringType(value: string): number {
  return /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value) ? asn1.Type.PRINTABLESTRING : asn1.Type.UTF8;
}

/** UTCTime through 2049, GeneralizedTime after it (RFC 5280, section 4.1.2.5). */
function time(date: Date): asn1.Asn1 {
  return date.getUTCFullYear() < 2050
    ? primitive(asn1.Type.UTCTIME, asn1.dateToUtcTime(date))
    : primitive(asn1.Type.GENERALIZEDTIME, asn1.dateToGeneralizedTime(date));
}

/** The shortest two's complement of a positive number, as DER wants it. */
function positiveInteger(hex: string): string {
  const digits = hex.replace(/^0+/, "");
  const octets = binary(Buffer.from(digits.length % 2 ? `0${digits}` : digits, "hex"));
  return octets === "" || octets.charCodeAt(0) >= 0x80 ? `\x00${octets}` : octets;
}

/** Any unique value will do (RFC 5280, section 4.2.1.2). */
function keyIdentifier(publicKey: KeyObject): string {
  return binary(createHash("sha1").update(spki(publicKey)).digest());
}

function signatureAlgorithm(hash: "sha256" | "sha1"): string {
  return hash === "sha256" ? "1.2.840.113549.1.1.11" : "1.2.840.113549.1.1.5";
}

const spki = (key: KeyObject) => key.export({ format: "der", type: "spki" });

function toPem(bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
