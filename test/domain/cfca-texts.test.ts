import { readExportedCertificate, readPlatformsCertificate } from "../../provider/domain/cfca-texts";
import {
  certificateOfAnAuthority,
  concatenated,
  der,
  privateKeyPem,
  requestFor,
  truncated,
  withCrlf,
} from "../support/certificates";
import { cfcaCertificate, cfcaPfx, nextCfcaCertificate, platformsCertificate } from "../support/cfca";
import { refusalOf } from "../support/import-files";

const issuer = certificateOfAnAuthority();

it("an exported .cer is read with its line ends of Windows, and with its issuers behind it", () => {
  const { certificate, chain } = readExportedCertificate(withCrlf(concatenated(cfcaCertificate(), issuer)));
  expect([certificate.pem, chain]).toEqual([cfcaCertificate(), [issuer]]);
});

it("the platform's .cer is read even where it calls itself a CA, as self-signed ones do", () => {
  expect(readPlatformsCertificate(withCrlf(platformsCertificate())).pem).toBe(platformsCertificate());
  expect(readPlatformsCertificate(issuer).isCertificateAuthority).toBe(true);
});

const texts: [string, string, string, RegExp][] = [
  ["nothing", " \n", "an empty text", /^Leave `\w+` out until/],
  ["a private key", privateKeyPem(), "a private key", /treat it as leaked/],
  ["a request", requestFor(), "a certificate request", /CFCA takes no request|the platform has given you/],
  [
    "the .pfx in Base64",
    cfcaPfx().toString("base64"),
    "a PKCS#12 file, which holds a private key",
    /Remove it/,
  ],
  ["half a certificate", truncated(cfcaCertificate()), "a damaged or truncated certificate", /-----BEGIN/],
  [
    "DER read as text",
    der(cfcaCertificate()).toString("latin1"),
    "a certificate without its PEM lines",
    /openssl x509/,
  ],
  ["two", concatenated(cfcaCertificate(), nextCfcaCertificate()), "2 certificates", /Give the/],
  ["a text", "see the mail", "text without -----BEGIN CERTIFICATE-----", /\.cer/],
];

describe.each([
  ["certificate", (text: string) => readExportedCertificate(text)],
  ["platformCertificate", (text: string) => readPlatformsCertificate(text)],
] as const)("the text of `%s` is refused, with what it is:", (property, read) => {
  it.each(texts)("%s", (_name, text, found, hint) => {
    const { code, details, message } = refusalOf(() => read(text));
    expect([code, details.property, details.actual]).toEqual(["unreadable-certificate", property, found]);
    expect(details.hint).toMatch(hint);
    expect(message).not.toMatch(/Merchant Platform|WeChat|see the mail/);
    expect(message).not.toContain(privateKeyPem().slice(100, 140));
  });
});

it("a CA's certificate alone is not the merchant's", () => {
  expect(refusalOf(() => readExportedCertificate(issuer)).details.actual).toBe("a CA certificate");
});
