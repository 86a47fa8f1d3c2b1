import { X509Certificate } from "node:crypto";
import { asn1, hmac, md, pki, random, rc2, util } from "node-forge";
import { binary, der, objectIdentifier, primitive, sequence, set, tagged } from "../x509/der";

/** How Windows encrypts: with AES-256, as it offers since Windows 10, or with RC2 and 3DES, as before. */
export type PfxEncryption = "aes" | "legacy";

export interface PfxContent {
  /** PKCS#8 PEM. */
  privateKey: string;
  /** PEM; the first is the key's. */
  certificates: readonly [string, ...string[]];
  /** ASCII. */
  password: string;
  encryption: PfxEncryption;
}

const rounds = 2000;
const oids = {
  data: "1.2.840.113549.1.7.1",
  encryptedData: "1.2.840.113549.1.7.6",
  shroudedKeyBag: "1.2.840.113549.1.12.10.1.2",
  certBag: "1.2.840.113549.1.12.10.1.3",
  x509Certificate: "1.2.840.113549.1.9.22.1",
  localKeyId: "1.2.840.113549.1.9.21",
  friendlyName: "1.2.840.113549.1.9.20",
  cspName: "1.3.6.1.4.1.311.17.1",
  rc2With40Bits: "1.2.840.113549.1.12.1.6",
  sha1: "1.3.14.3.2.26",
  sha256: "2.16.840.1.101.3.4.2.1",
} as const;

/** A PKCS#12 file (RFC 7292) as Windows writes it, with its attributes; node-forge's own leaves certificates open. */
export function pfxFile({ privateKey, certificates, password, encryption }: PfxContent): Buffer {
  const [key, ...certificateBags] = [keyBag(privateKey, password, encryption), ...certificates.map(certBag)];
  const safe = der(
    sequence(
      contentInfo("data", octets(der(sequence(key)))),
      contentInfo("encryptedData", encrypted(sequence(...certificateBags), password, encryption)),
    ),
  );
  return der(
    sequence(
      primitive(asn1.Type.INTEGER, "\x03"),
      contentInfo("data", octets(safe)),
      macData(safe, password, encryption === "aes" ? "sha256" : "sha1"),
    ),
  );
}

function keyBag(privateKey: string, password: string, encryption: PfxEncryption): asn1.Asn1 {
  const info = pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(pki.privateKeyFromPem(privateKey)));
  const shrouded = byForge(info, password, encryption === "aes" ? "aes256" : "3des");
  const csp = "Microsoft Enhanced Cryptographic Provider v1.0";
  return bag("shroudedKeyBag", shrouded, [
    localKeyId,
    attribute("friendlyName", bmpString("le-CFCA-1")),
    attribute("cspName", bmpString(csp)),
  ]);
}

function certBag(pem: string, index: number): asn1.Asn1 {
  const value = sequence(
    objectIdentifier(oids.x509Certificate),
    tagged(0, [octets(new X509Certificate(pem).raw)]),
  );
  return bag("certBag", value, index === 0 ? [localKeyId] : []);
}

function encrypted(contents: asn1.Asn1, password: string, encryption: PfxEncryption): asn1.Asn1 {
  const [algorithm, text] =
    encryption === "aes"
      ? (byForge(contents, password, "aes256").value as [asn1.Asn1, asn1.Asn1])
      : byRc2(contents, password);
  const implicit = asn1.create(asn1.Class.CONTEXT_SPECIFIC, 0, false, text.value);
  return sequence(
    primitive(asn1.Type.INTEGER, "\x00"),
    sequence(objectIdentifier(oids.data), algorithm, implicit),
  );
}

/** Algorithm and ciphertext. It is meant for a key, and encrypts whatever it gets. */
function byForge(content: asn1.Asn1, password: string, algorithm: "aes256" | "3des"): asn1.Asn1 {
  return pki.encryptPrivateKeyInfo(content, password, { algorithm, count: rounds, prfAlgorithm: "sha256" });
}

function byRc2(content: asn1.Asn1, password: string): [asn1.Asn1, asn1.Asn1] {
  const salt = random.getBytesSync(8);
  const key = derived(password, salt, purpose.key, 5, md.sha1.create());
  const cipher = rc2.createEncryptionCipher(key, 40);
  cipher.start(derived(password, salt, purpose.iv, 8, md.sha1.create()));
  cipher.update(util.createBuffer(binary(der(content))));
  cipher.finish();
  const algorithm = sequence(
    objectIdentifier(oids.rc2With40Bits),
    sequence(primitive(asn1.Type.OCTETSTRING, salt), count()),
  );
  return [algorithm, primitive(asn1.Type.OCTETSTRING, cipher.output.getBytes())];
}

function macData(content: Buffer, password: string, hash: "sha1" | "sha256"): asn1.Asn1 {
  const salt = random.getBytesSync(20);
  const digest = md[hash].create();
  const mac = hmac.create();
  mac.start(hash, derived(password, salt, purpose.mac, digest.digestLength, md[hash].create()));
  mac.update(binary(content));
  return sequence(
    sequence(
      sequence(objectIdentifier(oids[hash]), primitive(asn1.Type.NULL, "")),
      primitive(asn1.Type.OCTETSTRING, mac.digest().getBytes()),
    ),
    primitive(asn1.Type.OCTETSTRING, salt),
    count(),
  );
}

/** RFC 7292, appendix B.3. */
const purpose = { key: 1, iv: 2, mac: 3 } as const;

type Derive = (
  password: string,
  salt: util.ByteStringBuffer,
  purpose: number,
  rounds: number,
  length: number,
  digest: md.MessageDigest,
) => util.ByteStringBuffer;

function derived(password: string, salt: string, forWhat: number, length: number, digest: md.MessageDigest) {
  // Not in its types.
  const { generatePkcs12Key } = (pki as unknown as { pbe: { generatePkcs12Key: Derive } }).pbe;
  return generatePkcs12Key(password, util.createBuffer(salt), forWhat, rounds, length, digest);
}

const localKeyId = attribute("localKeyId", primitive(asn1.Type.OCTETSTRING, "\x01\x00\x00\x00"));

function attribute(name: "localKeyId" | "friendlyName" | "cspName", value: asn1.Asn1): asn1.Asn1 {
  return sequence(objectIdentifier(oids[name]), set(value));
}

function bag(type: "shroudedKeyBag" | "certBag", value: asn1.Asn1, attributes: asn1.Asn1[]): asn1.Asn1 {
  const labels = attributes.length > 0 ? [set(...attributes)] : [];
  return sequence(objectIdentifier(oids[type]), tagged(0, [value]), ...labels);
}

function contentInfo(type: "data" | "encryptedData", content: asn1.Asn1): asn1.Asn1 {
  return sequence(objectIdentifier(oids[type]), tagged(0, [content]));
}

const octets = (bytes: Buffer): asn1.Asn1 => primitive(asn1.Type.OCTETSTRING, binary(bytes));
const count = (): asn1.Asn1 => primitive(asn1.Type.INTEGER, asn1.integerToDer(rounds).getBytes());
/** node-forge makes two octets of each character. */
const bmpString = (text: string): asn1.Asn1 => primitive(asn1.Type.BMPSTRING, text);
