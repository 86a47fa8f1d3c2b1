import { adoptedText, unreadableForeign, type AdoptedFields } from "./adopted-value";
import { MerchantCredentialsError } from "../errors";
import { certificateViolations, violationSentence, type AcceptanceContext } from "./certificate-acceptance";
import { certificateIssuance } from "./certificate-kind";
import { readCertificateText, type CertificateText } from "./certificate-text";
import { pemBlocks, toPem } from "./pem";
import { privateKeyPem, publicKeySha256, readPrivateKey } from "./private-key";
import { requestFingerprint } from "./staging-labels";

/** Under which keys another tool keeps the private key, the certificate, and the issuers' certificates. */
export type CertificateFields = AdoptedFields<"privateKey" | "certificate" | "chain">;

/**
 * The credential in a JSON object that some other tool wrote. Its key has to be the certificate's.
 *
 * @throws MerchantCredentialsError `unreadable-value`, `unreadable-certificate`; never quotes the value.
 */
export function adoptedCertificate(
  value: string,
  fields: CertificateFields,
  context: AcceptanceContext,
): { adopted: CertificateText; privateKey: string } {
  const { privateKey: keyField, certificate: certificateField, chain: chainField } = fields;
  if (keyField === undefined || certificateField === undefined) {
    const hint = 'Name the keys that hold its parts: adopt: { privateKey: "<key>", certificate: "<key>" }';
    throw unreadableForeign("adopt", "a value of schema merchant-credentials/…", "another text", hint);
  }
  const certificate = adoptedText(value, certificateField, "adopt.certificate");
  const issuers = chainField === undefined ? "" : adoptedText(value, chainField, "adopt.chain");
  const adopted = readCertificateText(`${certificate}\n${issuers}`, "adopt.certificate");
  certificateIssuance(adopted.certificate, undefined, "adopt.certificate");
  const [violation] = certificateViolations(adopted.certificate, context);
  if (violation) throw new MerchantCredentialsError("secret-not-usable", violationSentence(violation));
  const property = "adopt.privateKey";
  const key = readPrivateKey(keyText(adoptedText(value, keyField, property)));
  if (!key) throw unreadableForeign(property, "an unencrypted private key in PEM", "another text");
  const [found, expected] = [publicKeySha256(key), adopted.certificate.publicKeySha256];
  if (found === expected) return { adopted, privateKey: privateKeyPem(key) };
  throw unreadableForeign(
    property,
    `the certificate's key ${requestFingerprint(expected)}`,
    `key ${requestFingerprint(found)}`,
  );
}

/** Without line ends, as environment variables often have it, node:crypto does not read a PEM. */
function keyText(text: string): string {
  const block = pemBlocks(text).find(({ label }) => label.endsWith("PRIVATE KEY"));
  return block ? toPem(block.label, block.der) : text;
}
