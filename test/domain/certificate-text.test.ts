import { createPublicKey } from "node:crypto";
import fc from "fast-check";
import { readCertificateText } from "../../provider/domain/certificate-text";
import type { MerchantCredentialsError } from "../../provider/errors";
import {
  certificateOfAnAuthority,
  concatenated,
  der,
  merchantCertificate,
  pkcs12,
  privateKey,
  privateKeyPem,
  requestFor,
  testAuthority,
  truncated,
  withCrlf,
  withoutEnd,
  withoutLineEnds,
} from "../support/certificates";

const pem = merchantCertificate();

function refusal(text: string): MerchantCredentialsError {
  try {
    readCertificateText(text);
  } catch (error) {
    return error as MerchantCredentialsError;
  }
  throw new Error("the text was accepted");
}

describe("a certificate string", () => {
  it.each([
    ["as the platform returns it", pem],
    ["with CRLF line ends", withCrlf(pem)],
    ["without line ends", withoutLineEnds(pem)],
    ["with blanks around", `\n  ${pem}\n\n`],
    ["out of an environment variable", pem.replaceAll("\n", "\\n")],
  ])("is read %s, always into the same canonical PEM", (_name, text) => {
    const { certificate, chain } = readCertificateText(text);
    expect(certificate.pem).toBe(readCertificateText(pem).certificate.pem);
    expect(chain).toEqual([]);
  });

  it.each([
    ["after", (chain: string) => pem + chain],
    ["before", (chain: string) => chain + pem],
  ])("keeps the issuers that come %s it, in their order", (_name, text) => {
    const { chainPem, issuerPem, rootPem } = testAuthority();
    const { certificate, chain } = readCertificateText(text(chainPem));
    expect(certificate.isCertificateAuthority).toBe(false);
    expect(chain.map(der)).toEqual([issuerPem, rootPem].map(der));
  });
});

describe("a text that is not the merchant's certificate", () => {
  it.each([
    ["an empty text", "", "an empty text"],
    ["blanks", " \n ", "an empty text"],
    ["a private key", privateKeyPem(), "a private key"],
    ["a private key beside the certificate", pem + privateKeyPem(), "a private key"],
    ["a private key that is cut off", privateKeyPem().slice(0, 300), "a private key"],
    [
      "a private key out of an environment variable",
      privateKeyPem().replaceAll("\n", "\\n"),
      "a private key",
    ],
    ["a certificate request", requestFor(), "a certificate request"],
    [
      "a NEW certificate request",
      requestFor().replaceAll("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"),
      "a certificate request",
    ],
    [
      "a public key",
      createPublicKey(privateKey()).export({ type: "spki", format: "pem" }) as string,
      "a public key",
    ],
    ["another PEM block", "-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----", 'a PEM block "PKCS7"'],
    ["a truncated certificate", truncated(pem), "a damaged or truncated certificate"],
    ["half a paste", withoutEnd(pem), "a damaged or truncated certificate"],
    ["a certificate and half of another", pem + withoutEnd(pem), "a damaged or truncated certificate"],
    ["DER read as text (UTF-8)", der(pem).toString("utf8"), "binary data (DER)"],
    ["DER read as text (Latin 1)", der(pem).toString("latin1"), "a certificate without its PEM lines"],
    ["Base64 without the PEM lines", der(pem).toString("base64"), "a certificate without its PEM lines"],
    ["a p12 read as text", pkcs12().toString("latin1"), "a PKCS#12 file"],
    ["a p12 in Base64", pkcs12().toString("base64"), "a PKCS#12 file"],
    ["a CA certificate", certificateOfAnAuthority(), "a CA certificate"],
    [
      "two leaf certificates",
      concatenated(pem, merchantCertificate({ serialNumber: "AB" })),
      "2 certificates",
    ],
    ["a file name", "./apiclient_cert.pem", "text without -----BEGIN CERTIFICATE-----"],
  ])("is refused with the name of what it is: %s", (_name, text, found) => {
    const { code, details, message } = refusal(text);
    expect(code).toBe("unreadable-certificate");
    expect(details).toMatchObject({ property: "certificate", expected: "one X.509 certificate in PEM" });
    expect(details.actual).toContain(found);
    expect(message).toContain(found);
  });

  it.each([
    ["an empty text", "", "Leave `certificate` out"],
    ["a private key", privateKeyPem(), "treat it as leaked"],
    ["a p12", pkcs12().toString("latin1"), "openssl pkcs12 -nokeys"],
    ["a certificate request", requestFor(), "what the platform returns goes here"],
    ["two certificates", pem + merchantCertificate({ serialNumber: "AB" }), "the newest one only"],
    ["half a paste", withoutEnd(pem), "Paste the whole certificate string"],
  ])("gets a hint at what to do: %s", (_name, text, hint) => {
    expect(refusal(text).details.hint).toContain(hint);
  });

  it("is never quoted, because people paste private keys by mistake", () => {
    const anyText = fc.oneof(
      fc.stringMatching(/^[A-Za-z0-9+/]{24,80}$/),
      fc.stringMatching(/^[A-Za-z0-9+/]{24,80}$/).map((body) => `-----BEGIN PRIVATE KEY-----\n${body}`),
      fc
        .stringMatching(/^[A-Za-z0-9+/]{24,80}$/)
        .map((body) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----`),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        const body = text.split("\n").at(text.includes("END") ? 1 : -1)!;
        const error = refusal(text);
        expect(`${error.message}${JSON.stringify(error.details)}${error.stack}`).not.toContain(body);
      }),
    );
  });
});
