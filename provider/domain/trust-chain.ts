import { MerchantCredentialsError } from "../errors";
import { parseCertificate, type Certificate } from "./certificate";
import type { CertificateIssuance } from "./certificate-kind";
import { sha256Hex } from "./digest";
import { pemBlocks, toPem } from "./pem";
import { certificatesInPkcs7, pkcs7OfCertificates } from "./pkcs7";
import { otherThanTrustChain, trustText, type TrustText } from "./trust-chain-text";

/** CA certificates as the argument `trustChain` or `trustAnchors` gives them, read once at the boundary. */
export interface TrustChain {
  certificates: readonly Certificate[];
  /** Whether the order of `certificates` means something: that of a PEM bundle does, that of a .p7b file does not. */
  isOrdered: boolean;
  /** The certificates alone, in the form that has the same order or none: what goes into state. */
  text: string;
  /** The kind of API certificate that a published file goes with; undefined for any other file. */
  issuance: CertificateIssuance | undefined;
}

/** SHA-256 of a published file's bytes, lower-case hex, and the kind of certificate that it goes with. */
export type PublishedTrustChains = Readonly<Record<string, CertificateIssuance>>;

/**
 * The two files that WeChat Pay publishes. Source: WeChat Pay, "API certificate", table of differences, which gives
 * MD5 as well: c91ddfb6e9f0533e9a78dcdc89ca1080 and 77e0db6559b07624f538b1acf4ad81ca.
 *
 * Measured for the second: "Tenpay.com Root CA", the root and the CA between the two, in this order, have its digests.
 * Unsure for the first, of which no copy was found: that it goes with the other kind is the table's word.
 */
export const publishedTrustChains: PublishedTrustChains = {
  // CertTrustChainWX.p7b
  c826a1c900d445c372fff25968988c002493688c491c8e66cc8276a17003a12e: "wechat-pay",
  // CertTrustChain.p7b
  fc4ef43a7fb2b08263345453e56297daf998a5dac6c501b38eb2df18a55f6a13: "certificate-authority",
};

/** The published file holds three; a longer list is a whole trust store, which is no answer to whom to trust. */
const mostCertificates = 20;

/**
 * Reads the text of a `trustChain` or `trustAnchors` argument: PEM certificates, a PEM block `PKCS7` or `CMS`, or the
 * Base64 of a .p7b file, in whichever of the two forms the file is.
 *
 * @throws MerchantCredentialsError `unreadable-certificate`; its message says what the text is instead and never
 *   quotes it, because people paste private keys by mistake.
 */
export function readTrustChain(
  text: string,
  property: string,
  published: PublishedTrustChains = publishedTrustChains,
): TrustChain {
  const refuse = (actual: string, hint: string): never => {
    throw new MerchantCredentialsError("unreadable-certificate", "these are not CA certificates", {
      property,
      expected: "CA certificates in PEM, or a .p7b file in Base64",
      actual,
      hint,
    });
  };
  const source = trustText(text);
  const other = otherThanTrustChain(source, property);
  if (other) return refuse(other.found, other.hint);

  const ders = certificateDers(source);
  const certificates = ders?.map((der) => parseCertificate(der));
  if (!ders || !certificates || certificates.includes(undefined))
    return refuse("a damaged or truncated certificate", "Copy it again, or take the file from its source");
  if (ders.length === 0) return refuse("a .p7b file without certificates", "Take the file from its source");
  if (ders.length > mostCertificates)
    return refuse(
      `${ders.length} certificates`,
      `Give those of the merchant's issuers, at most ${mostCertificates}`,
    );

  const issuance = published[sha256Hex(source.bytes)] ?? published[sha256Hex(pkcs7OfCertificates(ders))];
  const parsed = certificates as Certificate[];
  const leaf = parsed.findIndex(({ isCertificateAuthority }) => !isCertificateAuthority);
  if (leaf >= 0 && !issuance)
    return refuse(
      `certificate ${leaf + 1} of ${parsed.length}, which is not a CA's`,
      `Leave certificates of merchants and of the platform out of \`${property}\``,
    );
  return {
    certificates: parsed,
    isOrdered: isBundle(source) && !issuance,
    text: isBundle(source)
      ? parsed.map(({ pem }) => pem).join("")
      : toPem("PKCS7", pkcs7OfCertificates(ders)),
    issuance,
  };
}

/** Undefined where a block or the file cannot be read. */
function certificateDers({ pem, bytes }: TrustText): Buffer[] | undefined {
  if (pem === undefined) return certificatesInPkcs7(bytes);
  const lists = pemBlocks(pem).map(({ label, der }) =>
    label === "CERTIFICATE" ? [der] : certificatesInPkcs7(der),
  );
  return lists.includes(undefined) ? undefined : (lists as Buffer[][]).flat();
}

function isBundle({ pem }: TrustText): boolean {
  return pem !== undefined && pemBlocks(pem).every(({ label }) => label === "CERTIFICATE");
}
