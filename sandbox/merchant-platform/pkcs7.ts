import { X509Certificate } from "node:crypto";
import { asn1 } from "node-forge";
import { binary, der, objectIdentifier, primitive, sequence, set, tagged } from "../x509/der";

const signedData = "1.2.840.113549.1.7.2";
const data = "1.2.840.113549.1.7.1";

/** A .p7b file, as chains of trust are published in: signed data with certificates and no signature (RFC 2315, section 9). */
export function certificatesOnly(pems: readonly string[]): Buffer {
  const certificates = pems.map((pem) => asn1.fromDer(binary(new X509Certificate(pem).raw)));
  const content = sequence(
    primitive(asn1.Type.INTEGER, "\x01"),
    set(),
    sequence(objectIdentifier(data)),
    tagged(0, certificates),
    set(),
  );
  return der(sequence(objectIdentifier(signedData), tagged(0, [content])));
}
