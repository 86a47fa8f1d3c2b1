import type { KeyObject } from "node:crypto";
import fc from "fast-check";
import { zipSync } from "fflate";
import { parseCertificate } from "../../provider/domain/certificate";
import { importedKey, type CertificateImport } from "../../provider/domain/imported-key";
import { MerchantCredentialsError } from "../../provider/errors";
import { findCanaries, keyCanaries, textCanaries } from "../support/canaries";
import {
  certificateOfAnAuthority,
  der,
  ellipticCurveKey,
  merchantCertificate,
  merchantId,
  privateKey,
  privateKeyPem,
  renewedCertificate,
  requestFor,
  withCrlf,
  withoutEnd,
  withoutLineEnds,
} from "../support/certificates";
import {
  digestOf,
  joinedPkcs12,
  keyFile,
  keyForms,
  keysByOpenssl,
  merchantZip,
  oldKeyFile,
  oldKeyForms,
  pkcs12File,
  pkcs12Forms,
  publicKeyByOpenssl,
  refusalOf,
} from "../support/import-files";
import { opensslOutput } from "../support/openssl";

const declared = merchantCertificate();
const declaration = (pem = declared) => ({
  certificate: parseCertificate(der(pem))!,
  merchantId,
});
const imported = (given: CertificateImport, certificate?: string) =>
  importedKey(given, declaration(certificate));

const pem = privateKeyPem();
const passphrase = "canary-PassPhrase of-the key";
const bytes = (text: string) => Buffer.from(text);

describe("a private key in a file", () => {
  it.each(Object.keys(keyForms) as (keyof typeof keyForms)[])("is read as %s", (form) => {
    const file = keyFile(form, passphrase);
    const key = imported({ privateKey: file, passphrase });
    expect(key).toBe(pem);
    expect(digestOf(key)).toBe(publicKeyByOpenssl(file, passphrase));
  });

  const certificate = merchantCertificate();
  const traditional = keyFile("PKCS#1 encrypted with AES-256", passphrase).toString();
  const encrypted = keyFile("encrypted PKCS#8 in PEM", passphrase).toString();
  it.each([
    ["Windows line ends", withCrlf(pem)],
    ["no line ends", withoutLineEnds(pem)],
    ["the two characters \\n, after an environment variable", pem.replaceAll("\n", "\\n")],
    ["a byte order mark", `\uFEFF${pem}`],
    ["a certificate behind it", pem + certificate],
    ["a certificate in front", certificate + pem],
    ["the whole chain around it", certificateOfAnAuthority() + pem + certificate],
    ["the words that openssl prints around it", `Bag Attributes\n    friendlyName: shop\n${pem}\n`],
    ["the same key twice", pem + pem],
    ["the same key in two forms", pem + keyFile("PKCS#1 in PEM").toString()],
    ["encrypted PKCS#1 with Windows line ends", withCrlf(traditional)],
    ["encrypted PKCS#1 with the two characters \\n", traditional.replaceAll("\n", "\\n")],
    ["encrypted PKCS#1 with spaces for line ends", traditional.replaceAll("\n", " ")],
    ["encrypted PKCS#1 behind a certificate", certificate + traditional],
    ["encrypted PKCS#8 on one line", withoutLineEnds(encrypted)],
  ])("is read with %s", (_name, text) => {
    expect(imported({ privateKey: bytes(text), passphrase })).toBe(pem);
  });

  it("needs no passphrase where it is not encrypted, and does not mind one", () => {
    expect(imported({ privateKey: bytes(pem) })).toBe(pem);
    expect(imported({ privateKey: bytes(pem), passphrase })).toBe(pem);
  });

  it("opens with a passphrase that has a line end behind it, as files do", () => {
    expect(imported({ privateKey: bytes(encrypted), passphrase: `${passphrase}\r\n` })).toBe(pem);
  });

  it("is canonical: 64 characters a line, which the openssl command finds valid", () => {
    const key = imported({ privateKey: keyFile("PKCS#1 in DER") });
    expect(key).toMatch(
      /^-----BEGIN PRIVATE KEY-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END PRIVATE KEY-----\n$/,
    );
    expect(opensslOutput(["pkey", "-noout", "-check"], key).toString()).toContain("valid");
  });

  it("of an old cipher is read once it was converted as the error says", () => {
    const convert = ["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-provider", "legacy", "-provider", "default"];
    const words = ["-passin", `pass:${passphrase}`, "-passout", `pass:${passphrase}`];
    const file = opensslOutput([...convert, ...words], oldKeyFile("PKCS#8 with RC2", passphrase));
    expect(imported({ privateKey: file, passphrase })).toBe(pem);
  });
});

describe("a PKCS#12 file", () => {
  it.each(Object.entries(pkcs12Forms))("gives the key that the openssl command finds: %s", (_name, args) => {
    const file = pkcs12File({ args });
    expect(keysByOpenssl(file)).toEqual([digestOf(imported({ p12: file }))]);
  });

  it("opens with the merchant id, or with the password that is given, with or without a line end", () => {
    expect(imported({ p12: pkcs12File() })).toBe(pem);
    expect(imported({ p12: pkcs12File({ password: passphrase }), password: passphrase })).toBe(pem);
    expect(imported({ p12: pkcs12File({ password: passphrase }), password: `${passphrase}\n` })).toBe(pem);
  });

  it("may hold an earlier certificate of the declared one's key", () => {
    expect(imported({ p12: pkcs12File() }, renewedCertificate())).toBe(pem);
  });

  it("may hold the chain and other leaf certificates", () => {
    const stranger = merchantCertificate({ key: privateKey("second"), serialNumber: "1F2E3D4C5B" });
    expect(imported({ p12: pkcs12File({ others: certificateOfAnAuthority() + stranger }) })).toBe(pem);
  });
});

describe("the platform's zip", () => {
  it.each([
    ["as downloaded", merchantZip()],
    ["with its files in a folder", merchantZip({}, "1900000109_20260115_cert/")],
    ["with a folder made on Windows", merchantZip({}, "证书\\")],
    ["without the .p12", merchantZip({ "apiclient_cert.p12": undefined })],
    ["without the key file: by the .p12", merchantZip({ "apiclient_key.pem": undefined })],
    ["without the certificate", merchantZip({ "apiclient_cert.pem": undefined })],
    ["with the key as PKCS#1", merchantZip({ "apiclient_key.pem": keyFile("PKCS#1 in PEM") })],
    ["with Windows line ends", merchantZip({ "apiclient_key.pem": withCrlf(pem) })],
  ])("is read %s", (_name, zip) => {
    expect(imported({ zip })).toBe(pem);
  });

  it("is read with what macOS adds to a zip", () => {
    const entries = {
      "shop/apiclient_key.pem": bytes(pem),
      "__MACOSX/shop/._apiclient_key.pem": bytes("Mac OS X"),
    };
    expect(imported({ zip: Buffer.from(zipSync(entries)) })).toBe(pem);
  });

  it("opens its .p12 with the password that is given", () => {
    const p12 = pkcs12File({ password: passphrase });
    const zip = merchantZip({ "apiclient_key.pem": undefined, "apiclient_cert.p12": p12 });
    expect(imported({ zip, password: passphrase })).toBe(pem);
  });
});

const second = privateKey("second");
const secondPem = privateKeyPem(second);
const secondCertificate = merchantCertificate({
  key: second,
  serialNumber: "6A17F09EFDC096DE15EBE81A47057A7232F1B8E2",
});
const [declaredSerial, otherSerial] = [
  "5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
  "6A17F09EFDC096DE15EBE81A47057A7232F1B8E2",
];
const fingerprints = () =>
  [publicKeyByOpenssl(pem), publicKeyByOpenssl(secondPem)].map((digest) => digest.slice(0, 16));

describe("a key of another certificate is refused", () => {
  const secondP12 = pkcs12File({ key: second, certificate: secondCertificate });
  const withoutKeyFile = merchantZip({ "apiclient_key.pem": undefined, "apiclient_cert.p12": secondP12 });
  it.each([
    ["import.p12", "a .p12", { p12: secondP12 }],
    [
      "import.zip",
      "a zip",
      { zip: merchantZip({ "apiclient_key.pem": secondPem, "apiclient_cert.pem": secondCertificate }) },
    ],
    ["import.zip", "a zip with a .p12 only", { zip: withoutKeyFile }],
    ["import.privateKey", "a PEM with both", { privateKey: bytes(secondPem + secondCertificate) }],
  ] as [string, string, CertificateImport][])(
    "with both serial numbers: %s, %s",
    (property, _name, given) => {
      const error = refusalOf(() => imported(given));
      expect(error.message).toBe(
        `${property}: this belongs to another certificate than the declared one (expected certificate ${declaredSerial}, as declared, found certificate ${otherSerial}). ` +
          `Declare that one as \`certificate\`, or give \`${property}\` the file that belongs to the declared one.`,
      );
    },
  );

  it.each([
    ["import.privateKey", "a key alone", () => ({ privateKey: bytes(secondPem) })],
    [
      "import.zip",
      "a zip whose certificate is the declared one",
      () => ({ zip: merchantZip({ "apiclient_key.pem": secondPem }) }),
    ],
    [
      "import.zip",
      "a zip without a certificate",
      () => ({ zip: merchantZip({ "apiclient_key.pem": secondPem, "apiclient_cert.pem": undefined }) }),
    ],
    [
      "import.privateKey",
      "a certificate of the same serial number and another key",
      () => ({ privateKey: bytes(secondPem + merchantCertificate({ key: second })) }),
    ],
  ] as [string, string, () => CertificateImport][])(
    "with both fingerprints: %s, %s",
    (property, _name, given) => {
      const [expected, found] = fingerprints();
      const error = refusalOf(() => imported(given()));
      expect(error.message).toBe(
        `${property}: this private key is not the declared certificate's (expected the key of certificate ${declaredSerial}, as declared, with public key ${expected}, found public key ${found}). ` +
          `Declare the certificate that was issued for this key, or give \`${property}\` the declared one's.`,
      );
    },
  );
});

const wrong = "canary-An0ther-word";
const encryptedPem = () => keyFile("encrypted PKCS#8 in PEM", passphrase);
const damaged = (text: string) => text.replace(/^(.{200})./s, "$1!");
/** Changes what the zip claims about the unpacked size, in both of its places. */
const claiming = (zip: Buffer, from: number, to: number): Buffer => {
  const copy = Buffer.from(zip);
  for (let at = copy.indexOf("PK\x01\x02"); at >= 0; at = copy.indexOf("PK\x01\x02", at + 1))
    if (copy.readUInt32LE(at + 24) === from) copy.writeUInt32LE(to, at + 24);
  return copy;
};
let packed: Buffer | undefined;
const bomb = () => (packed ??= merchantZip({ "apiclient_key.pem": Buffer.alloc(40_000_000) }));

const refused: Record<string, [property: string, given: () => CertificateImport, says: RegExp]> = {
  "a wrong password": [
    "import.password",
    () => ({ p12: pkcs12File({ password: passphrase }), password: wrong }),
    /does not open/,
  ],
  "a password that is not the merchant id": [
    "import.password",
    () => ({ p12: pkcs12File({ password: passphrase }) }),
    /does not open.*Where `import.password` is not given it is the merchant id/,
  ],
  "two keys in a .p12": [
    "import.p12",
    () => ({
      p12: joinedPkcs12(pkcs12File({ args: ["-nomac"] }), pkcs12File({ key: second, args: ["-nomac"] })),
    }),
    /more than one private key/,
  ],
  "an encrypted key without a passphrase": [
    "import.passphrase",
    () => ({ privateKey: encryptedPem() }),
    /is encrypted \(expected its passphrase, found none\)\. Give `import.passphrase`/,
  ],
  "an encrypted key in DER without a passphrase": [
    "import.passphrase",
    () => ({ privateKey: keyFile("encrypted PKCS#8 in DER", passphrase) }),
    /is encrypted/,
  ],
  "an encrypted PKCS#1 without a passphrase": [
    "import.passphrase",
    () => ({ privateKey: keyFile("PKCS#1 encrypted with 3DES", passphrase) }),
    /is encrypted/,
  ],
  "a wrong passphrase": [
    "import.passphrase",
    () => ({ privateKey: encryptedPem(), passphrase: wrong }),
    /does not open.*the file is damaged/,
  ],
  "a wrong passphrase for DER": [
    "import.passphrase",
    () => ({ privateKey: keyFile("encrypted PKCS#8 in DER", passphrase), passphrase: wrong }),
    /does not open/,
  ],
  "a wrong passphrase for PKCS#1": [
    "import.passphrase",
    () => ({ privateKey: keyFile("PKCS#1 encrypted with AES-256", passphrase), passphrase: wrong }),
    /does not open/,
  ],
  ...Object.fromEntries(
    (Object.keys(oldKeyForms) as (keyof typeof oldKeyForms)[]).map((form) => [
      `an old cipher: ${form}`,
      [
        "import.privateKey",
        () => ({ privateKey: oldKeyFile(form, passphrase), passphrase }),
        /encrypted in a way that is not read.*openssl pkcs8 -topk8/,
      ],
    ]),
  ),
  "two keys in a PEM": ["import.privateKey", () => ({ privateKey: bytes(pem + secondPem) }), /more than one/],
  "an elliptic curve key": [
    "import.privateKey",
    () => ({ privateKey: bytes(privateKeyPem(ellipticCurveKey())) }),
    /one RSA key of 2048 bits, found an EC key/,
  ],
  "an elliptic curve key in its own form": [
    "import.privateKey",
    () => ({ privateKey: opensslOutput(["ec"], privateKeyPem(ellipticCurveKey())) }),
    /found an EC key/,
  ],
  "an elliptic curve key in DER": [
    "import.privateKey",
    () => ({ privateKey: opensslOutput(["ec", "-outform", "DER"], privateKeyPem(ellipticCurveKey())) }),
    /found an EC key/,
  ],
  "RSA of 1024 bits": [
    "import.privateKey",
    () => ({ privateKey: bytes(privateKeyPem(privateKey("small", 1024))) }),
    /found an RSA key of 1024 bits/,
  ],
  "RSA of 4096 bits": [
    "import.privateKey",
    () => ({ privateKey: bytes(privateKeyPem(privateKey("large", 4096))) }),
    /found an RSA key of 4096 bits/,
  ],
  "half a key": ["import.privateKey", () => ({ privateKey: bytes(withoutEnd(pem)) }), /damaged or cut off/],
  "a key with a wrong character": [
    "import.privateKey",
    () => ({ privateKey: bytes(damaged(pem)) }),
    /damaged/,
  ],
  "a whole key and half of another": [
    "import.privateKey",
    () => ({ privateKey: bytes(pem + withoutEnd(secondPem)) }),
    /damaged or cut off/,
  ],
  "a certificate": [
    "import.privateKey",
    () => ({ privateKey: bytes(merchantCertificate()) }),
    /without a private key/,
  ],
  "a request": ["import.privateKey", () => ({ privateKey: bytes(requestFor()) }), /a certificate request/],
  "a public key": [
    "import.privateKey",
    () => ({ privateKey: opensslOutput(["pkey", "-pubout"], pem) }),
    /a public key/,
  ],
  "a PEM of another kind": [
    "import.privateKey",
    () => ({ privateKey: bytes("-----BEGIN DH PARAMETERS-----\nMEYC\n-----END DH PARAMETERS-----\n") }),
    /PEM text of another kind/,
  ],
  "a key of OpenSSH": [
    "import.privateKey",
    () => ({
      privateKey: bytes(
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r\n-----END OPENSSH PRIVATE KEY-----",
      ),
    }),
    /OpenSSH.*ssh-keygen -p -m PKCS8/,
  ],
  "a .p12 as a key": [
    "import.privateKey",
    () => ({ privateKey: pkcs12File() }),
    /a PKCS#12 file.*`import.p12`/,
  ],
  "a zip as a key": ["import.privateKey", () => ({ privateKey: merchantZip() }), /a zip file.*`import.zip`/],
  "a key in Base64 without PEM lines": [
    "import.privateKey",
    () => ({ privateKey: bytes(keyFile("PKCS#8 in DER").toString("base64")) }),
    /Base64 text/,
  ],
  "a key in UTF-16": [
    "import.privateKey",
    () => ({ privateKey: Buffer.from(`\uFEFF${pem}`, "utf16le") }),
    /UTF-16.*Save it as UTF-8/,
  ],
  "an empty key file": ["import.privateKey", () => ({ privateKey: Buffer.alloc(0) }), /an empty file/],
  "a .p12 as a zip": ["import.zip", () => ({ zip: pkcs12File() }), /not a zip file.*`import.p12`/],
  "an empty zip file": ["import.zip", () => ({ zip: Buffer.alloc(0) }), /an empty file/],
  "two letters": ["import.zip", () => ({ zip: bytes("PK") }), /damaged/],
  "a zip without files": ["import.zip", () => ({ zip: Buffer.from(zipSync({})) }), /no private key/],
  "a zip without a key": [
    "import.zip",
    () => ({ zip: merchantZip({ "apiclient_key.pem": undefined, "apiclient_cert.p12": undefined }) }),
    /no private key.*Download the zip again/,
  ],
  "a zip that is cut off": [
    "import.zip",
    () => ({ zip: merchantZip().subarray(0, 900) }),
    /zip file is damaged/,
  ],
  "a zip with a changed byte": [
    "import.zip",
    () => {
      const zip = merchantZip({ "apiclient_cert.p12": undefined, "apiclient_cert.pem": undefined });
      zip[200]! ^= 0xff;
      return { zip };
    },
    /damaged/,
  ],
  "a zip of two merchants": [
    "import.zip",
    () => ({
      zip: Buffer.from(
        zipSync({ "a/apiclient_key.pem": bytes(pem), "b/apiclient_key.pem": bytes(secondPem) }),
      ),
    }),
    /more than one merchant's files.*2 files apiclient_key.pem/,
  ],
  "a zip with an encrypted key": [
    "import.zip",
    () => ({ zip: merchantZip({ "apiclient_key.pem": encryptedPem() }) }),
    /is encrypted.*`import.privateKey`, with `import.passphrase`/,
  ],
  "a zip with an elliptic curve key": [
    "import.zip",
    () => ({ zip: merchantZip({ "apiclient_key.pem": privateKeyPem(ellipticCurveKey()) }) }),
    /found an EC key/,
  ],
  "a zip whose .p12 has another password": [
    "import.password",
    () => ({
      zip: merchantZip({
        "apiclient_key.pem": undefined,
        "apiclient_cert.p12": pkcs12File({ password: passphrase }),
      }),
    }),
    /does not open/,
  ],
  "a zip that would unpack to 40 MB": [
    "import.zip",
    () => ({ zip: bomb() }),
    /unpack to too much.*65536 bytes/,
  ],
  "a zip that claims less than it unpacks to": [
    "import.zip",
    () => ({ zip: claiming(bomb(), 40_000_000, 1000) }),
    /damaged|1000 bytes of another kind/,
  ],
  "a zip with 200 files": [
    "import.zip",
    () => ({
      zip: Buffer.from(
        zipSync(Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`${n}.txt`, Buffer.alloc(1)]))),
      ),
    }),
    /more than 100 files/,
  ],
  "a zip that claims to have 65 535 files": [
    "import.zip",
    () => {
      const zip = merchantZip();
      zip.writeUInt16LE(0xffff, zip.lastIndexOf("PK\x05\x06") + 8);
      return { zip };
    },
    /more than 100 files|damaged/,
  ],
};

const pemBodyOf = (text: string) => text.replace(/-----[A-Z ]+-----/g, "").trim();
const keys: KeyObject[] = [privateKey(), second, privateKey("small", 1024), privateKey("large", 4096)];
const canaries = [
  ...keys.flatMap((key, n) => keyCanaries(`key ${n}`, privateKeyPem(key))),
  ...textCanaries("elliptic curve key", pemBodyOf(privateKeyPem(ellipticCurveKey()))),
  ...textCanaries("passphrase", passphrase),
  ...textCanaries("another passphrase", wrong),
];

describe("what cannot be imported is refused on its argument, and nothing secret is shown:", () => {
  it.each(Object.entries(refused))("%s", (_name, [property, given, says]) => {
    const error = refusalOf(() => imported(given()));
    expect(error.code).toBe("invalid-input");
    expect(error.details.property).toBe(property);
    expect(error.message).toMatch(says);
    expect(error.details.hint).toBeDefined();
    expect(error.details.expected && error.details.actual).toBeTruthy();
    const shown = Buffer.from(JSON.stringify([error.message, error.details, error.stack, error.cause ?? ""]));
    expect(findCanaries(shown, canaries)).toEqual([]);
    expect(error.message).not.toMatch(/forge|ASN\.1|error:|ERR_|routines|invalid zip/);
  });

  it("in no more memory than a zip may unpack to", () => {
    const zip = claiming(bomb(), 40_000_000, 1000);
    const before = process.memoryUsage().arrayBuffers;
    refusalOf(() => imported({ zip }));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });
});

describe("a file with changed bytes is refused in our words, or gives the very same key:", () => {
  const quick = ["-iter", "1"];
  it.each<[string, Buffer, (file: Buffer) => CertificateImport]>([
    ["a .p12", pkcs12File({ args: quick }), (p12) => ({ p12 })],
    ["a .p12 without a MAC", pkcs12File({ args: [...quick, "-nomac"] }), (p12) => ({ p12 })],
    [
      "a .p12 without encryption",
      pkcs12File({ args: pkcs12Forms["no encryption and no MAC"] }),
      (p12) => ({ p12 }),
    ],
    ["a key in DER", keyFile("PKCS#8 in DER"), (key) => ({ privateKey: key })],
    ["a key in PEM", bytes(pem), (key) => ({ privateKey: key })],
    ["a zip", merchantZip({ "apiclient_cert.p12": pkcs12File({ args: quick }) }), (zip) => ({ zip })],
  ])("%s", (_name, file, given) => {
    const change = fc.tuple(fc.nat(file.length - 1), fc.nat(255));
    const changes = fc.array(change, { maxLength: 3 });
    fc.assert(
      fc.property(changes, fc.option(fc.nat(file.length)), (all, end) => {
        const copy = Buffer.from(file);
        for (const [at, to] of all) copy[at] = to;
        try {
          expect(imported(given(copy.subarray(0, end ?? undefined)))).toBe(pem);
        } catch (error) {
          if (!(error instanceof MerchantCredentialsError)) throw error;
          expect(findCanaries(bytes(error.message), canaries)).toEqual([]);
        }
      }),
      { numRuns: 30 },
    );
  });
});
