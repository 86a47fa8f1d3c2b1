import { createHash, createPublicKey } from "node:crypto";
import { parseCertificate } from "../../provider/domain/certificate";
import { privateKeyPem, publicKeySha256, readPrivateKey } from "../../provider/domain/private-key";
import { der, merchantCertificate, privateKey } from "../support/certificates";
import { opensslOutput } from "../support/openssl";

const key = privateKey();

it("writes PKCS#8, the form that the SDKs of WeChat Pay load", () => {
  expect(privateKeyPem(key)).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  expect(opensslOutput(["pkey", "-noout", "-check"], privateKeyPem(key)).toString()).toContain("valid");
});

it("reads back the key that it wrote", () => {
  expect(readPrivateKey(privateKeyPem(key))?.equals(key)).toBe(true);
});

it("names a key by the SHA-256 of its SubjectPublicKeyInfo, as its certificate does", () => {
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  expect(publicKeySha256(key)).toBe(createHash("sha256").update(spki).digest("hex"));
  expect(parseCertificate(der(merchantCertificate({ key })))?.publicKeySha256).toBe(publicKeySha256(key));
});

it.each([
  ["an empty text", ""],
  ["a certificate", merchantCertificate()],
  ["half a key", privateKeyPem(key).slice(0, 400)],
  [
    "an encrypted key",
    key.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "p" }) as string,
  ],
])("reads no key from %s, and throws nothing that could quote it", (_name, text) => {
  expect(readPrivateKey(text)).toBeUndefined();
});
