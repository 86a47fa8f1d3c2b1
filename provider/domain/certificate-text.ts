import { MerchantCredentialsError } from "../errors";
import { parseCertificate, type Certificate } from "./certificate";
import { pemBlocks } from "./pem";
import { holdsPrivateKey, isPkcs12 } from "./private-key";

/** The merchant's certificate and, where the text carried them, the CA certificates that go with it. */
export interface CertificateText {
  certificate: Certificate;
  /** Canonical PEM, in the order given. */
  chain: string[];
}

const whereToFindIt =
  "Paste the whole certificate string that the Merchant Platform returned, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----";

/**
 * Reads the text of a `certificate` argument.
 *
 * @throws MerchantCredentialsError `unreadable-certificate`; its message says what the text is instead and
 *   never quotes it, because people paste private keys by mistake.
 */
export function readCertificateText(text: string, property = "certificate"): CertificateText {
  const refuse = (actual: string, hint = whereToFindIt): never => {
    throw new MerchantCredentialsError("unreadable-certificate", "this is not the merchant's certificate", {
      property,
      expected: "one X.509 certificate in PEM",
      actual,
      hint,
    });
  };
  const other = otherThanCertificate(text);
  if (other) refuse(other.found, other.hint);

  const blocks = pemBlocks(text);
  const certificates = blocks.map(({ der }) => parseCertificate(der));
  if (certificates.length === 0 || certificates.includes(undefined))
    refuse("a damaged or truncated certificate");
  const parsed = certificates as Certificate[];
  const leaves = parsed.filter((certificate) => !certificate.isCertificateAuthority);
  if (leaves.length === 0)
    refuse("a CA certificate", "Give the certificate issued to the merchant, not its issuer's");
  if (leaves.length > 1) refuse(`${leaves.length} certificates`, "Give the newest one only");
  return {
    certificate: leaves[0]!,
    chain: parsed.filter((certificate) => certificate.isCertificateAuthority).map(({ pem }) => pem),
  };
}

interface Mistake {
  found: string;
  hint?: string;
}

/** What a block may be called in a message; any other word is a part of the text like all the rest. */
const namedLabels = /^(PKCS7|CMS|X509 CRL|(TRUSTED|X509|ATTRIBUTE) CERTIFICATE|(DH|DSA|EC) PARAMETERS)$/;

/** Names what a text is, as far as it is something else than PEM certificates. */
function otherThanCertificate(text: string): Mistake | undefined {
  if (text.trim() === "") {
    return { found: "an empty text", hint: "Leave `certificate` out until the platform has issued it" };
  }
  if (!isPkcs12(Buffer.from(text, "base64")) && holdsPrivateKey(text)) {
    return {
      found: "a private key",
      hint: "Remove it from the program and treat it as leaked: a private key belongs in the vault only",
    };
  }
  if (/-----BEGIN (NEW )?CERTIFICATE REQUEST-----/.test(text)) {
    return {
      found: "a certificate request",
      hint: "The request goes to the Merchant Platform; what the platform returns goes here",
    };
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
