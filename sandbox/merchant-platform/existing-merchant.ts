import { randomInt } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { strToU8, zipSync } from "fflate";
import { asn1, md, pkcs12, pki } from "node-forge";
import { rsaKey } from "../x509/rsa-key";
import type { CertificateKind } from "./authority-material";
import type { CertificateAuthority } from "./certificate-authority";
import type { Validity } from "./certificate-dates";
import type { IssuedByWechatPay } from "./wechat-pay-issuer";

export interface ExistingMerchant {
  merchantId: string;
  merchantName: string;
  /** Asked only where the folder is empty: its keys take a while. */
  authority: () => CertificateAuthority;
  kind: CertificateKind;
  /** Default: now. */
  notBefore?: Date;
  /** Default: by `validity`; else as long as the kind is issued for. */
  notAfter?: Date;
  validity?: Validity;
}

/**
 * Puts into a folder what a merchant has who is in business already: the zip as downloaded from the platform, the
 * certificate in it once more, and the two secrets as somebody wrote them down. A folder that has them stays as it is.
 */
export function downloadMerchant(folder: string, merchant: ExistingMerchant): void {
  const { merchantId } = merchant;
  const zip = path.join(folder, `${merchantId}.zip`);
  if (fs.existsSync(zip)) return;
  const { certificate, privateKey } = inUse(merchant);
  const files = {
    "apiclient_cert.p12": pkcs12File(privateKey, certificate, merchantId),
    "apiclient_cert.pem": strToU8(certificate),
    "apiclient_key.pem": strToU8(privateKey),
  };
  fs.mkdirSync(folder, { recursive: true });
  const write = (name: string, content: string | Uint8Array): void =>
    fs.writeFileSync(path.join(folder, name), content, { mode: 0o600 });
  write("apiclient_cert.pem", certificate);
  write("api-secret.txt", `${thirtyTwoCharacters()}\n`);
  write("apiv3-secret.txt", `${thirtyTwoCharacters()}\n`);
  // Last, because it says that the others are there.
  write(`${merchantId}.zip`, zipSync(files));
}

/** The one kind comes with its key; for the other the merchant made one, and asked. */
function inUse({ authority, kind, ...order }: ExistingMerchant): IssuedByWechatPay {
  if (kind === "wechat-pay") return authority().issueByWechatPay(order);
  const privateKey = rsaKey().export({ type: "pkcs8", format: "pem" }).toString();
  return { privateKey, certificate: authority().issue(requestFor(privateKey, order.merchantId), order) };
}

function requestFor(keyPem: string, merchantId: string): string {
  const request = pki.createCertificationRequest();
  const key = pki.privateKeyFromPem(keyPem);
  request.publicKey = pki.setRsaPublicKey(key.n, key.e);
  request.setSubject([{ name: "commonName", value: merchantId }]);
  request.sign(key, md.sha256.create());
  return pki.certificationRequestToPem(request);
}

/** Its password is the merchant id, as in the platform's files. */
function pkcs12File(keyPem: string, certificatePem: string, password: string): Uint8Array {
  const key = pki.privateKeyFromPem(keyPem);
  const file = pkcs12.toPkcs12Asn1(key, [pki.certificateFromPem(certificatePem)], password, {
    algorithm: "aes256",
  });
  return Buffer.from(asn1.toDer(file).getBytes(), "latin1");
}

function thirtyTwoCharacters(): string {
  const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  return Array.from({ length: 32 }, () => alphabet[randomInt(alphabet.length)]).join("");
}
