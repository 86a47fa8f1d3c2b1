import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { emptyValue, serializeValue } from "../../provider/domain/credential-value";
import {
  adoptedMerchantKey,
  importedMerchantKey,
  merchantKeyValue,
  publicKeyFacts,
  readMerchantKeyValue,
  type MerchantKeyImport,
} from "../../provider/domain/merchant-key";
import { secretValue } from "../../provider/domain/secret-kind";
import { findCanaries, keyCanaries, textCanaries } from "../support/canaries";
import {
  der,
  ellipticCurveKey,
  merchantCertificate,
  merchantId,
  pkcs12,
  privateKey,
  privateKeyPem,
  withCrlf,
  withoutEnd,
  withoutLineEnds,
} from "../support/certificates";
import {
  joinedPkcs12,
  keyFile,
  keyForms,
  merchantZip,
  pkcs12File,
  pkcs12Forms,
  publicKeyByOpenssl,
  refusalOf,
} from "../support/import-files";
import { opensslOutput, signatureVerifies } from "../support/openssl";

const pem = privateKeyPem();
const schema = "merchant-credentials/merchant-key/v1";
const fingerprint = (text: string) => publicKeyFacts(text).publicKeySha256;
const publicKeyOf = (text: string) =>
  createPublicKey(text).export({ type: "spki", format: "pem" }).toString();

describe("the public half", () => {
  it.each([2048, 3072, 4096])("of %i bits is what the openssl command says", (bits) => {
    const key = privateKeyPem(privateKey(`of ${bits} bits`, bits));
    const facts = publicKeyFacts(key);
    expect(facts).toEqual({
      keyBits: bits,
      publicKey: opensslOutput(["pkey", "-pubout"], key).toString(),
      publicKeyDer: opensslOutput(["pkey", "-pubout", "-outform", "DER"], key).toString("base64"),
      publicKeySha256: publicKeyByOpenssl(key),
    });
  });

  it("verifies what the stored key signs", () => {
    const { privateKey: stored, publicKey } = JSON.parse(merchantKeyValue(merchantId, pem)) as Record<
      string,
      string
    >;
    const text = "order=1&amount=2.00";
    const signature = sign("sha1", Buffer.from(text), createPrivateKey(stored!));
    expect(signatureVerifies(publicKey!, text, signature)).toBe(true);
    expect(signatureVerifies(publicKey!, `${text}0`, signature)).toBe(false);
  });
});

describe("a stored value", () => {
  it("is as documented, and reads back", () => {
    const value = merchantKeyValue("890000593", pem);
    expect(Object.keys(JSON.parse(value) as object)).toEqual([
      "schema",
      "merchantId",
      "privateKey",
      "publicKey",
    ]);
    expect(readMerchantKeyValue(value)).toEqual({ merchantId: "890000593", secret: pem });
  });

  const other = privateKeyPem(privateKey("second"));
  const withKeys = (own: string, publicKey: string) =>
    serializeValue({ schema, merchantId, privateKey: own, publicKey });

  it.each<[string, string, string]>([
    [
      "the public half of another key",
      withKeys(pem, publicKeyOf(other)),
      "a public key that is not its private key's",
    ],
    ["no public key", withKeys(pem, "none"), "a public key that is not its private key's"],
    [
      "its certificate for a public key",
      withKeys(pem, merchantCertificate()),
      "a public key that is not its private key's",
    ],
    ["no private key", withKeys("none", publicKeyOf(pem)), "a private key that cannot be used"],
    [
      "an EC key",
      withKeys(privateKeyPem(ellipticCurveKey()), publicKeyOf(pem)),
      "a private key that cannot be used",
    ],
    [
      "a key of 1024 bits",
      withKeys(
        privateKeyPem(privateKey("small", 1024)),
        publicKeyOf(privateKeyPem(privateKey("small", 1024))),
      ),
      "a private key that cannot be used",
    ],
    [
      "a private key cut off",
      withKeys(pem.slice(0, 900), publicKeyOf(pem)),
      "a private key that cannot be used",
    ],
  ])("with %s cannot serve", (_name, value, flaw) => {
    expect(readMerchantKeyValue(value)).toEqual({ flaw });
  });

  it("whose public key has other line ends is the same", () => {
    expect(readMerchantKeyValue(withKeys(pem, withCrlf(publicKeyOf(pem))))).toMatchObject({ secret: pem });
  });

  it.each([
    ["the placeholder", emptyValue],
    ["an API secret", secretValue("apiSecret", merchantId, "a".repeat(32))],
  ])("%s is none", (_name, value) => expect(readMerchantKeyValue(value)).toBeUndefined());

  it("of no schema of ours is refused, without quoting it", () => {
    const error = refusalOf(() => readMerchantKeyValue(pem));
    expect(error.code).toBe("unreadable-value");
    expect(error.message).not.toContain(pem.slice(40, 80));
  });
});

const passphrase = "canary-PassPhrase of-the key";

describe("a key in use", () => {
  it.each(Object.keys(keyForms) as (keyof typeof keyForms)[])("is read as %s", (form) => {
    const file = keyFile(form, passphrase);
    const key = importedMerchantKey({ privateKey: file, passphrase });
    expect(key).toBe(pem);
    expect(fingerprint(key)).toBe(publicKeyByOpenssl(file, passphrase));
  });

  it.each(Object.entries(pkcs12Forms))("is read from a PKCS#12 file: %s", (_name, args) => {
    const p12 = pkcs12File({ args, password: passphrase });
    expect(importedMerchantKey({ p12, password: passphrase })).toBe(pem);
  });

  it.each(Object.entries(pkcs12Forms))(
    "of a PKCS#12 file with the empty password needs none: %s",
    (_name, args) => {
      expect(importedMerchantKey({ p12: pkcs12File({ args, password: "" }) })).toBe(pem);
    },
  );

  it("may have a line end after its password or passphrase", () => {
    const p12 = pkcs12File({ password: passphrase });
    expect(importedMerchantKey({ p12, password: `${passphrase}\r\n` })).toBe(pem);
    const file = keyFile("encrypted PKCS#8 in PEM", passphrase);
    expect(importedMerchantKey({ privateKey: file, passphrase: `${passphrase}\n` })).toBe(pem);
  });

  it.each([3072, 4096])("may have %i bits", (bits) => {
    const key = privateKey(`of ${bits} bits`, bits);
    expect(importedMerchantKey({ privateKey: Buffer.from(privateKeyPem(key)) })).toBe(privateKeyPem(key));
  });
});

const small = privateKey("small", 1024);
const second = privateKey("second");
const canaries = [privateKey(), second, small].flatMap((key, n) => [
  ...keyCanaries(`key ${n}`, privateKeyPem(key)),
  ...textCanaries(`passphrase ${n}`, passphrase),
]);

describe("what is no key to take over", () => {
  const bare = (text: string): MerchantKeyImport => ({ privateKey: Buffer.from(text) });
  it.each<[string, () => MerchantKeyImport, string, string[]]>([
    [
      "a key of 1024 bits",
      () => bare(privateKeyPem(small)),
      "import.privateKey",
      ["expected one RSA key of 2048, 3072 or 4096 bits", "found an RSA key of 1024 bits"],
    ],
    ["an EC key", () => bare(privateKeyPem(ellipticCurveKey())), "import.privateKey", ["found an EC key"]],
    [
      "two keys",
      () => bare(pem + privateKeyPem(second)),
      "import.privateKey",
      ["more than one private key", "Export the key that is in use alone"],
    ],
    ["a key cut off", () => bare(withoutEnd(pem)), "import.privateKey", ["damaged or cut off"]],
    [
      "a certificate",
      () => bare(merchantCertificate()),
      "import.privateKey",
      [
        "found a certificate without a private key",
        "A certificate holds only the public key: its private key is what is needed",
      ],
    ],
    [
      "a public key",
      () => bare(publicKeyOf(pem)),
      "import.privateKey",
      ["found a public key", "Its private key is what is needed"],
    ],
    [
      "a PKCS#12 file as a key",
      () => ({ privateKey: pkcs12() }),
      "import.privateKey",
      ["found a PKCS#12 file", "Give it as `import.p12`"],
    ],
    [
      "a zip",
      () => ({ privateKey: merchantZip() }),
      "import.privateKey",
      ["found a zip file", "Check that the reference is to the right file"],
    ],
    [
      "an encrypted key without its passphrase",
      () => ({ privateKey: keyFile("encrypted PKCS#8 in PEM", passphrase) }),
      "import.passphrase",
      ["Give `import.passphrase` a reference to it"],
    ],
    [
      "an encrypted key with another passphrase",
      () => ({ privateKey: keyFile("encrypted PKCS#8 in PEM", passphrase), passphrase: "another" }),
      "import.passphrase",
      ["expected the passphrase that it was encrypted with"],
    ],
    [
      "a key in PEM as a PKCS#12 file",
      () => ({ p12: Buffer.from(pem) }),
      "import.p12",
      [
        "expected a PKCS#12 file (.p12, .pfx) with one private key",
        "found a private key in PEM",
        "Give it as `import.privateKey`",
      ],
    ],
    [
      "a PKCS#12 file without its password",
      () => ({ p12: pkcs12File({ password: passphrase }) }),
      "import.password",
      ["Where `import.password` is not given it is the empty one; if the password is right"],
    ],
    [
      "a PKCS#12 file with another password",
      () => ({ p12: pkcs12File({ password: passphrase }), password: "another" }),
      "import.password",
      ["expected the password that the file was made with"],
    ],
    [
      "a PKCS#12 file with two keys",
      () => ({
        p12: joinedPkcs12(
          pkcs12File({ args: ["-nomac"], password: passphrase }),
          pkcs12File({
            key: second,
            certificate: merchantCertificate({ key: second }),
            args: ["-nomac"],
            password: passphrase,
          }),
        ),
        password: passphrase,
      }),
      "import.p12",
      ["found 2 keys"],
    ],
    [
      "a PKCS#12 file cut off",
      () => ({ p12: pkcs12().subarray(0, 700) }),
      "import.p12",
      ["this PKCS#12 file is damaged"],
    ],
  ])("%s", (_name, given, property, says) => {
    const error = refusalOf(() => importedMerchantKey(given()));
    expect(error).toMatchObject({ code: "invalid-input", details: { property } });
    for (const part of says) expect(error.message).toContain(part);
    expect(error.message).not.toMatch(/merchant id|apiclient|import\.zip|`certificate`/);
    const shown = `${error.stack}${JSON.stringify(error.details)}`;
    expect(findCanaries(Buffer.from(shown), canaries)).toEqual([]);
  });
});

describe("another tool's value", () => {
  const base64 = der(pem).toString("base64");
  it.each<[string, string, string | undefined]>([
    ["PEM by itself", pem, undefined],
    ["PEM with line ends of Windows", withCrlf(pem), undefined],
    ["DER in Base64 by itself", `${base64}\n`, undefined],
    ["PEM under a key of a JSON object", JSON.stringify({ note: "by hand", rsa: pem }), "rsa"],
    ["PEM without line ends", JSON.stringify({ rsa: withoutLineEnds(pem) }), "rsa"],
    ["DER in Base64 under a key", JSON.stringify({ rsa: base64 }), "rsa"],
    ["PKCS#1", keyFile("PKCS#1 in PEM").toString(), undefined],
  ])("is read: %s", (_name, value, field) => expect(adoptedMerchantKey(value, field)).toBe(pem));

  it.each<[string, string, string | undefined, string, string[]]>([
    [
      "a JSON object whose key is not named",
      JSON.stringify({ rsa: pem }),
      undefined,
      "unreadable-value",
      ["adopt:", 'adopt: { privateKey: "<key>" }'],
    ],
    [
      "a key that is not there",
      JSON.stringify({ rsa: pem }),
      "key",
      "unreadable-value",
      ["adopt.privateKey:", "found no such key"],
    ],
    [
      "a password under the key",
      JSON.stringify({ rsa: passphrase }),
      "rsa",
      "unreadable-value",
      ["adopt.privateKey:", "expected a private key in PEM or in Base64"],
    ],
    [
      "an encrypted key",
      JSON.stringify({ rsa: keyFile("encrypted PKCS#8 in PEM", passphrase).toString() }),
      "rsa",
      "invalid-input",
      ["adopt.privateKey:", "Give the key as `import.privateKey`, with `import.passphrase`"],
    ],
    [
      "a key of 1024 bits",
      privateKeyPem(small),
      undefined,
      "invalid-input",
      ["adopt:", "found an RSA key of 1024 bits"],
    ],
    [
      "Base64 of something else",
      Buffer.from(passphrase.repeat(4)).toString("base64"),
      undefined,
      "invalid-input",
      ["adopt:", "this is not a private key"],
    ],
  ])("is refused: %s", (_name, value, field, code, says) => {
    const error = refusalOf(() => adoptedMerchantKey(value, field));
    expect(error.code).toBe(code);
    for (const part of says) expect(error.message).toContain(part);
    const shown = `${error.stack}${JSON.stringify(error.details)}`;
    expect(findCanaries(Buffer.from(shown), canaries)).toEqual([]);
  });
});
