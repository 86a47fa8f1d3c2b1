import { createPublicKey } from "node:crypto";
import fc from "fast-check";
import { certificateViolations } from "../../provider/domain/certificate-acceptance";
import { readCertificateText } from "../../provider/domain/certificate-text";
import { MerchantCredentialsError } from "../../provider/errors";
import {
  certificateOfAnAuthority,
  concatenated,
  der,
  merchantCertificate,
  merchantId,
  pkcs12,
  platformCertificate,
  privateKey,
  privateKeyPem,
  requestFor,
  testAuthority,
  truncated,
  withCrlf,
  withoutEnd,
  withoutLineEnds,
} from "../support/certificates";
import { p7b } from "../support/trust-chains";

const pem = merchantCertificate();

const publicKey = (type: "spki" | "pkcs1") =>
  createPublicKey(privateKey()).export({ type, format: "pem" }).toString();
const privateKeyDer = () => privateKey().export({ type: "pkcs8", format: "der" });
const pkcs1Key = () => privateKey().export({ type: "pkcs1", format: "pem" }).toString();
const encryptedKey = () =>
  privateKey().export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "word" }).toString();
const pkcs7 = p7b([pem], "PEM").toString();

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
    ["a PKCS#7 of certificates", pkcs7, 'a PEM block "PKCS7"'],
    ["a PKCS#7 called CMS", pkcs7.replaceAll("PKCS7", "CMS"), 'a PEM block "CMS"'],
    ["an encrypted private key", encryptedKey(), "a private key"],
    ["a private key of PKCS#1", pkcs1Key(), "a private key"],
    ["the Base64 of a private key", privateKeyDer().toString("base64"), "a private key"],
    ["a public key of PKCS#1", publicKey("pkcs1"), "a public key"],
    ["a public key beside the certificate", pem + publicKey("spki"), "a public key"],
    ["a request beside the certificate", pem + requestFor(), "a certificate request"],
    [
      "a certificate of OpenSSL's own kind",
      pem.replaceAll("CERTIFICATE", "TRUSTED CERTIFICATE"),
      'a PEM block "TRUSTED CERTIFICATE"',
    ],
    ["only CA certificates", testAuthority().chainPem, "a CA certificate"],
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

  it("is told apart from every other by its name", () => {
    const texts = {
      certificateOfAnAuthority: certificateOfAnAuthority(),
      request: requestFor(),
      publicKey: publicKey("spki"),
      privateKey: privateKeyPem(),
      pkcs7,
      der: der(pem).toString("utf8"),
      pkcs12: pkcs12().toString("base64"),
      platforms: pem + platformCertificate(),
      truncated: truncated(pem),
      text: "none",
    };
    const names = Object.values(texts).map((text) => refusal(text).details.actual);
    expect(new Set(names).size).toBe(Object.keys(texts).length);
  });

  it("may be the platform's own: that it is not the merchant's, the rules of acceptance say", () => {
    const { certificate } = readCertificateText(platformCertificate());
    expect(certificate.subject.CN).toBe("Tenpay.com sign");
    expect(certificateViolations(certificate, { merchantId, issuance: "request" })[0]).toMatchObject({
      actual: "Tenpay.com sign, WeChat Pay's platform certificate",
    });
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

  /** What people paste, whole and in pieces, with noise between. */
  const canary = "c4n4ryc4n4ryc4n4ryc4n4ry";
  const labels = [
    ...["CERTIFICATE", "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST", "PRIVATE KEY", "RSA PRIVATE KEY"],
    ...["ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY", "PUBLIC KEY", "PKCS7", "X509 CRL", "certificate", ""],
  ];
  const body = fc.oneof(
    fc.constant(canary),
    fc.base64String({ maxLength: 200 }),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
    fc.integer({ min: 0, max: 900 }).map((length) => der(pem).subarray(0, length).toString("base64")),
    fc.integer({ min: 0, max: 900 }).map((length) => privateKeyDer().subarray(0, length).toString("base64")),
    fc.integer({ min: 0, max: 900 }).map((length) => der(pem).subarray(0, length).toString("latin1")),
  );
  const piece = fc.oneof(
    body,
    fc.string(),
    fc.constantFrom(...labels).map((label) => `-----BEGIN ${label}-----`),
    fc.constantFrom(...labels).map((label) => `-----END ${label}-----`),
    fc
      .record({ label: fc.constantFrom(...labels), body, ending: fc.constantFrom("\n", "\r\n", "\\n", "") })
      .map(({ label, body, ending }) =>
        [`-----BEGIN ${label}-----`, body, `-----END ${label}-----`].join(ending),
      ),
    fc.constantFrom(pem, withoutEnd(pem), truncated(pem), withCrlf(pem), pkcs7),
  );
  const anyText = fc
    .array(piece, { maxLength: 5 })
    .chain((pieces) => fc.constantFrom("", "\n", canary).map((between) => pieces.join(between)));

  it("whatever it is, is read or refused by an error of ours that quotes nothing of it", () => {
    const keyBody = privateKeyDer().toString("base64").slice(40, 80);
    fc.assert(
      fc.property(anyText, (text) => {
        try {
          expect(readCertificateText(text).certificate.pem).toBe(readCertificateText(pem).certificate.pem);
        } catch (error) {
          if (!(error instanceof MerchantCredentialsError)) throw error;
          expect(error.code).toBe("unreadable-certificate");
          const said = `${error.message}${JSON.stringify(error)}${error.stack}`;
          for (const secret of [canary, keyBody]) expect(said).not.toContain(secret);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["in a label", `-----BEGIN ${canary.toUpperCase()}-----\n`, canary.toUpperCase()],
    ["in a label of several words", `-----BEGIN KEY ${canary.toUpperCase()} 1-----\n`, canary.toUpperCase()],
  ])("is not quoted either where the secret stands %s", (_name, text, secret) => {
    const { message } = refusal(text);
    expect(message).toContain("a PEM block of another kind");
    expect(message).not.toContain(secret);
  });
});
