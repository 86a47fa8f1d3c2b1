import { asn1 } from "node-forge";

/** The structures of X.690 that files are put together from; node-forge wants octets as characters. */
export const sequence = (...members: asn1.Asn1[]): asn1.Asn1 =>
  asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, members);

export const set = (...members: asn1.Asn1[]): asn1.Asn1 =>
  asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SET, true, members);

/** `[0] EXPLICIT`. */
export const tagged = (member: asn1.Asn1): asn1.Asn1 =>
  asn1.create(asn1.Class.CONTEXT_SPECIFIC, 0, true, [member]);

export const objectIdentifier = (oid: string): asn1.Asn1 =>
  primitive(asn1.Type.OID, asn1.oidToDer(oid).getBytes());

export const octets = (bytes: Uint8Array): asn1.Asn1 =>
  primitive(asn1.Type.OCTETSTRING, Buffer.from(bytes).toString("latin1"));

export const integer = (value: number): asn1.Asn1 =>
  primitive(asn1.Type.INTEGER, asn1.integerToDer(value).getBytes());

export const nothing = (): asn1.Asn1 => primitive(asn1.Type.NULL, "");

/** node-forge makes two octets of each character. */
export const bmpString = (text: string): asn1.Asn1 => primitive(asn1.Type.BMPSTRING, text);

export const der = (value: asn1.Asn1): Buffer => Buffer.from(asn1.toDer(value).getBytes(), "latin1");

function primitive(type: asn1.Type, value: string): asn1.Asn1 {
  return asn1.create(asn1.Class.UNIVERSAL, type, false, value);
}
