import { createCipheriv, createHash, createHmac, pbkdf2Sync, type KeyObject } from "node:crypto";
import type { asn1 } from "node-forge";
import type { Certificate } from "./certificate";
import { bmpString, der, integer, nothing, objectIdentifier, octets, sequence, set, tagged } from "./der";
import { pemBlocks } from "./pem";

export interface Pkcs12Content {
  /** RSA. Secret. */
  privateKey: KeyObject;
  /** The first is the key's own. */
  certificates: readonly [Certificate, ...Certificate[]];
  /** Printable ASCII. Secret. */
  password: Uint8Array;
  /** What programs list the key under; Java's keytool calls it the alias. */
  friendlyName: string;
}

/**
 * Of both key derivations: who guesses a password needs as many for each guess. OpenSSL 3 writes 2,048 and Java 17
 * 10,000; Java reads up to 5,000,000. See docs/decisions/020-exported-pfx.md.
 */
const rounds = 50_000;

const oids = {
  data: "1.2.840.113549.1.7.1",
  shroudedKeyBag: "1.2.840.113549.1.12.10.1.2",
  certBag: "1.2.840.113549.1.12.10.1.3",
  x509Certificate: "1.2.840.113549.1.9.22.1",
  localKeyId: "1.2.840.113549.1.9.21",
  friendlyName: "1.2.840.113549.1.9.20",
  pbes2: "1.2.840.113549.1.5.13",
  pbkdf2: "1.2.840.113549.1.5.12",
  hmacWithSha256: "1.2.840.113549.2.9",
  aes256Cbc: "2.16.840.1.101.3.4.1.42",
  sha256: "2.16.840.1.101.3.4.2.1",
} as const;

/**
 * A PKCS#12 file (RFC 7292) that OpenSSL 3 and Java from 8u301 on read as it is: the key encrypted by PBES2 with
 * AES-256-CBC and PBKDF2 of HMAC-SHA-256, the certificates open, a MAC of HMAC-SHA-256 over all.
 *
 * @param randomBytes a cryptographically secure source of the two salts and the initialization vector.
 */
export function pkcs12File(content: Pkcs12Content, randomBytes: (count: number) => Uint8Array): Buffer {
  const { privateKey, certificates, password, friendlyName } = content;
  const [own] = certificates;
  // The same on both is how a reader finds the certificate of a key.
  const labels = set(
    attribute("friendlyName", bmpString(friendlyName)),
    attribute("localKeyId", octets(Buffer.from(own.publicKeySha256.slice(0, 40), "hex"))),
  );
  const safe = der(
    sequence(
      contentInfo(sequence(...certificates.map((each) => certBag(each, each === own ? [labels] : [])))),
      contentInfo(sequence(bag("shroudedKeyBag", shrouded(privateKey, password, randomBytes), [labels]))),
    ),
  );
  return der(
    sequence(
      integer(3),
      sequence(objectIdentifier(oids.data), tagged(octets(safe))),
      macData(safe, password, randomBytes(16)),
    ),
  );
}

/** RFC 8018, section 6.2 and appendix A. */
function shrouded(
  privateKey: KeyObject,
  password: Uint8Array,
  randomBytes: (count: number) => Uint8Array,
): asn1.Asn1 {
  const [salt, vector] = [randomBytes(16), randomBytes(16)];
  const derived = pbkdf2Sync(password, salt, rounds, 32, "sha256");
  const plain = privateKey.export({ type: "pkcs8", format: "der" });
  const cipher = createCipheriv("aes-256-cbc", derived, vector);
  const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
  derived.fill(0);
  plain.fill(0);
  const function_ = sequence(objectIdentifier(oids.hmacWithSha256), nothing());
  return sequence(
    sequence(
      objectIdentifier(oids.pbes2),
      sequence(
        sequence(objectIdentifier(oids.pbkdf2), sequence(octets(salt), integer(rounds), function_)),
        sequence(objectIdentifier(oids.aes256Cbc), octets(vector)),
      ),
    ),
    octets(encrypted),
  );
}

function macData(safe: Buffer, password: Uint8Array, salt: Uint8Array): asn1.Asn1 {
  const key = macKey(password, salt);
  const mac = createHmac("sha256", key).update(safe).digest();
  key.fill(0);
  return sequence(
    sequence(sequence(objectIdentifier(oids.sha256), nothing()), octets(mac)),
    octets(salt),
    integer(rounds),
  );
}

/** RFC 7292, appendix B.2, for a key as long as the digest: one run of it is enough. */
function macKey(password: Uint8Array, salt: Uint8Array): Buffer {
  const purpose = Buffer.alloc(blockLength, 3);
  const text = bigEndian(password);
  const texts = repeated(text);
  const hash = createHash("sha256").update(purpose).update(repeated(salt)).update(texts);
  for (const each of [text, texts]) each.fill(0);
  let digest = hash.digest();
  for (let round = 1; round < rounds; round++) digest = createHash("sha256").update(digest).digest();
  return digest;
}

/** Of SHA-256, in bytes. */
const blockLength = 64;

/** As often as it takes to fill whole blocks. */
function repeated(bytes: Uint8Array): Buffer {
  return Buffer.alloc(Math.ceil(bytes.length / blockLength) * blockLength, bytes);
}

/** UTF-16 with the end that appendix B.1 wants. */
function bigEndian(ascii: Uint8Array): Buffer {
  const text = Buffer.alloc(2 * (ascii.length + 1));
  ascii.forEach((character, index) => (text[2 * index + 1] = character));
  return text;
}

function certBag({ pem }: Certificate, labels: asn1.Asn1[]): asn1.Asn1 {
  const value = sequence(objectIdentifier(oids.x509Certificate), tagged(octets(pemBlocks(pem)[0]!.der)));
  return bag("certBag", value, labels);
}

function bag(type: "shroudedKeyBag" | "certBag", value: asn1.Asn1, labels: asn1.Asn1[]): asn1.Asn1 {
  return sequence(objectIdentifier(oids[type]), tagged(value), ...labels);
}

function attribute(name: "friendlyName" | "localKeyId", value: asn1.Asn1): asn1.Asn1 {
  return sequence(objectIdentifier(oids[name]), set(value));
}

function contentInfo(bags: asn1.Asn1): asn1.Asn1 {
  return sequence(objectIdentifier(oids.data), tagged(octets(der(bags))));
}
