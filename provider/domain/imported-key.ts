import { type KeyObject } from "node:crypto";
import { MerchantCredentialsError } from "../errors";
import { parseCertificate, type Certificate } from "./certificate";
import { withoutLineEnd } from "./line-end";
import { readMerchantZip } from "./merchant-zip";
import { pemBlocks } from "./pem";
import { readPkcs12 } from "./pkcs12";
import { privateKeyPem, publicKeySha256 } from "./private-key";
import { readPrivateKeyFile } from "./private-key-file";
import { requestFingerprint } from "./staging-labels";

/** A credential that exists already, as the references of `import` gave it. Secret. */
export type CertificateImport =
  | { p12: Buffer; password?: string }
  | { privateKey: Buffer; passphrase?: string }
  | { zip: Buffer; password?: string };

/** The certificate declared beside the import, and whose it is. */
export interface Declaration {
  certificate: Certificate;
  merchantId: string;
}

/**
 * The private key that is imported: RSA of 2048 bits, the key of the declared certificate, as canonical PKCS#8 PEM.
 * Where no password is given it is the merchant id, as in the platform's files. One line end after a password or a
 * passphrase is taken off, because files end with one.
 *
 * @throws MerchantCredentialsError `invalid-input` on `import.p12`, `import.password`, `import.privateKey`,
 *   `import.passphrase` or `import.zip`. What it shows of keys and certificates is public: the first 16 hex digits
 *   of the SHA-256 of a public key, and serial numbers.
 */
export function importedKey(given: CertificateImport, declared: Declaration): string {
  return keyOfDeclared(readImport(given, declared.merchantId), declared.certificate);
}

/**
 * The key as PKCS#8 PEM, if it is the declared certificate's.
 *
 * @throws MerchantCredentialsError `invalid-input` on `material.property`.
 */
export function keyOfDeclared(material: Material, declared: Certificate): string {
  const { key, property } = material;
  const { serialNumber, publicKeySha256: wanted } = declared;
  if (publicKeySha256(key) === wanted) return privateKeyPem(key);

  const other = ownCertificates(material)[0];
  if (other && other.serialNumber !== serialNumber)
    throw otherCertificate(property, { serialNumber, found: other.serialNumber });
  throw new MerchantCredentialsError("invalid-input", "this private key is not the declared certificate's", {
    property,
    expected: `the key of certificate ${serialNumber}, as declared, with public key ${requestFingerprint(wanted)}`,
    actual: `public key ${requestFingerprint(publicKeySha256(key))}`,
    hint: `Declare the certificate that was issued for this key, or give \`${property}\` the declared one's`,
  });
}

/** Both serial numbers are public: the declared one's, and the one's that was found. */
export function otherCertificate(
  property: string,
  { serialNumber, found }: { serialNumber: string; found: string },
): MerchantCredentialsError {
  return new MerchantCredentialsError(
    "invalid-input",
    "this belongs to another certificate than the declared one",
    {
      property,
      expected: `certificate ${serialNumber}, as declared`,
      actual: `certificate ${found}`,
      hint: `Declare that one as \`certificate\`, or give \`${property}\` the file that belongs to the declared one`,
    },
  );
}

/** What came out of a file. Secret. */
export interface Material {
  key: KeyObject;
  /** Those in the same file. */
  certificates: readonly Certificate[];
  /** The argument that it came from. */
  property: string;
}

function readImport(given: CertificateImport, merchantId: string): Material {
  if ("privateKey" in given) {
    const { privateKey, passphrase } = given;
    const key = readPrivateKeyFile(privateKey, passphrase && withoutLineEnd(passphrase));
    return { key, certificates: certificatesIn(privateKey), property: "import.privateKey" };
  }
  const password = withoutLineEnd(given.password ?? merchantId);
  if ("p12" in given) {
    const { privateKey, certificates } = readPkcs12(given.p12, password);
    return { key: privateKey, certificates, property: "import.p12" };
  }
  return readZip(given.zip, password);
}

function readZip(zip: Buffer, password: string): Material {
  const property = "import.zip";
  const { privateKey, certificate, p12 } = readMerchantZip(zip, property);
  if (privateKey) {
    const key = readPrivateKeyFile(privateKey, undefined, { file: property });
    return { key, certificates: certificate ? certificatesIn(certificate) : [], property };
  }
  const { privateKey: key, certificates } = readPkcs12(p12!, password, {
    file: property,
    password: "import.password",
  });
  return { key, certificates, property };
}

function certificatesIn(file: Buffer): Certificate[] {
  return pemBlocks(file.toString("latin1"))
    .filter(({ label }) => label === "CERTIFICATE")
    .flatMap(({ der }) => parseCertificate(der) ?? []);
}

/** The certificates in the file that are its key's own. */
export function ownCertificates({ key, certificates }: Material): Certificate[] {
  const own = publicKeySha256(key);
  return certificates.filter((certificate) => certificate.publicKeySha256 === own);
}
