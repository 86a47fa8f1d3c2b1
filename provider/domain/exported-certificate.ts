import type { KeyObject } from "node:crypto";
import { MerchantCredentialsError } from "../errors";
import { parseCertificate, type Certificate } from "./certificate";
import { parseValue } from "./credential-value";
import { pemBlocks } from "./pem";
import { publicKeySha256, readPrivateKey } from "./private-key";
import { assertMerchant, unexpectedValue } from "./stored-version";

/** A certificate of CFCA with what belongs to it, checked. */
export interface ExportedCertificate {
  /** RSA. Secret. */
  privateKey: KeyObject;
  /** Its own first, then those of its issuers. */
  certificates: [Certificate, ...Certificate[]];
}

/**
 * The certificate and the key in a stored value, once it is sure that they belong to each other and to the merchant.
 *
 * @throws MerchantCredentialsError `invalid-input` where there is none yet, `unreadable-value`, `secret-not-usable`.
 */
export function exportedCertificate(
  text: string,
  { versionId, merchantId }: { versionId: string; merchantId: string },
): ExportedCertificate {
  const value = parseValue(text);
  if (value.schema === "merchant-credentials/empty/v1") throw nothingToExport();
  if (value.schema !== "merchant-credentials/cfca-certificate/v1")
    throw unexpectedValue(versionId, value.schema);
  assertMerchant(value, merchantId);
  const [certificate, ...more] = certificatesIn(value.certificate);
  if (!certificate || more.length > 0) throw unexpectedValue(versionId, "no single certificate");
  const chain = value.chain.map(certificatesIn);
  if (chain.some((each) => each.length === 0)) throw unexpectedValue(versionId, "a damaged chain");
  const privateKey = readPrivateKey(value.privateKey);
  if (privateKey?.asymmetricKeyType !== "rsa") throw unexpectedValue(versionId, "no RSA key");
  if (publicKeySha256(privateKey) !== certificate.publicKeySha256)
    throw unexpectedValue(versionId, "a key that is not the certificate's");
  return { privateKey, certificates: [certificate, ...chain.flat()] };
}

/** Of a secret that was made for a certificate which has not come yet. */
export function nothingToExport(): MerchantCredentialsError {
  return new MerchantCredentialsError("invalid-input", "there is nothing to export yet", {
    expected: "a certificate",
    actual: "the placeholder of one",
    hint: "Follow the output nextSteps of the CfcaCertificate; pulumi up stores the certificate",
  });
}

/**
 * "Base64 encoded X.509 (.CER)": with the line ends of Windows, whose wizard writes the only files that the open
 * platform is known to take.
 */
export function cerFile({ pem }: Certificate): Buffer {
  return Buffer.from(pem.replaceAll("\n", "\r\n"));
}

function certificatesIn(pem: string): Certificate[] {
  return pemBlocks(pem)
    .filter(({ label }) => label === "CERTIFICATE")
    .flatMap(({ der }) => parseCertificate(der) ?? []);
}
