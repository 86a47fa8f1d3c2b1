import { X509Certificate } from "node:crypto";
import { wechatPayIssuer } from "./authority-material";
import type { CertificateRequest } from "./certificate-request";
import { PlatformRefusal } from "./refusal";

/** The certificate that a renewal prolongs; it never brings another key in. */
export function renewable(
  pem: string,
  { merchantId }: { merchantId: string },
  request?: CertificateRequest,
): X509Certificate {
  const renewed = readCertificate(pem);
  if (attribute(renewed.issuer, "CN") === wechatPayIssuer.CN) {
    throw new PlatformRefusal(
      "not-renewable",
      "A certificate that WeChat Pay itself has issued is not renewed but upgraded: sign a request.",
    );
  }
  const owner = attribute(renewed.subject, "CN") ?? "nobody";
  if (owner !== merchantId) {
    throw new PlatformRefusal(
      "wrong-merchant",
      `The certificate to renew is of ${owner}, not of merchant ${merchantId}.`,
    );
  }
  if (request && !renewed.publicKey.equals(request.publicKey)) {
    throw new PlatformRefusal(
      "not-renewable",
      "A renewal keeps its key; for another key apply for a new one.",
    );
  }
  return renewed;
}

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new PlatformRefusal("not-renewable", "What is to be renewed is not a certificate.");
  }
}

function attribute(name: string, type: string): string | undefined {
  return new RegExp(`^${type}=(.*)$`, "m").exec(name)?.[1];
}
