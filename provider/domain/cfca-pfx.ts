import type { Certificate } from "./certificate";
import { cfcaKeyBits, strongRsa } from "./cfca-acceptance";
import { keyOfDeclared, otherCertificate, ownCertificates, type Material } from "./imported-key";
import { withoutLineEnd } from "./line-end";
import { readPkcs12 } from "./pkcs12";
import type { KeyRule } from "./rsa-key";

const exportIt =
  "On the computer with the certificate, export it again: with its private key, as PKCS#12 (.PFX), under a password";

/** The key of a certificate of CFCA, in the file that the certificate manager of Windows exports. */
export const cfcaKey: KeyRule = {
  bits: cfcaKeyBits,
  expected: `one key, ${strongRsa}`,
  hint: "The open platform takes RSA only: check that this is the file of the declared certificate",
  hintIfNone: exportIt,
  hintIfMany: "Export the declared certificate alone, with its key",
  files: { p12: "a .pfx file, or another PKCS#12 file", privateKey: "a private key in PEM or DER" },
  advice: {
    p12: "Give it as `pfx`, its password as `password`",
    privateKey: `The key comes in its .pfx. ${exportIt}`,
    certificate: `The certificate belongs in \`certificate\`, in PEM; here belongs the .pfx. ${exportIt}`,
  },
  takeOut:
    "Write it anew with: openssl pkcs12 -legacy -in FILE -out ALL.pem, then openssl pkcs12 -export -in ALL.pem -out NEW.pfx; then delete ALL.pem",
};

/**
 * The private key in an exported `.pfx`: RSA, the key of the declared certificate, as canonical PKCS#8 PEM. The
 * certificates in the file, if any, have to name the declared one. One line end after the password is taken off, because
 * files end with one.
 *
 * @throws MerchantCredentialsError `invalid-input` on `pfx` or `password`. What it shows of keys and certificates is
 *   public: the first 16 hex digits of the SHA-256 of a public key, and serial numbers.
 */
export function keyFromPfx(given: { pfx: Buffer; password: string }, declared: Certificate): string {
  const properties = { file: "pfx", password: "password" };
  const { privateKey, certificates } = readPkcs12(
    given.pfx,
    withoutLineEnd(given.password),
    properties,
    cfcaKey,
  );
  const material: Material = { key: privateKey, certificates, property: "pfx" };
  const pem = keyOfDeclared(material, declared);
  const own = ownCertificates(material);
  const { serialNumber } = declared;
  if (own.length === 0 || own.some((each) => each.serialNumber === serialNumber)) return pem;
  throw otherCertificate("pfx", { serialNumber, found: own[0]!.serialNumber });
}
