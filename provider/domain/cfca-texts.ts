import type { Certificate } from "./certificate";
import {
  readCertificateText,
  readSoleCertificate,
  type CertificateText,
  type CertificateWords,
} from "./certificate-text";

const base64Export = "Base64 encoded X.509 (.CER), the second option of the export";

const ofMerchant: CertificateWords = {
  summary: "this is not the merchant's certificate",
  whereToFindIt: `Give the text of the exported .cer (${base64Export}), from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----`,
  ifEmpty: "Leave `certificate` out until it has been downloaded and exported",
  ifRequest: "CFCA takes no request: the certificate comes from its download page, with the two codes",
  ifAuthority: "Give the certificate issued to the merchant first; those of its issuers may follow it",
};

const ofPlatform: CertificateWords = {
  summary: "this is not the platform's certificate",
  whereToFindIt:
    "Give the text of the platform's .cer, as in its SDK demo, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----",
  ifEmpty: "Leave `platformCertificate` out until you have it",
  ifRequest: "Give the certificate that the platform has given you",
  ifAuthority: "Give the platform's own one",
};

/**
 * Reads the text of an exported `.cer`, with the issuers that may follow it.
 *
 * @throws MerchantCredentialsError `unreadable-certificate` on `certificate`; never quotes the text.
 */
export function readExportedCertificate(text: string): CertificateText {
  return readCertificateText(text, "certificate", ofMerchant);
}

/**
 * Reads the text of the platform's own `.cer`.
 *
 * @throws MerchantCredentialsError `unreadable-certificate` on `platformCertificate`; never quotes the text.
 */
export function readPlatformsCertificate(text: string): Certificate {
  return readSoleCertificate(text, "platformCertificate", ofPlatform);
}
