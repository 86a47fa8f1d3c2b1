import { asn1 } from "node-forge";

/** The few structures (X.690) that certificates and their containers are put together from. */
export const primitive = (type: asn1.Type, value: string): asn1.Asn1 =>
  asn1.create(asn1.Class.UNIVERSAL, type, false, value);

export const sequence = (...nodes: asn1.Asn1[]): asn1.Asn1 =>
  asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, nodes);

export const set = (...nodes: asn1.Asn1[]): asn1.Asn1 =>
  asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SET, true, nodes);

export const tagged = (tag: number, nodes: asn1.Asn1[]): asn1.Asn1 =>
  asn1.create(asn1.Class.CONTEXT_SPECIFIC, tag, true, nodes);

export const objectIdentifier = (oid: string): asn1.Asn1 =>
  primitive(asn1.Type.OID, asn1.oidToDer(oid).getBytes());

export const bitString = (value: string): asn1.Asn1 => primitive(asn1.Type.BITSTRING, value);

/** node-forge wants octets as characters. */
export const binary = (bytes: Buffer): string => bytes.toString("latin1");

export const der = (node: asn1.Asn1): Buffer => Buffer.from(asn1.toDer(node).getBytes(), "latin1");
