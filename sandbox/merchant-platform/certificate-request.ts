import { createPublicKey, verify, type KeyObject } from "node:crypto";
import { asn1 } from "node-forge";
import { PlatformRefusal } from "./refusal";

export interface CertificateRequest {
  /** The merchant id, for a request that the platform takes. */
  commonName: string | undefined;
  /** The merchant's name, where the request carries one. */
  organizationalUnit: string | undefined;
  publicKey: KeyObject;
}

const attributeNames: Record<string, "commonName" | "organizationalUnit"> = {
  "2.5.4.3": "commonName",
  "2.5.4.11": "organizationalUnit",
};

const signatureHashes: Record<string, string> = {
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
};

/**
 * The request string that a person pasted (PKCS#10, RFC 2986), with its key and signature checked.
 * The text itself is never in the refusal: people paste private keys.
 */
export function readCertificateRequest(text: string): CertificateRequest {
  const { information, algorithm, signature, subject, publicKeyInfo } = parse(derOf(text));
  const publicKey = rsa2048(publicKeyInfo);
  const hash = signatureHashes[algorithm];
  if (hash === undefined) {
    throw new PlatformRefusal("bad-signature", "The request must be signed with SHA-256 and RSA.");
  }
  if (!verify(hash, information, publicKey, signature)) {
    throw new PlatformRefusal("bad-signature", "The request's signature is not by the key that is in it.");
  }
  return { ...readName(subject), publicKey };
}

function derOf(text: string): Buffer {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    throw new PlatformRefusal(
      "not-a-request",
      "This is a private key; keep it, and paste the request string.",
    );
  }
  const body =
    /-----BEGIN (NEW )?CERTIFICATE REQUEST-----([\sA-Za-z0-9+/=]+)-----END \1?CERTIFICATE REQUEST-----/
      .exec(text)
      ?.at(2);
  if (body === undefined) {
    throw new PlatformRefusal(
      "not-a-request",
      "The text is not a certificate request: it must begin with -----BEGIN CERTIFICATE REQUEST----- and be whole.",
    );
  }
  return Buffer.from(body, "base64");
}

/** A signature may look like a structure; the published types do not know these options. */
const keepBitStrings = { strict: true, decodeBitStrings: false } as unknown as boolean;

function parse(der: Buffer) {
  try {
    const request = children(asn1.fromDer(der.toString("latin1"), keepBitStrings));
    const [information, algorithm, signature] = request;
    const [, subject, publicKeyInfo] = children(information);
    return {
      information: bytesOf(information),
      algorithm: asn1.derToOid(octets(children(algorithm)[0])),
      // A BIT STRING begins with the number of unused bits.
      signature: Buffer.from(octets(signature).slice(1), "latin1"),
      subject,
      publicKeyInfo: bytesOf(publicKeyInfo),
    };
  } catch {
    throw new PlatformRefusal(
      "not-a-request",
      "The certificate request is damaged: copy the whole of it again.",
    );
  }
}

function rsa2048(publicKeyInfo: Buffer): KeyObject {
  let publicKey: KeyObject;
  try {
    publicKey = createPublicKey({ key: publicKeyInfo, format: "der", type: "spki" });
  } catch {
    throw new PlatformRefusal("wrong-key", "The request's public key cannot be read.");
  }
  const bits = publicKey.asymmetricKeyDetails?.modulusLength;
  if (publicKey.asymmetricKeyType !== "rsa" || bits !== 2048) {
    const found = bits === undefined ? `${publicKey.asymmetricKeyType}` : `RSA ${bits}`;
    throw new PlatformRefusal("wrong-key", `The request's key must be RSA 2048; it is ${found}.`);
  }
  return publicKey;
}

function readName(
  subject: asn1.Asn1 | undefined,
): Pick<CertificateRequest, "commonName" | "organizationalUnit"> {
  const found: Pick<CertificateRequest, "commonName" | "organizationalUnit"> = {
    commonName: undefined,
    organizationalUnit: undefined,
  };
  for (const attribute of children(subject).flatMap(children)) {
    const [type, value] = children(attribute);
    const known = attributeNames[asn1.derToOid(octets(type))];
    if (known && value) {
      const encoding = value.type === asn1.Type.UTF8 ? "utf8" : "latin1";
      found[known] = Buffer.from(octets(value), "latin1").toString(encoding);
    }
  }
  return found;
}

function children(node: asn1.Asn1 | undefined): asn1.Asn1[] {
  if (!Array.isArray(node?.value)) throw new TypeError("not a constructed value");
  return node.value;
}

function octets(node: asn1.Asn1 | undefined): string {
  if (typeof node?.value !== "string") throw new TypeError("not a primitive value");
  return node.value;
}

function bytesOf(node: asn1.Asn1 | undefined): Buffer {
  if (!node) throw new TypeError("missing");
  return Buffer.from(asn1.toDer(node).getBytes(), "latin1");
}
