import { MerchantCredentialsError } from "../errors";
import { parseCertificate, type Certificate } from "./certificate";
import { pemBlocks } from "./pem";
import { holdsPrivateKey, isPkcs12 } from "./private-key";

/** The merchant's certificate and what is kept with it. */
export interface CertificateText {
  certificate: Certificate;
  /** The CA certificates that the text carried: canonical PEM, in the order given. */
  chain: string[];
  /** The platform's own certificate, where the program declares one beside it: canonical PEM. */
  platformCertificate?: string | undefined;
}

/** Where the certificate of an argument comes from, for what is said to those who give something else. */
export interface CertificateWords {
  summary: string;
  whereToFindIt: string;
  ifEmpty: string;
  ifRequest: string;
  ifAuthority: string;
}

const fromMerchantPlatform: CertificateWords = {
  summary: "this is not the merchant's certificate",
  whereToFindIt:
    "Paste the whole certificate string that the Merchant Platform returned, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----",
  ifEmpty: "Leave `certificate` out until the platform has issued it",
  ifRequest: "The request goes to the Merchant Platform; what the platform returns goes here",
  ifAuthority: "Give the certificate issued to the merchant, not its issuer's",
};

/**
 * Reads the text of a `certificate` argument.
 *
 * @throws MerchantCredentialsError `unreadable-certificate`; its message says what the text is instead and
 *   never quotes it, because people paste private keys by mistake.
 */
export function readCertificateText(
  text: string,
  property = "certificate",
  words: CertificateWords = fromMerchantPlatform,
): CertificateText {
  const parsed = certificatesIn(text, property, words);
  const leaves = parsed.filter((certificate) => !certificate.isCertificateAuthority);
  if (leaves.length === 0) throw unreadable(words, property, "a CA certificate", words.ifAuthority);
  if (leaves.length > 1)
    throw unreadable(words, property, `${leaves.length} certificates`, "Give the newest one only");
  return {
    certificate: leaves[0]!,
    chain: parsed.filter((certificate) => certificate.isCertificateAuthority).map(({ pem }) => pem),
  };
}

/**
 * The one certificate of a text, which may be a CA's: one that is self-signed often calls itself that.
 *
 * @throws MerchantCredentialsError `unreadable-certificate`, as `readCertificateText`.
 */
export function readSoleCertificate(text: string, property: string, words: CertificateWords): Certificate {
  const [certificate, ...others] = certificatesIn(text, property, words);
  if (others.length === 0) return certificate!;
  throw unreadable(
    words,
    property,
    `${others.length + 1} certificates`,
    "Give the platform's own one only, without its issuers",
  );
}

/** All certificates of a text, at least one. */
function certificatesIn(text: string, property: string, words: CertificateWords): Certificate[] {
  const other = otherThanCertificate(text, words);
  if (other) throw unreadable(words, property, other.found, other.hint);
  const certificates = pemBlocks(text).map(({ der }) => parseCertificate(der));
  if (certificates.length === 0 || certificates.includes(undefined))
    throw unreadable(words, property, "a damaged or truncated certificate");
  return certificates as Certificate[];
}

function unreadable(
  { summary, whereToFindIt }: CertificateWords,
  property: string,
  actual: string,
  hint = whereToFindIt,
): MerchantCredentialsError {
  const expected = "one X.509 certificate in PEM";
  return new MerchantCredentialsError("unreadable-certificate", summary, {
    property,
    expected,
    actual,
    hint,
  });
}

interface Mistake {
  found: string;
  hint?: string;
}

/** What a block may be called in a message; any other word is a part of the text like all the rest. */
const namedLabels = /^(PKCS7|CMS|X509 CRL|(TRUSTED|X509|ATTRIBUTE) CERTIFICATE|(DH|DSA|EC) PARAMETERS)$/;

/** Names what a text is, as far as it is something else than PEM certificates. */
function otherThanCertificate(text: string, words: CertificateWords): Mistake | undefined {
  if (text.trim() === "") return { found: "an empty text", hint: words.ifEmpty };
  if (!isPkcs12(Buffer.from(text, "base64")) && holdsPrivateKey(text)) {
    return {
      found: "a private key",
      hint: "Remove it from the program and treat it as leaked: a private key belongs in the vault only",
    };
  }
  if (/-----BEGIN (NEW )?CERTIFICATE REQUEST-----/.test(text)) {
    return { found: "a certificate request", hint: words.ifRequest };
  }
  if (/-----BEGIN (RSA )?PUBLIC KEY-----/.test(text)) return { found: "a public key" };
  const labels = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map(([, label]) => label);
  const stranger = labels.find((label) => label !== "CERTIFICATE");
  if (stranger)
    return {
      found: namedLabels.test(stranger) ? `a PEM block "${stranger}"` : "a PEM block of another kind",
    };
  if (labels.length > pemBlocks(text).length) return { found: "a damaged or truncated certificate" };
  return labels.length === 0 ? withoutPem(text) : undefined;
}

/** DER that was read as text, or its Base64 without the PEM lines. */
function withoutPem(text: string): Mistake {
  const bytes = /^[A-Za-z0-9+/=\s]+$/.test(text) ? Buffer.from(text, "base64") : Buffer.from(text, "latin1");
  if (parseCertificate(bytes)) {
    return {
      found: "a certificate without its PEM lines",
      hint: "Convert it with: openssl x509 -inform der -in FILE (after base64 -d, if it is Base64 text)",
    };
  }
  if (isPkcs12(bytes)) {
    return {
      found: "a PKCS#12 file, which holds a private key",
      hint: "Remove it from the program; only the certificate belongs here (openssl pkcs12 -nokeys -clcerts)",
    };
  }
  if (text.startsWith("0\u0082") || text.startsWith("0\ufffd")) {
    return {
      found: "binary data (DER) read as text",
      hint: "Convert it with: openssl x509 -inform der -in FILE",
    };
  }
  return { found: "text without -----BEGIN CERTIFICATE-----" };
}
