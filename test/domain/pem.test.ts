import fc from "fast-check";
import { holdsPrivateKeyPem, pemBlocks, toPem } from "../../provider/domain/pem";
import { der, merchantCertificate, privateKeyPem, withCrlf, withoutLineEnds } from "../support/certificates";

const certificate = merchantCertificate();

describe("the PEM blocks of a text", () => {
  it.each([
    ["canonical PEM", certificate],
    ["CRLF line ends", withCrlf(certificate)],
    ["no line ends at all", withoutLineEnds(certificate)],
    ["the two characters \\n, after an environment variable", certificate.replaceAll("\n", "\\n")],
    ["the characters \\r\\n", certificate.replaceAll("\n", "\\r\\n")],
    ["indented lines, as in YAML", certificate.replaceAll("\n", "\n    ")],
    ["the words that openssl prints around it", `Bag Attributes\n  friendlyName: shop\n${certificate}\n`],
  ])("are read with %s", (_name, text) => {
    expect(pemBlocks(text)).toEqual([{ label: "CERTIFICATE", der: der(certificate) }]);
  });

  it("come in the order of the text", () => {
    expect(pemBlocks(privateKeyPem() + certificate).map(({ label }) => label)).toEqual([
      "PRIVATE KEY",
      "CERTIFICATE",
    ]);
  });

  it.each([
    ["without its last line", certificate.replace(/-----END.*/s, "")],
    ["with the last line of another kind", certificate.replace("END CERTIFICATE", "END PUBLIC KEY")],
    ["with characters that are not Base64", certificate.replace(/\n[^-]/, "\n!")],
    ["that is empty", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"],
  ])("leave out a block %s", (_name, text) => {
    expect(pemBlocks(text)).toEqual([]);
  });
});

it("writes lines of 64 characters, each ended by a single line feed", () => {
  const lines = toPem("CERTIFICATE", Buffer.alloc(100)).split("\n");
  expect(lines.map((line) => line.length)).toEqual([27, 64, 64, 8, 25, 0]);
});

it("reads back what it writes, whatever the bytes and line ends", () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(bytes, fc.constantFrom("\n", "\r\n", "\\n", "", " \n "), (content, lineEnd) => {
      const text = toPem("X509 CRL", content).replaceAll("\n", lineEnd);
      expect(pemBlocks(text)).toEqual([{ label: "X509 CRL", der: Buffer.from(content) }]);
    }),
  );
});

it.each([
  ["PKCS#8", privateKeyPem(), true],
  ["PKCS#1", "-----BEGIN RSA PRIVATE KEY-----\nMIIE", true],
  ["an elliptic curve's", "-----BEGIN EC PRIVATE KEY-----", true],
  ["an encrypted one", "-----BEGIN ENCRYPTED PRIVATE KEY-----", true],
  ["OpenSSH's", "-----BEGIN OPENSSH PRIVATE KEY-----", true],
  ["one cut off in the middle", privateKeyPem().slice(0, 200), true],
  ["one on a single line", privateKeyPem().replaceAll("\n", "\\n"), true],
  ["one after a certificate", certificate + privateKeyPem(), true],
  ["a certificate", certificate, false],
  ["a public key", "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----", false],
  ["a sentence about one", "my PRIVATE KEY is safe", false],
])("tells whether a text holds a private key: %s", (_name, text, holds) => {
  expect(holdsPrivateKeyPem(text)).toBe(holds);
});
